package s3_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/hubcap-dev/hubcap/internal/s3test"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/s3"
)

// BenchmarkBucket writes and reads objects of a segment's and of a
// checkpoint's size at the real server.
func BenchmarkBucket(b *testing.B) {
	o := s3.Options{Endpoint: server.URL(b), Bucket: server.Bucket(b, s3test.Plain), PathStyle: true, AccessKey: s3test.Root().Key, SecretKey: s3test.Root().Secret}
	bucket, err := s3.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{4 << 10, 1 << 20, 16 << 20} {
		body := make([]byte, size)
		n := 0
		b.Run(fmt.Sprintf("put/%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				n++
				if _, err := bucket.Put(b.Context(), fmt.Sprintf("p/%d/%d", size, n), bytes.NewReader(body), int64(size), remote.Put{IfAbsent: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("get/%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				r, _, err := bucket.Get(b.Context(), fmt.Sprintf("p/%d/1", size))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
				r.Close()
			}
		})
	}
}
