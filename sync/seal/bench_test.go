package seal_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/hubcap-dev/hubcap/sync/seal"
)

// BenchmarkSeal seals and opens a segment of a mebibyte, whole and as a stream.
func BenchmarkSeal(b *testing.B) {
	r, plain := seal.NewRing(), numbered(1<<20)
	object, whole := r.Seal("k", "n", plain), stream(b, r, "k", "n", plain)
	for name, f := range map[string]func() error{
		"seal": func() error { r.Seal("k", "n", plain); return nil },
		"open": func() error { _, err := r.Open("k", "n", object); return err },
		"seal stream": func() error {
			w := r.SealStream("k", "n", io.Discard)
			if _, err := w.Write(plain); err != nil {
				return err
			}
			return w.Close()
		},
		"open stream": func() error {
			_, err := io.Copy(io.Discard, r.OpenStream("k", "n", bytes.NewReader(whole)))
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(1 << 20)
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
