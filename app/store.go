package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/move"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/backup"
)

// openStore opens the store that the settings name: a database, or the data
// folder itself. The folder is this process's alone either way, for its
// indexes and keys lie there.
func (a *App) openStore(ctx context.Context) error {
	if a.cfg.DB == "" {
		if err := adopt(ctx, a.cfg.Data, a.now()); err != nil {
			return err
		}
		db, err := bolt.Open(ctx, a.cfg.Data, Collections(), bolt.Options{Now: a.now, Observer: store.Observer{Commit: a.metrics.Commit}})
		if err != nil {
			return err
		}
		a.db = db
	} else {
		lock, err := bolt.Lock(ctx, a.cfg.Data)
		if err != nil {
			return err
		}
		a.closers = append(a.closers, lock.Close)
		db, err := a.openDatabase(ctx)
		if err != nil {
			return err
		}
		a.db = db
	}
	a.closers = append(a.closers, a.db.Close)
	a.beneath = a.db
	return errors.Join(move.Refuse(ctx, a.db), backup.Refuse(ctx, a.db))
}

func (a *App) openDatabase(ctx context.Context) (*postgres.DB, error) {
	o := postgres.Options{Now: a.now, Observer: store.Observer{Commit: a.metrics.Commit}, Log: a.log, Query: a.metrics.Query, Replicas: a.cfg.DBReplicas,
		Readers: a.cfg.DBReaders, Statement: a.cfg.DBTimeout, Slow: a.cfg.DBSlow}
	if err := begin(ctx, a.cfg.DB); err != nil {
		return nil, err
	}
	db, err := postgres.Open(ctx, a.cfg.DB, Collections(), o)
	if err != nil {
		return nil, err
	}
	a.metrics.Database(func() telemetry.Connections {
		u := db.Usage()
		return telemetry.Connections{Open: map[string]int32{"read": u.Readers, "write": u.Writers}, Busy: map[string]int32{"read": u.ReadersBusy, "write": u.WritersBusy}, Waits: u.Waits}
	})
	return db, nil
}

// begin gives a database that never held a document its tables, also when an
// earlier start was killed at it. One that holds a store is migrated by a
// person, who reads the plan first.
func begin(ctx context.Context, url string) (err error) {
	m, err := postgres.NewMigrator(ctx, url, postgres.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if unused, err := m.Unused(ctx); err != nil || !unused {
		return err
	}
	_, err = m.Up(ctx)
	return err
}

// Moving says what is moved where: each a data folder or a database's URL.
type Moving struct {
	From, To string
	// Keys is the folder whose key file opens what is sealed in a database.
	Keys string
}

// Move copies the truth of one store into another that is empty. The key
// file goes with it into a folder, for what is sealed in the store opens with
// no other.
func Move(ctx context.Context, m Moving, o move.Options) (r move.Report, err error) {
	if same(m.From, m.To) {
		return r, fault.New(fault.Invalid, "the source and the target are the same").WithRemedy("name two stores")
	}
	source, err := openEither(ctx, m.From, false)
	if err != nil {
		return r, fmt.Errorf("open the source: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := openEither(ctx, m.To, true)
	if err != nil {
		return r, fmt.Errorf("open the target: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	if !config.IsDatabase(m.To) {
		if !config.IsDatabase(m.From) {
			m.Keys = m.From
		}
		o.Ready = func() error {
			if m.Keys != "" {
				if err := carryFiles(ctx, m.Keys, m.To); err != nil {
					return fmt.Errorf("carry the files of photos and papers: %w", err)
				}
			}
			return vault.Carry(m.Keys, m.To)
		}
	}
	return move.Run(ctx, source, target, Collections(), o)
}

// same reports whether two names are one store. Two addresses of one database
// are not found out here: the target is not empty then.
func same(from, to string) bool {
	if from == to {
		return true
	}
	a, err := os.Stat(from)
	b, errTo := os.Stat(to)
	return err == nil && errTo == nil && os.SameFile(a, b)
}

// openEither opens the store of that name. Only a target may be made.
func openEither(ctx context.Context, name string, target bool) (store.DB, error) {
	if config.IsDatabase(name) {
		if target {
			if err := begin(ctx, name); err != nil {
				return nil, err
			}
		}
		return postgres.Open(ctx, name, Collections(), postgres.Options{})
	}
	if _, err := os.Stat(filepath.Join(name, "data.db")); err != nil && !target {
		return nil, fault.Wrap(fault.NotFound, err, "there is no data folder %s", name).WithRemedy("name a folder that a hub has used, or a database as postgres://USER:PASSWORD@HOST:5432/NAME")
	}
	return bolt.Open(ctx, name, Collections(), bolt.Options{})
}
