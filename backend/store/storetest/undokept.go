package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// makeOf makes a car's make its subject, and the car named "make X" the
// subject itself.
func makeOf(c store.Change) string {
	doc := c.After
	if doc == nil {
		doc = c.Before
	}
	car, err := Cars.Decode(doc)
	if err != nil {
		return ""
	}
	return car.Make
}

// undoCutOff: an undo that was stopped goes on as the same batch, also over
// documents of which it has taken one write back and not yet the other; and is
// undone as one.
func undoCutOff(t *testing.T, e Engine) {
	const cars = 70
	b := open(t, e)
	var ids store.IDs
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	first := ids.New()
	for i := range 2 * cars {
		_, err := b.db.Update(ctx(), store.Write{Scope: all, Actor: who, Batch: "batch"}, func(tx store.Tx) error {
			if _, err := Cars.Put(tx, &Car{ID: fmt.Sprint("c", i%cars), Make: fmt.Sprint("make ", i%cars), Note: fmt.Sprint("write ", i/cars)}, store.AnyRev); err != nil {
				return err
			}
			k := store.Keeping{IDs: &ids, Now: now, Subject: makeOf, Deed: "import"}
			if i == 0 {
				k.First = first
			}
			return k.Keep(tx)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	stop := errors.New("stop")
	back := func(batch, as string, most int) (store.Undone, error) {
		steps := 0
		return store.Undo(ctx(), b.db, store.Write{Scope: all, Actor: who, Batch: as}, store.Undoing{
			Batch: batch, Schemas: Schemas(),
			Keeping: store.Keeping{IDs: &ids, Now: now, Subject: makeOf, First: ids.New(), Deed: "undo"},
			Step: func(int) error {
				if steps++; steps > most {
					return stop
				}
				return nil
			},
		})
	}
	for i := range 2 {
		if got, err := back("batch", "back", 1); !errors.Is(err, stop) || got.Restored != 50*(i+1) {
			t.Fatalf("part %d: %+v, %v; want stopped after one transaction of 50", i, got, err)
		}
	}
	if left := len(b.keys(all, store.Query{})); left == 0 || left == cars {
		t.Fatalf("%d cars in between, want some", left)
	}
	if got, err := back("batch", "back", 9); err != nil || got.Restored != 2*cars || len(got.Kept) != 0 {
		t.Fatalf("the rest: %+v, %v; want all %d writes restored", got, err, 2*cars)
	}
	if keys := b.keys(all, store.Query{}); len(keys) != 0 {
		t.Errorf("left: %v", keys)
	}
	var firsts []store.UndoEntry
	b.view(all, func(r store.Reader) error {
		p, err := store.Undos.Query(r, store.Query{Range: store.OfBatch("back"), Limit: store.MaxLimit})
		for _, d := range p.Items {
			if d.Value.First {
				firsts = append(firsts, d.Value)
			}
		}
		return err
	})
	if len(firsts) != 1 || firsts[0].Subjects != cars || firsts[0].Of != "batch" {
		t.Errorf("the undo says of itself %+v, want one that went over %d subjects", firsts, cars)
	}
	if got, err := back("back", "again", 9); err != nil || len(got.Kept) != 0 {
		t.Errorf("undo of the undo: %+v, %v", got, err)
	}
	if d, kind := b.get(all, "c69"); kind != "" || d.Value.Note != "write 1" {
		t.Errorf("c69 again: %q %q, want its second write", d.Value.Note, kind)
	}
}

// undoSubjects: a batch over several subjects is kept by subject, each can be
// taken back alone, and what belongs to a subject that is gone stays gone.
func undoSubjects(t *testing.T, e Engine) {
	b := open(t, e)
	var ids store.IDs
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	as := func(batch string) store.Write { return store.Write{Scope: all, Actor: who, Batch: batch} }
	keep := func(batch, first, deed string, fn func(tx store.Tx) error) {
		t.Helper()
		now = now.Add(time.Minute)
		if _, err := b.db.Update(ctx(), as(batch), func(tx store.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return store.Keeping{IDs: &ids, Now: now, Subject: makeOf, First: first, Deed: deed}.Keep(tx)
		}); err != nil {
			t.Fatal(err)
		}
	}
	taking := func(batch, only string) store.Undoing {
		now = now.Add(time.Minute)
		return store.Undoing{Batch: batch, Only: only, Schemas: Schemas(), Subjects: Cars.Schema(),
			Keeping: store.Keeping{IDs: &ids, Now: now, Subject: makeOf, First: ids.New(), Deed: "undo"}}
	}
	list := func(q store.Query) string {
		t.Helper()
		var out []string
		b.view(all, func(r store.Reader) error {
			p, err := store.Undos.Query(r, q)
			for _, d := range p.Items {
				u := d.Value
				s := fmt.Sprint(u.Batch, ":", u.Subject, len(u.Items))
				if u.First {
					s += fmt.Sprint("/", u.Deed, u.Subjects)
				}
				if u.Spent != "" {
					s += "-" + u.Spent
				}
				out = append(out, s)
			}
			return err
		})
		return strings.Join(out, " ")
	}
	firsts := store.Query{Index: "at", Filter: []store.Cond{store.Where("first", store.Flag(true))}}
	trash := store.Query{Index: "at", Filter: []store.Cond{store.Where("trash", store.Flag(true))}}
	of := func(subject string) store.Query {
		return store.Query{Index: "subject", Prefix: store.Values(store.String(subject))}
	}
	expect := func(what string, q store.Query, want string) {
		t.Helper()
		if got := list(q); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}

	// The subject's own car has the subject as its key.
	keep("made", ids.New(), "import", func(tx store.Tx) error {
		for _, id := range []string{"vw", "vw-1", "kia", "kia-1"} {
			subject, _, _ := strings.Cut(id, "-")
			if _, err := Cars.Insert(tx, &Car{ID: id, Make: subject, Note: "one"}); err != nil {
				return err
			}
		}
		return nil
	})
	expect("a batch over two", firsts, "made:vw2/import2")
	keep("edit", ids.New(), "", func(tx store.Tx) error {
		_, err := Cars.Put(tx, &Car{ID: "vw-1", Make: "vw", Note: "two", Year: 5}, 1)
		return err
	})
	b.view(all, func(r store.Reader) error {
		p, err := store.Undos.Query(r, store.Query{Range: store.OfBatch("edit")})
		if err == nil && fmt.Sprint(p.Items[0].Value.Items[0].Fields) != "[note year]" {
			t.Errorf("the edit changed %v, want [note year]", p.Items[0].Value.Items[0].Fields)
		}
		return err
	})
	remove := func(keys ...string) func(tx store.Tx) error {
		return func(tx store.Tx) error {
			for _, k := range keys {
				if err := Cars.Delete(tx, k, store.AnyRev); err != nil {
					return err
				}
			}
			return nil
		}
	}
	keep("one", ids.New(), "", remove("vw-1"))
	keep("bulk", ids.New(), "clear", remove("vw", "kia", "kia-1"))
	expect("what is gone", trash, "one:vw1/0 bulk:kia2 bulk:vw1/clear2")
	// vw-1 can't come back before vw.
	if got, err := store.Undo(ctx(), b.db, as("early"), taking("one", "")); err != nil || got.Restored != 0 || len(got.Kept) != 1 {
		t.Errorf("undo of a part whose whole is gone = %+v, %v; want it left alone", got, err)
	}
	if got, err := store.Undo(ctx(), b.db, as("only"), taking("bulk", "kia")); err != nil || got.Restored != 2 {
		t.Errorf("undo of one subject = %+v, %v; want 2 restored", got, err)
	}
	if got := fmt.Sprint(b.keys(all, store.Query{})); got != "[kia kia-1]" {
		t.Errorf("the store holds %s, want kia with its part", got)
	}
	expect("vw", of("vw"), "made:vw2/import2 edit:vw1/0 one:vw1/0 bulk:vw1/clear2")
	expect("kia", of("kia"), "made:kia2 bulk:kia2-only only:kia2/undo0")
	_, err := store.Undo(ctx(), b.db, as("again"), taking("bulk", "kia"))
	wantKind(t, "undo of one subject twice", err, fault.NotFound)

	// Forgotten for good: it is told that something was, and nothing comes back.
	n, err := store.Purge(ctx(), b.db, as(""), "vw", func(store.UndoItem) bool { return true })
	if err != nil || n != 5 {
		t.Errorf("Purge = %d, %v; want 5 items", n, err)
	}
	expect("what is gone after the purge", trash, "")
	expect("vw after the purge", of("vw"), "made:vw0/import2 edit:vw0/0 one:vw0/0 bulk:vw0/clear2")
	if got, err := store.Undo(ctx(), b.db, as("late"), taking("bulk", "vw")); err != nil || got.Restored != 0 {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("undo after the purge = %+v, %v", got, err)
		}
	}
	if got := fmt.Sprint(b.keys(all, store.Query{})); got != "[kia kia-1]" {
		t.Errorf("after the purge the store holds %s", got)
	}
}
