package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func (db *DB) Update(ctx context.Context, wr store.Write, fn func(store.Tx) error) (seq uint64, err error) {
	if err := wr.Check(); err != nil {
		return 0, err
	}
	if err := db.Fault(); err != nil {
		return 0, err
	}
	err = db.data.update(ctx, func(s *session) error {
		w := &work{db: db, session: s, truth: true, write: wr}
		if err := fn(&tx{work: w, scope: wr.Scope}); err != nil {
			return err
		}
		if seq = 0; len(w.changes) > 0 && s.dead == nil {
			seq = s.number(w.changes, db.o.Now())
		}
		return nil
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
		return fn(&tx{work: &work{db: db, session: s}, scope: sc})
	})
}

// work is one transaction of the store.
type work struct {
	db      *DB
	view    *view    // when reading
	session *session // when writing
	truth   bool     // session is of truth
	write   store.Write
	changes []store.Change
}

func (w *work) ask(questions ...question) error {
	if w.session != nil {
		return w.session.ask(questions...)
	}
	return w.view.ask(questions...)
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

// load reads and verifies one document, nil when there is none, and answers
// further questions in the same round trip.
func (t *tx) load(c *collection, key string, more ...question) (*store.Record, error) {
	if !sayable(key) {
		return nil, nil
	}
	var found *scanned
	q := question{sql: c.fetch, args: []any{t.scope.Org(), key}, scan: func(r pgx.Rows) error {
		found = &scanned{}
		return r.Scan(found.into()...)
	}}
	if err := t.ask(append([]question{q}, more...)...); err != nil || found == nil {
		return nil, err
	}
	if d := found.damage(c); d != nil {
		if !t.scope.Sees(found.Place) {
			return nil, nil
		}
		return nil, d
	}
	return &found.Record, nil
}

func (t *tx) Fetch(c *store.Schema, key string) (store.Record, error) {
	k, err := t.known(c)
	if err != nil {
		return store.Record{}, err
	}
	found, err := t.load(k, key)
	if err != nil {
		return store.Record{}, err
	}
	return store.Visible(c, t.scope, found, key)
}

func (t *tx) Store(c *store.Schema, row store.Row, ifRev int64) (rev int64, err error) {
	k, err := t.writable(c)
	if err != nil {
		return 0, err
	}
	org := t.scope.Org()
	taken := make([]bool, len(k.Indexes))
	var more []question
	for i, sql := range k.taken {
		if sql == "" || row.Entries[i].HasNull() {
			continue
		}
		args := []any{org, row.Key}
		for _, v := range row.Entries[i] {
			args = append(args, v.Go())
		}
		more = append(more, question{sql: sql, args: args, scan: func(pgx.Rows) error { taken[i] = true; return nil }})
	}
	old, err := t.load(k, row.Key, more...)
	if err != nil {
		return 0, err
	}
	if rev, err = store.NextRev(c, t.scope, old, &row, ifRev); err != nil {
		return 0, err
	}
	if i := slices.Index(taken, true); i >= 0 {
		return 0, store.Duplicate(c, &c.Indexes[i])
	}
	if old == nil {
		err = t.session.do(k.insert, k.values(org, &row, rev)...)
	} else {
		err = t.session.do(k.update, append(k.values(org, &row, rev), old.Rev)...)
	}
	if err != nil {
		return 0, err
	}
	t.note(c, row.Key, old, &row, rev)
	return rev, nil
}

func (t *tx) Remove(c *store.Schema, key string, ifRev int64) error {
	k, err := t.writable(c)
	if err != nil {
		return err
	}
	old, err := t.load(k, key)
	if err != nil {
		return err
	}
	if err := store.MayRemove(c, t.scope, old, key, ifRev); err != nil {
		return err
	}
	if err := t.session.do(k.remove, t.scope.Org(), key, old.Rev); err != nil {
		return err
	}
	t.note(c, key, old, nil, old.Rev+1)
	return nil
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
func (t *tx) note(c *store.Schema, key string, old *store.Record, row *store.Row, rev int64) {
	if !t.truth {
		return
	}
	ch := store.Change{Batch: t.write.Batch, Actor: t.write.Actor, Org: t.scope.Org(), Collection: c.Name, Key: key, Rev: rev}
	if old != nil {
		ch.Before, ch.Place = old.Doc, old.Place
	}
	if row != nil {
		ch.After, ch.Place = row.Doc, row.Place
	}
	t.changes = append(t.changes, ch)
}
