package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func (db *DB) View(ctx context.Context, s store.Scope, fn func(store.Reader) error) error {
	if err := s.Check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if db.isClosed() {
		return store.Closed()
	}
	w := &work{db: db}
	defer w.release()
	return fn(&tx{work: w, scope: s})
}

func (db *DB) Update(ctx context.Context, wr store.Write, fn func(store.Tx) error) (seq uint64, err error) {
	if err := wr.Check(); err != nil {
		return 0, err
	}
	if err := db.Fault(); err != nil {
		return 0, err
	}
	err = db.data.update(ctx, func(s *session) error {
		w := &work{db: db, session: s, truth: true, write: wr}
		defer w.release()
		if err := fn(&tx{work: w, scope: wr.Scope}); err != nil {
			return err
		}
		if s.damaged != nil {
			return s.damaged
		}
		seq = 0
		if len(w.changes) == 0 {
			return nil
		}
		seq, err = db.appendLog(s, w.changes)
		return err
	})
	if err != nil {
		return 0, err
	}
	return seq, nil
}

func (db *DB) UpdateLocal(ctx context.Context, sc store.Scope, fn func(store.Tx) error) error {
	if err := sc.Check(); err != nil {
		return err
	}
	return db.local.update(ctx, func(s *session) error {
		w := &work{db: db, session: s}
		defer w.release()
		if err := fn(&tx{work: w, scope: sc}); err != nil {
			return err
		}
		return s.damaged
	})
}

// work is one transaction of the store, over both files for reading.
type work struct {
	db      *DB
	session *session // of the file written; nil when reading
	truth   bool     // session is data.db's
	write   store.Write
	changes []store.Change
	reading [2]*bbolt.Tx // data.db, local.db; begun when first needed
}

func (w *work) release() {
	for _, tx := range w.reading {
		if tx != nil {
			_ = tx.Rollback()
		}
	}
}

// bucket finds a bucket of the file that holds a class.
func (w *work) bucket(class store.Class, name []byte) (*bbolt.Bucket, error) {
	truth := class == store.Truth
	if w.session != nil && w.truth == truth {
		return w.session.bucket(name), nil
	}
	i, g := 0, w.db.data
	if !truth {
		i, g = 1, w.db.local
	}
	if w.reading[i] == nil {
		tx, err := g.bolt.Begin(false)
		if err != nil {
			return nil, g.writeError(err)
		}
		w.reading[i] = tx
	}
	if g.reads.Add(1)%easeEvery == 0 {
		ease(w.reading[i])
	}
	return w.reading[i].Bucket(name), nil
}

// tx is one transaction under one scope.
type tx struct {
	*work
	scope store.Scope
}

func (t *tx) Pending() []store.Change           { return slices.Clone(t.changes) }
func (t *tx) Scope() store.Scope                { return t.scope }
func (t *tx) Scoped(s store.Scope) store.Reader { return t.ScopedTx(s) }
func (t *tx) ScopedTx(s store.Scope) store.Tx   { return &tx{work: t.work, scope: s} }

func (t *tx) known(c *store.Schema) (*collection, error) {
	k := t.db.schemas[c.Name]
	if k == nil || k.Schema != c {
		return nil, fault.New(fault.Internal, "the store was opened without the collection %q", c.Name)
	}
	return k, t.scope.Check()
}

func docKey(org, key string) []byte {
	b := make([]byte, 0, len(org)+1+len(key))
	b = append(append(b, org...), 0)
	return append(b, key...)
}

// guarded is guard for an operation of a transaction. In one that writes,
// nothing can be kept after bbolt has panicked.
func (t *tx) guarded(c *collection, key string, fn func() error) error {
	ended := false
	err := guard(c.Name, key, func() error {
		err := fn()
		ended = true
		return err
	})
	if !ended && t.session != nil {
		t.session.damaged = err
	}
	return err
}

// load reads and verifies one document; nil when there is none.
func (t *tx) load(c *collection, org, key string) (*store.Record, *record, error) {
	docs, err := t.bucket(c.Class, c.docs)
	if err != nil {
		return nil, nil, err
	}
	k := docKey(org, key)
	v := docs.Get(k)
	if v == nil {
		return nil, nil, nil
	}
	r, placed, problem := parseRecord(k, bytes.Clone(v))
	if problem != "" {
		// Whose it is can't be told when the head is damaged: only a scope
		// over the whole organisation hears of it then.
		if !t.scope.Sees(r.place) || !placed && !t.scope.Sees(nowhere) {
			return nil, nil, nil
		}
		return nil, nil, &store.Damaged{Collection: c.Name, Key: key, Problem: problem}
	}
	return &store.Record{Org: org, Key: key, Rev: r.rev, Place: r.place, Doc: r.doc}, &r, nil
}

// nowhere is a place that no narrowed scope sees.
var nowhere = store.Place{Location: "\x00", Group: "\x00", Owner: "\x00"}

func (t *tx) Fetch(c *store.Schema, key string) (rec store.Record, err error) {
	k, err := t.known(c)
	if err != nil {
		return store.Record{}, err
	}
	err = t.guarded(k, key, func() error {
		found, _, err := t.load(k, t.scope.Org(), key)
		if err != nil {
			return err
		}
		rec, err = store.Visible(c, t.scope, found, key)
		return err
	})
	return rec, err
}

