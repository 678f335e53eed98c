package store_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"sorted, no blanks", "{ \"b\" : 1 ,\n\"a\":[ true , null,{}, [] ]}", `{"a":[true,null,{},[]],"b":1}`},
		{"sorted by bytes", `{"é":1,"z":2,"Z":3,"":4,"aa":5,"a":6}`, `{"":4,"Z":3,"a":6,"aa":5,"z":2,"é":1}`},
		{"sorted deep", `{"x":{"b":{"d":1,"c":2},"a":0}}`, `{"x":{"a":0,"b":{"c":2,"d":1}}}`},
		{"sorted as text, not as escaped", `{"\u0062":1,"a":2}`, `{"a":2,"b":1}`},
		{"least escapes", `"\u003c\/\u00e9\ud83d\ude97\u0007\n\t\"\\\u2028"`, "\"</é🚗\\u0007\\n\\t\\\"\\\\\u2028\""},
		{"U+FFFD is a character", `"\ufffd"`, "\"\ufffd\""},
		{"integers", `[0,-1,9007199254740991,-9007199254740991]`, `[0,-1,9007199254740991,-9007199254740991]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := store.Canonical([]byte(c.in))
			if err != nil || string(got) != c.want {
				t.Errorf("Canonical(%s)\n got %s, %v\nwant %s", c.in, got, err, c.want)
			}
		})
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, pointer string }{
		{"a fraction", `{"a":{"b/c~":[1,2.0]}}`, "/a/b~1c~0/1"},
		{"an exponent", `{"a":1e3}`, "/a"},
		{"minus zero", `{"a":-0}`, "/a"},
		{"leading zero", `{"a":01}`, "/a"},
		{"2^53", `[9007199254740992]`, "/0"},
		{"far beyond 2^64", `[99999999999999999999999999]`, "/0"},
		{"U+0000", `{"a":"\u0000"}`, "/a"},
		{"half a pair", `{"a":"\ud83d"}`, "/a"},
		{"half a pair and more", `{"a":"\ud83dx"}`, "/a"},
		{"the wrong half", `{"a":"\ude97\ud83d"}`, "/a"},
		{"not UTF-8", "{\"a\":\"\xc3\"}", "/a"},
		{"a doubled key", `{"a":1,"b":2,"a":1}`, "/a"},
		{"a doubled key, escaped", `{"x":{"a":1,"\u0061":1}}`, "/x/a"},
		{"a raw line end", "\"\n\"", ""},
		{"NaN", `NaN`, ""},
		{"two documents", `{} {}`, ""},
		{"cut short", `{"a":[1,`, "/a/1"},
		{"nothing", ``, ""},
		{"too deep", strings.Repeat("[", 100) + strings.Repeat("]", 100), strings.Repeat("/0", 65)},
		{"too large", `"` + strings.Repeat("x", store.MaxDocument) + `"`, ""},
		{"a comma too many", `{"a":1,}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := store.Canonical([]byte(c.in))
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 {
				t.Fatalf("Canonical(%.80s) = %.80s, %v, want Invalid with one field", c.in, got, err)
			}
			if f.Fields[0].Pointer != c.pointer {
				t.Errorf("it names %q, want %q", f.Fields[0].Pointer, c.pointer)
			}
			if f.Fields[0].Remedy == "" {
				t.Error("no remedy")
			}
		})
	}
}

// FuzzCanonical: never a panic; what passes is a fixed point, valid JSON, and
// means the same.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"b":1,"a":"\ud83d\ude97"}`, `[1,-0,1e5]`, `{"a":{"a":[]}}`, "\"\\u0000\"", `{"a":1,"a":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := store.Canonical(in)
		if err != nil {
			return
		}
		again, err := store.Canonical(out)
		if err != nil || string(again) != string(out) {
			t.Fatalf("not a fixed point: %q, then %q, %v", out, again, err)
		}
		var a, b any
		if json.Unmarshal(in, &a) != nil || json.Unmarshal(out, &b) != nil {
			t.Fatalf("%q becomes %q, and one is not JSON", in, out)
		}
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if string(x) != string(y) {
			t.Fatalf("%q becomes %q, which means something else", in, out)
		}
	})
}

func TestCanonicalIsOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.MapOf(rapid.String(), rapid.Int64Range(-store.MaxInteger, store.MaxInteger)).Draw(t, "members")
		delete(m, "\x00")
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		indented, err := json.MarshalIndent(m, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		a, errA := store.Canonical(raw)
		b, errB := store.Canonical(indented)
		if (errA == nil) != (errB == nil) || string(a) != string(b) {
			t.Fatalf("two forms: %q (%v) and %q (%v)", a, errA, b, errB)
		}
	})
}
