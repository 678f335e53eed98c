package bolt

import (
	"bytes"
	"errors"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/backend/store"
)

func (t *tx) Select(c *store.Schema, q store.Query) (out store.Records, err error) {
	k, err := t.known(c)
	if err != nil {
		return out, err
	}
	p, err := t.db.cursors.Plan(c, t.scope, q)
	if err != nil {
		return out, err
	}
	err = t.guarded(k, "", func() error {
		out, err = t.run(k, p)
		return err
	})
	return out, err
}

// run walks the entries that the plan covers and keeps those in scope that
// match. It looks for one match more than the page holds, so that a cursor
// is given only when something in scope follows.
func (t *tx) run(c *collection, p *store.Plan) (store.Records, error) {
	var out store.Records
	name, fields := c.docs, 0
	if p.Index != nil {
		name, fields = c.indexes[p.Slot].name, len(p.Index.Fields)
	}
	b, err := t.bucket(c.Class, name)
	if err != nil {
		return out, err
	}
	w := newWalk(b.Cursor(), p)
	var last []byte // the last entry on the page
	examined := 0
	var before []byte // the last entry examined
	for k, v := w.first(); k != nil; k, v = w.next() {
		if examined == store.MaxExamined {
			e, err := store.ParseEntry(before, fields)
			if err != nil {
				return out, err
			}
			out.Next = t.db.cursors.Next(p, e)
			return out, nil
		}
		examined++
		before = append(before[:0], k...)
		if p.Index == nil {
			r, placed, problem := parseRecord(k, v)
			if !placed {
				r.place = nowhere
			}
			if !t.scope.Sees(r.place) {
				continue
			}
			org, key, _ := bytes.Cut(k, []byte{0})
			if problem != "" {
				out.Damaged = append(out.Damaged, &store.Damaged{Collection: c.Name, Key: string(key), Problem: problem})
				continue
			}
			if len(out.Records) == p.Limit {
				return t.full(out, p, last, fields)
			}
			out.Records = append(out.Records, store.Record{
				Org: string(org), Key: string(key), Rev: r.rev, Place: r.place, Doc: bytes.Clone(r.doc),
			})
			last = append(last[:0], k...)
			continue
		}
		place, ok := parseEntryValue(k, v)
		if !ok {
			place = nowhere
		}
		if !t.scope.Sees(place) {
			continue
		}
		org, tuple, key, split := store.SplitEntry(k, fields)
		if !ok || !split {
			out.Damaged = append(out.Damaged, &store.Damaged{Collection: c.Name, Key: string(key), Problem: "its entry in the index " + p.Index.Name})
			continue
		}
		if len(p.Filter) > 0 {
			values, _, err := store.ParseTuple(tuple, fields)
			if err != nil {
				return out, err
			}
			if !p.Matches(values) {
				continue
			}
		}
		if len(out.Records) == p.Limit {
			return t.full(out, p, last, fields)
		}
		rec, _, err := t.load(c, string(org), string(key))
		var damaged *store.Damaged
		switch {
		case errors.As(err, &damaged):
			out.Damaged = append(out.Damaged, damaged)
			continue
		case err != nil:
			return out, err
		case rec == nil:
			out.Damaged = append(out.Damaged, &store.Damaged{Collection: c.Name, Key: string(key), Problem: "the index names it and it is not there"})
			continue
		}
		out.Records = append(out.Records, *rec)
		last = append(last[:0], k...)
	}
	return out, nil
}

func (t *tx) full(out store.Records, p *store.Plan, last []byte, fields int) (store.Records, error) {
	e, err := store.ParseEntry(last, fields)
	if err != nil {
		return out, err
	}
	out.Next = t.db.cursors.Next(p, e)
	return out, nil
}

// walk goes over the keys between a plan's bounds, either way, from after its
// cursor.
type walk struct {
	cur     *bbolt.Cursor
	lo, hi  []byte // hi nil: to the end
	after   []byte
	reverse bool
}

func newWalk(cur *bbolt.Cursor, p *store.Plan) *walk {
	w := &walk{cur: cur, reverse: p.Reverse}
	w.lo, w.hi = p.Bounds()
	if p.After != nil {
		w.after = p.After.Append(nil)
	}
	return w
}

func (w *walk) first() (k, v []byte) {
	if !w.reverse {
		k, v = w.cur.Seek(w.lo)
		if w.after != nil && bytes.Compare(w.after, w.lo) >= 0 {
			if k, v = w.cur.Seek(w.after); bytes.Equal(k, w.after) {
				k, v = w.cur.Next()
			}
		}
		return w.within(k, v)
	}
	end := w.hi
	if w.after != nil && (end == nil || bytes.Compare(w.after, end) < 0) {
		end = w.after
	}
	if end == nil {
		return w.within(w.cur.Last())
	}
	if k, _ = w.cur.Seek(end); k == nil {
		k, v = w.cur.Last()
	} else {
		k, v = w.cur.Prev()
	}
	return w.within(k, v)
}

func (w *walk) next() (k, v []byte) {
	if w.reverse {
		return w.within(w.cur.Prev())
	}
	return w.within(w.cur.Next())
}

func (w *walk) within(k, v []byte) ([]byte, []byte) {
	if k == nil || bytes.Compare(k, w.lo) < 0 || w.hi != nil && bytes.Compare(k, w.hi) >= 0 {
		return nil, nil
	}
	return k, v
}
