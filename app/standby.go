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
)

// Standing says where a warm standby stands.
type Standing struct {
	Into  string // a data folder, or a database's URL
	Keys  string // for a database: the data folder beside it
	Every time.Duration

	Progress backup.Progress
	Heard    func(seq uint64, at time.Time, err error) // after each look at the bucket
}

// Standby keeps a store beside a hub's backup until ctx ends: it is restored
// when it is not there yet, and anew when the hub began another line of
// history.
func Standby(ctx context.Context, d *backup.Device, s Standing) error {
	for {
		there, err := s.there()
		if err != nil {
			return err
		}
		if !there {
			if _, err := Restore(ctx, d, Restoring{Into: s.Into, Keys: s.Keys, Follow: true, Progress: s.Progress}); err != nil {
				return err
			}
		}
		err = s.with(ctx, d, func(by *backup.Standby) error {
			return by.Run(ctx, s.Every, func(by *backup.Standby, err error) { s.Heard(by.Seq(), by.Time(), err) })
		})
		if !errors.Is(err, backup.ErrNewLine) || ctx.Err() != nil {
			return err
		}
		if err := s.aside(); err != nil {
			return err
		}
	}
}

// folder is where the key file and the files of records lie.
func (s Standing) folder() string {
	if config.IsDatabase(s.Into) {
		return s.Keys
	}
	return s.Into
}

// there reports whether a standby was restored. A database is asked when it
// is opened.
func (s Standing) there() (bool, error) {
	return inUse(s.folder())
}

// aside puts a standby of an old line out of the way.
func (s Standing) aside() error {
	if config.IsDatabase(s.Into) {
		return fault.New(fault.Conflict, "the hub began another line of history, which an emptied database has to be restored from").
			WithRemedy("empty the database, and run the same command again")
	}
	old := filepath.Clean(s.Into) + ".old-line-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(s.Into, old); err != nil {
		return fmt.Errorf("set the standby of the old line aside: %w", err)
	}
	return nil
}

// with opens the standby's store.
func (s Standing) with(ctx context.Context, d *backup.Device, fn func(*backup.Standby) error) (err error) {
	var db store.DB
	if config.IsDatabase(s.Into) {
		db, err = openEither(ctx, s.Into, true)
	} else {
		db, err = bolt.Open(ctx, s.Into, Collections(), bolt.Options{})
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	by, err := d.Stand(ctx, backup.Target{DB: db, Schemas: Content(), Files: blobsOf(s.folder())}, backup.RestoreOptions{Progress: s.Progress})
	if err != nil {
		return err
	}
	return fn(by)
}

// Promote makes a standby the hub: what is still in the bucket comes along,
// and the hub that it followed is shut out of the backup.
func Promote(ctx context.Context, d *backup.Device, s Standing, holder string) (out *backup.Restored, err error) {
	there, err := s.there()
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, fault.New(fault.NotFound, "there is no standby in %s", s.Into).WithRemedy("run `hubcap standby --from PLACE --into %s` first", s.Into)
	}
	err = s.with(ctx, d, func(by *backup.Standby) (err error) { out, err = by.Promote(ctx, holder); return err })
	if err != nil {
		return nil, err
	}
	rings, err := d.Vaults(ctx)
	if err != nil {
		return nil, err
	}
	return out, importRings(vault.Source{Dir: s.folder()}, rings)
}
