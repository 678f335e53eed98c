package app

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/reference"
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
	going, err := a.sentFor(ctx, rest.ReferenceImport)
	if err != nil {
		return err
	}
	a.references.Tidy(going)
	return nil
}

// importReference is the job that brings in a publisher's file. It has no
// checkpoint: a minute's work that was cut off begins anew.
func (a *App) importReference() job.Kind {
	return job.Kind{Name: rest.ReferenceImport, Title: "Bring in recalls or fuel economy", Run: func(ctx context.Context, r *job.Run) error {
		var got reference.Imported
		err := bringIn(ctx, r, a.references, func(ctx context.Context, in rest.SentFile, told func(int, string)) (err error) {
			got, err = a.references.Import(ctx, reference.Import{Path: in.Path, Name: in.Name, Force: in.Force, Progress: told})
			return err
		})
		if err != nil {
			return err
		}
		r.Rows(int64(got.Used))
		a.log.Info("reference data in use", "kind", got.Kind, "newest", got.Newest, "rows", got.Used, "took_ms", got.TookMS)
		return r.Result(got)
	}}
}

// Reference is the recalls and fuel economy of a data folder as a command sees
// them: those of the hub that runs on it, by its socket, or, without one, the
// folder's own.
type Reference struct {
	*beside
	shelf *reference.Shelf
}

// OpenReference finds out who keeps them. The caller closes it.
func OpenReference(cfg config.Config) (*Reference, error) {
	hub, err := hubBeside(cfg.Data)
	if err != nil || hub != nil {
		return &Reference{beside: hub}, err
	}
	s := References(cfg.Data, time.Now, nil)
	_ = s.Load() // the status tells
	return &Reference{shelf: s}, nil
}

// Status is reference.Shelf.Status.
func (r *Reference) Status(ctx context.Context) (s reference.Status, err error) {
	if !r.Beside() {
		return r.shelf.Status(), nil
	}
	err = r.ask(ctx, http.MethodGet, "/api/v1/reference", nil, &s)
	return s, err
}

// Remove is reference.Shelf.Remove.
func (r *Reference) Remove(ctx context.Context, k reference.Kind) error {
	if !r.Beside() {
		return r.shelf.Remove(k)
	}
	return r.ask(ctx, http.MethodDelete, "/api/v1/reference/"+url.PathEscape(string(k)), nil, nil)
}

// Import is reference.Shelf.Import. Beside a hub it waits for the hub's job;
// an interrupt of the command cancels the job.
func (r *Reference) Import(ctx context.Context, in reference.Import) (out reference.Imported, err error) {
	if !r.Beside() {
		return r.shelf.Import(ctx, in)
	}
	return out, r.bringIn(ctx, "/api/v1/reference/import", in.Path, in.Force, in.Progress, &out)
}
