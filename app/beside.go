package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
)

// beside is the hub that runs on a data folder, as a command of the same user
// speaks to it: by its socket. Nil is none.
type beside struct{ client *http.Client }

// hubBeside finds the hub that runs on a data folder; nil is none.
func hubBeside(data string) (*beside, error) {
	r, err := ReadRunning(data)
	switch {
	case err == nil && r.Answers():
		return &beside{r.client()}, nil
	case err != nil && !fault.Is(err, fault.NotFound):
		return nil, err
	}
	return nil, nil
}

// Beside reports whether a running hub does the work.
func (b *beside) Beside() bool { return b != nil }

// Close lets the hub's connection go.
func (b *beside) Close() {
	if b != nil {
		b.client.CloseIdleConnections()
	}
}

// ask sends in as JSON, nothing if it is nil, and reads the answer into out,
// if that is not nil. header are names and values, by turns.
func (b *beside) ask(ctx context.Context, method, where string, in, out any, header ...string) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	resp, err := ask(ctx, b.client, method, where, body, header...)
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

// bringIn has the hub bring in a file of this machine, and waits for its job.
func (b *beside) bringIn(ctx context.Context, where, path string, force bool, progress func(percent int, note string), out any) error {
	path, err := filepath.Abs(path) // the hub works in another folder
	if err != nil {
		return fmt.Errorf("find %s: %w", path, err)
	}
	var j rest.Job
	if err := b.ask(ctx, http.MethodPost, where, map[string]any{"path": path, "force": force}, &j); err != nil {
		return err
	}
	return b.follow(ctx, j, progress, out)
}

// pollEvery is how often a command asks the hub how far its job is.
const pollEvery = 300 * time.Millisecond

// follow waits for a job of the hub and reads its result into out. An
// interrupt cancels the job.
func (b *beside) follow(ctx context.Context, j rest.Job, progress func(percent int, note string), out any) error {
	where := "/api/v1/jobs/" + j.ID
	t := time.NewTicker(pollEvery)
	defer t.Stop()
	for !j.State.Ended() {
		select {
		case <-t.C:
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), b.ask(context.WithoutCancel(ctx), http.MethodPost, where+"/cancel", nil, nil))
		}
		if err := b.ask(ctx, http.MethodGet, where, nil, &j); err != nil && ctx.Err() == nil {
			return err
		}
		if progress != nil && j.Total > 0 {
			progress(int(j.Done*100/j.Total), j.Note)
		}
	}
	if j.State != job.Done {
		if j.Problem == "" {
			j.Problem = "the hub's job was " + string(j.State)
		}
		return fault.New(fault.Invalid, "%s", j.Problem).WithRemedy("%s", j.Remedy)
	}
	result, err := json.Marshal(j.Result)
	if err == nil {
		err = json.Unmarshal(result, out)
	}
	if err != nil {
		return fmt.Errorf("read the hub's answer: %w", err)
	}
	return nil
}

// ask sends a request, with names and values of headers by turns; an answer
// that is no success is a fault.
func ask(ctx context.Context, client *http.Client, method, where string, body []byte, header ...string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://hub"+where, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return do(client, req)
}

// do sends a request; an answer that is no success is a fault.
func do(client *http.Client, req *http.Request) (*http.Response, error) {
	resp, err := client.Do(req)
	if err != nil {
		var gone *net.OpError
		if errors.As(err, &gone) {
			return nil, fault.Wrap(fault.Unavailable, err, "the running hub does not answer").WithRemedy("try again")
		}
		return nil, fmt.Errorf("ask the running hub: %w", err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close()
	var p problem.Problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return nil, fmt.Errorf("the running hub answered %s", resp.Status)
	}
	return nil, p.Fault()
}
