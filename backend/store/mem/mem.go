// Package mem keeps a store in memory: the plainest thing that obeys
// store.DB. It is the model that the other engines are compared with, and the
// store of tests that need no disk. Queries sort everything they look at.
package mem

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Options of a store in memory; the zero Options works.
type Options struct {
	Now      func() time.Time
	Observer store.Observer

	// Twice runs each function of Update and UpdateLocal twice and keeps the
	// second run, as every engine may: tests of domain code set it to find
	// functions with side effects.
	Twice bool
}

// DB is a store in memory.
type DB struct {
	o       Options
	cursors *store.Cursors
	schemas map[string]*store.Schema

	mu        sync.RWMutex
	closed    bool
	data      map[place]*store.Record
	entries   map[place][]store.Tuple // as written, by record
	log       []store.Change
	trimmed   uint64 // changes removed from the log's front
	epoch     string
	last      time.Time
	followers map[string]store.FollowerState
	fault     error         // why writes of truth are refused
	moved     chan struct{} // closed and replaced at each commit
}

// place is where a document lies.
type place struct{ collection, org, key string }

// Open returns an empty store of these collections.
func Open(schemas []*store.Schema, o Options) (*DB, error) {
	if err := store.CheckSchemas(schemas); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, err
	}
	db := &DB{
		o: o, cursors: store.NewCursors(key), schemas: map[string]*store.Schema{},
		data: map[place]*store.Record{}, entries: map[place][]store.Tuple{},
		epoch: hex.EncodeToString(key[:8]), followers: map[string]store.FollowerState{}, moved: make(chan struct{}),
	}
	for _, c := range schemas {
		db.schemas[c.Name] = c
	}
	return db, nil
}

// Close refuses all further calls.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if !db.closed {
		db.closed = true
		close(db.moved)
	}
	return nil
}

func (db *DB) View(ctx context.Context, s store.Scope, fn func(store.Reader) error) error {
	if err := s.Check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return store.Closed()
	}
	return fn(&tx{work: &work{db: db}, scope: s})
}

func (db *DB) Update(ctx context.Context, w store.Write, fn func(store.Tx) error) (uint64, error) {
	if err := w.Check(); err != nil {
		return 0, err
	}
	return db.update(ctx, &work{db: db, write: w, truth: true}, w.Scope, fn)
}

func (db *DB) UpdateLocal(ctx context.Context, s store.Scope, fn func(store.Tx) error) error {
	if err := s.Check(); err != nil {
		return err
	}
	_, err := db.update(ctx, &work{db: db}, s, fn)
	return err
}

func (db *DB) update(ctx context.Context, w *work, s store.Scope, fn func(store.Tx) error) (seq uint64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	began := db.o.Now()
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return 0, store.Closed()
	}
	if w.truth && db.fault != nil {
		return 0, db.fault
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			w.undo()
		}
	}()
	if db.o.Twice {
		// The first run's outcome is thrown away, its error too.
		_ = fn(&tx{work: w, scope: s})
		w.undo()
	}
	if err := fn(&tx{work: w, scope: s}); err != nil {
		return 0, err
	}
	done = true
	if len(w.changes) == 0 {
		return 0, nil
	}
	first := db.head() + 1
	now := began.UTC().Truncate(time.Microsecond)
	if now.Before(db.last) {
		now = db.last
	}
	db.last = now
	for i := range w.changes {
		c := &w.changes[i]
		c.Seq, c.Tx, c.Time, c.Last = first+uint64(i), first, now, i == len(w.changes)-1
	}
	db.log = append(db.log, w.changes...)
	close(db.moved)
	db.moved = make(chan struct{})
	if db.o.Observer.Commit != nil {
		db.o.Observer.Commit(db.o.Now().Sub(began), 1, len(w.changes))
	}
	return db.head(), nil
}

// Fault says why the store refuses writes.
func (db *DB) Fault() error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.fault
}

func (db *DB) head() uint64 { return db.trimmed + uint64(len(db.log)) }

// work is one transaction.
type work struct {
	db      *DB
	write   store.Write
	truth   bool
	changes []store.Change
	undos   []func()
}

