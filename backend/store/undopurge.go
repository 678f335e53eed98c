package store

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Purge forgets for good what undo entries hold of some documents of a
// subject: nothing brings them back. The entries stay, without those items,
// so that it can still be told that something was done. It returns how many
// items were forgotten. The change log holds them until it is trimmed.
func Purge(ctx context.Context, db DB, w Write, subject string, which func(UndoItem) bool) (int, error) {
	n := 0
	for cursor := ""; ; {
		var p Page[UndoEntry]
		err := db.View(ctx, w.Scope, func(r Reader) (err error) {
			p, err = Undos.Query(r, Query{Index: "subject", Prefix: Values(String(subject)), Cursor: cursor, Limit: 20})
			return err
		})
		if err != nil {
			return n, err
		}
		for _, d := range p.Items {
			gone, err := PurgeEntry(ctx, db, w, d.Key, which, nil)
			if err != nil {
				return n, err
			}
			n += gone
		}
		if cursor = p.Next; cursor == "" {
			return n, nil
		}
	}
}

// PurgeEntry is Purge of one undo entry. may, unless it is nil, is asked in
// the transaction that forgets; its error is returned, and nothing is
// forgotten. The purge that begins with the entry that an undo would bring a
// document back from can so be sure that nobody has.
func PurgeEntry(ctx context.Context, db DB, w Write, key string, which func(UndoItem) bool, may func(Reader, *UndoEntry) error) (n int, err error) {
	_, err = db.Update(ctx, w, func(tx Tx) error {
		own := tx.ScopedTx(System().In(w.Scope.Org()))
		d, err := Undos.Get(own, key)
		if fault.Is(err, fault.NotFound) {
			return nil // it was forgotten meanwhile
		}
		if err != nil {
			return err
		}
		if may != nil {
			if err := may(own, &d.Value); err != nil {
				return err
			}
		}
		left := []UndoItem{}
		for _, item := range d.Value.Items {
			if !which(item) {
				left = append(left, item)
			}
		}
		if n = len(d.Value.Items) - len(left); n == 0 {
			return nil
		}
		d.Value.Items, d.Value.Purged = left, true
		_, err = Undos.Put(own, &d.Value, d.Rev)
		return err
	})
	return n, err
}
