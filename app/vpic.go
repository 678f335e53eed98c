package app

import (
	"github.com/hubcap-dev/hubcap/backend/account"

	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vpic"
)

// openIndex opens the VIN index in use on the data folder.
func (a *App) openIndex() error {
	a.indexes = Indexes(a.cfg.Data)
	d, warning, err := a.indexes.Use()
	if err != nil {
		return err
	}
	if warning != nil {
		a.log.Warn("the built-in vPIC index is used", "err", warning)
	}
	a.decoder = vpic.NewCurrent(d)
	return nil
}

// watchIndex reads the whole of a VIN index that was brought in, once after
// the start: a damaged one is passed over for the one built in. Then it sees
// to it that saved vehicles are decoded by the release in use.
func (a *App) watchIndex(ctx context.Context) error {
	going, err := a.sentFor(ctx, rest.VpicUpdate)
	if err != nil {
		return err
	}
	a.indexes.Tidy(going)
	own, err := builtIn()
	if err != nil {
		return err
	}
	if d := a.decoder.Get(); d.Digest() != own.Digest() {
		if err := d.Verify(); err != nil {
			a.log.Warn("the built-in vPIC index is used: the one brought in is damaged", "release", d.Release(), "err", err)
			a.decoder.Set(own)
		}
	}
	return a.offerRedecode(ctx)
}

// redecodedFile holds the digest of the index that saved vehicles were last
// decoded with.
const redecodedFile = "redecoded"

// offerRedecode starts the job that lists what another vPIC release says of
// the saved vehicles, where none has looked since the release changed.
func (a *App) offerRedecode(ctx context.Context) error {
	path := filepath.Join(a.cfg.Data, "vpic", redecodedFile)
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read %s: %w", path, err)
	}
	digest := a.decoder.Get().Digest()
	if strings.TrimSpace(string(b)) == digest {
		return nil
	}
	c := vehicle.Caller{Scope: store.Org(account.Home), Actor: actor.Hub("vpic")}
	p, err := a.vehicles.List(ctx, c, "", 1)
	if err != nil {
		return err
	}
	// The last vehicle stands for all: whoever never brought a release in has
	// none of another.
	if len(b) == 0 && (len(p.Items) == 0 || p.Items[0].Value.Decoded.Release == a.decoder.Get().Release()) {
		return nil
	}
	open, err := a.jobs.List(ctx, job.Caller(c), false, "", 100)
	if err != nil {
		return err
	}
	for _, s := range open.Items {
		if s.Kind == rest.VpicRedecode {
			return nil
		}
	}
	return a.startRedecode(ctx, job.Caller(c))
}

// updateVpic is the job that builds an index from a dump and uses it. It has
// no checkpoint: one that was cut off begins anew.
func (a *App) updateVpic() job.Kind {
	return job.Kind{Name: rest.VpicUpdate, Title: "Bring in a vPIC release", Run: func(ctx context.Context, r *job.Run) error {
		var u vpic.Updated
		err := bringIn(ctx, r, a.indexes, func(ctx context.Context, in rest.SentFile, told func(int, string)) (err error) {
			u, err = a.indexes.Update(ctx, vpic.Update{Path: in.Path, Name: in.Name, Force: in.Force, Progress: told})
			return err
		})
		if err != nil {
			return err
		}
		if !u.Already {
			a.decoder.Set(u.Decoder)
			_ = a.references.Load() // it told of its trouble at the start; the models may have other names now
			a.log.Info("vPIC release in use", "release", u.Release, "before", u.Before, "took_ms", u.TookMS)
			if err := a.startRedecode(ctx, r.Caller()); err != nil {
				return err
			}
		}
		return r.Result(u)
	}}
}

func (a *App) startRedecode(ctx context.Context, c job.Caller) error {
	_, err := a.jobs.Start(ctx, c, rest.VpicRedecode, nil, "")
	return err
}

// revertVpic goes back to the index of before the last update.
func (a *App) revertVpic(ctx context.Context, c vehicle.Caller) error {
	d, err := a.indexes.Revert()
	if err != nil {
		return err
	}
	a.decoder.Set(d)
	a.log.Info("vPIC release in use", "release", d.Release())
	return a.startRedecode(ctx, job.Caller(c))
}

// redecodePage is how many vehicles are decoded from one checkpoint to the
// next.
const redecodePage = 500

// redecoding is how far the job is.
type redecoding struct {
	Digest  string `json:"digest"` // of the index that it decodes with
	Cursor  string `json:"cursor"`
	Seen    int64  `json:"seen"`
	Changed int64  `json:"changed"`
}

