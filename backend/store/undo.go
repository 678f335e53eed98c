package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Undone says what Undo did.
type Undone struct {
	Restored int        // documents that stand as they did before the batch
	Kept     []UndoItem // documents that were changed since, or whose subject is gone: left alone
	Seq      uint64     // of the last change
}

// Undoing says what Undo takes back.
type Undoing struct {
	Batch   string
	Only    string // one subject of the batch; "" is all of it
	Schemas []*Schema

	// Subjects is the collection of subjects. Where it is given, what belongs
	// to a subject that is gone stays gone, until the subject is back. nil:
	// nothing is asked.
	Subjects *Schema

	// Home makes a document that comes back belong where its subject stands by
	// now. nil: it comes back to where it was.
	Home func(tx Tx, i UndoItem) (json.RawMessage, error)

	// Step hears before each transaction how many subjects it has come to so
	// far; an error stops the undo there. nil: nobody asks.
	Step func(subjects int) error

	Keeping // of the undo itself
}

// errTaken is that somebody else has written an entry meanwhile.
var errTaken = errors.New("another undo took the entry")

// undoAtOnce is how many entries one transaction takes back.
const undoAtOnce = 50

// Undo takes back what a batch wrote, newest first, where nobody has written
// since. It writes as w, whose Batch is its own, and keeps undo entries of
// itself, so that an undo can be undone. It is fault.NotFound when nothing of
// the batch is left that the scope sees. A large batch is taken back in
// several transactions: when one fails, calling Undo again goes on, as the
// same batch or as another.
func Undo(ctx context.Context, db DB, w Write, u Undoing) (Undone, error) {
	var out Undone
	if w.Batch == "" || w.Batch == u.Batch {
		return out, fault.New(fault.Internal, "an undo needs a batch of its own")
	}
	byName := map[string]*Schema{}
	for _, s := range u.Schemas {
		byName[s.Name] = s
	}
	u.Of = u.Batch
	subjects := map[string]bool{}
	given := map[[2]string]int64{} // revisions that this undo has given
	if err := u.resume(ctx, db, w, &out, subjects, given); err != nil {
		return out, err
	}
	first := u.First
	if out.Restored > 0 {
		u.First = ""
	}
	sum := func(ctx context.Context) error {
		if first == "" || len(subjects) < 2 {
			return nil
		}
		_, err := db.Update(ctx, w, func(tx Tx) error { return SumUp(tx, w.Batch, first, len(subjects)) })
		return err
	}
	lost := map[string]bool{} // entries whose subject is gone: they wait for it
	cursor := ""
	for {
		entries, next, err := u.next(ctx, db, w.Scope, cursor, lost)
		if err != nil {
			return out, err
		}
		if len(entries) == 0 && next != "" {
			cursor = next
			continue
		}
		if len(entries) == 0 {
			if out.Restored == 0 && len(out.Kept) == 0 {
				return out, fault.New(fault.NotFound, "there is nothing to undo under %q", u.Batch).
					WithRemedy("it may have been taken back already, or forgotten after its 30 days; look at the activity again")
			}
			return out, sum(ctx)
		}
		if u.Step != nil {
			if err := u.Step(len(subjects)); err != nil {
				return out, errors.Join(err, sum(context.WithoutCancel(ctx)))
			}
		}
		var restored int
		var kept []UndoItem
		var now map[[2]string]int64
		var waits []string
		seq, err := db.Update(ctx, w, func(tx Tx) error {
			restored, kept, now, waits = 0, nil, maps.Clone(given), nil
			for _, e := range entries {
				back, left, err := u.takeBack(tx, byName, &e.Value, now)
				if errors.Is(err, errLost) {
					kept, waits = append(kept, e.Value.Items...), append(waits, e.Key)
					continue
				}
				if err != nil {
					return err
				}
				restored, kept = restored+back, append(kept, left...)
			}
			if err := u.Keep(tx); err != nil {
				return err
			}
			own := tx.ScopedTx(System().In(w.Scope.Org()))
			for _, e := range entries {
				if slices.Contains(waits, e.Key) {
					continue
				}
				e.Value.Spent = w.Batch
				if _, err := Undos.Put(own, &e.Value, e.Rev); err != nil {
					return fmt.Errorf("%w: %w", errTaken, err)
				}
			}
			return nil
		})
		if errors.Is(err, errTaken) && (fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound)) {
			continue // another undo of the batch took an entry, and this one wrote nothing
		}
		if err != nil {
			return out, err
		}
		if restored > 0 {
			u.First = ""
		}
		for _, e := range entries {
			subjects[e.Value.Subject] = true
		}
		for _, key := range waits {
			lost[key] = true
		}
		// The same place again: what is taken back is passed over, and a page
		// may have been too large for one transaction.
		given = now
		out.Restored += restored
		out.Kept = append(out.Kept, kept...)
		out.Seq = seq
	}
}

// resume reads what an undo under w's batch has done already, before it was
// cut off.
func (u *Undoing) resume(ctx context.Context, db DB, w Write, out *Undone, subjects map[string]bool, given map[[2]string]int64) error {
	q := Query{Range: OfBatch(w.Batch), Limit: MaxLimit}
	for {
		var p Page[UndoEntry]
		if err := db.View(ctx, w.Scope, func(r Reader) (err error) { p, err = Undos.Query(r, q); return err }); err != nil {
			return err
		}
		for _, d := range p.Items {
			e := &d.Value
			if e.First {
				u.First = strings.TrimPrefix(e.ID, undoKey(w.Batch, ""))
			}
			subjects[e.Subject] = true
			out.Restored += len(e.Items)
			for _, i := range e.Items {
				given[[2]string{i.Collection, i.Key}] = i.Rev
			}
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return nil
		}
	}
}

