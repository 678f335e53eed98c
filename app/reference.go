package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/reference"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// References are the recalls and fuel economy of a data folder. decoder gives
// the decoder in use, whose models keep one model's recalls from another's;
// nil is none.
func References(data string, now func() time.Time, decoder func() *vin.Decoder) *reference.Shelf {
	o := reference.Options{Now: now}
	if decoder != nil {
		o.Models = func() iter.Seq2[string, string] {
			return func(yield func(string, string) bool) {
				for m := range decoder().Models() {
					if !yield(m.Make, m.Model) {
						return
					}
				}
			}
		}
	}
	return reference.New(data, o)
}

// openReference opens what was brought in. What can't be opened is passed
// over with a warning: the hub is whole without it.
func (a *App) openReference() {
	a.references = References(a.cfg.Data, a.now, a.decoder.Get)
	if err := a.references.Load(); err != nil {
		a.log.Warn("recalls or fuel economy are not in use", "err", err)
	}
}

// tidyReference removes what a hub that was ended left of imports.
func (a *App) tidyReference(ctx context.Context) error {
	c := job.Caller{Scope: store.Org(account.Home), Actor: actor.Hub("reference")}
	var going []string
	for cursor := ""; ; {
		open, err := a.jobs.List(ctx, c, false, cursor, 100)
		if err != nil {
			return err
		}
		for _, s := range open.Items {
			var in rest.ReferenceImportInput
			if s.Kind == rest.ReferenceImport && json.Unmarshal(s.Input, &in) == nil && in.Sent {
				going = append(going, in.Path)
			}
		}
		if cursor = open.Next; cursor == "" {
			break
		}
	}
	a.references.Tidy(going)
	return nil
}

// importReference is the job that brings in a publisher's file. It has no
// checkpoint: a minute's work that was cut off begins anew.
func (a *App) importReference() job.Kind {
	return job.Kind{Name: rest.ReferenceImport, Title: "Bring in recalls or fuel economy", Run: func(ctx context.Context, r *job.Run) error {
		var in rest.ReferenceImportInput
		if err := r.Input(&in); err != nil {
			return err
		}
		ctx, give := context.WithCancelCause(ctx)
		defer give(nil)
		got, err := a.references.Import(ctx, reference.Import{Path: in.Path, Name: in.Name, Force: in.Force, Progress: func(percent int, note string) {
			r.Progress(int64(percent), 100, note)
			if err := r.Step(ctx); err != nil {
				give(err)
			}
		}})
		if stop := r.Step(ctx); stop != nil && err != nil {
			if in.Sent && errors.Is(stop, job.ErrCanceled) {
				return errors.Join(stop, a.references.Drop(in.Path))
			}
			return stop // it goes on later, from the same file
		}
		if in.Sent {
			err = errors.Join(err, a.references.Drop(in.Path))
		}
		if err != nil {
			return err
		}
		r.Progress(100, 100, "")
		r.Rows(int64(got.Used))
		a.log.Info("reference data in use", "kind", got.Kind, "newest", got.Newest, "rows", got.Used, "took_ms", got.TookMS)
		return r.Result(got)
	}}
}

// Reference is the recalls and fuel economy of a data folder as a command sees
// them: those of the hub that runs on it, by its socket, or, without one, the
// folder's own.
type Reference struct {
	hub   *http.Client // nil: no hub is running
	shelf *reference.Shelf
}

// OpenReference finds out who keeps them. The caller closes it.
func OpenReference(cfg config.Config) (*Reference, error) {
	r, err := ReadRunning(cfg.Data)
	switch {
	case err == nil && r.Answers():
		return &Reference{hub: r.client()}, nil
	case err != nil && !fault.Is(err, fault.NotFound):
		return nil, err
	}
	s := References(cfg.Data, time.Now, nil)
	_ = s.Load() // the status tells
	return &Reference{shelf: s}, nil
}

// Close lets the hub's connection go.
func (r *Reference) Close() {
	if r.hub != nil {
		r.hub.CloseIdleConnections()
	}
}

// Status is reference.Shelf.Status.
func (r *Reference) Status(ctx context.Context) (s reference.Status, err error) {
	if r.shelf != nil {
		return r.shelf.Status(), nil
	}
	err = answer(ctx, r.hub, http.MethodGet, "/api/v1/reference", nil, &s)
	return s, err
}

// Remove is reference.Shelf.Remove.
func (r *Reference) Remove(ctx context.Context, k reference.Kind) error {
	if r.shelf != nil {
		return r.shelf.Remove(k)
	}
	return answer(ctx, r.hub, http.MethodDelete, "/api/v1/reference/"+url.PathEscape(string(k)), nil, nil)
}

// Import is reference.Shelf.Import. Beside a hub it waits for the hub's job;
// an interrupt of the command cancels the job.
func (r *Reference) Import(ctx context.Context, in reference.Import) (out reference.Imported, err error) {
	if in.Path, err = filepath.Abs(in.Path); err != nil { // the hub works in another folder
		return out, fmt.Errorf("find %s: %w", in.Path, err)
	}
	if r.shelf != nil {
		return r.shelf.Import(ctx, in)
	}
	var j rest.Job
	if err := answer(ctx, r.hub, http.MethodPost, "/api/v1/reference/import", map[string]any{"path": in.Path, "force": in.Force}, &j); err != nil {
		return out, err
	}
	return out, follow(ctx, r.hub, j, in.Progress, &out)
}

// follow waits for a job of a running hub and reads its result into out. An
// interrupt cancels the job.
func follow(ctx context.Context, hub *http.Client, j rest.Job, progress func(percent int, note string), out any) error {
	where := "/api/v1/jobs/" + j.ID
	t := time.NewTicker(pollEvery)
	defer t.Stop()
	for !j.State.Ended() {
		select {
		case <-t.C:
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), answer(context.WithoutCancel(ctx), hub, http.MethodPost, where+"/cancel", nil, nil))
		}
		if err := answer(ctx, hub, http.MethodGet, where, nil, &j); err != nil && ctx.Err() == nil {
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
	b, err := json.Marshal(j.Result)
	if err == nil {
		err = json.Unmarshal(b, out)
	}
	if err != nil {
		return fmt.Errorf("read the hub's answer: %w", err)
	}
	return nil
}
