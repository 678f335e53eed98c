package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
)

// Reached is the hub of a data folder as a command speaks to it: the one that
// runs there, by its socket, or, without one, the same handler in this
// process.
type Reached struct {
	hub *beside
	app *App // nil beside a running hub
}

// Reach finds the hub of cfg's data folder or opens it. The caller closes it.
func Reach(ctx context.Context, cfg config.Config, o Options) (*Reached, error) {
	hub, err := hubBeside(cfg.Data)
	if err != nil || hub != nil {
		return &Reached{hub: hub}, err
	}
	a, err := Open(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	return &Reached{hub: &beside{&http.Client{Transport: inProcess{gate.Local(a.Handler())}}}, app: a}, nil
}

// Close lets the hub go.
func (r *Reached) Close() error {
	r.hub.Close()
	if r.app != nil {
		return r.app.Close()
	}
	return nil
}

// Ask sends in as JSON, nothing if it is nil, and reads the answer into out,
// if that is not nil and there is one. An answer that is no success is a
// fault. header are names and values, by turns.
func (r *Reached) Ask(ctx context.Context, method, where string, in, out any, header ...string) error {
	return r.hub.ask(ctx, method, where, in, out, header...)
}

// Send sends a file and returns the answer, which the caller closes; one that
// is no success is a fault.
func (r *Reached) Send(ctx context.Context, where string, file io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://hub"+where, file)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	return do(r.hub.client, req)
}

// Fetch writes what the hub answers to w.
func (r *Reached) Fetch(ctx context.Context, where string, w io.Writer) error {
	resp, err := ask(ctx, r.hub.client, http.MethodGet, where, nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return fmt.Errorf("read the hub's answer: %w", err)
	}
	return nil
}

// inProcess answers requests by a handler. An answer is read while it is
// written, so that a long one needs no memory.
type inProcess struct{ h http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	from, to := io.Pipe()
	w := &piped{header: http.Header{}, to: to, began: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		defer func() {
			var cut error
			if recover() != nil {
				cut = io.ErrUnexpectedEOF // the handler broke its answer off
			}
			w.WriteHeader(http.StatusOK)
			_ = to.CloseWithError(cut) // always nil
		}()
		p.h.ServeHTTP(w, r)
	}()
	<-w.began
	return &http.Response{StatusCode: w.status, Status: http.StatusText(w.status), Header: w.header, Body: pipedBody{from, w.ended}, Request: r}, nil
}

// piped is where a handler writes an answer that is read meanwhile.
type piped struct {
	header       http.Header
	status       int
	to           *io.PipeWriter
	once         sync.Once
	began, ended chan struct{}
}

func (w *piped) Header() http.Header { return w.header }

func (w *piped) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.header = status, w.header.Clone()
		close(w.began)
	})
}

func (w *piped) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.to.Write(b)
}

// Flush has nothing to do: what is written is read at once.
func (w *piped) Flush() { w.WriteHeader(http.StatusOK) }

// pipedBody waits with its closing for the handler to end.
type pipedBody struct {
	*io.PipeReader
	ended chan struct{}
}

func (b pipedBody) Close() error {
	err := b.PipeReader.Close()
	<-b.ended
	return err
}
