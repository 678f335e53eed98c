package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
)

// Models are the model packs of a data folder as a command sees them: those
// of the hub that runs on it, by its socket, or, without one, the folder's
// own.
type Models struct {
	cfg   config.Config
	log   *slog.Logger
	hub   *http.Client // nil: no hub is running
	shelf *pack.Shelf  // nil beside a hub
}

// OpenModels finds out who keeps the packs. The caller closes it.
func OpenModels(cfg config.Config, log *slog.Logger) (*Models, error) {
	m := &Models{cfg: cfg, log: log}
	r, err := ReadRunning(cfg.Data)
	switch {
	case err == nil && r.Answers():
		m.hub = r.client()
		return m, nil
	case err != nil && !fault.Is(err, fault.NotFound):
		return nil, err
	}
	m.shelf, err = Shelf(cfg, log)
	return m, err
}

// Close lets the hub's connection go.
func (m *Models) Close() {
	if m.hub != nil {
		m.hub.CloseIdleConnections()
	}
}

// Missing is the data folder where there is none yet; else "".
func (m *Models) Missing() string {
	if _, err := os.Stat(m.cfg.Data); errors.Is(err, fs.ErrNotExist) {
		return m.cfg.Data
	}
	return ""
}

// List is pack.Shelf.List.
func (m *Models) List(ctx context.Context) ([]pack.Pack, error) {
	if m.shelf != nil {
		return m.shelf.List(ctx)
	}
	var page struct {
		Items []pack.Pack `json:"items"`
	}
	err := m.ask(ctx, http.MethodGet, "/api/v1/models", nil, &page)
	return page.Items, err
}

// Import is pack.Shelf.Import.
func (m *Models) Import(ctx context.Context, path string) (pack.Added, error) {
	path, err := filepath.Abs(path) // the hub works in another folder
	if err != nil {
		return pack.Added{}, fmt.Errorf("find %s: %w", path, err)
	}
	if m.shelf != nil {
		return m.shelf.Import(ctx, path)
	}
	body, err := json.Marshal(map[string]string{"path": path})
	if err != nil {
		return pack.Added{}, err
	}
	var a pack.Added
	err = m.ask(ctx, http.MethodPost, "/api/v1/models/import", body, &a)
	return a, err
}

// Remove is pack.Shelf.Remove.
func (m *Models) Remove(ctx context.Context, name string, forGood bool) error {
	if m.shelf != nil {
		return m.shelf.Remove(ctx, name, forGood)
	}
	where := "/api/v1/models/" + url.PathEscape(name)
	if forGood {
		where += "?for_good=true"
	}
	return m.ask(ctx, http.MethodDelete, where, nil, nil)
}

// Restore is pack.Shelf.Restore.
func (m *Models) Restore(ctx context.Context, name string) (pack.Pack, error) {
	if m.shelf != nil {
		return m.shelf.Restore(ctx, name)
	}
	var p pack.Pack
	err := m.ask(ctx, http.MethodPost, "/api/v1/models/"+url.PathEscape(name)+"/restore", nil, &p)
	return p, err
}

// Pull is pack.Shelf.Pull. It works here beside a hub, too: both may use the
// folder, the hub sees the model when it is whole, and an interrupt of this
// command is an interrupt of the pull.
func (m *Models) Pull(ctx context.Context, name string, progress pack.Progress) (pack.Added, error) {
	shelf := m.shelf
	if shelf == nil {
		var err error
		if shelf, err = Shelf(m.cfg, m.log); err != nil {
			return pack.Added{}, err
		}
	}
	return shelf.Pull(ctx, name, progress)
}

// ask sends a request to the hub and reads its answer into out, if not nil.
func (m *Models) ask(ctx context.Context, method, where string, body []byte, out any) error {
	resp, err := ask(ctx, m.hub, method, where, body)
	if err != nil {
		var gone *net.OpError
		if errors.As(err, &gone) {
			return fault.Wrap(fault.Unavailable, err, "the running hub does not answer").WithRemedy("try again")
		}
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("read the hub's answer: %w", err)
	}
	return nil
}
