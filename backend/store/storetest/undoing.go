package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func undo(t *testing.T, e Engine) {
	b := open(t, e)
	var ids store.IDs
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	batch := func(name string, fn func(tx store.Tx) error) {
		t.Helper()
		_, err := b.db.Update(ctx(), store.Write{Scope: all, Actor: who, Batch: name}, func(tx store.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return store.Keeping{IDs: &ids, Now: now}.Keep(tx)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	back := func(name string, w store.Write) store.Undone {
		t.Helper()
		got, err := store.Undo(ctx(), b.db, w, taking(name, &ids, now))
		if err != nil {
			t.Fatalf("Undo %s: %v", name, err)
		}
		return got
	}
	as := func(batch string) store.Write { return store.Write{Scope: all, Actor: who, Batch: batch} }
	b.insert(Car{ID: "a", Note: "one", Stock: "S1"}, Car{ID: "b", Note: "one"}, Car{ID: "c", Note: "one"})
	batch("edit", func(tx store.Tx) error {
		if _, err := Cars.Put(tx, &Car{ID: "a", Note: "two", Stock: "S2"}, 1); err != nil {
			return err
		}
		if err := Cars.Delete(tx, "b", 1); err != nil {
			return err
		}
		if _, err := Cars.Insert(tx, &Car{ID: "n", Note: "new", Stock: "S1"}); err != nil {
			return err
		}
		_, err := Cars.Put(tx, &Car{ID: "c", Note: "two"}, 1)
		return err
	})
	b.update(func(tx store.Tx) error { _, err := Cars.Put(tx, &Car{ID: "c", Note: "three"}, 2); return err })
	got := back("edit", as("undo1"))
	if got.Restored != 3 || len(got.Kept) != 1 || got.Kept[0].Key != "c" || got.Seq != b.db.Head().Seq {
		t.Errorf("Undo = %+v, want 3 restored and c kept", got)
	}
	want := func(state string) {
		t.Helper()
		var have []string
		for _, k := range b.keys(all, store.Query{}) {
			d, _ := b.get(all, k)
			have = append(have, fmt.Sprintf("%s@%d=%s", k, d.Rev, d.Value.Note))
		}
		if s := strings.Join(have, " "); s != state {
			t.Errorf("the store holds %s, want %s", s, state)
		}
	}
	want("a@3=one b@3=one c@3=three") // revisions go on: nobody's ETag comes back
	if got := fmt.Sprint(b.keys(all, store.Query{Index: "stock", Prefix: store.Values(store.String("S1"))})); got != "[a]" {
		t.Errorf("stock number S1 is of %s, want a", got)
	}
	// The undo can be undone, once.
	if got := back("undo1", as("undo2")); got.Restored != 3 || len(got.Kept) != 0 {
		t.Errorf("undo of the undo = %+v", got)
	}
	want("a@4=two c@3=three n@3=new")
	_, err := store.Undo(ctx(), b.db, as("undo3"), taking("edit", &ids, now))
	wantKind(t, "undo twice", err, fault.NotFound)
	// A batch larger than one entry, and one that made and deleted.
	long := strings.Repeat("x", 100_000)
	b.update(func(tx store.Tx) error {
		for i := range 20 {
			if _, err := Cars.Insert(tx, &Car{ID: fmt.Sprint("x", i), Note: long}); err != nil {
				return err
			}
		}
		return nil
	})
	batch("clear", func(tx store.Tx) error {
		for i := range 20 {
			if err := Cars.Delete(tx, fmt.Sprint("x", i), 1); err != nil {
				return err
			}
		}
		if _, err := Cars.Insert(tx, &Car{ID: "tmp"}); err != nil {
			return err
		}
		return Cars.Delete(tx, "tmp", 1)
	})
	if got := back("clear", as("undo4")); got.Restored < 20 {
		t.Errorf("a large undo restored %d (kept %d), want 20", got.Restored, len(got.Kept))
	}
	if d, kind := b.get(all, "x7"); kind != "" || d.Value.Note != long {
		t.Errorf("x7 after the undo: %q", kind)
	}
	if _, kind := b.get(all, "tmp"); kind != fault.NotFound {
		t.Errorf("tmp after the undo: %q", kind)
	}
	// A batch of several transactions that write one document again.
	for i := range 3 {
		batch("steps", func(tx store.Tx) error {
			if i == 2 {
				return Cars.Delete(tx, "s", store.AnyRev)
			}
			_, err := Cars.Put(tx, &Car{ID: "s", Note: fmt.Sprint(i)}, store.AnyRev)
			return err
		})
	}
	if got := back("steps", as("undo-steps")); len(got.Kept) != 0 {
		t.Errorf("undo of steps = %+v", got)
	}
	if _, kind := b.get(all, "s"); kind != fault.NotFound {
		t.Errorf("s after the undo: %q", kind)
	}
	// A scope undoes only what it sees.
	batch("elsewhere", func(tx store.Tx) error { _, err := Cars.Insert(tx, &Car{ID: "paris", Location: "paris"}); return err })
	narrow := store.Write{Scope: all.At("berlin"), Actor: who, Batch: "undo5"}
	_, err = store.Undo(ctx(), b.db, narrow, taking("elsewhere", &ids, now))
	wantKind(t, "undo outside the scope", err, fault.NotFound)
	if got := back("elsewhere", as("undo6")); got.Restored != 1 {
		t.Errorf("and then inside it = %+v", got)
	}
	if n, err := store.ForgetUndo(ctx(), b.db, as(""), now.Add(time.Second)); err != nil || n == 0 {
		t.Errorf("ForgetUndo = %d, %v", n, err)
	}
	_, err = store.Undo(ctx(), b.db, as("undo7"), taking("undo4", &ids, now))
	wantKind(t, "undo of what is forgotten", err, fault.NotFound)
}

// taking is an undo of a batch of the suite.
func taking(batch string, ids *store.IDs, now time.Time) store.Undoing {
	return store.Undoing{Batch: batch, Schemas: Schemas(), Keeping: store.Keeping{IDs: ids, Now: now}}
}
