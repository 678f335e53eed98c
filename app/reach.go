package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Reached is the hub of a data folder as a command speaks to it: the one that
// runs there, by its socket, or, without one, the same handler in this
// process.
type Reached struct {
	client *http.Client
	app    *App // nil beside a running hub
}

// Reach finds the hub of cfg's data folder or opens it. The caller closes it.
func Reach(ctx context.Context, cfg config.Config, o Options) (*Reached, error) {
	r, err := ReadRunning(cfg.Data)
	switch {
	case err == nil && r.Answers():
		return &Reached{client: r.client()}, nil
	case err != nil && !fault.Is(err, fault.NotFound):
		return nil, err
	}
	a, err := Open(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	return &Reached{client: &http.Client{Transport: inProcess{gate.Local(a.Handler())}}, app: a}, nil
}

// Close lets the hub go.
func (r *Reached) Close() error {
	r.client.CloseIdleConnections()
	if r.app != nil {
		return r.app.Close()
	}
	return nil
}

// Ask sends in as JSON, nothing if it is nil, and reads the answer into out,
// if that is not nil and there is one. An answer that is no success is a
// fault. header are names and values, by turns.
func (r *Reached) Ask(ctx context.Context, method, where string, in, out any, header ...string) error {
	var body []byte
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = b
	}
	resp, err := ask(ctx, r.client, method, where, body, header...)
	if err != nil {
		return err
	}
	var decoded error
	if out != nil {
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			decoded = fmt.Errorf("read the hub's answer: %w", err)
		}
	}
	return errors.Join(decoded, resp.Body.Close())
}

// inProcess answers requests by a handler, whole answers only.
type inProcess struct{ h http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &whole{header: http.Header{}, status: http.StatusOK}
	p.h.ServeHTTP(w, r)
	return &http.Response{StatusCode: w.status, Status: http.StatusText(w.status), Header: w.header, Body: io.NopCloser(&w.body), Request: r}, nil
}

// whole keeps an answer.
type whole struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *whole) Header() http.Header         { return w.header }
func (w *whole) WriteHeader(status int)      { w.status = status }
func (w *whole) Write(b []byte) (int, error) { return w.body.Write(b) }
