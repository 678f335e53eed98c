package drill

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// Fault is one fault and what became of the promise.
type Fault struct {
	Name    string `json:"name"`
	Promise string `json:"promise"`
	Live    bool   `json:"live"` // the fault was seen to strike
	Held    bool   `json:"held"`
	Note    string `json:"note,omitempty"`
}

// most bounds what the faults are tried on: documents of the backup itself.
const most = 2000

// lab is a copy of a part of the backup in memory, on which faults may strike.
type lab struct {
	o       Options
	docs    []checkpoint.Document
	files   *shelf
	scratch string
	random  *rand.Rand
	rounds  int
}

const labSecret = "the passphrase of a drill"

// chaos tries every fault on a copy in memory. Neither the hub nor its backup
// is touched.
func (o Options) chaos(ctx context.Context) ([]Fault, error) {
	l := &lab{o: o, files: &shelf{of: map[string][]byte{}}, scratch: filepath.Join(o.Scratch, "chaos"), random: rand.New(rand.NewPCG(7, 7))}
	if err := os.MkdirAll(l.scratch, 0o700); err != nil {
		return nil, err
	}
	defer os.RemoveAll(l.scratch)
	if err := l.take(ctx); err != nil {
		return nil, fmt.Errorf("take documents for the faults: %w", err)
	}
	var out []Fault
	for i, f := range faults {
		o.Progress("fault: "+f.name, int64(i+1), int64(len(faults)))
		got := Fault{Name: f.name, Promise: f.promise}
		w, err := l.world(ctx)
		if err == nil {
			got.Live, err = f.strike(ctx, w)
			w.end()
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch {
		case err != nil:
			got.Note = err.Error()
		case !got.Live:
			got.Note = "the fault did not strike, so nothing is shown"
		default:
			got.Held = true
		}
		out = append(out, got)
	}
	return out, nil
}

// take brings some documents of the backup, and the first files they name.
func (l *lab) take(ctx context.Context) error {
	of := map[string]*store.Schema{}
	for _, s := range l.o.Schemas {
		of[s.Name] = s
	}
	seen := map[string]int{}
	docs, _, err := l.o.Device.Extract(ctx, backup.RestoreOptions{Cache: filepath.Join(l.scratch, "fetched")}, func(collection, _, _ string, _ []byte) bool {
		if of[collection] == nil || seen[collection] >= most/8 {
			return false
		}
		seen[collection]++
		return true
	})
	if err != nil {
		return err
	}
	l.docs = docs
	for _, d := range docs {
		s := of[d.Collection]
		if s.Blobs == nil || len(l.files.of) >= 5 {
			continue
		}
		names, err := s.Blobs(d.Doc)
		if err != nil {
			return err
		}
		for _, n := range names {
			if err := l.o.Device.RestoreFile(ctx, n, l.files); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
	}
	return nil
}

// world is one hub with its backup, for one fault.
type world struct {
	*lab
	db     *mem.DB
	bucket *remote.Faulty
	repo   *backup.Repo
	dev    *backup.Device
	s      *backup.Shipper
	stop   func()
}

func (l *lab) world(ctx context.Context) (*world, error) {
	w := &world{lab: l, bucket: remote.NewFaulty(remote.NewMemory(remote.MemoryOptions{}), nil)}
	var err error
	if w.db, err = l.store(); err != nil {
		return nil, err
	}
	if err := w.fill(ctx); err != nil {
		return nil, err
	}
	rec, err := seal.NewRecovery()
	if err != nil {
		return nil, err
	}
	// What a try at a passphrase costs is not what is drilled here.
	w.repo, _, err = backup.Init(ctx, w.bucket, backup.Secrets{Passphrase: labSecret, Recovery: rec}, backup.Options{Work: seal.CheapForTests})
	if err != nil {
		return nil, err
	}
	if w.dev, err = w.repo.Device("drill"); err != nil {
		return nil, err
	}
	w.start(ctx)
	if err := w.ready(ctx); err != nil {
		w.end()
		return nil, err
	}
	return w, w.write(ctx, 20)
}

func (l *lab) store() (*mem.DB, error) {
	return mem.Open(append(slices.Clone(l.o.Schemas), backup.Schemas()...), mem.Options{})
}

func (w *world) fill(ctx context.Context) error {
	_, err := w.db.Update(ctx, who, func(tx store.Tx) error {
		for i := range w.docs {
			d := &w.docs[i]
			if err := w.put(tx, d, d.Rev); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

var who = store.Write{Scope: store.System().In("drill"), Actor: actor.Hub("drill")}

func (w *world) put(tx store.Tx, d *checkpoint.Document, rev int64) error {
	s := w.schema(d.Collection)
	row, err := s.RowOf(d.Key, d.Doc, rev)
	if err != nil {
		return err
	}
	_, err = tx.ScopedTx(store.System().In(d.Org)).Store(s, row, store.AnyRev)
	return err
}

func (w *world) schema(name string) *store.Schema {
	i := slices.IndexFunc(w.o.Schemas, func(s *store.Schema) bool { return s.Name == name })
	return w.o.Schemas[i]
}

// write changes documents one by one, as people do.
func (w *world) write(ctx context.Context, n int) error {
	for range n {
		d := &w.docs[w.random.IntN(len(w.docs))]
		if _, err := w.db.Update(ctx, who, func(tx store.Tx) error { return w.put(tx, d, 0) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) start(ctx context.Context) {
	w.rounds++
	w.s = w.dev.NewShipper(w.source(), backup.ShipOptions{Name: "drill", Holder: fmt.Sprint("drill-", w.rounds), Scratch: w.scratch})
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	s := w.s
	go func() { _ = s.Run(ctx); close(ended) }()
	w.stop = func() { cancel(); <-ended }
}

func (w *world) source() backup.Source {
	return backup.Source{DB: w.db, Schemas: w.o.Schemas, Files: w.files, Version: w.o.Version}
}

func (w *world) end() {
	w.bucket.Script(nil)
	w.stop()
}

// ready waits for the first checkpoint and for the log.
func (w *world) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := w.s.Flush(ctx)
		if err == nil && !w.s.State().Checkpoint.IsZero() {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// whole restores the newest state and compares it with the store.
func (w *world) whole(ctx context.Context) error {
	if err := w.ready(ctx); err != nil {
		return fmt.Errorf("it did not catch up: %w", err)
	}
	_, err := w.restored(ctx, w.cache())
	return err
}

func (w *world) cache() string {
	w.rounds++
	return filepath.Join(w.scratch, fmt.Sprint("cache-", w.rounds))
}

func (w *world) restored(ctx context.Context, cache string) (*backup.Restored, error) {
	to, err := w.store()
	if err != nil {
		return nil, err
	}
	return w.into(ctx, to, cache)
}

func (w *world) into(ctx context.Context, to *mem.DB, cache string) (*backup.Restored, error) {
	r, err := w.dev.Restore(ctx, backup.Target{DB: to, Schemas: w.o.Schemas, Files: &shelf{of: map[string][]byte{}}}, backup.RestoreOptions{Cache: cache})
	if err != nil {
		return nil, err
	}
	want, err := store.ContentOf(ctx, w.db, w.o.Schemas, nil)
	if err != nil {
		return nil, err
	}
	if r.Content.Root != want.Root {
		return r, fmt.Errorf("what came back has the root %s, and the store %s", r.Content.Root, want.Root)
	}
	return r, nil
}

// objects lists the bucket's objects whose names hold part.
func (w *world) objects(ctx context.Context, part string) (names []string, err error) {
	err = w.bucket.Bucket.List(ctx, "", "", func(i remote.Info) error {
		if strings.Contains(i.Name, part) {
			names = append(names, i.Name)
		}
		return nil
	})
	return names, err
}

// flip changes one bit of an object.
func (w *world) flip(ctx context.Context, name string) error {
	r, _, err := w.bucket.Bucket.Get(ctx, name)
	if err != nil {
		return err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	b[w.random.IntN(len(b))] ^= 1 << w.random.IntN(8)
	_, err = w.bucket.Bucket.Put(ctx, name, bytes.NewReader(b), int64(len(b)), remote.Put{})
	return err
}

// shelf keeps files in memory.
type shelf struct {
	mu sync.Mutex
	of map[string][]byte
}

func (s *shelf) Open(_ context.Context, sha string) (io.ReadCloser, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.of[sha]
	if !ok {
		return nil, 0, fault.New(fault.NotFound, "the drill did not take the file %s", sha)
	}
	return io.NopCloser(bytes.NewReader(b)), int64(len(b)), nil
}

func (s *shelf) PutAs(_ context.Context, sha string, r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != sha {
		return fault.New(fault.Invalid, "the file is not %s", sha)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of[sha] = b
	return nil
}

func (s *shelf) Has(_ context.Context, sha string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.of[sha]
	return ok, nil
}