// next reads the newest entries after a cursor that are not taken back yet,
// as many as one transaction takes. An empty cursor is the end.
func (u *Undoing) next(ctx context.Context, db DB, s Scope, cursor string, lost map[string]bool) ([]Doc[UndoEntry], string, error) {
	q := Query{Range: OfBatch(u.Batch), Reverse: true, Limit: undoAtOnce, Cursor: cursor}
	if u.Only != "" {
		q = Query{Index: "subject", Prefix: Values(String(u.Only)), Reverse: true, Limit: undoAtOnce, Cursor: cursor}
	}
	var p Page[UndoEntry]
	err := db.View(ctx, s, func(r Reader) (err error) { p, err = Undos.Query(r, q); return err })
	if err != nil {
		return nil, "", err
	}
	out := slices.DeleteFunc(p.Items, func(d Doc[UndoEntry]) bool {
		return d.Value.Spent != "" || d.Value.Batch != u.Batch || lost[d.Key]
	})
	size := 0
	for i := range out {
		for _, item := range out[i].Value.Items {
			size += len(item.Before)
		}
		if i > 0 && size > undoSize {
			return out[:i], p.Next, nil
		}
	}
	return out, p.Next, nil
}

// takeBack restores the documents of one entry. given holds the revisions
// that the undo has given so far: a later transaction of the batch wrote such
// a document again, that has been taken back, and this is the state to go on
// from.
func (u *Undoing) takeBack(tx Tx, byName map[string]*Schema, e *UndoEntry, given map[[2]string]int64) (restored int, kept []UndoItem, err error) {
	if orphan, err := u.orphan(tx, e); err != nil {
		return 0, nil, err
	} else if orphan {
		return 0, nil, errLost
	}
	for i := len(e.Items) - 1; i >= 0; i-- {
		item := e.Items[i]
		name := [2]string{item.Collection, item.Key}
		if rev, ours := given[name]; ours {
			item.Rev = rev
		}
		if item.Gone && !item.New() && u.Home != nil {
			if item.Before, err = u.Home(tx, item); err != nil {
				return 0, nil, err
			}
		}
		rev, done, err := restore(tx, byName[item.Collection], item)
		if err != nil {
			return 0, nil, fmt.Errorf("undo %s %q: %w", item.Collection, item.Key, err)
		}
		if done {
			given[name] = rev
			restored++
		} else {
			kept = append(kept, item)
		}
	}
	return restored, kept, nil
}

// errLost is that an entry would bring something back without its subject.
var errLost = errors.New("the subject is gone")

// orphan reports whether an entry would bring something back without its
// subject: the subject is gone, and this undo does not bring it back.
func (u *Undoing) orphan(tx Tx, e *UndoEntry) (bool, error) {
	if u.Subjects == nil || e.Subject == "" || !slices.ContainsFunc(e.Items, func(i UndoItem) bool { return i.Gone && !i.New() }) ||
		slices.ContainsFunc(e.Items, func(i UndoItem) bool { return i.Collection == u.Subjects.Name && i.Key == e.Subject }) {
		return false, nil
	}
	_, err := tx.Fetch(u.Subjects, e.Subject)
	if !fault.Is(err, fault.NotFound) {
		return false, err
	}
	// It may stand in an entry of the batch whose turn comes later.
	p, err := Undos.Query(tx, Query{Index: "subject", Prefix: Values(String(e.Subject)), Range: &Range{From: e.At.Value(), To: e.At.Value()}})
	if err != nil {
		return false, err
	}
	for _, d := range p.Items {
		if d.Value.Batch != e.Batch || d.Value.Spent != "" {
			continue
		}
		for _, i := range d.Value.Items {
			if i.Collection == u.Subjects.Name && i.Key == e.Subject && i.Gone {
				return false, nil
			}
		}
	}
	return true, nil
}

// restore puts one document back and returns its revision. It reports false
// when somebody has written it since, or it may not be written.
func restore(tx Tx, c *Schema, item UndoItem) (rev int64, done bool, err error) {
	if c == nil {
		return 0, false, nil // of a collection that is no more
	}
	if item.New() {
		rev, err = item.Rev+1, tx.Remove(c, item.Key, item.Rev)
	} else {
		row := Row{Key: item.Key, Doc: item.Before, Past: item.Rev}
		if row.Place, row.Entries, err = c.Entries(item.Before); err != nil {
			return 0, false, err
		}
		ifRev := item.Rev
		if item.Gone {
			ifRev = 0
		}
		rev, err = tx.Store(c, row, ifRev)
	}
	switch fault.Of(err) {
	case fault.Conflict, fault.NotFound, fault.Denied:
		return 0, false, nil
	}
	return rev, err == nil, err
}

// ForgetUndo removes the undo entries of an organisation made before a time,
// in small transactions, and returns how many.
func ForgetUndo(ctx context.Context, db DB, w Write, before time.Time) (int, error) {
	n := 0
	for {
		removed := 0
		_, err := db.Update(ctx, w, func(tx Tx) error {
			removed = 0
			own := tx.ScopedTx(System().In(w.Scope.Org()))
			p, err := Undos.Query(own, Query{Index: "at", Range: &Range{To: At(before), Open: true}, Limit: 20})
			if err != nil {
				return err
			}
			for _, d := range p.Items {
				if err := Undos.Delete(own, d.Key, d.Rev); err != nil {
					return err
				}
				removed++
			}
			return nil
		})
		n += removed
		if err != nil || removed == 0 {
			return n, err
		}
	}
}
