package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

var (
	all = store.Org("home")
	ann = actor.Actor{Kind: actor.User, ID: "u-ann", Name: "Ann", From: "10.0.0.7", Via: "session 4f2a"}
)

func schemas() []*store.Schema {
	return append(audit.Schemas(), storetest.Cars.Schema(), storetest.Sessions.Schema(), store.Undos.Schema())
}

// house is a trail over a store.
type house struct {
	t     testing.TB
	raw   store.DB
	db    store.DB // kept
	trail *audit.Trail
	vault *vault.Vault
	now   func() time.Time
}

func newHouse(t testing.TB, raw store.DB, now func() time.Time) *house {
	t.Helper()
	v, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, raw: raw, vault: v, now: now}
	h.trail = audit.New(raw, audit.Options{Vault: func() (*vault.Vault, error) { return h.vault, nil }, Now: now})
	h.db = h.trail.Keep()
	return h
}

func inMemory(t testing.TB) *house {
	t.Helper()
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); at = at.Add(time.Second); return at }
	db, err := mem.Open(schemas(), mem.Options{Now: now, Twice: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return newHouse(t, db, now)
}

func (h *house) put(ids ...string) {
	h.t.Helper()
	_, err := h.db.Update(context.Background(), store.Write{Scope: all, Actor: ann, Batch: "b1"}, func(tx store.Tx) error {
		for _, id := range ids {
			c := storetest.Car{ID: id, VIN: "VIN-" + id, Note: "note of " + id}
			if old, err := storetest.Cars.Get(tx, id); err == nil {
				c = old.Value
				c.Year++
			}
			if _, err := storetest.Cars.Put(tx, &c, store.AnyRev); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) list(f audit.Filter) []audit.Entry {
	h.t.Helper()
	p, err := h.trail.List(context.Background(), all, f, "", 200)
	if err != nil {
		h.t.Fatal(err)
	}
	return p.Items
}

func (h *house) verified() audit.Verified {
	h.t.Helper()
	v, err := h.trail.Verify(context.Background(), all)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

func (h *house) whole(entries int64) audit.Verified {
	h.t.Helper()
	v := h.verified()
	if v.Break != nil || v.Entries != entries || v.Unproven != 0 {
		h.t.Fatalf("Verify = %+v (break %+v); want %d whole and proven entries", v, v.Break, entries)
	}
	return v
}

func TestEachTransactionTellsItself(t *testing.T) {
	h := inMemory(t)
	h.put("a")
	h.put("a", "b")
	got := h.list(audit.Filter{})
	if len(got) != 2 {
		t.Fatalf("%d entries, want one a transaction: %+v", len(got), got)
	}
	e := got[0]
	if e.N != 2 || e.Event != audit.DataChanged || e.Actor.ID != "u-ann" || e.From != "10.0.0.7" || e.Via != "session 4f2a" || e.Batch != "b1" ||
		e.Subject.ID != "a" || e.Prev != got[1].Hash || len(e.Documents) != 2 {
		t.Errorf("the newest entry is %+v", e)
	}
	want := []audit.Field{{Pointer: "/year", Before: json.RawMessage("0"), After: json.RawMessage("1")}}
	if d := e.Documents[0]; d.Rev != 2 || d.New || fmt.Sprint(d.Fields) != fmt.Sprint(want) {
		t.Errorf("the first document is told as %+v, want %+v", d, want)
	}
	if d := e.Documents[1]; d.Rev != 1 || !d.New || !strings.Contains(fmt.Sprint(d.Fields), "/vin") {
		t.Errorf("the new document is told as %+v", d)
	}
	if v := h.whole(2); v.Compared != 2 || v.First != 1 || v.Last != 2 {
		t.Errorf("Verify = %+v", v)
	}
}

func TestWhatFailsOrWritesNothingLeavesNoEntry(t *testing.T) {
	h := inMemory(t)
	h.put("a")
	no := errors.New("no")
	w := store.Write{Scope: all, Actor: ann}
	_, err := h.db.Update(context.Background(), w, func(tx store.Tx) error {
		if _, err := storetest.Cars.Insert(tx, &storetest.Car{ID: "b"}); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Fatalf("Update = %v", err)
	}
	if _, err := h.db.Update(context.Background(), w, func(store.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := h.db.UpdateLocal(context.Background(), all, func(tx store.Tx) error {
		_, err := storetest.Sessions.Put(tx, &storetest.Session{ID: "s"}, store.AnyRev)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.whole(1)
}

func TestLargeTransactionsAreCounted(t *testing.T) {
	h := inMemory(t)
	var ids []string
	for i := range 21 {
		ids = append(ids, fmt.Sprintf("c%02d", i))
	}
	h.put(ids...)
	e := h.list(audit.Filter{Collection: "cars"})[0]
	if len(e.Documents) != 0 || len(e.Counts) != 1 || e.Counts[0] != (audit.Counted{Collection: "cars", Documents: 21}) || e.Digest == "" {
		t.Errorf("told as %+v", e)
	}
	h.whole(1)
}

func TestSecurityEvents(t *testing.T) {
	h := inMemory(t)
	err := h.trail.Record(context.Background(), all, ann, audit.Happening{Event: audit.MFAAdded, Subject: audit.Subject{Kind: "user", ID: "u-ann", Name: "Ann\x00\u202e\n"}, Note: strings.Repeat("x", 2000)})
	if err != nil {
		t.Fatal(err)
	}
	ctx := audit.Telling(context.Background(), audit.Happening{Event: audit.RoleChanged, Note: "may export now"})
	_, err = h.db.Update(ctx, store.Write{Scope: all, Actor: ann}, func(tx store.Tx) error {
		_, err := storetest.Cars.Insert(tx, &storetest.Car{ID: "role"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got := h.list(audit.Filter{})
	if e := got[1]; e.Event != audit.MFAAdded || e.Subject.Name != "Ann   " || len(e.Note) > 510 {
		t.Errorf("recorded %+v", e)
	}
	if e := got[0]; e.Event != audit.RoleChanged || e.Note != "may export now" || e.Subject.ID != "role" || e.Digest == "" {
		t.Errorf("told %+v", e)
	}
	h.whole(2)
}

func TestFailuresAreCountedByTheMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := mem.Open(schemas(), mem.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h := newHouse(t, db, nil)
		ctx, stop := context.WithCancel(t.Context())
		var loop sync.WaitGroup
		loop.Go(func() { _ = h.trail.Run(ctx) })
		for i := range 50 {
			by := actor.Actor{From: fmt.Sprintf("10.0.0.%d", i%2)}
			h.trail.Count(all, by, audit.Happening{Event: audit.SignInFailed, Subject: audit.Subject{Kind: "user", Name: "ann"}})
		}
		if n := len(h.list(audit.Filter{})); n != 0 {
			t.Errorf("%d entries before the minute ended", n)
		}
		time.Sleep(61 * time.Second) // of the bubble
		synctest.Wait()
		got := h.list(audit.Filter{Event: audit.SignInFailed})
		if len(got) != 2 || got[0].Count != 25 || got[1].Count != 25 || got[0].From == got[1].From || got[0].Since.IsZero() {
			t.Errorf("counted as %+v", got)
		}
		for i := range 3000 { // a flood under many names
			h.trail.Count(all, actor.Actor{From: "10.0.0.9"}, audit.Happening{Event: audit.SignInFailed, Subject: audit.Subject{ID: fmt.Sprint(i)}})
		}
		stop()
		loop.Wait() // the end writes what was counted
		total, entries := int64(0), 0
		for cursor := ""; ; {
			p, err := h.trail.List(t.Context(), all, audit.Filter{Event: audit.SignInFailed}, cursor, 200)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range p.Items {
				total, entries = total+e.Count, entries+1
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if total != 3050 || entries != 2+1001 {
			t.Errorf("%d failures in %d entries, want 3050 in 1003", total, entries)
		}
		if v := h.verified(); v.Break != nil {
			t.Errorf("broken: %+v", v.Break)
		}
		db.Close()
	})
}

func TestSecretsAreNeverInTheTrail(t *testing.T) {
	h := inMemory(t)
	const canary = "sk-canary-0123456789"
	sealed, err := h.vault.Seal("cars/a/key", vault.NewSecret(canary))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ä", 5000)
	_, err = h.db.Update(context.Background(), store.Write{Scope: all, Actor: ann}, func(tx store.Tx) error {
		_, err := storetest.Cars.Insert(tx, &storetest.Car{ID: "a", Note: string(sealed), Stock: "s", VIN: "v", Make: long[:400],
			Extra: map[string]any{"deep": []any{map[string]any{"key": string(sealed)}}, "list": []any{long}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []audit.Format{audit.CSV, audit.JSONL} {
		var b bytes.Buffer
		if err := h.trail.Export(context.Background(), all, audit.Filter{}, format, &b); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), canary) || strings.Contains(b.String(), string(sealed)) || strings.Contains(b.String(), "hv1.") {
			t.Errorf("the %s export holds the secret: %s", format, b.String())
		}
		if strings.Count(b.String(), "***") < 2 {
			t.Errorf("the %s export does not say that there is a secret: %s", format, b.String())
		}
		if b.Len() > 4000 {
			t.Errorf("the %s export holds a long text whole (%d bytes)", format, b.Len())
		}
	}
	if e := h.list(audit.Filter{})[0]; !e.Short {
		t.Errorf("the entry does not say that values were cut: %+v", e)
	}
}

func TestExportKeepsSpreadsheetsFromRunningCells(t *testing.T) {
	h := inMemory(t)
	for _, bad := range []string{"=1+1", "+1", "-1", "@x", "\t=1", "\r=1"} {
		if err := h.trail.Record(context.Background(), all, actor.Actor{Kind: actor.User, ID: "u", Name: bad}, audit.Happening{Event: "x.y", Note: bad}); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := h.trail.Export(context.Background(), all, audit.Filter{}, audit.CSV, &b); err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(b.String()), "\n")[1:] {
		for _, cell := range strings.Split(line, ",") {
			cell = strings.Trim(cell, `"`)
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("row %d has the cell %q", i+1, cell)
			}
		}
	}
}

func TestFilters(t *testing.T) {
	h := inMemory(t)
	bob := actor.Actor{Kind: actor.Local, Name: "this computer"}
	h.put("a")
	h.put("b")
	middle := h.now()
	h.put("b")
	for i := range 5 {
		if err := h.trail.Record(context.Background(), all, bob, audit.Happening{Event: audit.SignedIn, Note: fmt.Sprintf("Round %d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		f    audit.Filter
		want string
	}{
		"all":        {audit.Filter{}, "[8 7 6 5 4 3 2 1]"},
		"event":      {audit.Filter{Event: audit.SignedIn}, "[8 7 6 5 4]"},
		"actor":      {audit.Filter{Actor: "u-ann"}, "[3 2 1]"},
		"local":      {audit.Filter{Actor: "local"}, "[8 7 6 5 4]"},
		"subject":    {audit.Filter{Subject: "b"}, "[3 2]"},
		"key":        {audit.Filter{Collection: "cars", Key: "a"}, "[1]"},
		"address":    {audit.Filter{From: "10.0.0.7"}, "[3 2 1]"},
		"since":      {audit.Filter{Since: middle}, "[8 7 6 5 4 3]"},
		"until":      {audit.Filter{Until: middle}, "[2 1]"},
		"both":       {audit.Filter{Since: middle, Subject: "b"}, "[3]"},
		"text":       {audit.Filter{Text: "rOUND 3"}, "[7]"},
		"two":        {audit.Filter{Actor: "u-ann", Event: audit.SignedIn}, "[]"},
		"far future": {audit.Filter{Since: middle.AddDate(1, 0, 0)}, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			numbers := []int64{}
			for cursor, pages := "", 0; pages < 20; pages++ {
				p, err := h.trail.List(context.Background(), all, c.f, cursor, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range p.Items {
					numbers = append(numbers, e.N)
				}
				if cursor = p.Next; cursor == "" {
					break
				}
			}
			if fmt.Sprint(numbers) != c.want {
				t.Errorf("List by twos gives %v, want %s", numbers, c.want)
			}
		})
	}
}

func TestAnotherOrganisationHasItsOwnChain(t *testing.T) {
	h := inMemory(t)
	h.put("a")
	other := store.Org("other")
	if err := h.trail.Record(context.Background(), other, ann, audit.Happening{Event: audit.SignedIn}); err != nil {
		t.Fatal(err)
	}
	p, err := h.trail.List(context.Background(), other, audit.Filter{}, "", 10)
	if err != nil || len(p.Items) != 1 || p.Items[0].N != 1 || p.Items[0].Prev != "" {
		t.Fatalf("the other chain is %+v, %v", p, err)
	}
	if p, err := h.trail.List(context.Background(), all.At("berlin"), audit.Filter{}, "", 10); err != nil || len(p.Items) != 0 {
		t.Fatalf("a scope of one place sees %+v, %v; the trail is the whole organisation's", p, err)
	}
	h.whole(1)
}

// Who may not see what things cost sees which fields changed, and no value of
// them by any way.
func TestAVeilCoversValues(t *testing.T) {
	h := inMemory(t)
	h.put("a")
	veiled := all.Without("costs")
	p, err := h.trail.List(context.Background(), veiled, audit.Filter{}, "", 10)
	if err != nil || len(p.Items) != 1 || len(p.Items[0].Documents[0].Fields) == 0 {
		t.Fatalf("List = %+v, %v", p, err)
	}
	for _, f := range p.Items[0].Documents[0].Fields {
		if f.Before != nil || f.After != nil || f.Pointer == "" {
			t.Errorf("it tells %+v", f)
		}
	}
	if p, err := h.trail.List(context.Background(), veiled, audit.Filter{Text: "note of a"}, "", 10); err != nil || len(p.Items) != 0 {
		t.Errorf("a value is found by its text: %+v, %v", p, err)
	}
	for _, format := range []audit.Format{audit.CSV, audit.JSONL} {
		var b bytes.Buffer
		if err := h.trail.Export(context.Background(), veiled, audit.Filter{}, format, &b); err != nil || strings.Contains(b.String(), "note of a") || !strings.Contains(b.String(), "/note") {
			t.Errorf("the %s export is %s, %v", format, b.String(), err)
		}
	}
	if v, err := h.trail.Verify(context.Background(), veiled); err != nil || v.Break != nil || v.Unproven != 0 {
		t.Errorf("Verify = %+v, %v", v, err)
	}
}
