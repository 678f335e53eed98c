package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	place "github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// Found says which backup of a place is meant.
type Found struct {
	Device string    // "" where there is only one
	AsOf   time.Time // the bucket as it was then, out of its old versions; zero: as it is
}

// OpenDevice opens the backup of one hub on a machine that knows nothing of
// it.
func OpenDevice(ctx context.Context, cfg config.Config, p Place, secret vault.Secret, f Found) (*backup.Device, error) {
	device := f.Device
	b, err := p.Open(cfg)
	if err == nil && !f.AsOf.IsZero() {
		b, err = place.AsOf(b, f.AsOf)
	}
	if err != nil {
		return nil, err
	}
	key, err := seal.ParseKey(secret.Reveal())
	if err != nil {
		if key, err = backup.Unlock(ctx, b, secret.Reveal()); err != nil {
			return nil, err
		}
	}
	repo, err := backup.Open(ctx, b, key, backup.Options{})
	if err != nil {
		return nil, err
	}
	if device == "" {
		ids, err := repo.Devices(ctx)
		switch {
		case err != nil:
			return nil, err
		case len(ids) == 0:
			return nil, fault.New(fault.NotFound, "no hub has written into this backup yet").WithRemedy("look at bucket and prefix")
		case len(ids) > 1:
			return nil, fault.New(fault.Invalid, "several hubs write into this backup: %v", ids).WithRemedy("choose one with --device")
		}
		device = ids[0]
	}
	return repo.Device(device)
}

// Restoring says what a restore on a bare machine shall do.
type Restoring struct {
	At     time.Time // zero: the newest
	Line   uint64    // 0: the newest that reaches back to At
	Into   string    // a folder that is not there yet, or a database's URL
	Keys   string    // for a database: the hub's data folder beside it
	Follow bool      // a warm standby

	// Vault is where the keys are kept afterwards; its folder is the restored
	// one. The zero Source is the key file.
	Vault vault.Source

	Progress backup.Progress
}

// RestoredTo says where a restore went.
type RestoredTo struct {
	*backup.Restored
	Into string `json:"into"`
}

// restoringSuffix is put to a folder's name until all has come back.
const restoringSuffix = ".restoring"

// Restore brings a backup into an empty folder or database. A folder gets its
// name when everything is there; an interrupted restore goes on with the
// same call.
func Restore(ctx context.Context, d *backup.Device, r Restoring) (out RestoredTo, err error) {
	if config.IsDatabase(r.Into) {
		return restoreDatabase(ctx, d, r)
	}
	into, err := filepath.Abs(r.Into)
	if err != nil {
		return out, err
	}
	out.Into = into
	there, err := inUse(into)
	switch {
	case err != nil:
		return out, err
	case there:
		return out, fault.New(fault.Conflict, "%s holds something already", into).
			WithRemedy("name a folder that is not there yet, and put it in place afterwards: hubcap restore --switch FOLDER --data %s", into)
	}
	work := into + restoringSuffix
	if out.Restored, err = restoreFolder(ctx, d, r, work); err != nil {
		return out, err
	}
	if err := os.Remove(into); err != nil && !errors.Is(err, os.ErrNotExist) {
		return out, fmt.Errorf("make room for the restored folder: %w", err)
	}
	if err := os.Rename(work, into); err != nil {
		return out, fmt.Errorf("put the restored folder in place: %w", err)
	}
	return out, syncFolder(filepath.Dir(into))
}

// inUse reports whether a folder holds anything.
func inUse(dir string) (bool, error) {
	list, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return len(list) > 0, err
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync() // not every system can
	return f.Close()
}

// restoreFolder fills a working folder: documents, files, the vault's keys.
func restoreFolder(ctx context.Context, d *backup.Device, r Restoring, work string) (*backup.Restored, error) {
	db, err := bolt.Open(ctx, work, Collections(), bolt.Options{})
	if err != nil {
		return nil, err
	}
	out, err := fillFrom(ctx, d, r, db, work)
	return out, errors.Join(err, db.Close())
}

func fillFrom(ctx context.Context, d *backup.Device, r Restoring, db store.DB, folder string) (*backup.Restored, error) {
	files := blobsOf(folder)
	out, err := d.Restore(ctx, backup.Target{DB: db, Schemas: Content(), Files: files},
		backup.RestoreOptions{At: r.At, Line: r.Line, Cache: filepath.Join(folder, ".fetched"), Progress: r.Progress, Follow: r.Follow})
	if err != nil {
		return nil, err
	}
	rings, err := d.Vaults(ctx)
	if err != nil {
		return nil, err
	}
	r.Vault.Dir = folder
	return out, importRings(r.Vault, rings)
}

func restoreDatabase(ctx context.Context, d *backup.Device, r Restoring) (out RestoredTo, err error) {
	if r.Keys == "" {
		return out, fault.New(fault.Invalid, "a hub on a database has a folder beside it, for its key file and the files of records").
			WithRemedy("name it with --keys DIR; the hub is then started with --data DIR")
	}
	if err := os.MkdirAll(r.Keys, 0o700); err != nil {
		return out, err
	}
	lock, err := bolt.Lock(ctx, r.Keys)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	db, err := openEither(ctx, r.Into, true)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out.Into = r.Into
	out.Restored, err = fillFrom(ctx, d, r, db, r.Keys)
	return out, err
}