// redecode is the job that decodes saved vehicles again. It writes on none of
// them: what changed waits in a list.
func (a *App) redecode() job.Kind {
	return job.Kind{Name: rest.VpicRedecode, Title: "Decode saved vehicles again", Run: func(ctx context.Context, r *job.Run) error {
		c := vehicle.Caller(r.Caller())
		var at redecoding
		if _, err := r.Checkpoint(&at); err != nil {
			return err
		}
		for {
			if digest := a.decoder.Get().Digest(); at.Digest != digest { // also where the release changes meanwhile
				if err := a.vehicles.ForgetRedecoded(ctx, c); err != nil {
					return err
				}
				at = redecoding{Digest: digest}
				if err := r.Save(ctx, at); err != nil {
					return err
				}
			}
			if err := r.Step(ctx); err != nil {
				return err
			}
			changed, seen, next, err := a.vehicles.Redecode(ctx, c, at.Cursor, redecodePage)
			if err != nil {
				return err
			}
			at.Cursor, at.Seen, at.Changed = next, at.Seen+int64(seen), at.Changed+int64(len(changed))
			r.Rows(at.Changed)
			r.Progress(at.Seen, 0, "vehicles")
			err = r.Commit(ctx, at, func(tx store.Tx) error {
				for i := range changed {
					if _, err := vehicle.Redecodes.Put(tx, &changed[i], store.AnyRev); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			if next == "" && at.Digest == a.decoder.Get().Digest() {
				break
			}
		}
		if err := a.noteRedecoded(at.Digest); err != nil {
			return err
		}
		return r.Result(map[string]any{"release": a.decoder.Get().Release(), "vehicles": at.Seen, "changed": at.Changed})
	}}
}

func (a *App) noteRedecoded(digest string) error {
	dir := filepath.Join(a.cfg.Data, "vpic")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	if err := os.WriteFile(filepath.Join(dir, redecodedFile), []byte(digest+"\n"), 0o600); err != nil {
		return fmt.Errorf("note that vehicles were decoded again: %w", err)
	}
	return nil
}

// acceptPage is how many vehicles one transaction writes.
const acceptPage = 100

// acceptRedecoded is the job that writes all that the re-decode listed, under
// one batch, which is the job's id.
func (a *App) acceptRedecoded() job.Kind {
	return job.Kind{Name: rest.VpicAccept, Title: "Accept what a vPIC release changed", Run: func(ctx context.Context, r *job.Run) error {
		c := vehicle.Caller(r.Caller())
		at := vehicle.Accepting{}
		if ok, err := r.Checkpoint(&at); err != nil {
			return err
		} else if !ok {
			at.First = a.ids.New()
			if err := r.Save(ctx, at); err != nil {
				return err
			}
		}
		for more := true; more; {
			if err := r.Step(ctx); err != nil {
				return err
			}
			var err error
			if more, err = a.vehicles.AcceptMore(ctx, c, r.ID(), &at, acceptPage); err != nil {
				return err
			}
			r.Rows(int64(at.Accepted))
			r.Progress(int64(at.Accepted+at.Stale), 0, "vehicles")
			if err := r.SaveCheckpoint(ctx, at); err != nil {
				return err
			}
		}
		return r.Result(map[string]any{"accepted": at.Accepted, "stale": at.Stale, "batch": r.ID()})
	}}
}

// Vpic are the VIN indexes of a data folder as a command sees them: those of
// the hub that runs on it, by its socket, or, without one, the folder's own.
type Vpic struct {
	*beside
	shelf *vpic.Shelf
}

// OpenVpic finds out who keeps the indexes. The caller closes it.
func OpenVpic(cfg config.Config) (*Vpic, error) {
	hub, err := hubBeside(cfg.Data)
	return &Vpic{beside: hub, shelf: Indexes(cfg.Data)}, err
}

// Info is vpic.Shelf.Info.
func (v *Vpic) Info(ctx context.Context) (i vpic.Info, err error) {
	if !v.Beside() {
		return v.shelf.Info()
	}
	err = v.ask(ctx, http.MethodGet, "/api/v1/vpic", nil, &i)
	return i, err
}

// Revert is vpic.Shelf.Revert.
func (v *Vpic) Revert(ctx context.Context) (i vpic.Info, err error) {
	if !v.Beside() {
		if _, err := v.shelf.Revert(); err != nil {
			return i, err
		}
		return v.shelf.Info()
	}
	err = v.ask(ctx, http.MethodPost, "/api/v1/vpic/revert", nil, &i)
	return i, err
}

// Update is vpic.Shelf.Update. Beside a hub it waits for the hub's job; an
// interrupt of the command cancels the job.
func (v *Vpic) Update(ctx context.Context, u vpic.Update) (out vpic.Updated, err error) {
	if !v.Beside() {
		return v.shelf.Update(ctx, u)
	}
	return out, v.bringIn(ctx, "/api/v1/vpic/update", u.Path, u.Force, u.Progress, &out)
}
