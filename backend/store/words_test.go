package store_test

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

var update = flag.Bool("update", false, "rewrite golden files")

var values = rapid.Custom(func(t *rapid.T) store.Value {
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		return store.Null()
	case 1:
		return store.Flag(rapid.Bool().Draw(t, "flag"))
	case 2:
		return store.Int64(rapid.Int64().Draw(t, "int"))
	case 3:
		return store.At(time.UnixMicro(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "time")))
	}
	return store.String(strings.ReplaceAll(rapid.String().Draw(t, "text"), "\x00", ""))
})

// TestEncodingKeepsOrder: comparing encodings compares tuples, and reading
// them back gives the same.
func TestEncodingKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "fields")
		a := store.Tuple(rapid.SliceOfN(values, n, n).Draw(t, "a"))
		b := store.Tuple(rapid.SliceOfN(values, n, n).Draw(t, "b"))
		if rapid.Bool().Draw(t, "alike") {
			copy(b, a[:n-1])
		}
		want := slices.CompareFunc(a, b, store.Value.Compare)
		if got := bytes.Compare(a.Append(nil), b.Append(nil)); got != cmp.Compare(want, 0) {
			t.Errorf("%v against %v: bytes say %d, values %d", a, b, got, want)
		}
		e := store.Entry{Org: "o", Tuple: a, Key: "k"}
		back, err := store.ParseEntry(e.Append(nil), n)
		if err != nil || !reflect.DeepEqual(back, e) {
			t.Errorf("%v is read back as %v, %v", e, back, err)
		}
		org, tuple, key, ok := store.SplitEntry(e.Append(nil), n)
		if !ok || string(org) != "o" || string(key) != "k" || !bytes.Equal(tuple, a.Append(nil)) {
			t.Errorf("%v is split into %q %x %q %v", e, org, tuple, key, ok)
		}
	})
}

func FuzzParseEntry(f *testing.F) {
	f.Add([]byte("main\x00\x06abc\x00\x04\x80\x00\x00\x00\x00\x00\x00\x01key"), 2)
	f.Add([]byte("main\x00\x01"), 3)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 0 || n > 16 {
			return
		}
		e, err := store.ParseEntry(b, n)
		if err == nil && !bytes.Equal(e.Append(nil), b) {
			t.Errorf("%x is read as %v, which is %x", b, e, e.Append(nil))
		}
		store.SplitEntry(b, n)
	})
}

func sampleChange() store.Change {
	return store.Change{
		Seq: 4711, Tx: 4710, Last: true, Batch: "imp-1", Time: time.Date(2026, 3, 4, 5, 6, 7, 890123000, time.UTC),
		Org: "main", Collection: "vehicles", Key: "01961f2e-7c4b-7a31-8f00-0123456789ab",
		Place: store.Place{Location: "berlin", Owner: "ada"}, Rev: 3,
		Before: []byte(`{"$schema":1,"note":"old"}`), After: []byte(`{"$schema":1,"note":"new"}`),
		Actor: actor.Actor{Kind: actor.Local, ID: "u1", Name: "Ada"},
	}
}

// TestChangeBytes holds the sample of docs/formats/store.md.
func TestChangeBytes(t *testing.T) {
	c := sampleChange()
	got := hex.Dump(c.Append(nil))
	const golden = "testdata/change.hex"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("the bytes of a change are\n%s, want\n%s (%v)", got, want, err)
	}
	back, err := store.ParseChange(c.Append(nil))
	if err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("it is read back as\n%+v, %v, want\n%+v", back, err, c)
	}
	b := c.Append(nil)
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 0x10
		if _, err := store.ParseChange(bad); err == nil {
			t.Errorf("a flipped bit in byte %d goes unnoticed", i)
		}
		if _, err := store.ParseChange(b[:i]); err == nil {
			t.Errorf("cut at %d it is still read", i)
		}
	}
}

func FuzzParseChange(f *testing.F) {
	c := sampleChange()
	f.Add(c.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := store.ParseChange(b); err == nil {
			if _, err := store.ParseChange(c.Append(nil)); err != nil {
				t.Errorf("what is read can't be written: %v", err)
			}
		}
	})
}

