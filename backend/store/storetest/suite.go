// Package storetest is the one suite that every engine of store passes. A bug
// found in one engine becomes a case here.
package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Engine is what the suite needs to know of an engine.
type Engine struct {
	// Open opens the store kept under dir, an empty folder at first.
	Open func(t *testing.T, dir string, o Options) store.DB

	// Copy makes a copy of an open store, as a crash would leave it; nil when
	// the engine keeps nothing on disk.
	Copy func(t *testing.T, from, to string)
}

// Options that the suite sets.
type Options struct {
	Schemas  []*store.Schema
	Now      func() time.Time
	Observer store.Observer
}

// Car is the document of the suite.
type Car struct {
	ID       string          `json:"id"`
	VIN      string          `json:"vin"`
	Make     string          `json:"make"`
	Year     int64           `json:"year"`
	Stock    string          `json:"stock,omitempty"`
	Price    *int64          `json:"price"`
	Sold     bool            `json:"sold"`
	Seen     store.Timestamp `json:"seen"`
	Note     string          `json:"note"`
	Location string          `json:"location"`
	Group    string          `json:"group"`
	Owner    string          `json:"owner"`
	Extra    map[string]any  `json:"extra,omitempty"`
}

// Session is a document that is not logged.
type Session struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// The collections of the suite.
var (
	Cars = store.Define(store.Def[Car]{
		Name: "cars", Class: store.Truth, Schema: 1,
		Key:   func(c *Car) string { return c.ID },
		Place: func(c *Car) store.Place { return store.Place{Location: c.Location, Group: c.Group, Owner: c.Owner} },
		Indexes: []store.Index[Car]{
			{Name: "vin", Fields: []store.Field[Car]{text("vin", func(c *Car) store.Value { return store.String(c.VIN) })}},
			{Name: "stock", Unique: true, Fields: []store.Field[Car]{text("stock", func(c *Car) store.Value { return store.StringOrNull(c.Stock) })}},
			{Name: "make_year", Fields: []store.Field[Car]{
				text("make", func(c *Car) store.Value { return store.String(c.Make) }),
				{Name: "year", Kind: store.Int, Value: func(c *Car) store.Value { return store.Int64(c.Year) }},
				{Name: "price", Kind: store.Int, Value: func(c *Car) store.Value {
					if c.Price == nil {
						return store.Null()
					}
					return store.Int64(*c.Price)
				}},
				{Name: "sold", Kind: store.Bool, Value: func(c *Car) store.Value { return store.Flag(c.Sold) }},
			}},
			{Name: "seen", Fields: []store.Field[Car]{{Name: "seen", Kind: store.Time, Value: func(c *Car) store.Value { return c.Seen.Value() }}}},
		},
	})

	Sessions = store.Define(store.Def[Session]{
		Name: "sessions", Class: store.Local, Schema: 1,
		Key: func(s *Session) string { return s.ID },
	})
)

func text(name string, v func(*Car) store.Value) store.Field[Car] {
	return store.Field[Car]{Name: name, Kind: store.Text, Value: v}
}

// Schemas are the suite's collections as engines see them.
func Schemas() []*store.Schema {
	return []*store.Schema{Cars.Schema(), Sessions.Schema(), store.Undos.Schema()}
}

// Run runs the whole suite.
func Run(t *testing.T, e Engine) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Engine)
	}{
		{"revisions", revisions},
		{"unique", unique},
		{"rollback", rollback},
		{"classes", classes},
		{"door", door},
		{"refusals", refusals},
		{"queries", queries},
		{"order", order},
		{"nulls", nulls},
		{"many", many},
		{"times", times},
		{"cursors", cursors},
		{"examined", examined},
		{"scope", scope},
		{"log", changeLog},
		{"clock", clock},
		{"undo", undo},
		{"undo twice at once", undoTwice},
		{"undo by subject", undoSubjects},
		{"undo cut off", undoCutOff},
		{"trim", trim},
		{"follower", follower},
		{"follower far behind", farBehind},
		{"witness", witness},
		{"writers", writers},
		{"serial", serial},
		{"reopen", reopen},
		{"history", History(e)},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, e) })
	}
}

const org = "main"

var (
	all = store.Org(org)
	who = actor.Actor{Kind: actor.Local, ID: "u1", Name: "Ada"}
)

// bench is an open store with shorter words.
type bench struct {
	t  *testing.T
	db store.DB
}

func open(t *testing.T, e Engine) *bench {
	t.Helper()
	return openAt(t, e, t.TempDir(), Options{})
}

func openAt(t *testing.T, e Engine, dir string, o Options) *bench {
	t.Helper()
	if o.Schemas == nil {
		o.Schemas = Schemas()
	}
	db := e.Open(t, dir, o)
	t.Cleanup(func() { _ = db.Close() })
	return &bench{t, db}
}

func ctx() context.Context { return context.Background() }

func (b *bench) update(fn func(store.Tx) error) uint64 {
	b.t.Helper()
	seq, err := b.db.Update(ctx(), store.Write{Scope: all, Actor: who}, fn)
	if err != nil {
		b.t.Fatalf("Update: %v", err)
	}
	return seq
}

func (b *bench) try(s store.Scope, fn func(store.Tx) error) error {
	_, err := b.db.Update(ctx(), store.Write{Scope: s, Actor: who}, fn)
	return err
}

func (b *bench) view(s store.Scope, fn func(store.Reader) error) {
	b.t.Helper()
	if err := b.db.View(ctx(), s, fn); err != nil {
		b.t.Fatalf("View: %v", err)
	}
}

func (b *bench) insert(cars ...Car) {
	b.t.Helper()
	b.update(func(tx store.Tx) error {
		for _, c := range cars {
			if _, err := Cars.Insert(tx, &c); err != nil {
				return fmt.Errorf("insert %q: %w", c.ID, err)
			}
		}
		return nil
	})
}

// get returns the document, or the kind of the error.
func (b *bench) get(s store.Scope, key string) (d store.Doc[Car], kind fault.Kind) {
	b.t.Helper()
	err := b.db.View(ctx(), s, func(r store.Reader) (err error) {
		d, err = Cars.Get(r, key)
		return err
	})
	return d, fault.Of(err)
}

// keys follows all pages of a query.
func (b *bench) keys(s store.Scope, q store.Query) (keys []string) {
	b.t.Helper()
	for {
		var p store.Page[Car]
		b.view(s, func(r store.Reader) (err error) {
			p, err = Cars.Query(r, q)
			return err
		})
		for _, d := range p.Items {
			keys = append(keys, d.Key)
		}
		if p.Next == "" {
			return keys
		}
		if q.Cursor == p.Next {
			b.t.Fatal("the cursor does not move")
		}
		q.Cursor = p.Next
	}
}

// tick is a clock that tests set.
type tick struct {
	mu  sync.Mutex
	now time.Time
}

func (c *tick) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *tick) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if got := fault.Of(err); got != want {
		t.Errorf("%s: got kind %q (%v), want %q", what, got, err, want)
	}
}

func ptr[T any](v T) *T { return &v }
