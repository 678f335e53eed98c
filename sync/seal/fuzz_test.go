package seal_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/hubcap-dev/hubcap/sync/seal"
)

// Bytes out of a bucket never open as anything but what was sealed, and never
// bring the program down.

func FuzzOpen(f *testing.F) {
	r := seal.NewRing()
	f.Add(r.Seal("k", "n", []byte("plain")))
	f.Add([]byte("HSO1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := r.Open("k", "n", b); err == nil && string(got) != "plain" {
			t.Fatalf("%x opens as %q", b, got)
		}
		_, _ = seal.KeyOf(b)
	})
}

func FuzzOpenStream(f *testing.F) {
	r := seal.NewRing()
	plain := numbered(chunk + 9)
	f.Add(stream(f, r, "k", "n", plain))
	f.Add(stream(f, r, "k", "n", nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := unstream(r, "k", "n", b)
		if !bytes.HasPrefix(plain, got) || err == nil && len(got) != 0 && len(got) != len(plain) {
			t.Fatalf("%d bytes open as %d, %v", len(b), len(got), err)
		}
	})
}

func FuzzOpenRing(f *testing.F) {
	k, r := seal.NewKey(), seal.NewRing()
	f.Add(r.Sealed(k, "ring/1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := seal.OpenRing(k, "ring/1", b); err == nil && got.IDs()[0] != r.IDs()[0] {
			t.Fatalf("%x opens as another ring", b)
		}
	})
}

func FuzzUnwrap(f *testing.F) {
	// Fuzzing runs in several processes: they all have the keys of the vectors.
	b, err := os.ReadFile(filepath.Join("testdata", "format-1.json"))
	if err != nil {
		f.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		f.Fatal(err)
	}
	k, err := seal.ParseKey(v.Key)
	if err != nil {
		f.Fatal(err)
	}
	rec, err := seal.ParseRecovery(v.Recovery)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(v.ByPass))
	f.Add([]byte(v.ByRecovery))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := seal.UnwrapRecovery(b, rec); err == nil && got != k {
			t.Fatalf("%q opens as another key", b)
		}
		// What asks for more work than the test's own is left to its own test.
		if bytes.Contains(b, []byte("scrypt")) && string(b) != v.ByPass {
			return
		}
		if got, err := seal.UnwrapPassphrase(b, passphrase); err == nil && got != k {
			t.Fatalf("%q opens as another key", b)
		}
	})
}

func FuzzParseRecovery(f *testing.F) {
	rec, err := seal.NewRecovery()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(rec.Text())
	f.Add("age-secret-key-1 qqqqqq")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := seal.ParseRecovery(text)
		if err != nil {
			return
		}
		if again, err := seal.ParseRecovery(got.Text()); err != nil || again.Text() != got.Text() {
			t.Fatalf("%q is read as %v, which is not read again: %v", text, got.Words(), err)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add(seal.NewKey().Reveal())
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := seal.ParseKey(text); err == nil {
			if again, err := seal.ParseKey(k.Reveal()); err != nil || again != k {
				t.Fatalf("%q is not read again: %v", text, err)
			}
		}
	})
}
