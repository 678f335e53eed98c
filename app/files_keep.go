package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// A file that nothing names is kept for keepFiles, a day longer than an undo,
// and looked for once in sweepEvery.
const (
	keepFiles  = 31 * 24 * time.Hour
	sweepEvery = 20 * time.Hour
)

// each calls fn with every attachment of every organisation.
func (f *files) each(ctx context.Context, fn func(org string, a *vehicle.Attachment) error) error {
	return store.EachPage(ctx, f.app.db, vehicle.Attachments.Schema(), "", func(page store.Records) error {
		for _, r := range page.Records {
			a, err := vehicle.Attachments.Decode(r.Doc)
			if err == nil {
				err = fn(r.Org, &a)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// referenced gathers the files that a document names, or one that an undo
// brings back. What can't be read ends it: nothing is swept then.
func referenced(ctx context.Context, db store.DB, schemas []*store.Schema) (map[string]bool, error) {
	names := map[string]bool{}
	note := func(s *store.Schema, doc []byte) error {
		list, err := s.Blobs(doc)
		for _, n := range list {
			names[n] = true
		}
		return err
	}
	with := map[string]*store.Schema{}
	for _, s := range schemas {
		if s.Blobs == nil {
			continue
		}
		with[s.Name] = s
		err := store.EachPage(ctx, db, s, "", func(page store.Records) error {
			for _, r := range page.Records {
				if err := note(s, r.Doc); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return names, store.EachPage(ctx, db, store.Undos.Schema(), "", func(page store.Records) error {
		for _, r := range page.Records {
			u, err := store.Undos.Decode(r.Doc)
			if err != nil {
				return err
			}
			for i := range u.Items {
				if s := with[u.Items[i].Collection]; s != nil && !u.Items[i].New() {
					if err := note(s, u.Items[i].Before); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// sweep is sweepNow, once a day.
func (f *files) sweep(ctx context.Context) error {
	if now := f.app.now(); now.Sub(f.swept) < sweepEvery && !now.Before(f.swept) {
		return nil
	}
	if err := f.sweepNow(ctx); err != nil {
		return err
	}
	f.swept = f.app.now()
	return nil
}

// sweepNow removes files that nothing names, and what was read of them.
func (f *files) sweepNow(ctx context.Context) error {
	names, err := referenced(ctx, f.app.db, Collections())
	if err != nil {
		return err
	}
	gone, err := f.blobs.Sweep(ctx, keepFiles, func(name string) bool { return names[name] })
	if err != nil {
		return err
	}
	if gone.Blobs > 0 {
		f.app.log.Info("files that nothing names were removed", "files", gone.Blobs, "bytes", gone.Bytes)
	}
	f.cache.forget(func(name string) bool { has, err := f.blobs.Has(ctx, name); return has || err != nil })
	return nil
}

// check compares the file of every attachment with its name.
func (f *files) check(ctx context.Context, e *examination) error {
	known := map[string]error{}
	attachments, bytes := 0, int64(0)
	err := f.each(ctx, func(org string, a *vehicle.Attachment) error {
		attachments++
		problem, seen := known[a.SHA256]
		if !seen {
			var n int64
			n, problem = f.blobs.Verify(ctx, a.SHA256)
			bytes += n
			known[a.SHA256] = problem
		}
		var d *blob.Damaged
		what := "is damaged"
		switch {
		case problem == nil:
			return ctx.Err()
		case fault.Is(problem, fault.NotFound):
			what = "is missing"
		case !errors.As(problem, &d):
			return problem
		}
		e.wrong(fmt.Sprintf("%s: the file of %q (%.12s…) %s", f.vehicle(ctx, org, a), a.Called(), a.SHA256, what),
			"add the same file to the vehicle again, which mends it, or restore it from a backup")
		return nil
	})
	e.Facts = fmt.Sprintf("%d photos and papers, %d files, %.1f MB", attachments, len(known), float64(bytes)/1e6)
	return err
}

// vehicle names an attachment's vehicle for a person.
func (f *files) vehicle(ctx context.Context, org string, a *vehicle.Attachment) string {
	v, err := f.app.vehicles.Get(ctx, vehicle.Caller{Scope: store.System().In(org)}, a.VehicleID)
	if err != nil {
		return "vehicle " + a.VehicleID
	}
	return fmt.Sprintf("%s (VIN %s)", v.Value.Title(), v.Value.VIN)
}

// carryFiles copies the files of one data folder into another.
func carryFiles(ctx context.Context, from, to string) error {
	source, target := blob.OpenFolder(filepath.Join(from, blobsFolder), nil), blob.OpenFolder(filepath.Join(to, blobsFolder), nil)
	return source.Each(ctx, func(i blob.Info) error {
		if has, err := target.Has(ctx, i.SHA256); err != nil || has {
			return err
		}
		r, _, err := source.Open(ctx, i.SHA256)
		if err != nil {
			return err
		}
		err = target.PutAs(ctx, i.SHA256, r)
		return errors.Join(err, r.Close())
	})
}
