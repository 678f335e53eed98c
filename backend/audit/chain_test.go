package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// docs reads the stored entries, the oldest first.
func (h *house) docs() []store.Record {
	h.t.Helper()
	var out []store.Record
	err := store.EachPage(context.Background(), h.raw, audit.Entries.Schema(), "", func(p store.Records) error {
		out = append(out, p.Records...)
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// forged is a second store that holds what somebody made of the entries: its
// log begins anew, as after a move, so that the chain stands for itself.
func (h *house) forged(docs []store.Record) *house {
	h.t.Helper()
	db, err := mem.Open(schemas(), mem.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { db.Close() })
	s := audit.Entries.Schema()
	for _, d := range docs {
		_, err := db.Update(context.Background(), store.Write{Scope: store.System().In(d.Org), Actor: ann}, func(tx store.Tx) error {
			row := store.Row{Key: d.Key, Doc: d.Doc, Past: d.Rev - 1}
			var err error
			if row.Place, row.Entries, err = s.Entries(d.Doc); err != nil {
				return err
			}
			_, err = tx.Store(s, row, store.AnyRev)
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
	f := &house{t: h.t, raw: db, vault: h.vault, now: h.now}
	f.trail = audit.New(db, audit.Options{Vault: func() (*vault.Vault, error) { return f.vault, nil }, Now: h.now})
	f.db = f.trail.Keep()
	return f
}

// sound reports whether Verify finds nothing wrong.
func (h *house) sound() bool {
	v := h.verified()
	return v.Break == nil && v.Unproven == 0
}

// macKey is the id of the key that an entry's MAC names.
func macKey(t *testing.T, doc []byte) string {
	e, err := audit.Entries.Decode(doc)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(e.MAC, ".")
	id, _, _ := strings.Cut(rest, ".")
	return id
}

func TestAnySequenceVerifiesAndAnyForgeryIsFound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := inMemory(t)
		for range rapid.IntRange(2, 8).Draw(r, "writes") {
			if rapid.Bool().Draw(r, "security") {
				if err := h.trail.Record(context.Background(), all, ann, audit.Happening{Event: audit.SignedIn, Note: rapid.String().Draw(r, "note")}); err != nil {
					t.Fatal(err)
				}
				continue
			}
			h.put(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, 3, rapid.ID[string]).Draw(r, "cars")...)
		}
		docs := h.docs()
		h.whole(int64(len(docs)))
		if !h.forged(docs).sound() {
			r.Fatal("a faithful copy is not sound")
		}
		i := rapid.IntRange(0, len(docs)-1).Draw(r, "at")
		what := rapid.SampledFrom([]string{"flip", "remove", "swap", "insert", "rewrite"}).Draw(r, "forgery")
		switch what {
		case "flip":
			b := bytes.Clone(docs[i].Doc)
			at := rapid.IntRange(0, len(b)-1).Draw(r, "byte")
			b[at] ^= byte(rapid.IntRange(1, 255).Draw(r, "bits"))
			if canonical, err := store.Canonical(bytes.Replace(b, []byte(`{"$schema":1,`), []byte(`{`), 1)); err != nil || !bytes.HasPrefix(b, []byte(`{"$schema":1,`)) {
				return // no engine takes it for a document
			} else if _, err := audit.Entries.Decode(append([]byte(`{"$schema":1,`), canonical[1:]...)); err != nil {
				return // nor this program
			} else {
				docs[i].Doc = append([]byte(`{"$schema":1,`), canonical[1:]...)
			}
			if i < len(docs)-1 && macKey(t, docs[i].Doc) != macKey(t, h.docs()[i].Doc) {
				return // a proof by a key that is gone, and the next entry's holds for this one: docs/formats/audit.md
			}
		case "remove": // the newest alone can't be missed: docs/formats/audit.md
			if i == len(docs)-1 {
				return
			}
			docs = append(docs[:i:i], docs[i+1:]...)
		case "swap":
			j := rapid.IntRange(0, len(docs)-1).Draw(r, "with")
			if i == j {
				return
			}
			docs[i].Doc, docs[j].Doc = docs[j].Doc, docs[i].Doc
		case "insert":
			extra := docs[i]
			extra.Key = fmt.Sprintf("%016d", len(docs)+1)
			docs = append(docs, extra)
		case "rewrite":
			docs[i].Rev = 2
		}
		if h.forged(docs).sound() {
			r.Fatalf("%s of entry %d is not found", what, i+1)
		}
	})
}

// Who can write the database but has no key makes a chain that is whole and
// not proven, and the hub that writes on does not vouch for it.
func TestAChainByAnotherKeyIsNotProven(t *testing.T) {
	h := inMemory(t)
	h.put("a")
	h.put("b")
	own := h.vault
	for name, stranger := range map[string]func() (*vault.Vault, error){
		"another key": func() (*vault.Vault, error) { return vault.Open(t.TempDir()) },
		"no key":      func() (*vault.Vault, error) { return nil, fmt.Errorf("no key") },
	} {
		t.Run(name, func(t *testing.T) {
			db, err := mem.Open(schemas(), mem.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			forger := &house{t: t, raw: db, now: h.now, trail: audit.New(db, audit.Options{Vault: stranger, Now: h.now})}
			forger.db = forger.trail.Keep()
			forger.put("a")
			forger.put("x")
			ours := &house{t: t, raw: db, now: h.now, trail: audit.New(db, audit.Options{Vault: func() (*vault.Vault, error) { return own, nil }, Now: h.now})}
			ours.db = ours.trail.Keep()
			if v := ours.verified(); v.Unproven != 2 || v.FirstUnproven != 1 {
				t.Errorf("Verify = %+v, want 2 unproven", v)
			}
			ours.put("y")
			ours.put("z")
			if v := ours.verified(); v.Break != nil || v.Unproven != 2 || v.FirstUnproven != 1 {
				t.Errorf("after two entries of its own Verify = %+v (%+v), want 2 unproven still", v, v.Break)
			}
		})
	}
}

// A change of keys leaves nothing unproven, though the old key goes.
func TestRotationKeepsTheChainProven(t *testing.T) {
	h := inMemory(t)
	keys := vault.NewKeys(vault.Source{Dir: t.TempDir()})
	h.trail = audit.New(h.raw, audit.Options{Vault: keys.Vault, Now: h.now})
	h.db = h.trail.Keep()
	h.put("a")
	if _, err := keys.Add(); err != nil {
		t.Fatal(err)
	}
	if err := h.trail.Record(context.Background(), all, ann, audit.Happening{Event: audit.VaultRotated}); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Retire(); err != nil {
		t.Fatal(err)
	}
	h.put("b")
	h.whole(3)
}

func TestTheLogMustAgree(t *testing.T) {
	t.Run("a write that nobody told", func(t *testing.T) {
		h := inMemory(t)
		h.put("a")
		(&house{t: t, db: h.raw}).put("b")
		if v := h.verified(); v.Break == nil || !strings.Contains(v.Break.What, "no entry tells of change 3") {
			t.Errorf("Verify = %+v", v.Break)
		}
	})
	t.Run("the newest entry is taken out", func(t *testing.T) {
		h := inMemory(t)
		h.put("a")
		h.put("b")
		_, err := h.raw.Update(context.Background(), store.Write{Scope: all, Actor: ann}, func(tx store.Tx) error {
			return audit.Entries.Delete(tx, "0000000000000002", store.AnyRev)
		})
		if err != nil {
			t.Fatal(err)
		}
		if v := h.verified(); v.Break == nil || v.Break.N != 2 || !strings.Contains(v.Break.What, "no longer in the trail") {
			t.Errorf("Verify = %+v", v.Break)
		}
	})
	t.Run("the whole trail is taken out", func(t *testing.T) {
		h := inMemory(t)
		h.put("a")
		_, err := h.raw.Update(context.Background(), store.Write{Scope: all, Actor: ann}, func(tx store.Tx) error {
			return audit.Entries.Delete(tx, "0000000000000001", store.AnyRev)
		})
		if err != nil {
			t.Fatal(err)
		}
		if v := h.verified(); v.Break == nil {
			t.Errorf("Verify = %+v", v)
		}
	})
	t.Run("a log that was trimmed", func(t *testing.T) {
		h := inMemory(t)
		for range 20 {
			h.put("a")
		}
		if n, err := h.raw.Trim(context.Background(), 10); err != nil || n == 0 {
			t.Fatalf("Trim = %d, %v", n, err)
		}
		if v := h.whole(20); v.Compared != 5 {
			t.Errorf("compared %d transactions, want the 5 that the log holds", v.Compared)
		}
	})
}

func TestTrimThenVerify(t *testing.T) {
	h := inMemory(t)
	for range 130 {
		h.put("a")
	}
	keep := h.list(audit.Filter{})[10].At // entry 120
	n, err := h.trail.Trim(context.Background(), all, keep.Time)
	if err != nil || n != 119 {
		t.Fatalf("Trim = %d, %v; want 119", n, err)
	}
	v := h.whole(12)
	if v.First != 120 || v.Last != 131 {
		t.Errorf("from %d to %d, want 120 to 131", v.First, v.Last)
	}
	e := h.list(audit.Filter{Event: audit.Trimmed})[0]
	if e.Removed != 119 || len(e.RemovedHash) != 64 || e.Actor.ID != "audit" {
		t.Errorf("the trimming is told as %+v", e)
	}
	if n, err := h.trail.Trim(context.Background(), all, keep.Time); err != nil || n != 0 {
		t.Errorf("again Trim = %d, %v", n, err)
	}
	h.whole(12)
	h.put("b")
	if n, err := h.trail.Trim(context.Background(), all, h.now().Add(time.Hour)); err != nil || n != 12 {
		t.Errorf("of everything Trim = %d, %v; the newest stays", n, err)
	}
	h.put("c")
	v = h.whole(3)
	// The entries that a trimming took away are not missed; one more is.
	docs := h.docs()
	if h.forged(docs[1:]).sound() {
		t.Error("the first entry after a trimming is taken out and not missed")
	}
	if !h.forged(docs).sound() {
		t.Error("a copy of a trimmed trail is not sound")
	}
}

// A trimming that was cut off leaves a trail that is whole, and the next one
// goes on.
func TestTrimIsCutOff(t *testing.T) {
	h := inMemory(t)
	for range 130 {
		h.put("a")
	}
	ctx, stop := context.WithCancel(context.Background())
	db := &countdown{DB: h.raw, left: 2, stop: stop}
	trail := audit.New(db, audit.Options{Vault: func() (*vault.Vault, error) { return h.vault, nil }, Now: h.now})
	if _, err := trail.Trim(ctx, all, h.now()); err == nil {
		t.Fatal("the trimming was not cut off")
	}
	v := h.whole(81)
	if v.First != 51 {
		t.Errorf("it begins at %d, want 51", v.First)
	}
	if n, err := h.trail.Trim(context.Background(), all, time.Time{}); err != nil || n != 79 {
		t.Errorf("the next Trim = %d, %v; want the 79 that were announced", n, err)
	}
	h.whole(2)
}

// countdown cancels after some writes.
type countdown struct {
	store.DB
	left int
	stop func()
}

func (c *countdown) Update(ctx context.Context, w store.Write, fn func(store.Tx) error) (uint64, error) {
	seq, err := c.DB.Update(ctx, w, fn)
	if c.left--; c.left == 0 {
		c.stop()
	}
	return seq, err
}

func TestConcurrentWriters(t *testing.T) {
	engines := map[string]func(t *testing.T) store.DB{
		"mem": func(t *testing.T) store.DB {
			db, err := mem.Open(schemas(), mem.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return db
		},
		"bolt": func(t *testing.T) store.DB {
			db, err := bolt.Open(t.Context(), t.TempDir(), schemas(), bolt.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return db
		},
	}
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			defer db.Close()
			concurrently(t, newHouse(t, db, nil))
		})
	}
}

// concurrently lets many write, some in vain, and looks at the chain.
func concurrently(t *testing.T, h *house) {
	t.Helper()
	var writers sync.WaitGroup
	for i := range 16 {
		writers.Go(func() {
			for j := range 10 {
				h.put(fmt.Sprintf("%d-%d", i, j))
				_, _ = h.db.Update(context.Background(), store.Write{Scope: all, Actor: ann}, func(tx store.Tx) error {
					return fmt.Errorf("in vain")
				})
				if err := h.trail.Record(context.Background(), all, ann, audit.Happening{Event: audit.SignedIn}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	if v := h.whole(320); v.Compared != 320 {
		t.Errorf("compared %d transactions, want 320", v.Compared)
	}
}

func TestKeptStoreUnwraps(t *testing.T) {
	h := inMemory(t)
	u, ok := h.db.(interface{ Unwrap() store.DB })
	if !ok || u.Unwrap() != h.raw {
		t.Fatal("the store beneath can't be had")
	}
	var e audit.Entry
	if b, err := json.Marshal(e); err != nil || strings.Contains(string(b), "From") {
		t.Fatalf("%s, %v", b, err)
	}
}
