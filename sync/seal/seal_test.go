package seal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

const chunk = 64 << 10

func stream(t testing.TB, r seal.Ring, kind, name string, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := r.SealStream(kind, name, &b)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x")); err == nil {
		t.Fatal("a closed stream takes more")
	}
	return b.Bytes()
}

func unstream(r seal.Ring, kind, name string, b []byte) ([]byte, error) {
	return io.ReadAll(r.OpenStream(kind, name, bytes.NewReader(b)))
}

// numbered are bytes of which no two chunks are the same.
func numbered(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i) ^ byte(i/chunk*37)
	}
	return out
}

func TestSealThenOpen(t *testing.T) {
	r := seal.NewRing()
	for _, n := range []int{0, 1, 16, chunk - 1, chunk, chunk + 1, 2 * chunk, 300_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			plain := numbered(n)
			b := r.Seal("segment", "d/x/1", plain)
			if len(b) != n+seal.Overhead {
				t.Errorf("an object of %d bytes has %d", n, len(b))
			}
			if got, err := r.Open("segment", "d/x/1", b); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("Open = %d bytes, %v", len(got), err)
			}
			s := stream(t, r, "blob", "b/1", plain)
			if int64(len(s)) != seal.StreamSize(int64(n)) {
				t.Errorf("a stream of %d bytes has %d, announced %d", n, len(s), seal.StreamSize(int64(n)))
			}
			if got, err := unstream(r, "blob", "b/1", s); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("OpenStream = %d bytes, %v", len(got), err)
			}
			for _, sealed := range [][]byte{b, s} {
				if id, err := seal.KeyOf(sealed[:seal.KeyOfSize]); err != nil || id != r.IDs()[0] {
					t.Errorf("KeyOf = %q, %v", id, err)
				}
			}
			if bytes.Equal(b, r.Seal("segment", "d/x/1", plain)) || bytes.Equal(s, stream(t, r, "blob", "b/1", plain)) {
				t.Error("sealed twice it is the same")
			}
		})
	}
}