func (t *tx) Store(c *store.Schema, row store.Row, ifRev int64) (rev int64, err error) {
	k, err := t.writable(c)
	if err != nil {
		return 0, err
	}
	err = t.guarded(k, row.Key, func() error {
		org := t.scope.Org()
		old, oldRecord, err := t.load(k, org, row.Key)
		if err != nil {
			return err
		}
		if rev, err = store.NextRev(c, t.scope, old, &row, ifRev); err != nil {
			return err
		}
		next := record{rev: rev, place: row.Place, doc: row.Doc}
		if next.entries, err = k.writeEntries(t.session, org, &row, oldRecord); err != nil {
			return err
		}
		key := docKey(org, row.Key)
		if err := t.session.put(t.session.bucket(k.docs), key, next.append(nil, key)); err != nil {
			return err
		}
		t.note(c, org, row.Key, old, &row, rev)
		return nil
	})
	return rev, err
}

func (t *tx) Remove(c *store.Schema, key string, ifRev int64) error {
	k, err := t.writable(c)
	if err != nil {
		return err
	}
	return t.guarded(k, key, func() error {
		org := t.scope.Org()
		old, oldRecord, err := t.load(k, org, key)
		if err != nil {
			return err
		}
		if err := store.MayRemove(c, t.scope, old, key, ifRev); err != nil {
			return err
		}
		if err := k.dropEntries(t.session, org, key, oldRecord.entries); err != nil {
			return err
		}
		if err := t.session.delete(t.session.bucket(k.docs), docKey(org, key)); err != nil {
			return err
		}
		t.note(c, org, key, old, nil, old.Rev+1)
		return nil
	})
}

func (t *tx) writable(c *store.Schema) (*collection, error) {
	k, err := t.known(c)
	switch {
	case err != nil:
		return nil, err
	case t.session == nil:
		return nil, fault.New(fault.Internal, "a view can't write")
	}
	return k, store.MayWrite(c, t.truth)
}

// note adds a change of truth to the log.
func (t *tx) note(c *store.Schema, org, key string, old *store.Record, row *store.Row, rev int64) {
	if !t.truth {
		return
	}
	ch := store.Change{Batch: t.write.Batch, Actor: t.write.Actor, Org: org, Collection: c.Name, Key: key, Rev: rev}
	if old != nil {
		ch.Before, ch.Place = old.Doc, old.Place
	}
	if row != nil {
		ch.After, ch.Place = row.Doc, row.Place
	}
	t.changes = append(t.changes, ch)
}

// writeEntries brings the indexes from the entries of old (nil when the
// document is new) to those of row, and returns the new ones. When it finds a
// duplicate it has written nothing: the caller may go on without the document.
func (c *collection) writeEntries(s *session, org string, row *store.Row, old *record) ([]entry, error) {
	entries := make([]entry, len(c.indexes))
	var stale []entry
	if old != nil {
		stale = append(stale, old.entries...)
	}
	var write []int // slots of entries that are new, or moved to another place
	for i, ix := range c.indexes {
		tuple := row.Entries[i].Append(nil)
		entries[i] = entry{ix.id, tuple}
		at := slices.IndexFunc(stale, func(e entry) bool { return e.index == ix.id && bytes.Equal(e.tuple, tuple) })
		if at >= 0 {
			stale = slices.Delete(stale, at, at+1)
			if old.place == row.Place {
				continue
			}
		} else if schema := &c.Indexes[i]; schema.Unique && !row.Entries[i].HasNull() && taken(s.bucket(ix.name), org, tuple, row.Key) {
			return nil, store.Duplicate(c.Schema, schema)
		}
		write = append(write, i)
	}
	for _, i := range write {
		key := entryKey(org, entries[i].tuple, row.Key)
		if err := s.put(s.bucket(c.indexes[i].name), key, appendEntryValue(nil, key, row.Place)); err != nil {
			return nil, err
		}
	}
	return entries, c.dropEntries(s, org, row.Key, stale)
}

// taken reports whether another document has the tuple in an index.
func taken(b *bbolt.Bucket, org string, tuple []byte, key string) bool {
	// Tuples encode so that none begins another: this prefix is this tuple.
	prefix := entryKey(org, tuple, "")
	cur := b.Cursor()
	for k, _ := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = cur.Next() {
		if string(k[len(prefix):]) != key {
			return true
		}
	}
	return false
}

func (c *collection) dropEntries(s *session, org, key string, entries []entry) error {
	for _, e := range entries {
		slot := c.slot(e.index)
		if slot < 0 {
			continue // of an index that is gone, and its bucket with it
		}
		if err := s.delete(s.bucket(c.indexes[slot].name), entryKey(org, e.tuple, key)); err != nil {
			return err
		}
	}
	return nil
}

func (c *collection) slot(id uint64) int {
	for i := range c.indexes {
		if c.indexes[i].id == id {
			return i
		}
	}
	return -1
}

func entryKey(org string, tuple []byte, key string) []byte {
	b := make([]byte, 0, len(org)+1+len(tuple)+len(key))
	b = append(append(b, org...), 0)
	b = append(b, tuple...)
	return append(b, key...)
}

// appendLog writes a transaction's changes and returns the last sequence.
func (db *DB) appendLog(s *session, changes []store.Change) (uint64, error) {
	now := db.o.Now().UTC().Truncate(time.Microsecond)
	if now.Before(s.last) {
		now = s.last
	}
	log := s.bucket(bucketLog)
	first := s.seq + 1
	for i := range changes {
		c := &changes[i]
		c.Seq, c.Tx, c.Time, c.Last = first+uint64(i), first, now, i == len(changes)-1
		b := c.Append(make([]byte, 0, 256+len(c.Before)+len(c.After)))
		if err := s.put(log, binary.BigEndian.AppendUint64(nil, c.Seq), b); err != nil {
			return 0, err
		}
	}
	s.seq += uint64(len(changes))
	s.last = now
	s.changes += len(changes)
	return s.seq, nil
}
