package remote_test

import (
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
)

func TestMemory(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) remote.Bucket { return remote.NewMemory(remote.MemoryOptions{}) })
}

func TestDirectory(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) remote.Bucket { return directory(t, t.TempDir()) })
}

// A file system without hard links decides conditions by its lock alone.
func TestDirectoryWithoutLinks(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) remote.Bucket {
		d, err := remote.OpenDirectory(t.TempDir(), remote.DirectoryOptions{NoLinks: true})
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
}

func TestUnder(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) remote.Bucket {
		b, err := remote.Under(directory(t, t.TempDir()), "hubs/one/")
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
}

func TestFaultyWithoutFaults(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) remote.Bucket {
		return remote.NewFaulty(remote.NewMemory(remote.MemoryOptions{}), nil)
	})
}

func TestMemoryWithLocks(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) remote.Bucket { return remote.NewMemory(remote.MemoryOptions{Lock: true}) })
	m := remote.NewMemory(remote.MemoryOptions{Lock: true})
	if _, err := remotetest.Write(t.Context(), m, "a", "x", remote.Put{LockUntil: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if err := m.Delete(t.Context(), "a"); !fault.Is(err, fault.Denied) {
		t.Errorf("Delete of a locked object: %v", err)
	}
}

// nowOf is a clock that agrees with the bucket's.
func nowOf(t *testing.T, b remote.Bucket) func() time.Time {
	t.Helper()
	now, err := b.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func() time.Time { return now }
}

func directory(t *testing.T, dir string) *remote.Directory {
	t.Helper()
	d, err := remote.OpenDirectory(dir, remote.DirectoryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
