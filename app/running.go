package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Running is what a running hub leaves in its data folder for programs of
// the same user: where it answers and with which token. The file stands 0600
// in DIR/run.json and goes when the hub stops.
type Running struct {
	PID     int       `json:"pid"`
	Version string    `json:"version"`
	URL     string    `json:"url"` // "http://127.0.0.1:8484"
	Token   string    `json:"token"`
	Socket  string    `json:"socket"` // the unix socket for commands of this user
	Started time.Time `json:"started"`
}

// Door is the address that lets a browser in.
func (r Running) Door() string { return r.URL + "/?t=" + r.Token }

// ShowWindow brings the window of a running hub to the front; fault.NotFound
// when it has none.
func ShowWindow(ctx context.Context, r Running) error {
	client := r.client()
	defer client.CloseIdleConnections()
	resp, err := ask(ctx, client, http.MethodPost, "/api/v1/window/show", nil)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Ticket is a single-use key of the door, in the place of the token.
func (a *App) Ticket() string { return a.tickets.New() }

const runFile = "run.json"

// ReadRunning reads what a running hub left in dir; fault.NotFound when none
// is running there.
func ReadRunning(dir string) (Running, error) {
	var r Running
	b, err := os.ReadFile(filepath.Join(dir, runFile))
	if errors.Is(err, fs.ErrPermission) {
		return r, fault.Wrap(fault.Denied, err, "the data folder %s belongs to another user", dir).
			WithRemedy("run this as the user whose hub it is, or name a folder of your own with --data")
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("read %s: %w", runFile, err)
	}
	// A power cut may leave the file without its text; its hub is gone too.
	if err != nil || json.Unmarshal(b, &r) != nil || r.Socket == "" {
		return Running{}, NotRunning(dir)
	}
	return r, nil
}

// client speaks to the hub by its socket, whatever host a request names.
func (r Running) client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", r.Socket)
	}}}
}

// NotRunning is the error that no hub runs on dir.
func NotRunning(dir string) error {
	return fault.New(fault.NotFound, "no hub is running on the data folder %s", dir).WithRemedy("start one with `hubcap serve --data %s`", dir)
}

// Answers reports whether the hub is still there: one that was killed leaves
// its file behind.
func (r Running) Answers() bool {
	c, err := net.DialTimeout("unix", r.Socket, 2*time.Second)
	if err != nil {
		return false
	}
	return c.Close() == nil
}

func (r Running) write(dir string) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, runFile)
	temp := path + ".new"
	if err := os.WriteFile(temp, b, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", runFile, err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("write %s: %w", runFile, err)
	}
	return nil
}
