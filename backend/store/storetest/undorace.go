package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// interrupted is a store in which somebody else writes just before the first
// Update.
type interrupted struct {
	store.DB
	first sync.Once
	other func()
}

func (i *interrupted) Update(c context.Context, w store.Write, fn func(store.Tx) error) (uint64, error) {
	i.first.Do(i.other)
	return i.DB.Update(c, w, fn)
}

// undoTwice: two undos of one batch at once. One finds it taken back already
// and says that nothing is left, in words for a person.
func undoTwice(t *testing.T, e Engine) {
	b := open(t, e)
	var ids store.IDs
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b.insert(Car{ID: "a", Note: "one"}, Car{ID: "b", Note: "one"})
	for _, key := range []string{"a", "b"} { // two entries
		if _, err := b.db.Update(ctx(), store.Write{Scope: all, Actor: who, Batch: "edit"}, func(tx store.Tx) error {
			if _, err := Cars.Put(tx, &Car{ID: key, Note: "two"}, 1); err != nil {
				return err
			}
			return store.Keeping{IDs: &ids, Now: now}.Keep(tx)
		}); err != nil {
			t.Fatal(err)
		}
	}
	back := func(db store.DB, batch string) (store.Undone, error) {
		return store.Undo(ctx(), db, store.Write{Scope: all, Actor: who, Batch: batch}, taking("edit", &ids, now))
	}
	db := &interrupted{DB: b.db, other: func() {
		if got, err := back(b.db, "undo1"); err != nil || got.Restored != 2 {
			t.Errorf("the undo between: %+v, %v; want 2 restored", got, err)
		}
	}}
	got, err := back(db, "undo2")
	if !fault.Is(err, fault.NotFound) || got.Restored != 0 || err.Error() != `there is nothing to undo under "edit"` {
		t.Errorf("the undo that lost: %+v, %v; want that there is nothing to undo", got, err)
	}
}
