package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// UndoEntry is what a batch changed, as it was before: enough to take the
// batch back after the log has been trimmed. A large batch has several.
type UndoEntry struct {
	ID    string      `json:"id"`
	Batch string      `json:"batch"`
	At    Timestamp   `json:"at"`
	Actor actor.Actor `json:"actor"`
	Items []UndoItem  `json:"items"`
}

// UndoItem is one document that a batch wrote.
type UndoItem struct {
	Collection string          `json:"collection"`
	Key        string          `json:"key"`
	Rev        int64           `json:"rev"`    // that the batch gave it; what stands there may be undone
	Before     json.RawMessage `json:"before"` // null when the batch made it
	Gone       bool            `json:"gone"`   // the batch deleted it
}

// Undos is the collection of undo entries: open the store with its schema.
var Undos = Define(Def[UndoEntry]{
	Name: "undo", Class: Truth, Schema: 1,
	Key: func(u *UndoEntry) string { return u.ID },
	Indexes: []Index[UndoEntry]{
		{Name: "batch", Fields: []Field[UndoEntry]{
			{Name: "batch", Kind: Text, Value: func(u *UndoEntry) Value { return String(u.Batch) }},
		}},
		{Name: "at", Fields: []Field[UndoEntry]{
			{Name: "at", Kind: Time, Value: func(u *UndoEntry) Value { return u.At.Value() }},
		}},
	},
})

// undoSize is about how many bytes of documents one entry holds.
const undoSize = MaxDocument / 2

// KeepUndo writes undo entries for all that the transaction has written so
// far; call it last in an Update with a Batch. ids and now give keys and time
// to the entries. A document of nearly the greatest size is left out: it
// can't be undone.
func KeepUndo(tx Tx, ids *IDs, now time.Time) error {
	changes := tx.Pending()
	if len(changes) == 0 {
		return nil
	}
	if changes[0].Batch == "" {
		return fault.New(fault.Internal, "only a write with a batch can be undone")
	}
	// One item a document: as it was before the first write of it, and the
	// revision of the last.
	var items []UndoItem
	at := map[[2]string]int{}
	for _, c := range changes {
		if c.Collection == Undos.Name() {
			continue
		}
		if c.Org != changes[0].Org {
			return fault.New(fault.Internal, "a batch over several organisations can't be undone")
		}
		name := [2]string{c.Collection, c.Key}
		i, again := at[name]
		if !again {
			i = len(items)
			at[name] = i
			items = append(items, UndoItem{Collection: c.Collection, Key: c.Key, Before: c.Before})
		}
		items[i].Rev, items[i].Gone = c.Rev, c.Deleted()
	}
	e := UndoEntry{Batch: changes[0].Batch, At: Moment(now), Actor: changes[0].Actor}
	size := 0
	flush := func() error {
		if len(e.Items) == 0 {
			return nil
		}
		e.ID = ids.New()
		_, err := Undos.Insert(tx.ScopedTx(System().In(changes[0].Org)), &e)
		e.Items, size = nil, 0
		return err
	}
	for _, item := range items {
		if len(item.Before) > MaxDocument-4096 || item.Before == nil && item.Gone {
			continue
		}
		if size+len(item.Before) > undoSize {
			if err := flush(); err != nil {
				return err
			}
		}
		size += len(item.Before) + 256
		e.Items = append(e.Items, item)
	}
	return flush()
}

// Undone says what Undo did.
type Undone struct {
	Restored int        // documents that stand as they did before the batch
	Kept     []UndoItem // documents that were changed since, or that the scope does not reach: left alone
	Seq      uint64     // of the last change
}

// Undo takes back what a batch wrote, newest first, where nobody has written
// since. It writes as w, whose Batch is its own, and keeps undo entries of
// itself, so that an undo can be undone. It is fault.NotFound when nothing is
// kept of the batch. A large batch is taken back in several transactions:
// when one fails, calling Undo again goes on.
func Undo(ctx context.Context, db DB, schemas []*Schema, w Write, batch string, ids *IDs, at time.Time) (Undone, error) {
	var out Undone
	if w.Batch == "" || w.Batch == batch {
		return out, fault.New(fault.Internal, "an undo needs a batch of its own")
	}
	byName := map[string]*Schema{}
	for _, s := range schemas {
		byName[s.Name] = s
	}
	own := System().In(w.Scope.Org())
	given := map[[2]string]int64{} // revisions that this undo has given
	for {
		var page Page[UndoEntry]
		err := db.View(ctx, own, func(r Reader) (err error) {
			page, err = Undos.Query(r, Query{Index: "batch", Prefix: Values(String(batch)), Reverse: true, Limit: 1})
			return err
		})
		if err != nil {
			return out, err
		}
		if len(page.Items) == 0 {
			if out.Restored == 0 && len(out.Kept) == 0 {
				return out, fault.New(fault.NotFound, "there is nothing to undo under %q", batch)
			}
			return out, nil
		}
		entry := page.Items[0]
		var restored int
		var kept []UndoItem
		var now map[[2]string]int64
		seq, err := db.Update(ctx, w, func(tx Tx) error {
			restored, kept, now = 0, nil, map[[2]string]int64{}
			for i := len(entry.Value.Items) - 1; i >= 0; i-- {
				item := entry.Value.Items[i]
				name := [2]string{item.Collection, item.Key}
				if rev, ours := given[name]; ours {
					// A later transaction of the batch wrote it again, and that
					// has been taken back: this is the state to go on from.
					item.Rev = rev
				}
				rev, done, err := restore(tx, byName[item.Collection], item)
				if done {
					now[name] = rev
				}
				if err != nil {
					return fmt.Errorf("undo %s %q: %w", item.Collection, item.Key, err)
				}
				if done {
					restored++
				} else {
					kept = append(kept, item)
				}
			}
			if err := KeepUndo(tx, ids, at); err != nil {
				return err
			}
			return Undos.Delete(tx.ScopedTx(own), entry.Key, entry.Rev)
		})
		if fault.Is(err, fault.NotFound) {
			continue // another undo of the batch took this entry, and this one wrote nothing
		}
		if err != nil {
			return out, err
		}
		maps.Copy(given, now)
		out.Restored += restored
		out.Kept = append(out.Kept, kept...)
		out.Seq = seq
	}
}

// restore puts one document back and returns its revision. It reports false
// when somebody has written it since, or it may not be written.
func restore(tx Tx, c *Schema, item UndoItem) (rev int64, done bool, err error) {
	if c == nil {
		return 0, false, nil // of a collection that is no more
	}
	if item.Before == nil || string(item.Before) == "null" {
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