// Writes and reads of any sizes give the same text.
func TestStreamInPieces(t *testing.T) {
	ring := seal.NewRing()
	rapid.Check(t, func(r *rapid.T) {
		plain := numbered(rapid.IntRange(0, 3*chunk).Draw(r, "size"))
		var b bytes.Buffer
		w := ring.SealStream("k", "n", &b)
		for rest := plain; len(rest) > 0; {
			n := min(len(rest), rapid.IntRange(1, 100_000).Draw(r, "write"))
			if m, err := w.Write(rest[:n]); m != n || err != nil {
				r.Fatalf("Write = %d, %v", m, err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			r.Fatal(err)
		}
		var got []byte
		for open := ring.OpenStream("k", "n", &b); ; {
			p := make([]byte, rapid.IntRange(1, 100_000).Draw(r, "read"))
			n, err := open.Read(p)
			got = append(got, p[:n]...)
			if err == io.EOF {
				break
			}
			if err != nil {
				r.Fatal(err)
			}
		}
		if !bytes.Equal(got, plain) {
			r.Fatalf("%d bytes of %d", len(got), len(plain))
		}
	})
}

func TestAnyChangedBitIsFound(t *testing.T) {
	r, k := seal.NewRing(), seal.NewKey()
	refused := func(t *testing.T, what string, i int, err error) {
		t.Helper()
		if !errors.Is(err, seal.ErrForged) && !errors.Is(err, seal.ErrUnknownKey) || !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "some/name") {
			t.Errorf("%s changed at byte %d: %v", what, i, err)
		}
	}
	plain := []byte("a whole segment of the log")
	object, ring, small := r.Seal("segment", "some/name", plain), r.Sealed(k, "some/name"), stream(t, r, "segment", "some/name", plain)
	for _, c := range []struct {
		what string
		b    []byte
		open func([]byte) error
	}{
		{"object", object, func(b []byte) error { _, err := r.Open("segment", "some/name", b); return err }},
		{"ring", ring, func(b []byte) error { _, err := seal.OpenRing(k, "some/name", b); return err }},
		{"stream", small, func(b []byte) error { _, err := unstream(r, "segment", "some/name", b); return err }},
	} {
		if err := c.open(c.b); err != nil {
			t.Fatalf("%s as it was: %v", c.what, err)
		}
		for i := range c.b {
			for _, bit := range []byte{1, 0x80} {
				changed := bytes.Clone(c.b)
				changed[i] ^= bit
				refused(t, c.what, i, c.open(changed))
			}
			refused(t, c.what+" cut", i, c.open(c.b[:i]))
		}
		refused(t, c.what+" lengthened", len(c.b), c.open(append(bytes.Clone(c.b), 0)))
	}
}

func TestMovedObjectsAreFound(t *testing.T) {
	r, k := seal.NewRing(), seal.NewKey()
	object, whole := r.Seal("segment", "d/a/log/1", []byte("x")), stream(t, r, "segment", "d/a/log/1", []byte("x"))
	for _, at := range []struct{ kind, name string }{
		{"segment", "d/a/log/2"}, {"segment", "d/b/log/1"}, {"checkpoint", "d/a/log/1"}, {"segmentd", "/a/log/1"}, {"segmen", "td/a/log/1"}, {"", "segmentd/a/log/1"}, {"segment", ""},
	} {
		if _, err := r.Open(at.kind, at.name, object); !errors.Is(err, seal.ErrForged) {
			t.Errorf("an object as %q %q: %v", at.kind, at.name, err)
		}
		if got, err := unstream(r, at.kind, at.name, whole); !errors.Is(err, seal.ErrForged) || len(got) > 0 {
			t.Errorf("a stream as %q %q: %q, %v", at.kind, at.name, got, err)
		}
	}
	if _, err := unstream(r, "segment", "d/a/log/1", object); !errors.Is(err, seal.ErrForged) {
		t.Errorf("an object as a stream: %v", err)
	}
	if _, err := r.Open("segment", "d/a/log/1", whole); !errors.Is(err, seal.ErrForged) {
		t.Errorf("a stream as an object: %v", err)
	}
	if _, err := seal.OpenRing(k, "ring/2", r.Sealed(k, "ring/1")); !errors.Is(err, seal.ErrForged) {
		t.Errorf("a ring under another number: %v", err)
	}
	if _, err := seal.OpenRing(seal.NewKey(), "ring/1", r.Sealed(k, "ring/1")); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("a ring of another backup: %v", err)
	}
	if _, err := seal.NewRing().Open("segment", "d/a/log/1", object); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("an object of another backup: %v", err)
	}
}

