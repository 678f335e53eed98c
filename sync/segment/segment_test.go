package segment_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

var at = time.Date(2026, 11, 23, 4, 0, 0, 123000, time.UTC)

// changes are n changes in transactions of two.
func changes(n int) []store.Change {
	out := make([]store.Change, n)
	for i := range out {
		seq := uint64(i + 1)
		out[i] = store.Change{Seq: seq, Tx: seq - uint64(i%2), Last: i%2 == 1, Time: at.Add(time.Duration(i/2) * time.Second), Org: "main", Collection: "cars",
			Key: fmt.Sprint("c", i), Rev: 1, After: []byte(fmt.Sprintf(`{"$schema":1,"id":"c%d"}`, i)), Actor: actor.Hub("test")}
	}
	return out
}

func encode(t testing.TB, list []store.Change) ([]byte, segment.Head) {
	t.Helper()
	b, h, err := segment.Encode(segment.Name{Line: 1, Fence: 2}, "00ff", segment.Chain{}, list)
	if err != nil {
		t.Fatal(err)
	}
	return b, h
}

func read(n segment.Name, b []byte) (out []store.Change, err error) {
	_, each, err := segment.Changes(n, b)
	if err != nil {
		return nil, err
	}
	for c, err := range each {
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func TestReadsWhatWasWritten(t *testing.T) {
	list := changes(10)
	b, h := encode(t, list)
	got, err := read(h.Name, b)
	if err != nil || len(got) != len(list) {
		t.Fatalf("%d changes, %v", len(got), err)
	}
	for i := range list {
		if !bytes.Equal(got[i].Append(nil), list[i].Append(nil)) {
			t.Errorf("change %d: %+v, want %+v", i, got[i], list[i])
		}
	}
	if h.From != 1 || h.To != 10 || !h.Begin.Equal(at) || !h.End.Equal(at.Add(4*time.Second)) || h.Changes != 10 {
		t.Errorf("head: %+v", h)
	}
}

// Two halves and the whole have the same chain at their ends.
func TestChainGoesThrough(t *testing.T) {
	list := changes(10)
	_, whole := encode(t, list)
	_, first := encode(t, list[:4])
	_, second, err := segment.Encode(segment.Name{Line: 1, Fence: 2}, "00ff", first.After, list[4:])
	if err != nil || second.After != whole.After {
		t.Errorf("the chain ends with %x, want %x (%v)", second.After, whole.After, err)
	}
}

func TestOnlyWholeTransactionsInOrder(t *testing.T) {
	cases := map[string]func([]store.Change) []store.Change{
		"nothing":                func([]store.Change) []store.Change { return nil },
		"half a transaction":     func(c []store.Change) []store.Change { return c[:3] },
		"begins in the middle":   func(c []store.Change) []store.Change { return c[1:4] },
		"one is missing":         func(c []store.Change) []store.Change { return append(c[:2:2], c[4:]...) },
		"one comes before":       func(c []store.Change) []store.Change { c[2], c[4] = c[4], c[2]; return c },
		"the clock goes back":    func(c []store.Change) []store.Change { c[4].Time = at.Add(-time.Hour); return c },
		"another's transaction":  func(c []store.Change) []store.Change { c[3].Tx = 1; return c },
		"the last is not marked": func(c []store.Change) []store.Change { c[9].Last = false; return c },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			if _, _, err := segment.Encode(segment.Name{Line: 1}, "00ff", segment.Chain{}, spoil(changes(10))); err == nil {
				t.Error("it was written")
			}
		})
	}
}

func TestEachByteCounts(t *testing.T) {
	b, h := encode(t, changes(6))
	for i := range b {
		spoilt := bytes.Clone(b)
		spoilt[i] ^= 1
		got, err := read(h.Name, spoilt)
		if err == nil && !same(got, changes(6)) {
			t.Fatalf("byte %d: other changes were read without a word", i)
		}
	}
	for cut := range b {
		if got, err := read(h.Name, b[:cut]); err == nil {
			t.Fatalf("cut at %d: %d changes were read", cut, len(got))
		}
	}
	other := h.Name
	other.Fence++
	if _, err := read(other, b); err == nil {
		t.Error("it was read under another name")
	}
}

func same(a, b []store.Change) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i].Append(nil), b[i].Append(nil)) {
			return false
		}
	}
	return true
}

func TestNames(t *testing.T) {
	n := segment.Name{Line: 3, From: 10, To: 20, Begin: at, End: at.Add(time.Second), Fence: 7, Level: segment.Hour}
	got, err := segment.ParseName(n.Path())
	if err != nil || got != n {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "log/1/x.seg", n.Path() + "x", "/" + n.Path(), "log/00000003/../x.seg",
		segment.Name{Line: 3, From: 20, To: 10, Begin: at, End: at}.Path(),
		segment.Name{Line: 3, From: 1, To: 1, Begin: at.Add(time.Hour), End: at}.Path(),
		segment.Name{Line: 3, From: 1, To: 1, Begin: at, End: at, Level: 9}.Path()} {
		if _, err := segment.ParseName(bad); err == nil {
			t.Errorf("%q is taken for a name", bad)
		}
	}
}

func FuzzChanges(f *testing.F) {
	b, h := encode(f, changes(4))
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte("HCSEG\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := h.Name
		if own, _, err := segment.ReadHead(b); err == nil {
			n = own.Name
		}
		list, err := read(n, b)
		if err != nil {
			return
		}
		for i := range list {
			if i > 0 && list[i].Seq != list[i-1].Seq+1 {
				t.Errorf("change %d follows %d", list[i].Seq, list[i-1].Seq)
			}
		}
	})
}

func FuzzName(f *testing.F) {
	f.Add(segment.Name{Line: 1, From: 1, To: 2, Begin: at, End: at, Fence: 1}.Path())
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := segment.ParseName(s); err == nil && n.Path() != s {
			t.Errorf("%q is read as %q", s, n.Path())
		}
	})
}
