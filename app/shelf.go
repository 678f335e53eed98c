package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
)

// Models are the model packs of a data folder as a command sees them: those
// of the hub that runs on it, by its socket, or, without one, the folder's
// own.
type Models struct {
	cfg config.Config
	log *slog.Logger
	*beside
	shelf *pack.Shelf // nil beside a hub
}

// OpenModels finds out who keeps the packs. The caller closes it.
func OpenModels(cfg config.Config, log *slog.Logger) (*Models, error) {
	hub, err := hubBeside(cfg.Data)
	m := &Models{cfg: cfg, log: log, beside: hub}
	if err != nil || hub != nil {
		return m, err
	}
	m.shelf, err = Shelf(cfg, log)
	return m, err
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
	var a pack.Added
	err = m.ask(ctx, http.MethodPost, "/api/v1/models/import", map[string]string{"path": path}, &a)
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
