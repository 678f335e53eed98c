package storetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func revisions(t *testing.T, e Engine) {
	b := open(t, e)
	put := func(c Car, ifRev int64) (rev int64, err error) {
		err = b.try(all, func(tx store.Tx) (err error) {
			rev, err = Cars.Put(tx, &c, ifRev)
			return err
		})
		return rev, err
	}
	remove := func(key string, ifRev int64) error {
		return b.try(all, func(tx store.Tx) error { return Cars.Delete(tx, key, ifRev) })
	}
	step := func(what string, rev int64, err error, wantRev int64, want fault.Kind) {
		t.Helper()
		if got := fault.Of(err); got != want || rev != wantRev {
			t.Errorf("%s: got revision %d, kind %q (%v), want %d, %q", what, rev, got, err, wantRev, want)
		}
	}
	rev, err := put(Car{ID: "a", Note: "one"}, 0)
	step("insert", rev, err, 1, "")
	rev, err = put(Car{ID: "a"}, 0)
	step("insert twice", rev, err, 0, fault.Conflict)
	rev, err = put(Car{ID: "a", Note: "two"}, 1)
	step("replace", rev, err, 2, "")
	rev, err = put(Car{ID: "a", Note: "late"}, 1)
	step("replace what has changed", rev, err, 0, fault.Conflict)
	rev, err = put(Car{ID: "b"}, 1)
	step("replace what is not there", rev, err, 0, fault.NotFound)
	rev, err = put(Car{ID: "b"}, store.AnyRev)
	step("put anew at any revision", rev, err, 1, "")
	rev, err = put(Car{ID: "a", Note: "three"}, store.AnyRev)
	step("put over any revision", rev, err, 3, "")
	if d, _ := b.get(all, "a"); d.Rev != 3 || d.Value.Note != "three" || d.Key != "a" || d.Org != org {
		t.Errorf("Get = %+v, want revision 3 of a", d)
	}
	wantKind(t, "delete what has changed", remove("a", 2), fault.Conflict)
	wantKind(t, "delete", remove("a", 3), "")
	wantKind(t, "delete twice", remove("a", 3), fault.NotFound)
	_, kind := b.get(all, "a")
	if kind != fault.NotFound {
		t.Errorf("Get after delete: kind %q", kind)
	}
	// A revision is counted within a transaction too.
	b.update(func(tx store.Tx) error {
		for want := int64(1); want <= 3; want++ {
			c := Car{ID: "c"}
			rev, err := Cars.Put(tx, &c, want-1)
			if err != nil || rev != want {
				t.Errorf("put %d in one transaction: revision %d, %v", want, rev, err)
			}
		}
		return nil
	})
}

func unique(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "a", Stock: "S1"}, Car{ID: "b"}, Car{ID: "c"}, Car{ID: "d", Stock: "S1x"})
	put := func(s store.Scope, c Car) error {
		return b.try(s, func(tx store.Tx) error { _, err := Cars.Put(tx, &c, store.AnyRev); return err })
	}
	err := put(all, Car{ID: "b", Stock: "S1"})
	wantKind(t, "a stock number that is taken", err, fault.Conflict)
	var f *fault.Error
	if errors.As(err, &f) && (len(f.Fields) != 1 || f.Fields[0].Pointer != "/stock") {
		t.Errorf("the conflict names %v, want /stock", f.Fields)
	}
	wantKind(t, "the same document keeps its own", put(all, Car{ID: "a", Stock: "S1", Note: "again"}), "")
	wantKind(t, "another organisation has its own numbers", put(store.Org("other"), Car{ID: "a", Stock: "S1"}), "")
	wantKind(t, "change one's number", put(all, Car{ID: "a", Stock: "S2"}), "")
	wantKind(t, "the old number is free", put(all, Car{ID: "b", Stock: "S1"}), "")
	wantKind(t, "delete", b.try(all, func(tx store.Tx) error { return Cars.Delete(tx, "b", store.AnyRev) }), "")
	wantKind(t, "free after delete", put(all, Car{ID: "c", Stock: "S1"}), "")
	// An operation that fails has done nothing, and the transaction may go on.
	b.update(func(tx store.Tx) error {
		_, err := Cars.Put(tx, &Car{ID: "d", VIN: "V9", Stock: "S1"}, 1)
		wantKind(t, "a taken number in a transaction that goes on", err, fault.Conflict)
		_, err = Cars.Insert(tx, &Car{ID: "e", VIN: "V9", Stock: "S1"})
		wantKind(t, "insert with a taken number", err, fault.Conflict)
		return nil
	})
	if got := b.keys(all, store.Query{Index: "vin", Range: store.StartsWith("V")}); len(got) != 0 {
		t.Errorf("an operation that failed left %v in an index", got)
	}
	wantKind(t, "within one transaction", b.try(all, func(tx store.Tx) error {
		if _, err := Cars.Insert(tx, &Car{ID: "x", Stock: "S9"}); err != nil {
			return err
		}
		_, err := Cars.Insert(tx, &Car{ID: "y", Stock: "S9"})
		return err
	}), fault.Conflict)
}

