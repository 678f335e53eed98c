package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/hubcap-dev/hubcap/sync/seal"
)

func TestSealThenOpen(t *testing.T) {
	r := seal.NewRing()
	for _, n := range []int{0, 1, 16, 64<<10 - 1, 64 << 10, 64<<10 + 1, 128 << 10, 300_000} {
		plain := bytes.Repeat([]byte{7}, n)
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			b := r.Seal("segment", "d/x/1", plain)
			if len(b) != n+seal.Overhead {
				t.Errorf("an object of %d bytes has %d", n, len(b))
			}
			if got, err := r.Open("segment", "d/x/1", b); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("Open = %d bytes, %v", len(got), err)
			}
			var s bytes.Buffer
			w := r.SealStream("blob", "b/1", &s)
			if _, err := io.Copy(w, bytes.NewReader(plain)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if int64(s.Len()) != seal.StreamSize(int64(n)) {
				t.Errorf("a stream of %d bytes has %d, announced %d", n, s.Len(), seal.StreamSize(int64(n)))
			}
			if got, err := io.ReadAll(r.OpenStream("blob", "b/1", bytes.NewReader(s.Bytes()))); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("OpenStream = %d bytes, %v", len(got), err)
			}
			if _, err := io.ReadAll(r.OpenStream("blob", "b/2", bytes.NewReader(s.Bytes()))); !errors.Is(err, seal.ErrForged) {
				t.Errorf("a stream under another name: %v", err)
			}
		})
	}
}

func TestWrapThenUnwrap(t *testing.T) {
	k := seal.NewKey()
	file, err := k.WrapPassphraseAt("correct horse battery", seal.CheapForTests)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.UnwrapPassphrase(file, " correct horse battery\n"); err != nil || got != k {
		t.Errorf("UnwrapPassphrase = %v", err)
	}
	if _, err := seal.UnwrapPassphrase(file, "correct horse staple"); !errors.Is(err, seal.ErrWrongKey) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	rec, err := seal.NewRecovery()
	if err != nil {
		t.Fatal(err)
	}
	file, err = k.WrapRecovery(rec)
	if err != nil {
		t.Fatal(err)
	}
	again, err := seal.ParseRecovery(rec.Text())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.UnwrapRecovery(file, again); err != nil || got != k {
		t.Errorf("UnwrapRecovery = %v", err)
	}
	r := seal.NewRing().With()
	got, err := seal.OpenRing(k, "ring/1", r.Sealed(k, "ring/1"))
	if err != nil || fmt.Sprint(got.IDs()) != fmt.Sprint(r.IDs()) || got.BlobName("aa") != r.BlobName("aa") {
		t.Errorf("OpenRing = %v, %v", got.IDs(), err)
	}
}
