// Package bolt keeps a store in a folder: data.db for truth and the change
// log, local.db for what is derived or belongs to this installation, head
// for the sequence last committed, lock for the one process that may hold it.
// The byte layouts are docs/formats/store.md.
//
// What bbolt does not do is done here: writers share an fsync without waiting
// for one another when alone (group.go), every value carries a checksum
// (record.go), a file cut short is refused before bbolt maps it (pages.go),
// and commits that a damaged meta page hides are noticed (head.go).
package bolt

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	bbolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Options of a store; the zero Options works.
type Options struct {
	Now      func() time.Time // for the times of changes
	Observer store.Observer

	// LockWait is how long to wait for another process to let go of the
	// folder; 0 is one second.
	LockWait time.Duration

	// Steps are what the folder must have; nil is Hubcap's.
	Steps []Step
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.LockWait == 0 {
		o.LockWait = time.Second
	}
	if o.Steps == nil {
		o.Steps = Steps()
	}
	return o
}

// The files of a data folder.
const (
	dataFile  = "data.db"
	localFile = "local.db"
)

// DB is an open data folder.
type DB struct {
	dir     string
	o       Options
	lock    *os.File
	schemas map[string]*collection
	data    *group // truth and the log
	local   *group // derived and local
	cursors *store.Cursors
	head    *headFile
	climbed []StepState // the steps that opening applied

	mu     sync.RWMutex
	closed bool
	epoch  string
	seq    uint64 // last committed
	last   time.Time
	fault  error
	moved  chan struct{} // closed and replaced at each commit
	seized map[string]*Seized
}

// collection is a schema with the names of its buckets.
type collection struct {
	*store.Schema
	docs    []byte
	indexes []indexBucket // in the schema's order
}

type indexBucket struct {
	id   uint64 // never used twice in a collection; records name their entries by it
	name []byte
}

// Open opens the data folder dir, making it when it does not exist, with
// these collections. Its errors are sentences for a person, with a remedy.
func Open(ctx context.Context, dir string, schemas []*store.Schema, o Options) (*DB, error) {
	if err := store.CheckSchemas(schemas); err != nil {
		return nil, err
	}
	db := &DB{dir: dir, o: o.withDefaults(), schemas: map[string]*collection{}, moved: make(chan struct{})}
	if err := db.open(ctx, schemas); err != nil {
		_ = db.release()
		return nil, err
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, schemas []*store.Schema) error {
	if err := os.MkdirAll(db.dir, 0o700); err != nil {
		return folderError(db.dir, err)
	}
	var err error
	if db.lock, err = lockFolder(ctx, db.dir, db.o.LockWait); err != nil {
		return err
	}
	data, err := openFile(filepath.Join(db.dir, dataFile), true)
	if err != nil {
		return err
	}
	db.data = &group{bolt: data, path: dataFile}
	// Sessions and cursors are not worth refusing to start for: a local.db
	// that can't be read is put aside and begun again.
	path := filepath.Join(db.dir, localFile)
	local, err := openFile(path, false)
	if err != nil && !errors.Is(err, os.ErrPermission) {
		aside := path + ".damaged-" + db.o.Now().UTC().Format("20060102T150405Z")
		if os.Rename(path, aside) == nil {
			local, err = openFile(path, false)
		}
	}
	if err != nil {
		return err
	}
	db.local = &group{bolt: local, path: localFile}
	if err := db.prepare(ctx, schemas); err != nil {
		return err
	}
	return db.takeStock()
}

// Lock takes a data folder for this process, making it when it does not
// exist, without opening the files in it: for what else lies there while the
// documents are in a database.
func Lock(ctx context.Context, dir string) (io.Closer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, folderError(dir, err)
	}
	lock, err := lockFolder(ctx, dir, time.Second)
	if err != nil {
		return nil, err
	}
	return closer(func() error { return unlockFolder(lock) }), nil
}

type closer func() error

func (c closer) Close() error { return c() }

// openFile opens one bbolt file. Inside it a new file is made whole under
// another name and then renamed, so that a crash leaves none half made.
func openFile(path string, precious bool) (*bbolt.DB, error) {
	_, err := os.Stat(path)
	fresh := errors.Is(err, os.ErrNotExist)
	if fresh {
		made := path + ".new"
		if err := os.Remove(made); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, folderError(filepath.Dir(path), err)
		}
		b, err := bbolt.Open(made, 0o600, boltOptions())
		if err != nil {
			return nil, folderError(filepath.Dir(path), err)
		}
		if err := b.Close(); err != nil {
			return nil, folderError(filepath.Dir(path), err)
		}
		if err := os.Rename(made, path); err != nil {
			return nil, folderError(filepath.Dir(path), err)
		}
		if err := syncFolder(filepath.Dir(path)); err != nil {
			return nil, folderError(filepath.Dir(path), err)
		}
	}
	if err := checkPages(path); err != nil {
		if precious {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var b *bbolt.DB
	err = guard(filepath.Base(path), "", func() (err error) { b, err = bbolt.Open(path, 0o600, boltOptions()); return err })
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, inUse(filepath.Dir(path), "")
	case err != nil:
		return nil, folderError(filepath.Dir(path), err)
	}
	b.AllocSize = 2 << 20 // the step in which the file grows
	return b, nil
}

func boltOptions() *bbolt.Options {
	o := &bbolt.Options{
		Timeout: time.Second,
		// The array freelist is searched from its start at each allocation.
		FreelistType: bbolt.FreelistMapType,
		NoStatistics: true,
	}
	if runtime.GOOS != "windows" {
		// Address space, not memory: growing the map waits for all readers.
		o.InitialMmapSize = 4 << 30
		if ^uint(0)>>32 == 0 {
			o.InitialMmapSize = 256 << 20
		}
	}
	return o
}

func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders can't be opened for writing there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// folderError is what a person reads when the folder can't be used.
func folderError(dir string, err error) error {
	if errors.Is(err, os.ErrPermission) || isReadOnly(err) {
		return fault.Wrap(fault.Unavailable, err, "the data folder %s can't be written", dir).
			WithRemedy("give this user the right to write there, or name another folder with --data")
	}
	if isFull(err) {
		return fault.Wrap(fault.Full, err, "the disk that holds the data folder %s is full", dir).
			WithRemedy("free some space on it; nothing that was saved is lost")
	}
	return fault.Wrap(fault.Unavailable, err, "the data folder %s can't be opened", dir).
		WithRemedy("check the disk, or restore a backup into an empty folder")
}

// Close waits for running transactions, then lets go of the folder.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.moved)
	db.mu.Unlock()
	db.releaseAll()
	return db.release()
}

func (db *DB) release() error {
	var errs []error
	for _, g := range []*group{db.data, db.local} {
		if g != nil {
			errs = append(errs, g.close())
		}
	}
	if db.head != nil {
		errs = append(errs, db.head.close())
	}
	if db.lock != nil {
		errs = append(errs, unlockFolder(db.lock))
	}
	return errors.Join(errs...)
}

// Head is the position of the last committed change.
func (db *DB) Head() store.Position {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return store.Position{Epoch: db.epoch, Seq: db.seq}
}

// Fault says why the store refuses writes.
func (db *DB) Fault() error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.fault != nil {
		return db.fault
	}
	return db.data.brokenBy()
}

func (db *DB) isClosed() bool {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.closed
}

func newEpoch() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	return hex.EncodeToString(b[:])
}
