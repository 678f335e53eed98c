package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// car is the document of these tests. Plate is unique, so that the order of
// changes matters.
type car struct {
	ID    string `json:"id"`
	Plate string `json:"plate,omitempty"`
	Note  string `json:"note"`
	Photo string `json:"photo,omitempty"`
}

var cars = store.Define(store.Def[car]{Name: "cars", Class: store.Truth, Schema: 1, Key: func(c *car) string { return c.ID },
	Indexes: []store.Index[car]{{Name: "plate", Unique: true, Fields: []store.Field[car]{{Name: "plate", Kind: store.Text, Value: func(c *car) store.Value { return store.StringOrNull(c.Plate) }}}}},
	Blobs: func(c *car) []string {
		if c.Photo == "" {
			return nil
		}
		return []string{c.Photo}
	},
})

var notes = store.Define(store.Def[car]{Name: "notes", Class: store.Truth, Schema: 1, Key: func(c *car) string { return c.ID }})

var content = []*store.Schema{cars.Schema(), notes.Schema()}

func schemas() []*store.Schema { return append(slices.Clone(content), backup.Schemas()...) }

// shelf keeps files in memory.
type shelf struct {
	mu    sync.Mutex
	files map[string][]byte
}

func newShelf() *shelf { return &shelf{files: map[string][]byte{}} }

func (s *shelf) add(b []byte) string {
	sum := sha256.Sum256(b)
	name := hex.EncodeToString(sum[:])
	s.mu.Lock()
	s.files[name] = b
	s.mu.Unlock()
	return name
}

func (s *shelf) Open(_ context.Context, sha string) (io.ReadCloser, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.files[sha]
	if !ok {
		return nil, 0, fault.New(fault.NotFound, "no file %s", sha)
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
	s.add(b)
	return nil
}

func (s *shelf) Has(_ context.Context, sha string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.files[sha]
	return ok, nil
}

// world is a hub with a store, files and a bucket.
type world struct {
	t      testing.TB
	db     *mem.DB
	files  *shelf
	bucket *remote.Faulty
	repo   *backup.Repo
	dev    *backup.Device
	key    seal.Key
	rnd    *rand.Rand
	runs   int

	states []moment // after each transaction
}

// moment is what the store held when a transaction was done.
type moment struct {
	seq     uint64
	time    time.Time
	content store.Content
}

const secret = "four words and one more"

func newWorld(t testing.TB, seed uint64) *world {
	t.Helper()
	db, err := mem.Open(schemas(), mem.Options{})
	check(t, err)
	w := &world{t: t, db: db, files: newShelf(), bucket: remote.NewFaulty(remote.NewMemory(remote.MemoryOptions{}), nil), rnd: rand.New(rand.NewPCG(seed, 7))}
	rec, err := seal.NewRecovery()
	check(t, err)
	w.repo, w.key, err = backup.Init(t.Context(), w.bucket, backup.Secrets{Passphrase: secret, Recovery: rec}, backup.Options{Work: seal.CheapForTests})
	check(t, err)
	w.dev, err = w.repo.Device("hub-1")
	check(t, err)
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) source() backup.Source {
	return backup.Source{DB: w.db, Schemas: content, Files: w.files, Version: "test",
		Vault: func(seal func([]byte) ([]byte, error)) ([]byte, error) { return seal([]byte("the ring of the vault")) }}
}

func (w *world) shipper(o backup.ShipOptions) *backup.Shipper {
	w.runs++
	o.Name, o.Scratch, o.Holder = "backup-test", w.t.TempDir(), fmt.Sprint("run-", w.runs)
	return w.dev.NewShipper(w.source(), o)
}

// write makes one transaction of a few random changes.
func (w *world) write() {
	w.t.Helper()
	n := 1 + w.rnd.IntN(4)
	_, err := w.db.Update(w.t.Context(), store.Write{Scope: store.Org("main"), Actor: actor.Hub("test")}, func(tx store.Tx) error {
		for range n {
			id := fmt.Sprintf("c%02d", w.rnd.IntN(20))
			switch w.rnd.IntN(5) {
			case 0:
				if err := cars.Delete(tx, id, store.AnyRev); err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
			case 1:
				if _, err := notes.Put(tx, &car{ID: id, Note: fmt.Sprint(w.rnd.Uint64())}, store.AnyRev); err != nil {
					return err
				}
			default:
				c := car{ID: id, Note: fmt.Sprint("note ", w.rnd.Uint64())}
				if w.rnd.IntN(2) == 0 {
					c.Plate = fmt.Sprint("P", w.rnd.IntN(12))
				}
				if w.rnd.IntN(6) == 0 {
					c.Photo = w.files.add(fmt.Append(nil, "photo ", w.rnd.IntN(9)))
				}
				// A plate that another car has is refused, and the rest goes on.
				if _, err := cars.Put(tx, &c, store.AnyRev); err != nil && !fault.Is(err, fault.Conflict) {
					return err
				}
			}
		}
		return nil
	})
	check(w.t, err)
	w.remember()
}

func (w *world) remember() {
	w.t.Helper()
	head := w.db.Head()
	m := moment{seq: head.Seq, content: contentOf(w.t, w.db)}
	if head.Seq > 0 {
		changes, err := w.db.Changes(w.t.Context(), head.Seq-1, 1)
		if err == nil && len(changes) > 0 {
			m.time = changes[len(changes)-1].Time
		}
	}
	w.states = append(w.states, m)
}

func contentOf(t testing.TB, db store.DB) store.Content {
	t.Helper()
	c, err := store.ContentOf(t.Context(), db, content, nil)
	check(t, err)
	return c
}

// at is the state that was true at a moment.
func (w *world) at(t time.Time) moment {
	out := moment{}
	for _, m := range w.states {
		if !m.time.After(t) {
			out = m
		}
	}
	return out
}

// restore brings a moment back into a fresh store and compares it with what
// was true.
func (w *world) restore(at time.Time, want moment) (*backup.Restored, *mem.DB, *shelf) {
	w.t.Helper()
	r, db, files, err := w.tryRestore(at)
	check(w.t, err)
	got := contentOf(w.t, db)
	if got.Root != want.content.Root || !maps.Equal(got.Counts, want.content.Counts) {
		w.t.Fatalf("restored to %v at change %d: %v, want that of change %d: %v", at, r.Seq, got, want.seq, want.content)
	}
	if len(r.Lost) > 0 {
		w.t.Errorf("files are lost: %v", r.Lost)
	}
	return r, db, files
}

func (w *world) tryRestore(at time.Time) (*backup.Restored, *mem.DB, *shelf, error) {
	w.t.Helper()
	key, err := backup.Unlock(w.t.Context(), w.bucket, secret)
	check(w.t, err)
	repo, err := backup.Open(w.t.Context(), w.bucket, key, backup.Options{})
	if err != nil {
		return nil, nil, nil, err
	}
	dev, err := repo.Device("hub-1")
	check(w.t, err)
	db, err := mem.Open(schemas(), mem.Options{})
	check(w.t, err)
	files := newShelf()
	r, err := dev.Restore(w.t.Context(), backup.Target{DB: db, Schemas: content, Files: files}, backup.RestoreOptions{At: at, Cache: w.t.TempDir() + "/fetched"})
	return r, db, files, err
}