func TestIDs(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC)
	ids := store.IDs{Now: func() time.Time { return now }, Rand: zeros{}}
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	last := ""
	for i := range 10_000 {
		if i == 5000 {
			now = now.Add(-time.Hour)
		}
		id := ids.New()
		if !form.MatchString(id) || id <= last {
			t.Fatalf("key %d is %s after %s", i, id, last)
		}
		last = id
	}
	var real store.IDs
	if a, b := real.New(), real.New(); a >= b {
		t.Errorf("%s is not before %s", a, b)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestDefineRefuses(t *testing.T) {
	type ok struct {
		ID string `json:"id"`
	}
	type float struct {
		Deep []map[string]struct {
			Price float64 `json:"price"`
		} `json:"deep"`
	}
	type clock struct {
		At *time.Time `json:"at"`
	}
	type reserved struct {
		S int `json:"$schema"`
	}
	name := func(n string) store.Def[ok] {
		return store.Def[ok]{Name: n, Class: store.Truth, Schema: 1, Key: func(*ok) string { return "" }}
	}
	for _, c := range []struct {
		name, want string
		define     func()
	}{
		{"a float", "float64", func() {
			store.Define(store.Def[float]{Name: "x", Class: store.Truth, Schema: 1, Key: func(*float) string { return "" }})
		}},
		{"a time.Time", "store.Timestamp", func() {
			store.Define(store.Def[clock]{Name: "x", Class: store.Truth, Schema: 1, Key: func(*clock) string { return "" }})
		}},
		{"a reserved name", "$", func() {
			store.Define(store.Def[reserved]{Name: "x", Class: store.Truth, Schema: 1, Key: func(*reserved) string { return "" }})
		}},
		{"a bad name", "lower case", func() { store.Define(name("Vehicles")) }},
		{"no class", "class", func() { d := name("x"); d.Class = 0; store.Define(d) }},
		{"a missing upgrade", "upgrade", func() { d := name("x"); d.Schema = 2; store.Define(d) }},
		{"an index without fields", "fields", func() { d := name("x"); d.Indexes = []store.Index[ok]{{Name: "i"}}; store.Define(d) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("Define panics with %q, want a word of %q", got, c.want)
				}
			}()
			c.define()
		})
	}
	store.Define(name("fine"))
}

func TestUpgrade(t *testing.T) {
	type v3 struct {
		ID  string `json:"id"`
		Km  int64  `json:"km"`
		Old string `json:"old,omitempty"`
	}
	c := store.Define(store.Def[v3]{
		Name: "x", Class: store.Truth, Schema: 3, Key: func(v *v3) string { return v.ID },
		Upgrade: []func(map[string]any) error{
			func(doc map[string]any) error { doc["kilometres"] = doc["km"]; delete(doc, "km"); return nil },
			func(doc map[string]any) error { doc["km"] = doc["kilometres"]; delete(doc, "kilometres"); return nil },
		},
	})
	for _, doc := range []string{`{"$schema":1,"id":"a","km":9007199254740991}`, `{"$schema":2,"id":"a","kilometres":9007199254740991}`, `{"$schema":3,"id":"a","km":9007199254740991}`} {
		got, err := c.Decode([]byte(doc))
		if err != nil || got != (v3{ID: "a", Km: store.MaxInteger}) {
			t.Errorf("Decode(%s) = %+v, %v", doc, got, err)
		}
	}
	if _, err := c.Decode([]byte(`{"$schema":4}`)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a newer document: %v", err)
	}
	if _, err := c.Decode([]byte(`{"id":"a"}`)); err == nil {
		t.Error("a document without a schema number is read")
	}
}

func TestTimestamp(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.FixedZone("", -3600))
	b, err := store.Moment(at).MarshalJSON()
	if err != nil || string(b) != `"2026-01-02T04:04:05.123456Z"` {
		t.Errorf("MarshalJSON = %s, %v", b, err)
	}
	var ts store.Timestamp
	if err := ts.UnmarshalJSON(b); err != nil || !ts.Equal(store.Moment(at).Time) {
		t.Errorf("UnmarshalJSON = %v, %v", ts, err)
	}
	if err := ts.UnmarshalJSON([]byte(`"yesterday"`)); err == nil {
		t.Error("yesterday is a time")
	}
	if _, err := store.Moment(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)).MarshalJSON(); err == nil {
		t.Error("the year 10000 is written")
	}
}

func TestTrimPoint(t *testing.T) {
	head := store.Position{Epoch: "e", Seq: 1000}
	at := func(seq, maxLag uint64) store.FollowerState {
		return store.FollowerState{At: store.Position{Epoch: "e", Seq: seq}, MaxLag: maxLag}
	}
	for _, c := range []struct {
		name      string
		keep      uint64
		followers []store.FollowerState
		want      uint64
	}{
		{"nobody follows", 100, nil, 900},
		{"the last change stays", 0, nil, 999},
		{"fewer than kept", 2000, nil, 0},
		{"a follower holds it", 0, []store.FollowerState{at(300, 0), at(700, 0)}, 300},
		{"one too far behind does not", 0, []store.FollowerState{at(300, 600), at(700, 600)}, 700},
		{"one of another epoch does not", 0, []store.FollowerState{{At: store.Position{Epoch: "x", Seq: 1}}, at(700, 0)}, 700},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := store.TrimPoint(head, c.keep, c.followers); got != c.want {
				t.Errorf("TrimPoint = %d, want %d", got, c.want)
			}
		})
	}
}

func TestZeroScopeIsRefused(t *testing.T) {
	var s store.Scope
	if err := s.Check(); !fault.Is(err, fault.Denied) {
		t.Errorf("Check = %v, want Denied", err)
	}
	if err := store.Org("a\x00b").Check(); !fault.Is(err, fault.Denied) {
		t.Errorf("Check of a name with U+0000 = %v, want Denied", err)
	}
	var f *fault.Error
	if err := store.System().Check(); errors.As(err, &f) {
		t.Errorf("Check of System = %v", err)
	}
}
