package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// adoption says which restored copy takes the place of the hub's own store at
// the next start. It stands in a file, so that a start which was cut off in
// the middle of it goes on.
type adoption struct {
	Copy  string   `json:"copy"`
	Has   []string `json:"has"`   // which of the store's files the copy brings
	Aside string   `json:"aside"` // the copy that the present store becomes
}

const adoptionFile = "next.json"

// storeFiles are a store's own in a data folder. Indexes and caches are made
// again; models and VIN releases are no part of it.
func storeFiles() []string {
	return []string{"data.db", "local.db", "head", vault.FileName, blobsFolder}
}

func adoptionPath(data string) string { return filepath.Join(data, copiesFolder, adoptionFile) }

// switchCopy has a restored copy take the store's place at the next start, or
// none with "".
func (a *App) switchCopy(ctx context.Context, by vehicle.Caller, name string) error {
	if a.cfg.DB != "" {
		return fault.New(fault.Invalid, "this hub's data is in a database: a copy can't take its place").
			WithRemedy("restore into an empty database: hubcap restore --from … --into postgres://…, then start the hub on that")
	}
	if name == "" {
		if err := os.Remove(adoptionPath(a.cfg.Data)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("take the switch back: %w", err)
		}
		return nil
	}
	list, err := a.copies(ctx)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.Name != name {
			continue
		}
		n := adoption{Copy: name, Aside: "before-" + a.now().UTC().Format("20060102T150405Z")}
		for _, f := range storeFiles() {
			if _, err := os.Lstat(filepath.Join(c.Path, f)); err == nil {
				n.Has = append(n.Has, f)
			}
		}
		if err := a.trail.Record(ctx, by.Scope, by.Actor, audit.Happening{Event: audit.CopyChosen, Subject: audit.Subject{Kind: "copy", ID: c.Name, Name: c.Backup}}); err != nil {
			return err
		}
		return writeJSON(adoptionPath(a.cfg.Data), n)
	}
	return fault.New(fault.NotFound, "there is no copy %q", name)
}

// nextCopy is the copy that the next start takes, "" for none.
func nextCopy(data string) string {
	n, err := readAdoption(data)
	if err != nil || n == nil {
		return ""
	}
	return n.Copy
}

func readAdoption(data string) (*adoption, error) {
	b, err := os.ReadFile(adoptionPath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read which copy is to be used: %w", err)
	}
	var n adoption
	if err := json.Unmarshal(b, &n); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "%s is damaged", adoptionPath(data)).WithRemedy("remove it: the hub then starts on its own store")
	}
	return &n, nil
}

// adopt puts the copy that was chosen in the store's place, before the store
// is opened. What was there becomes a copy itself.
func adopt(ctx context.Context, data string, now time.Time) (err error) {
	n, err := readAdoption(data)
	if err != nil || n == nil {
		return err
	}
	lock, err := bolt.Lock(ctx, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	from, aside := filepath.Join(data, copiesFolder, n.Copy), filepath.Join(data, copiesFolder, n.Aside)
	if _, err := os.Stat(aside); errors.Is(err, fs.ErrNotExist) { // not begun
		if err := wholeCopy(ctx, from); err != nil {
			return fmt.Errorf("use the copy %s: %w", n.Copy, err)
		}
	}
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return err
	}
	for _, f := range storeFiles() {
		if err := swapFile(data, from, aside, f, n); err != nil {
			return fmt.Errorf("use the copy %s: %w", n.Copy, err)
		}
	}
	note := rest.StoreCopy{Name: n.Aside, Made: store.Moment(now), Backup: "the store that was in use before", Time: store.Moment(now), Counts: []rest.CopyCount{}}
	if err := writeJSON(filepath.Join(aside, copyNote), note); err != nil {
		return err
	}
	if err := os.RemoveAll(from); err != nil {
		return err
	}
	return os.Remove(adoptionPath(data))
}

// swapFile puts one file or folder aside and the copy's in its place. Each
// step that was done before the start was cut off is found done.
func swapFile(data, from, aside, name string, n *adoption) error {
	here, there, kept := filepath.Join(data, name), filepath.Join(from, name), filepath.Join(aside, name)
	brings := false
	for _, f := range n.Has {
		brings = brings || f == name
	}
	if _, err := os.Lstat(there); brings && errors.Is(err, fs.ErrNotExist) {
		return nil // it is in place
	}
	if _, err := os.Lstat(kept); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(here, kept); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if !brings {
		return nil
	}
	return os.Rename(there, here)
}

// writeJSON writes a small file whole or not at all.
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}
