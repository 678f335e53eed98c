// Package blobtest is the one suite that every blob.Store passes.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Subject is a store under test.
type Subject struct {
	Store blob.Store

	// Forward moves the store's clock on.
	Forward func(time.Duration)

	// Spoil changes the bytes of a kept blob behind the store's back.
	Spoil func(t *testing.T, sha256 string, change func([]byte) []byte)
}

// Run holds what open gives against the contract. Each test opens its own.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s Subject)
	}{
		{"what is put is read", putAndRead},
		{"the same content is one blob", putTwice},
		{"limit", limit},
		{"a sender that breaks off leaves nothing", broken},
		{"put as", putAs},
		{"what is not there", absent},
		{"damage is never delivered as whole", damage},
		{"the same file again mends a damaged one", mend},
		{"here and there", ranges},
		{"sweep", sweep},
		{"sweep by a clock that jumped", sweepAhead},
		{"many at once", manyAtOnce},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func nameOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func put(t *testing.T, s blob.Store, b []byte) blob.Info {
	t.Helper()
	i, err := s.Put(t.Context(), bytes.NewReader(b), 1<<20)
	if err != nil {
		t.Fatalf("put %d bytes: %v", len(b), err)
	}
	if i.SHA256 != nameOf(b) || i.Bytes != int64(len(b)) {
		t.Fatalf("put %d bytes: %+v, want %s", len(b), i, nameOf(b))
	}
	return i
}

func read(t *testing.T, s blob.Store, name string) ([]byte, error) {
	t.Helper()
	r, size, err := s.Open(t.Context(), name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err == nil && int64(len(b)) != size {
		t.Errorf("%s: size %d, and %d bytes came", name, size, len(b))
	}
	return b, err
}

func list(t *testing.T, s blob.Store) []string {
	t.Helper()
	var names []string
	if err := s.Each(t.Context(), func(i blob.Info) error { names = append(names, i.SHA256); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(names) {
		t.Errorf("Each is not by name: %v", names)
	}
	return names
}

func putAndRead(t *testing.T, s Subject) {
	for _, b := range [][]byte{nil, {0}, []byte("paper"), bytes.Repeat([]byte("0123456789"), 50_000), make([]byte, 128<<10), make([]byte, 128<<10+1)} {
		i := put(t, s.Store, b)
		if got, err := read(t, s.Store, i.SHA256); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%d bytes come back as %d, %v", len(b), len(got), err)
		}
		if has, err := s.Store.Has(t.Context(), i.SHA256); err != nil || !has {
			t.Errorf("Has = %v, %v", has, err)
		}
		if n, err := s.Store.Verify(t.Context(), i.SHA256); err != nil || n != i.Bytes {
			t.Errorf("Verify = %d, %v", n, err)
		}
	}
	if n := len(list(t, s.Store)); n != 6 {
		t.Errorf("Each lists %d, want 6", n)
	}
}

func putTwice(t *testing.T, s Subject) {
	a := put(t, s.Store, []byte("same"))
	put(t, s.Store, []byte("same"))
	if l := list(t, s.Store); len(l) != 1 || l[0] != a.SHA256 {
		t.Errorf("Each lists %v, want one", l)
	}
	if err := s.Store.Remove(t.Context(), a.SHA256); err != nil {
		t.Fatal(err)
	}
	if err := s.Store.Remove(t.Context(), a.SHA256); err != nil {
		t.Errorf("removing what is gone: %v", err)
	}
	if l := list(t, s.Store); len(l) != 0 {
		t.Errorf("after the removal: %v", l)
	}
}

func limit(t *testing.T, s Subject) {
	if _, err := s.Store.Put(t.Context(), strings.NewReader("12345"), 5); err != nil {
		t.Errorf("5 bytes at a limit of 5: %v", err)
	}
	_, err := s.Store.Put(t.Context(), strings.NewReader("123456"), 5)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Remedy == "" {
		t.Errorf("6 bytes at a limit of 5: %v, want Invalid with a remedy", err)
	}
	if n := len(list(t, s.Store)); n != 1 {
		t.Errorf("%d are kept, want 1", n)
	}
}

// breaks gives some bytes and then an error.
type breaks struct {
	b   io.Reader
	err error
}

func (r breaks) Read(p []byte) (int, error) {
	n, err := r.b.Read(p)
	if errors.Is(err, io.EOF) {
		err = r.err
	}
	return n, err
}

func broken(t *testing.T, s Subject) {
	cut := errors.New("the line was cut")
	if _, err := s.Store.Put(t.Context(), breaks{strings.NewReader(strings.Repeat("x", 300<<10)), cut}, 1<<20); !errors.Is(err, cut) {
		t.Errorf("put of a broken line: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Store.Put(ctx, strings.NewReader("late"), 100); !errors.Is(err, context.Canceled) {
		t.Errorf("put after the request ended: %v", err)
	}
	if l := list(t, s.Store); len(l) != 0 {
		t.Errorf("%v were kept", l)
	}
}

func putAs(t *testing.T, s Subject) {
	name := nameOf([]byte("right"))
	if err := s.Store.PutAs(t.Context(), name, strings.NewReader("wrong")); !fault.Is(err, fault.Invalid) {
		t.Errorf("other bytes: %v, want Invalid", err)
	}
	if err := s.Store.PutAs(t.Context(), "../../etc/passwd", strings.NewReader("x")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a name that is none: %v, want Invalid", err)
	}
	if l := list(t, s.Store); len(l) != 0 {
		t.Errorf("%v were kept", l)
	}
	if err := s.Store.PutAs(t.Context(), name, strings.NewReader("right")); err != nil {
		t.Fatal(err)
	}
	if b, err := read(t, s.Store, name); err != nil || string(b) != "right" {
		t.Errorf("%q, %v", b, err)
	}
}

func absent(t *testing.T, s Subject) {
	for _, name := range []string{nameOf([]byte("nobody")), "", "../x", strings.Repeat("A", 64), strings.Repeat("0", 63) + "/"} {
		if _, _, err := s.Store.Open(t.Context(), name); !fault.Is(err, fault.NotFound) {
			t.Errorf("Open(%q) = %v, want NotFound", name, err)
		}
		if _, _, err := s.Store.Whole(t.Context(), name); !fault.Is(err, fault.NotFound) {
			t.Errorf("Whole(%q) = %v, want NotFound", name, err)
		}
		if has, err := s.Store.Has(t.Context(), name); err != nil || has {
			t.Errorf("Has(%q) = %v, %v", name, has, err)
		}
		if err := s.Store.Remove(t.Context(), name); err != nil {
			t.Errorf("Remove(%q) = %v", name, err)
		}
	}
}

// spoilings are what a disk does to a file.
var spoilings = map[string]func([]byte) []byte{
	"a flipped bit":      func(b []byte) []byte { b[len(b)/2] ^= 4; return b },
	"the last bit":       func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
	"cut in half":        func(b []byte) []byte { return b[:len(b)/2] },
	"cut to nothing":     func([]byte) []byte { return nil },
	"one byte too many":  func(b []byte) []byte { return append(b, 0) },
	"one byte too short": func(b []byte) []byte { return b[:len(b)-1] },
}

func damage(t *testing.T, s Subject) {
	for what, change := range spoilings {
		b := bytes.Repeat([]byte(what), 40_000)
		i := put(t, s.Store, b)
		if _, _, err := s.Store.Whole(t.Context(), i.SHA256); err != nil {
			t.Fatal(err)
		}
		s.Spoil(t, i.SHA256, change)
		got, err := read(t, s.Store, i.SHA256)
		var d *blob.Damaged
		if !errors.As(err, &d) || d.SHA256 != i.SHA256 || !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: reading gives %v, want Damaged naming the blob", what, err)
		}
		if len(got) >= len(b) {
			t.Errorf("%s: %d of %d bytes were delivered", what, len(got), len(b))
		}
		if _, _, err := s.Store.Whole(t.Context(), i.SHA256); !errors.As(err, &d) {
			t.Errorf("%s: Whole gives %v, want Damaged", what, err)
		}
		if _, err := s.Store.Verify(t.Context(), i.SHA256); !errors.As(err, &d) {
			t.Errorf("%s: Verify gives %v, want Damaged", what, err)
		}
	}
}

func mend(t *testing.T, s Subject) {
	b := bytes.Repeat([]byte("mend me"), 9000)
	i := put(t, s.Store, b)
	s.Spoil(t, i.SHA256, spoilings["a flipped bit"])
	put(t, s.Store, b)
	if got, err := read(t, s.Store, i.SHA256); err != nil || !bytes.Equal(got, b) {
		t.Errorf("after it was put again: %d bytes, %v", len(got), err)
	}
}

func ranges(t *testing.T, s Subject) {
	i := put(t, s.Store, []byte("0123456789"))
	for range 2 { // the second time nothing is read beforehand
		r, size, err := s.Store.Whole(t.Context(), i.SHA256)
		if err != nil || size != 10 {
			t.Fatalf("%d, %v", size, err)
		}
		if _, err := r.Seek(7, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || string(b) != "789" {
			t.Errorf("from 7: %q, %v", b, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func sweep(t *testing.T, s Subject) {
	named, orphan, again := put(t, s.Store, []byte("named")), put(t, s.Store, []byte("orphan")), put(t, s.Store, []byte("again"))
	s.Forward(40 * 24 * time.Hour)
	young := put(t, s.Store, []byte("young"))
	put(t, s.Store, []byte("again"))
	refers := func(name string) bool { return name == named.SHA256 }
	got, err := s.Store.Sweep(t.Context(), 30*24*time.Hour, refers)
	if err != nil || got != (blob.Swept{Blobs: 1, Bytes: orphan.Bytes}) {
		t.Errorf("swept %+v, %v; want the orphan", got, err)
	}
	want := []string{named.SHA256, again.SHA256, young.SHA256}
	slices.Sort(want)
	if l := list(t, s.Store); !slices.Equal(l, want) {
		t.Errorf("left are %v, want named, again and young", l)
	}
}

func sweepAhead(t *testing.T, s Subject) {
	put(t, s.Store, []byte("on its way to a document"))
	s.Forward(366 * 24 * time.Hour)
	got, err := s.Store.Sweep(t.Context(), 30*24*time.Hour, func(string) bool { return false })
	if err != nil || got.Blobs != 0 {
		t.Errorf("swept %+v, %v; want nothing: no file is older than another", got, err)
	}
}

func manyAtOnce(t *testing.T, s Subject) {
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			b := bytes.Repeat([]byte{byte(i % 4)}, 10_000)
			for range 20 {
				info, err := s.Store.Put(t.Context(), bytes.NewReader(b), 1<<20)
				if err != nil {
					t.Error(err)
					return
				}
				if n, err := s.Store.Verify(t.Context(), info.SHA256); err != nil || n != 10_000 {
					t.Errorf("%d, %v", n, err)
				}
				if _, err := s.Store.Sweep(t.Context(), time.Hour, func(string) bool { return false }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(list(t, s.Store)); n != 4 {
		t.Errorf("%d are kept, want 4", n)
	}
}
