package move_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/store/move"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
	"github.com/hubcap-dev/hubcap/internal/pgtest"
)

var schemas = slices.Concat(storetest.Schemas(), move.Schemas())

var cluster pgtest.Cluster

func TestMain(m *testing.M) {
	code := m.Run()
	cluster.Remove()
	os.Exit(code)
}

// engine opens an empty store of a kind.
type engine struct {
	name string
	open func(t *testing.T) store.DB
}

func engines() []engine {
	return []engine{
		{"bolt", func(t *testing.T) store.DB {
			db, err := bolt.Open(t.Context(), t.TempDir(), schemas, bolt.Options{})
			return opened(t, db, err)
		}},
		{"postgres", func(t *testing.T) store.DB {
			url := cluster.URL(cluster.Database(t, ""))
			base, err := fs.ReadFile(postgres.Steps(), "0001_log.sql")
			if err != nil {
				t.Fatal(err)
			}
			step, err := postgres.Step(nil, postgres.Layout(schemas))
			if err != nil {
				t.Fatal(err)
			}
			steps := fstest.MapFS{"0001_log.sql": {Data: base}, "0002_suite.sql": {Data: []byte(step)}}
			m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{Steps: steps})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			if _, err := m.Up(t.Context()); err != nil {
				t.Fatal(err)
			}
			db, err := postgres.Open(t.Context(), url, schemas, postgres.Options{Steps: steps})
			return opened(t, db, err)
		}},
		{"mem", func(t *testing.T) store.DB {
			db, err := mem.Open(schemas, mem.Options{})
			return opened(t, db, err)
		}},
	}
}

func opened(t *testing.T, db store.DB, err error) store.DB {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// change writes n random changes into several organisations: documents are
// made, changed several times, removed and made again.
func change(t *testing.T, db store.DB, n int, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	for range n {
		org := fmt.Sprintf("org%d", r.IntN(3))
		id := fmt.Sprintf("car-%03d", r.IntN(n/2+1))
		_, err := db.Update(t.Context(), store.Write{Scope: store.Org(org), Actor: actor.Machine()}, func(tx store.Tx) error {
			if r.IntN(8) == 0 {
				if err := storetest.Cars.Delete(tx, id, store.AnyRev); !fault.Is(err, fault.NotFound) {
					return err
				}
			}
			c := storetest.Car{ID: id, Make: "Ford", Year: int64(r.IntN(2000)), Note: strings.Repeat("ünïcode \"quoted\" ", r.IntN(20)), Location: "yard", Extra: map[string]any{"b": "2", "a": "1"}}
			_, err := storetest.Cars.Put(tx, &c, store.AnyRev)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// content is a store's, leaving out marks.
func content(t *testing.T, db store.DB) store.Content {
	t.Helper()
	c, err := store.ContentOf(t.Context(), db, storetest.Schemas(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMovesToTheByteBetweenAllEngines(t *testing.T) {
	for _, from := range engines() {
		for _, to := range engines() {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				a, b := from.open(t), to.open(t)
				change(t, a, 400, 7)
				want := content(t, a)
				r, err := move.Run(t.Context(), a, b, schemas, move.Options{})
				if err != nil {
					t.Fatal(err)
				}
				got := content(t, b)
				if got.Root != want.Root || r.Content.Root != want.Root || got.Counts["cars"] < 100 || r.Resumed {
					t.Errorf("moved %+v, report %+v, want %+v", got, r, want)
				}
				if err := move.Refuse(t.Context(), b); err != nil {
					t.Error("a finished move is refused:", err)
				}
				// Work goes on: revisions rise from where they stood.
				change(t, b, 50, 8)
				if content(t, b).Root == want.Root {
					t.Error("the root did not change with the content")
				}
				if _, err := move.Run(t.Context(), a, b, schemas, move.Options{}); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "not empty") {
					t.Errorf("into a store that is in use: %v", err)
				}
			})
		}
	}
}

// stopping fails its n-th update, before or after it is kept.
type stopping struct {
	store.DB
	left int
	kept bool
}

var errStopped = errors.New("stopped")

func (s *stopping) Update(ctx context.Context, w store.Write, fn func(store.Tx) error) (uint64, error) {
	s.left--
	if s.left == 0 && !s.kept {
		return 0, errStopped
	}
	seq, err := s.DB.Update(ctx, w, fn)
	if s.left == 0 && err == nil {
		err = errStopped
	}
	return seq, err
}

// A move that was stopped anywhere, once or many times, goes on and ends with
// the same content; until then nobody may use the target.
func TestGoesOnWhereItStopped(t *testing.T) {
	a := engines()[0].open(t)
	for org := range 3 { // several pages
		_, err := a.Update(t.Context(), store.Write{Scope: store.Org(fmt.Sprint("org", org)), Actor: actor.Machine()}, func(tx store.Tx) error {
			for i := range 1500 {
				if _, err := storetest.Cars.Insert(tx, &storetest.Car{ID: fmt.Sprintf("c%05d", i), Note: strings.Repeat("x", 3000), Location: "yard"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := content(t, a)
	for _, kept := range []bool{false, true} {
		b := engines()[2].open(t)
		stops := 0
		for n := 1; ; n++ {
			r, err := move.Run(t.Context(), a, &stopping{DB: b, left: n % 4, kept: kept}, schemas, move.Options{})
			if err == nil {
				if !r.Resumed || r.Content.Root != want.Root {
					t.Errorf("after %d stops: %+v, want %+v", stops, r, want)
				}
				break
			}
			if !errors.Is(err, errStopped) || n > 40 {
				t.Fatalf("stop %d: %v", stops, err)
			}
			stops++
			if refused := move.Refuse(t.Context(), b); n > 3 && !fault.Is(refused, fault.Conflict) {
				t.Errorf("half a store is served: %v", refused)
			}
		}
		if stops < 3 {
			t.Errorf("it stopped %d times only", stops)
		}
	}
}

func TestRefusesWhatIsNotTheSame(t *testing.T) {
	a, b := engines()[0].open(t), engines()[2].open(t)
	change(t, a, 100, 1)
	if _, err := move.Run(t.Context(), a, &stopping{DB: b, left: 1, kept: true}, schemas, move.Options{}); !errors.Is(err, errStopped) {
		t.Fatal(err)
	}
	change(t, a, 1, 2)
	if _, err := move.Run(t.Context(), a, b, schemas, move.Options{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("goes on from a source that was changed: %v", err)
	}
	other := engines()[2].open(t)
	if _, err := move.Run(t.Context(), other, b, schemas, move.Options{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("goes on from another source: %v", err)
	}
	// Half a store is no source either.
	if _, err := move.Run(t.Context(), b, other, schemas, move.Options{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("moves half a store: %v", err)
	}
	// A source that is written to meanwhile is noticed at the end.
	c := engines()[2].open(t)
	changed := false
	_, err := move.Run(t.Context(), a, c, schemas, move.Options{Progress: func(string, int) {
		if !changed {
			changed = true
			change(t, a, 1, 3)
		}
	}})
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("the source changed meanwhile: %v", err)
	}
}
