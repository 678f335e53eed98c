package targets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
)

// Now ships everything that is committed; full writes a new checkpoint too.
func (d *Desk) Now(ctx context.Context, id string, full bool, p backup.Progress) error {
	r, s, err := d.shipper(ctx, id)
	if err != nil {
		return err
	}
	// A place that is gone has to be noticed also when there is nothing new.
	for _, step := range []func(context.Context) error{r.dev.Repo().Reach, s.Flush, s.Whole} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if full {
		if err := r.checkpoint(ctx, p); err != nil {
			return err
		}
	}
	r.note(ctx)
	return nil
}

// Verify looks whether everything is there that a restore needs; all opens
// every object.
func (d *Desk) Verify(ctx context.Context, sc store.Scope, id string, all bool, p backup.Progress) (*backup.Verification, error) {
	if r := d.runner(id); r != nil && r.state() != nil && r.state().Phase == backup.Shipping {
		return r.verify(ctx, all, p)
	}
	// Also where nobody ships: a paused backup is looked at like any other.
	dev, err := d.Device(ctx, sc, id)
	if err != nil {
		return nil, err
	}
	o := backup.VerifyOptions{Progress: p}
	if all {
		o.T = 1
	}
	v, err := dev.Verify(ctx, o)
	if err != nil {
		return nil, err
	}
	return v, d.remember(ctx, id, func(rec *Record) { rec.Verify.did(d.now(), nil); noted(rec, v, all) })
}

// Test restores the newest state into a scratch store and compares it with
// the live one.
func (d *Desk) Prove(ctx context.Context, id string, p backup.Progress) (*backup.Proof, error) {
	r, _, err := d.shipper(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.test(ctx, p)
}

// Prune forgets what the rules do not keep; dry only says what it would.
func (d *Desk) Prune(ctx context.Context, sc store.Scope, id string, dry bool, p backup.Progress) (*backup.Pruned, error) {
	if dry {
		doc, err := d.Get(ctx, sc, id)
		if err != nil {
			return nil, err
		}
		return d.pruned(ctx, &doc.Value, true, p)
	}
	r, _, err := d.shipper(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.prune(ctx, false, p)
}

// Rotate changes the data key and seals everything anew. It wants the
// credential that may delete, for it overwrites.
func (d *Desk) Rotate(ctx context.Context, s store.Scope, by actor.Actor, id string, p backup.Progress) (*backup.Rotated, error) {
	r, _, err := d.shipper(ctx, id)
	if err != nil {
		return nil, err
	}
	r.work.Lock()
	defer r.work.Unlock()
	dir := r.folder("rotate")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := d.happened(ctx, s, by, audit.BackupKeyRotated, &r.t, ""); err != nil {
		return nil, err
	}
	out, err := r.dev.Repo().Rotate(ctx, dir, p)
	return out, errors.Join(err, os.RemoveAll(dir))
}

// VaultChanged keeps the vault's ring in every backup after it was changed.
func (d *Desk) VaultChanged(ctx context.Context) {
	d.rouse() // what is sealed in the targets themselves was sealed anew
	d.mu.Lock()
	list := make([]*runner, 0, len(d.running))
	for _, r := range d.running {
		list = append(list, r)
	}
	d.mu.Unlock()
	for _, r := range list {
		r.owesRing.Store(true)
		r.bringRing(ctx)
	}
}

// patienceOfRing is how long a change of keys waits for one backup.
const patienceOfRing = 15 * time.Second

// bringRing keeps the vault's ring in the backup, where that is still owed:
// without it nobody opens what is sealed with the new key. A backup that can't
// be reached gets it with one of the next looks at its chores.
func (r *runner) bringRing(ctx context.Context) {
	s := r.shipper()
	if s == nil || !r.owesRing.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patienceOfRing)
	defer cancel()
	if err := s.VaultChanged(ctx); err != nil {
		r.d.o.Log.Warn("the new key is not in the backup yet", "target", r.t.ID, "err", err)
		return
	}
	r.owesRing.Store(false)
}

// History lists what a target's bucket holds.
func (d *Desk) History(ctx context.Context, sc store.Scope, id string) (*backup.History, error) {
	dev, err := d.Device(ctx, sc, id)
	if err != nil {
		return nil, err
	}
	return dev.History(ctx)
}

// Extract returns documents as they were at a moment.
func (d *Desk) Extract(ctx context.Context, sc store.Scope, id string, at time.Time, p backup.Progress, want backup.Wanted) ([]checkpoint.Document, time.Time, error) {
	dev, err := d.Device(ctx, sc, id)
	if err != nil {
		return nil, time.Time{}, err
	}
	docs, plan, err := dev.Extract(ctx, backup.RestoreOptions{At: at, Cache: filepath.Join(d.scratch(), id, "extract-"+d.o.IDs.New()), Progress: p}, want)
	if err != nil {
		return nil, time.Time{}, err
	}
	return docs, plan.At, nil
}

// RestoreFile brings a file of a record back from a backup.
func (d *Desk) RestoreFile(ctx context.Context, sc store.Scope, id, sha256 string) error {
	dev, err := d.Device(ctx, sc, id)
	if err != nil {
		return err
	}
	return dev.RestoreFile(ctx, sha256, d.o.Source().Files)
}

// Restore fills another store with a target's backup as it was at a moment.
// cache is a folder of its own for what is fetched.
func (d *Desk) Restore(ctx context.Context, sc store.Scope, id string, to backup.Target, o backup.RestoreOptions) (*backup.Restored, [][]byte, error) {
	dev, err := d.Device(ctx, sc, id)
	if err != nil {
		return nil, nil, err
	}
	rings, err := dev.Vaults(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("fetch the keys of what is sealed: %w", err)
	}
	r, err := dev.Restore(ctx, to, o)
	return r, rings, err
}
