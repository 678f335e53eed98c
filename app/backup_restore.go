package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
)

// copyNote says in a restored folder what it is. A folder without it is not
// whole.
const copyNote = "restored.json"

// restoreCopy restores a moment into a data folder of its own, inside the
// hub's. Cut off, it goes on where it was when it is run again.
func (a *App) restoreCopy() job.Kind {
	return onBackup(rest.BackupRestore, "Restore a copy", func(ctx context.Context, r *job.Run, in rest.BackupJob, p backup.Progress) (any, error) {
		name := "copy-" + r.ID()
		dir := a.copyFolder(name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make room for the copy: %w", err)
		}
		restored, err := a.restoreInto(ctx, r.Caller().Scope, in, dir, p)
		if err != nil {
			return nil, err
		}
		doc, err := a.backups.Get(ctx, r.Caller().Scope, in.ID)
		if err != nil {
			return nil, err
		}
		return a.noteCopy(ctx, r.Caller().Scope, r.Caller().Actor, name, doc.Value.Name, in.At, restored, p)
	})
}

// restoreInto fills a data folder from a backup, with the keys of what is
// sealed in it and the files of records.
func (a *App) restoreInto(ctx context.Context, sc store.Scope, in rest.BackupJob, dir string, p backup.Progress) (out *backup.Restored, err error) {
	db, err := bolt.Open(ctx, dir, Collections(), bolt.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out, rings, err := a.backups.Restore(ctx, sc, in.ID, backup.Target{DB: db, Schemas: Content(), Files: blobsOf(dir)},
		backup.RestoreOptions{At: in.At, Cache: filepath.Join(dir, "fetched"), Progress: p})
	if err != nil {
		return nil, err
	}
	return out, importRings(a.vaultOf(dir), rings)
}

// importRings makes the keys of a backup those of a restored folder; a backup
// of a hub that never sealed anything carries none.
func importRings(to vault.Source, rings [][]byte) error {
	if len(rings) == 0 {
		return nil
	}
	_, err := to.Import(rings...)
	return err
}

// vaultOf is where the keys of another folder are kept, as this hub keeps its own.
func (a *App) vaultOf(dir string) vault.Source {
	from := a.keys.Source()
	from.Dir = dir
	return from
}

// copies lists the stores that were restored beside this one.
func (a *App) copies(context.Context) ([]rest.StoreCopy, error) {
	notes, err := filepath.Glob(a.copyFolder("*") + string(filepath.Separator) + copyNote)
	if err != nil {
		return nil, err
	}
	var out []rest.StoreCopy
	next := nextCopy(a.cfg.Data)
	for _, path := range notes {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // removed meanwhile
		}
		var c rest.StoreCopy
		if json.Unmarshal(b, &c) == nil {
			c.Path, c.Name = filepath.Dir(path), filepath.Base(filepath.Dir(path))
			c.Next = c.Name == next
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(x, y rest.StoreCopy) int { return y.Made.Compare(x.Made.Time) })
	return out, nil
}

// halfCopy is how long a copy that never became whole is kept for its job.
const halfCopy = 7 * 24 * time.Hour

// sweepCopies removes what restores left that ended without a whole copy.
func (a *App) sweepCopies(context.Context) error {
	list, err := os.ReadDir(filepath.Join(a.cfg.Data, copiesFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, d := range list {
		dir := a.copyFolder(d.Name())
		info, err := d.Info()
		if err != nil || !d.IsDir() || a.now().Sub(info.ModTime()) < halfCopy {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, copyNote)); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if n, err := readAdoption(a.cfg.Data); err != nil || n != nil && (n.Copy == d.Name() || n.Aside == d.Name()) {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) removeCopy(_ context.Context, name string) error {
	dir := a.copyFolder(name)
	if strings.ContainsAny(name, `./\`) || name == "" {
		return fault.New(fault.Invalid, "%q is not the name of a copy", name)
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "there is no copy %q", name)
	}
	if nextCopy(a.cfg.Data) == name {
		return fault.New(fault.Conflict, "that copy is to be used at the next start").WithRemedy("take that back first")
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove the copy: %w", err)
	}
	return nil
}

// restoreVehicle brings one vehicle back with its records as they were. It is
// one batch, which can be undone.
func (a *App) restoreVehicle() job.Kind {
	return onBackup(rest.BackupRestoreVehicle, "Restore a vehicle", func(ctx context.Context, r *job.Run, in rest.BackupJob, p backup.Progress) (any, error) {
		c := r.Caller()
		id, err := a.vehicleIn(ctx, c, in, p)
		if err != nil {
			return nil, err
		}
		docs, at, err := a.backups.Extract(ctx, c.Scope, in.ID, in.At, p, func(coll, org, key string, doc []byte) bool {
			return org == c.Scope.Org() && vehicle.VehicleOf(store.Change{Collection: coll, Org: org, Key: key, After: doc}) == id
		})
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(docs, func(d checkpoint.Document) bool { return d.Collection == vehicle.VehiclesName }) {
			return nil, fault.New(fault.NotFound, "the backup does not have that vehicle at that moment").WithRemedy("choose another moment, at which it was there")
		}
		written, same, err := a.bringBack(ctx, c, r.ID(), docs)
		if err != nil {
			return nil, err
		}
		lost := a.bringFiles(ctx, c.Scope, in.ID, docs)
		r.Rows(int64(written))
		return map[string]any{"vehicle": id, "batch": r.ID(), "written": written, "same": same, "at": at, "files_lost": lost}, nil
	})
}

// vehicleIn finds the key of the vehicle that was named, by its VIN where it is
// not a key.
func (a *App) vehicleIn(ctx context.Context, c job.Caller, in rest.BackupJob, p backup.Progress) (string, error) {
	wanted := strings.ToUpper(strings.TrimSpace(in.Vehicle))
	docs, _, err := a.backups.Extract(ctx, c.Scope, in.ID, in.At, p, func(coll, org, key string, doc []byte) bool {
		if coll != vehicle.VehiclesName || org != c.Scope.Org() {
			return false
		}
		if strings.EqualFold(key, wanted) {
			return true
		}
		v, err := vehicle.Vehicles.Decode(doc)
		return err == nil && strings.EqualFold(v.VIN, wanted)
	})
	switch {
	case err != nil:
		return "", err
	case len(docs) == 0:
		return "", fault.New(fault.NotFound, "the backup has no vehicle %s at that moment", in.Vehicle).WithRemedy("check the VIN, or choose another moment")
	case len(docs) > 1:
		return "", fault.New(fault.Conflict, "%d vehicles have the VIN %s", len(docs), in.Vehicle).WithRemedy("name the one by its key")
	}
	return docs[0].Key, nil
}

// bringBack writes documents over what stands there now, where that differs.
func (a *App) bringBack(ctx context.Context, c job.Caller, batch string, docs []checkpoint.Document) (written, same int, err error) {
	schemas := map[string]*store.Schema{}
	for _, s := range vehicle.Schemas() {
		schemas[s.Name] = s
	}
	w := store.Write{Scope: c.Scope, Actor: c.Actor, Batch: batch}
	_, err = a.db.Update(ctx, w, func(tx store.Tx) error {
		written, same = 0, 0
		for _, d := range docs {
			s := schemas[d.Collection]
			if s == nil {
				continue
			}
			now, err := tx.Fetch(s, d.Key)
			switch {
			case err == nil && bytes.Equal(now.Doc, d.Doc):
				same++
				continue
			case err != nil && !fault.Is(err, fault.NotFound):
				return err
			}
			row, err := s.RowOf(d.Key, d.Doc, d.Rev+1)
			if err != nil {
				return err
			}
			if _, err := tx.Store(s, row, store.AnyRev); err != nil {
				return err
			}
			written++
		}
		return store.Keeping{IDs: a.ids, Now: a.now(), Subject: vehicle.VehicleOf, First: a.ids.New()}.Keep(tx)
	})
	return written, same, err
}

// bringFiles brings the files back that documents name and that are not here
// whole; it says how many the backup does not have.
func (a *App) bringFiles(ctx context.Context, sc store.Scope, id string, docs []checkpoint.Document) (lost int) {
	for _, d := range docs {
		if d.Collection != vehicle.AttachmentsName {
			continue
		}
		at, err := vehicle.Attachments.Decode(d.Doc)
		if err != nil {
			continue
		}
		if _, err := a.files.blobs.Verify(ctx, at.SHA256); err == nil {
			continue
		}
		if err := a.backups.RestoreFile(ctx, sc, id, at.SHA256); err != nil {
			a.log.Warn("a file of a restored vehicle is not in the backup", "sha256", at.SHA256, "err", err)
			lost++
		}
	}
	return lost
}

// SwitchStore puts a restored data folder in the place of the hub's own. Both
// are stopped; the old one stays beside it under a name with the time.
func SwitchStore(ctx context.Context, data, copied string, now time.Time) (kept string, err error) {
	data, copied = filepath.Clean(data), filepath.Clean(copied)
	if _, err := os.Stat(filepath.Join(copied, "data.db")); err != nil {
		return "", fault.Wrap(fault.NotFound, err, "%s is not a restored data folder", copied).WithRemedy("name the folder that a restore made")
	}
	if err := wholeCopy(ctx, copied); err != nil {
		return "", err
	}
	if _, err := os.Stat(data); err == nil {
		lock, err := bolt.Lock(ctx, data) // a hub that runs is not swapped away under
		if err != nil {
			return "", err
		}
		if err := lock.Close(); err != nil {
			return "", err
		}
	}
	fresh := data + ".switching"
	if err := os.Rename(copied, fresh); err != nil {
		return "", fmt.Errorf("take the restored folder: %w", err)
	}
	kept = data + ".before-" + now.UTC().Format("20060102T150405Z")
	if err := os.Rename(data, kept); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", errors.Join(fmt.Errorf("put the old folder aside: %w", err), os.Rename(fresh, copied))
	}
	if err := os.Rename(fresh, data); err != nil {
		return "", errors.Join(fmt.Errorf("put the restored folder in place: %w", err), os.Rename(kept, data))
	}
	return kept, nil
}

// wholeCopy opens a restored folder once: half a restore is not put in place.
func wholeCopy(ctx context.Context, dir string) error {
	db, err := bolt.Open(ctx, dir, Collections(), bolt.Options{})
	if err != nil {
		return err
	}
	return errors.Join(backup.Refuse(ctx, db), db.Close())
}
