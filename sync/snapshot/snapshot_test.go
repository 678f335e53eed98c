package snapshot_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/sync/snapshot"
)

type car struct {
	ID   string `json:"id"`
	Note string `json:"note"`
}

var (
	cars    = store.Define(store.Def[car]{Name: "cars", Class: store.Truth, Schema: 1, Key: func(c *car) string { return c.ID }})
	trucks  = store.Define(store.Def[car]{Name: "trucks", Class: store.Truth, Schema: 1, Key: func(c *car) string { return c.ID }})
	derived = store.Define(store.Def[car]{Name: "derived", Class: store.Derived, Schema: 1, Key: func(c *car) string { return c.ID }})
	schemas = []*store.Schema{cars.Schema(), trucks.Schema(), derived.Schema()}
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// busy writes into two organisations until it is told to stop, and remembers
// the content after each of its transactions.
type busy struct {
	t     *testing.T
	db    store.DB
	model *mem.DB // written in step, in the same order
	mu    sync.Mutex
	after map[uint64]store.Content
	r     *rand.Rand
}

func (b *busy) write(ctx context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	org := store.Org([]string{"main", "other"}[b.r.IntN(2)])
	type op struct {
		coll *store.Collection[car]
		c    car
		gone bool
	}
	var ops []op
	for range 1 + b.r.IntN(3) {
		o := op{cars, car{ID: fmt.Sprintf("c%03d", b.r.IntN(200)), Note: fmt.Sprint(b.r.Uint64())}, b.r.IntN(4) == 0}
		if b.r.IntN(3) == 0 {
			o.coll = trucks
		}
		ops = append(ops, o)
	}
	do := func(db store.DB) uint64 {
		seq, err := db.Update(ctx, store.Write{Scope: org, Actor: actor.Hub("test")}, func(tx store.Tx) error {
			for _, o := range ops {
				if o.gone {
					if err := o.coll.Delete(tx, o.c.ID, store.AnyRev); err != nil && !fault.Is(err, fault.NotFound) {
						return err
					}
					continue
				}
				if _, err := o.coll.Put(tx, &o.c, store.AnyRev); err != nil {
					return err
				}
			}
			return nil
		})
		check(b.t, err)
		return seq
	}
	seq := do(b.db)
	do(b.model)
	if seq > 0 {
		c, err := store.ContentOf(ctx, b.model, schemas, nil)
		check(b.t, err)
		b.after[seq] = c
	}
}

// A snapshot taken beside writers is the store after one of their
// transactions, exactly.
func TestASnapshotIsOneMoment(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) store.DB{
		"mem": func(t *testing.T) store.DB { db, err := mem.Open(schemas, mem.Options{}); check(t, err); return db },
		"bolt": func(t *testing.T) store.DB {
			db, err := bolt.Open(t.Context(), t.TempDir(), schemas, bolt.Options{})
			check(t, err)
			t.Cleanup(func() { _ = db.Close() })
			return db
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			model, err := mem.Open(schemas, mem.Options{})
			check(t, err)
			b := &busy{t: t, db: db, model: model, after: map[uint64]store.Content{0: {}}, r: rand.New(rand.NewPCG(1, 1))}
			for range 100 {
				b.write(t.Context())
			}
			for range 10 {
				moved := 0
				s, err := snapshot.Take(t.Context(), db, schemas, snapshot.Options{Hold: "snapshot", Dir: t.TempDir(), Progress: func(int) {
					b.write(t.Context()) // between two pages
					moved++
				}})
				check(t, err)
				got, err := s.Content(t.Context())
				check(t, err)
				again, err := s.Content(t.Context())
				check(t, err)
				want, ok := b.after[s.At.Seq]
				if !ok || moved == 0 || got.Root != want.Root || got.Root != again.Root {
					t.Errorf("at %d: %v, want %v (known %v, %d writes between)", s.At.Seq, got, want, ok, moved)
				}
				delete(want.Counts, "derived")
				if !maps.Equal(got.Counts, want.Counts) {
					t.Errorf("counts %v, want %v", got.Counts, want.Counts)
				}
				if s.Time.IsZero() {
					t.Error("it has no time")
				}
				s.Close()
			}
			held, err := db.Followers(t.Context())
			check(t, err)
			for _, f := range held {
				if f.Name == "snapshot" {
					t.Error("the log is still held")
				}
			}
		})
	}
}

func TestASnapshotOfNothing(t *testing.T) {
	db, err := mem.Open(schemas, mem.Options{})
	check(t, err)
	s, err := snapshot.Take(t.Context(), db, schemas, snapshot.Options{Hold: "snapshot", Dir: t.TempDir()})
	check(t, err)
	defer s.Close()
	c, err := s.Content(t.Context())
	check(t, err)
	if s.At.Seq != 0 || c.Counts["cars"] != 0 || len(c.Counts) != 2 {
		t.Errorf("%+v %+v", s.At, c)
	}
}