func rollback(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "a", Stock: "S1", Note: "kept"})
	head := b.db.Head()
	boom := errors.New("boom")
	work := func(tx store.Tx) {
		if _, err := Cars.Put(tx, &Car{ID: "a", Stock: "S2", Note: "lost"}, 1); err != nil {
			t.Error(err)
		}
		if _, err := Cars.Insert(tx, &Car{ID: "b", Stock: "S1"}); err != nil {
			t.Error(err)
		}
		if d, err := Cars.Get(tx, "a"); err != nil || d.Value.Note != "lost" {
			t.Errorf("a transaction does not see its own write: %+v, %v", d, err)
		}
		p, err := Cars.Query(tx, store.Query{Index: "stock"})
		if err != nil || len(p.Items) != 2 || p.Items[0].Key != "b" {
			t.Errorf("a transaction does not query its own writes: %+v, %v", p, err)
		}
		if err := Cars.Delete(tx, "b", 1); err != nil {
			t.Error(err)
		}
	}
	err := b.try(all, func(tx store.Tx) error { work(tx); return boom })
	if !errors.Is(err, boom) {
		t.Errorf("Update = %v, want the function's own error", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a panic is swallowed")
			}
		}()
		_ = b.try(all, func(tx store.Tx) error { work(tx); panic(boom) })
	}()
	if got := b.db.Head(); got != head {
		t.Errorf("a rolled-back transaction moved the head from %v to %v", head, got)
	}
	if d, _ := b.get(all, "a"); d.Value.Note != "kept" || d.Rev != 1 {
		t.Errorf("after rollback a = %+v", d)
	}
	if got := b.keys(all, store.Query{Index: "stock"}); strings.Join(got, "") != "a" {
		t.Errorf("after rollback the index holds %v, want a", got)
	}
	if seq := b.update(func(tx store.Tx) error { _, err := Cars.Insert(tx, &Car{ID: "c"}); return err }); seq != head.Seq+1 {
		t.Errorf("the next change has sequence %d, want %d", seq, head.Seq+1)
	}
	if seq := b.update(func(store.Tx) error { return nil }); seq != 0 {
		t.Errorf("an empty transaction has sequence %d, want 0", seq)
	}
	b.view(all, func(r store.Reader) error {
		if tx, ok := r.(store.Tx); ok {
			if _, err := Cars.Insert(tx, &Car{ID: "v"}); err == nil {
				t.Error("a view writes")
			}
		}
		return nil
	})
}

func classes(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "a"})
	head := b.db.Head()
	put := func(tx store.Tx) error {
		_, err := Sessions.Put(tx, &Session{ID: "s", Name: "Ada"}, store.AnyRev)
		return err
	}
	if err := b.db.UpdateLocal(ctx(), all, put); err != nil {
		t.Fatalf("UpdateLocal: %v", err)
	}
	if b.db.Head() != head {
		t.Error("a local document is logged")
	}
	if err := b.try(all, put); err == nil {
		t.Error("Update writes a local document")
	}
	err := b.db.UpdateLocal(ctx(), all, func(tx store.Tx) error { _, err := Cars.Insert(tx, &Car{ID: "x"}); return err })
	if err == nil {
		t.Error("UpdateLocal writes truth")
	}
	b.view(all, func(r store.Reader) error {
		s, err := Sessions.Get(r, "s")
		if err != nil || s.Value.Name != "Ada" || s.Rev != 1 {
			t.Errorf("Get session = %+v, %v", s, err)
		}
		_, err = Cars.Get(r, "a")
		return err
	})
	b.update(func(tx store.Tx) error {
		_, err := Sessions.Get(tx, "s")
		return err
	})
}