func TestChunksStayInTheirPlace(t *testing.T) {
	r := seal.NewRing()
	const head, sealed = 44, chunk + 16
	plain := numbered(3*chunk + 100)
	b, other := stream(t, r, "blob", "n", plain), stream(t, r, "blob", "n", plain)
	part := func(b []byte, i int) []byte { return b[head+i*sealed : min(head+(i+1)*sealed, len(b))] }
	glue := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for name, forged := range map[string][]byte{
		"first two swapped":         glue(b[:head], part(b, 1), part(b, 0), part(b, 2), part(b, 3)),
		"last first":                glue(b[:head], part(b, 3), part(b, 0), part(b, 1), part(b, 2)),
		"one left out":              glue(b[:head], part(b, 0), part(b, 2), part(b, 3)),
		"one twice":                 glue(b[:head], part(b, 0), part(b, 0), part(b, 1), part(b, 2), part(b, 3)),
		"last twice":                glue(b, part(b, 3)),
		"no chunk":                  b[:head],
		"after the first":           b[:head+sealed],
		"after the second":          b[:head+2*sealed],
		"after the third":           b[:head+3*sealed],
		"within the last":           b[:len(b)-1],
		"one of another stream":     glue(b[:head], part(b, 0), part(other, 1), part(b, 2), part(b, 3)),
		"all under another's head":  glue(other[:head], b[head:]),
		"an empty chunk at the end": glue(b, make([]byte, 16)),
		"one byte at the end":       glue(b, []byte{0}),
	} {
		got, err := unstream(r, "blob", "n", forged)
		if !errors.Is(err, seal.ErrForged) {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.HasPrefix(plain, got) {
			t.Errorf("%s: %d bytes that were not there", name, len(got))
		}
	}
	cut := errors.New("cut")
	if _, err := io.ReadAll(r.OpenStream("blob", "n", io.MultiReader(bytes.NewReader(b[:len(b)-9]), brokenReader{cut}))); !errors.Is(err, cut) || errors.Is(err, seal.ErrForged) {
		t.Errorf("a source that fails: %v, want its own error", err)
	}
	w := r.SealStream("blob", "n", brokenWriter{cut})
	if _, err := w.Write(plain); !errors.Is(err, cut) || !errors.Is(w.Close(), cut) {
		t.Errorf("a sink that fails: %v", err)
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

type brokenWriter struct{ err error }

func (b brokenWriter) Write([]byte) (int, error) { return 0, b.err }

func TestRing(t *testing.T) {
	k, one := seal.NewKey(), seal.NewRing()
	two := one.With()
	old, fresh := one.Seal("k", "n", []byte("old")), two.Seal("k", "n", []byte("new"))
	if len(two.IDs()) != 2 || two.IDs()[1] != one.IDs()[0] {
		t.Fatalf("keys %v after %v", two.IDs(), one.IDs())
	}
	if got, err := two.Open("k", "n", old); string(got) != "old" || err != nil {
		t.Errorf("what an old key sealed: %q, %v", got, err)
	}
	if _, err := one.Open("k", "n", fresh); !errors.Is(err, seal.ErrUnknownKey) || !strings.Contains(err.Error(), two.IDs()[0]) {
		t.Errorf("what a newer ring sealed: %v", err)
	}
	alone, err := two.Without(one.IDs()[0])
	if err != nil || len(alone.IDs()) != 1 {
		t.Fatalf("Without = %v, %v", alone.IDs(), err)
	}
	if _, err := alone.Open("k", "n", old); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("what a retired key sealed: %v", err)
	}
	if _, err := two.Without(two.IDs()...); !fault.Is(err, fault.Invalid) {
		t.Errorf("Without the key that seals: %v", err)
	}
	again, err := seal.OpenRing(k, "ring/1", two.Sealed(k, "ring/1"))
	if err != nil || fmt.Sprint(again.IDs()) != fmt.Sprint(two.IDs()) {
		t.Fatalf("OpenRing = %v, %v", again.IDs(), err)
	}
	sum := strings.Repeat("ab", 32)
	if n := one.BlobName(sum); len(n) != 64 || n != alone.BlobName(sum) || n != again.BlobName(sum) || n == one.BlobName(strings.Repeat("ac", 32)) || n == seal.NewRing().BlobName(sum) {
		t.Errorf("BlobName = %s", n)
	}
	if one.Name("a", "bc") == one.Name("ab", "c") || one.Name("blob", sum) != one.BlobName(sum) {
		t.Error("names of two kinds are one")
	}
}

func TestSecretsStayOutOfLogs(t *testing.T) {
	k, ring := seal.NewKey(), seal.NewRing()
	rec, err := seal.NewRecovery()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", k, "ring", ring, "recovery", rec)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", k, "ring", ring, "recovery", rec)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+verb+verb+verb, k, ring, rec, *rec)
	}
	for _, v := range []any{k, ring, rec} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		log.Write(b)
	}
	_, body, _ := strings.Cut(k.Reveal(), " ")
	for _, secret := range []string{body[:20], rec.Words()[0], rec.Text()} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
	if s := fmt.Sprintf("%d %x %v", k, k, ring); s != "*** *** ***" {
		t.Errorf("keys print as %q", s)
	}
}