func (w *work) undo() {
	for _, u := range slices.Backward(w.undos) {
		u()
	}
	w.undos, w.changes = nil, nil
}

// put sets or removes (rec nil) a document, and remembers how to go back.
func (w *work) put(p place, rec *store.Record, entries []store.Tuple) {
	old, oldEntries := w.db.data[p], w.db.entries[p]
	w.undos = append(w.undos, func() { w.set(p, old, oldEntries) })
	w.set(p, rec, entries)
}

func (w *work) set(p place, rec *store.Record, entries []store.Tuple) {
	if rec == nil {
		delete(w.db.data, p)
		delete(w.db.entries, p)
		return
	}
	w.db.data[p], w.db.entries[p] = rec, entries
}

// tx is one transaction under one scope.
type tx struct {
	*work
	scope store.Scope
}

func (t *tx) Pending() []store.Change              { return slices.Clone(t.changes) }
func (t *tx) Scope() store.Scope                   { return t.scope }
func (t *tx) Scoped(s store.Scope) store.Reader    { return t.ScopedTx(s) }
func (t *tx) ScopedTx(s store.Scope) store.Tx      { return &tx{work: t.work, scope: s} }
func (t *tx) at(c *store.Schema, key string) place { return place{c.Name, t.scope.Org(), key} }

func (t *tx) known(c *store.Schema) error {
	if t.db.schemas[c.Name] != c {
		return fault.New(fault.Internal, "the store was opened without the collection %q", c.Name)
	}
	return t.scope.Check()
}

func (t *tx) Fetch(c *store.Schema, key string) (store.Record, error) {
	if err := t.known(c); err != nil {
		return store.Record{}, err
	}
	r, err := store.Visible(c, t.scope, t.db.data[t.at(c, key)], key)
	r.Doc = bytes.Clone(r.Doc)
	return r, err
}

func (t *tx) Select(c *store.Schema, q store.Query) (store.Records, error) {
	if err := t.known(c); err != nil {
		return store.Records{}, err
	}
	p, err := t.db.cursors.Plan(c, t.scope, q)
	if err != nil {
		return store.Records{}, err
	}
	type found struct {
		entry store.Entry
		order string
		rec   *store.Record
	}
	var all []found
	for at, rec := range t.db.data {
		if at.collection != c.Name {
			continue
		}
		e := store.Entry{Org: at.org, Key: at.key}
		if p.Index != nil {
			e.Tuple = t.db.entries[at][p.Slot]
		}
		if p.Covers(e) {
			all = append(all, found{e, string(e.Append(nil)), rec})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if p.Reverse {
			a, b = b, a
		}
		return strings.Compare(a.order, b.order)
	})
	if p.After != nil {
		after := string(p.After.Append(nil))
		all = slices.DeleteFunc(all, func(f found) bool {
			return f.order == after || (f.order < after) != p.Reverse
		})
	}
	var out store.Records
	for i, f := range all {
		if i == store.MaxExamined {
			out.Next = t.db.cursors.Next(p, all[i-1].entry)
			break
		}
		if !t.scope.Sees(f.rec.Place) || !p.Matches(f.entry.Tuple) {
			continue
		}
		if len(out.Records) == p.Limit {
			last := out.Records[p.Limit-1]
			j := slices.IndexFunc(all, func(g found) bool { return g.rec.Key == last.Key && g.rec.Org == last.Org })
			out.Next = t.db.cursors.Next(p, all[j].entry)
			break
		}
		rec := *f.rec
		rec.Doc = bytes.Clone(rec.Doc)
		out.Records = append(out.Records, rec)
	}
	return out, nil
}

func (t *tx) Store(c *store.Schema, row store.Row, ifRev int64) (int64, error) {
	if err := t.known(c); err != nil {
		return 0, err
	}
	if err := store.MayWrite(c, t.truth); err != nil {
		return 0, err
	}
	at := t.at(c, row.Key)
	old := t.db.data[at]
	rev, err := store.NextRev(c, t.scope, old, &row, ifRev)
	if err != nil {
		return 0, err
	}
	for i := range c.Indexes {
		if ix := &c.Indexes[i]; ix.Unique && !row.Entries[i].HasNull() && t.taken(at, i, row.Entries[i]) {
			return 0, store.Duplicate(c, ix)
		}
	}
	rec := &store.Record{Org: at.org, Key: at.key, Rev: rev, Place: row.Place, Doc: bytes.Clone(row.Doc)}
	t.put(at, rec, row.Entries)
	t.note(c, at, old, rec, rev)
	return rev, nil
}