func door(t *testing.T, e Engine) {
	b := open(t, e)
	for _, c := range []struct {
		name    string
		car     Car
		pointer string
	}{
		{"a fraction", Car{ID: "x", Extra: map[string]any{"deep": []any{1, 1.5}}}, "/extra/deep/1"},
		{"an integer beyond 2^53", Car{ID: "x", Year: store.MaxInteger + 1}, "/year"},
		{"U+0000", Car{ID: "x", Note: "a\x00b"}, "/note"},
		{"not UTF-8", Car{ID: "x", Note: "a\xffb"}, "/note"},
		{"a key that is not UTF-8", Car{ID: "x", Extra: map[string]any{"a\xff": 1}}, "/extra"},
		{"too large", Car{ID: "x", Note: strings.Repeat("n", store.MaxDocument)}, ""},
		{"too long for its index", Car{ID: "x", VIN: strings.Repeat("n", store.MaxIndexedText+1)}, "/vin"},
		{"no key", Car{}, "/id"},
		{"a key with a line end", Car{ID: "x\n"}, "/id"},
		{"a key too long", Car{ID: strings.Repeat("k", store.MaxKey+1)}, "/id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := b.try(all, func(tx store.Tx) error { _, err := Cars.Insert(tx, &c.car); return err })
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid {
				t.Fatalf("got %v, want Invalid", err)
			}
			if len(f.Fields) != 1 || f.Fields[0].Pointer != c.pointer {
				t.Errorf("the refusal names %+v, want %q", f.Fields, c.pointer)
			}
		})
	}
	note := "\ufffd <&> \u2028 \"\\\b\f\n\r\t\x01 漢字 🚗"
	b.insert(Car{ID: "ok", Note: note, Year: -store.MaxInteger, Extra: map[string]any{"b": 1, "a": "1.50", "é": nil}})
	d, _ := b.get(all, "ok")
	if d.Value.Note != note || d.Value.Year != -store.MaxInteger {
		t.Errorf("Get = %+v", d.Value)
	}
	changes, err := b.db.Changes(ctx(), 0, 1)
	want := `{"$schema":1,"extra":{"a":"1.50","b":1,"é":null},"group":"","id":"ok","location":"","make":"",` +
		`"note":"` + "\ufffd <&> \u2028 " + `\"\\\b\f\n\r\t\u0001 漢字 🚗","owner":"","price":null,"seen":null,"sold":false,` +
		`"vin":"","year":-9007199254740991}`
	if err != nil || string(changes[0].After) != want {
		t.Errorf("canonical form:\n got %s\nwant %s\n%v", changes[0].After, want, err)
	}
}

func refusals(t *testing.T, e Engine) {
	b := open(t, e)
	put := func(tx store.Tx) error { _, err := Cars.Insert(tx, &Car{ID: "a"}); return err }
	wantKind(t, "write without a scope", b.try(store.Scope{}, put), fault.Denied)
	_, err := b.db.Update(ctx(), store.Write{Scope: all, Actor: actor.Actor{}}, put)
	wantKind(t, "write by nobody", err, fault.Denied)
	wantKind(t, "read without a scope", b.db.View(ctx(), store.Scope{}, func(store.Reader) error { return nil }), fault.Denied)
	for _, q := range []store.Query{
		{Index: "color"},
		{Index: "vin", Prefix: store.Values(store.Int64(1))},
		{Index: "vin", Filter: []store.Cond{store.Where("note", store.String("x"))}},
		{Index: "vin", Prefix: store.Values(store.String("a"), store.String("b"))},
		{Index: "vin", Prefix: store.Values(store.String("a")), Range: store.StartsWith("a")},
		{Prefix: store.Values(store.String("a"))},
		{Limit: store.MaxLimit + 1},
		{Limit: -1},
		{Cursor: "AAAA"},
	} {
		err := b.db.View(ctx(), all, func(r store.Reader) error { _, err := Cars.Query(r, q); return err })
		if err == nil {
			t.Errorf("the query %+v is answered", q)
		}
	}
	other := store.Define(store.Def[Session]{Name: "cars", Class: store.Truth, Schema: 1, Key: func(s *Session) string { return s.ID }})
	if err := b.db.View(ctx(), all, func(r store.Reader) error { _, err := other.Get(r, "a"); return err }); fault.Of(err) != fault.Internal {
		t.Errorf("a collection that the store was not opened with: %v", err)
	}
	if err := b.db.Close(); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "write when closed", b.try(all, put), fault.Unavailable)
	wantKind(t, "local write when closed", b.db.UpdateLocal(ctx(), all, func(store.Tx) error { return nil }), fault.Unavailable)
	wantKind(t, "read when closed", b.db.View(ctx(), all, func(store.Reader) error { return nil }), fault.Unavailable)
	wantKind(t, "wait when closed", b.db.Wait(ctx(), 99), fault.Unavailable)
	_, err = b.db.Changes(ctx(), 0, 1)
	wantKind(t, "read the log when closed", err, fault.Unavailable)
	if err := b.db.Close(); err != nil {
		t.Errorf("Close twice: %v", err)
	}
}
