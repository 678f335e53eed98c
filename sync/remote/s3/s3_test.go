package s3_test

import (
	"os"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/rs/zerolog"

	"github.com/hubcap-dev/hubcap/internal/s3test"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
	"github.com/hubcap-dev/hubcap/sync/remote/s3"
)

var (
	server s3test.Server
	secure = s3test.Server{TLS: true}
)

func TestMain(m *testing.M) {
	zerolog.SetGlobalLevel(zerolog.Disabled)  // toxiproxy's
	minio.DefaultRetryUnit = time.Millisecond // it waits after its one try
	code := m.Run()
	server.Remove()
	secure.Remove()
	os.Exit(code)
}

// options are those of a bucket for a credential.
func options(t *testing.T, s *s3test.Server, bucket string, a s3test.Access) s3.Options {
	t.Helper()
	return s3.Options{Endpoint: s.URL(t), Bucket: bucket, PathStyle: true, AccessKey: a.Key, SecretKey: a.Secret, CA: s.CA(t),
		Spool: t.TempDir(), Pause: time.Millisecond}
}

func open(t *testing.T, o s3.Options) *s3.Bucket {
	t.Helper()
	b, err := s3.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSuite(t *testing.T) {
	for name, kind := range map[string]s3test.Kind{"plain": s3test.Plain, "versioned": s3test.Versioned, "locked": s3test.Locked} {
		t.Run(name, func(t *testing.T) {
			remotetest.Run(t, func(t *testing.T) remote.Bucket {
				return open(t, options(t, &server, server.Bucket(t, kind), s3test.Root()))
			})
		})
	}
	t.Run("https by an authority of its own, under a prefix", func(t *testing.T) {
		remotetest.Run(t, func(t *testing.T) remote.Bucket {
			b, err := remote.Under(open(t, options(t, &secure, secure.Bucket(t, s3test.Plain), s3test.Root())), "hubs/one")
			if err != nil {
				t.Fatal(err)
			}
			return b
		})
	})
}