func (t *tx) taken(at place, slot int, tuple store.Tuple) bool {
	for other, entries := range t.db.entries {
		if other.collection == at.collection && other.org == at.org && other.key != at.key && slices.Equal(entries[slot], tuple) {
			return true
		}
	}
	return false
}

func (t *tx) Remove(c *store.Schema, key string, ifRev int64) error {
	if err := t.known(c); err != nil {
		return err
	}
	if err := store.MayWrite(c, t.truth); err != nil {
		return err
	}
	at := t.at(c, key)
	old := t.db.data[at]
	if err := store.MayRemove(c, t.scope, old, key, ifRev); err != nil {
		return err
	}
	t.put(at, nil, nil)
	t.note(c, at, old, nil, old.Rev+1)
	return nil
}

// note adds a change of truth to the log.
func (t *tx) note(c *store.Schema, at place, old, rec *store.Record, rev int64) {
	if !t.truth {
		return
	}
	ch := store.Change{
		Batch: t.write.Batch, Actor: t.write.Actor,
		Org: at.org, Collection: at.collection, Key: at.key, Rev: rev,
	}
	if old != nil {
		ch.Before, ch.Place = bytes.Clone(old.Doc), old.Place
	}
	if rec != nil {
		ch.After, ch.Place = bytes.Clone(rec.Doc), rec.Place
	}
	t.changes = append(t.changes, ch)
}

func (db *DB) Head() store.Position {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return store.Position{Epoch: db.epoch, Seq: db.head()}
}

func (db *DB) Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	switch {
	case db.closed:
		return nil, store.Closed()
	case after < db.trimmed:
		return nil, store.ErrTrimmed
	case after >= db.head():
		return nil, nil
	}
	var out []store.Change
	for _, c := range db.log[after-db.trimmed:] {
		out = append(out, c)
		if c.Last && len(out) >= limit {
			break
		}
	}
	return out, nil
}

func (db *DB) Wait(ctx context.Context, after uint64) error {
	for {
		db.mu.RLock()
		moved, head, closed := db.moved, db.head(), db.closed
		db.mu.RUnlock()
		switch {
		case head > after:
			return nil
		case closed:
			return store.Closed()
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (db *DB) Acknowledge(ctx context.Context, follower string, at store.Position, maxLag uint64) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return store.Closed()
	}
	if head := (store.Position{Epoch: db.epoch, Seq: db.head()}); at.Epoch == head.Epoch && at.Seq > head.Seq {
		db.fault = store.Lost(head, "the follower "+follower, at.Seq)
		return db.fault
	}
	db.followers[follower] = store.FollowerState{Name: follower, At: at, MaxLag: maxLag}
	if db.o.Observer.Lag != nil && at.Seq <= db.head() {
		db.o.Observer.Lag(follower, db.head()-at.Seq)
	}
	return nil
}

func (db *DB) Forget(ctx context.Context, follower string) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return store.Closed()
	}
	delete(db.followers, follower)
	return nil
}

func (db *DB) Followers(ctx context.Context) ([]store.FollowerState, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return nil, store.Closed()
	}
	return slices.SortedFunc(maps.Values(db.followers), func(a, b store.FollowerState) int {
		return strings.Compare(a.Name, b.Name)
	}), nil
}

func (db *DB) Trim(ctx context.Context, keep uint64) (uint64, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return 0, store.Closed()
	}
	upTo := store.TrimPoint(store.Position{Epoch: db.epoch, Seq: db.head()}, keep, slices.Collect(maps.Values(db.followers)))
	// Whole transactions only.
	for upTo > db.trimmed && !db.log[upTo-db.trimmed-1].Last {
		upTo--
	}
	if upTo <= db.trimmed {
		return 0, nil
	}
	n := upTo - db.trimmed
	db.log = slices.Clone(db.log[n:])
	db.trimmed = upTo
	return n, nil
}
