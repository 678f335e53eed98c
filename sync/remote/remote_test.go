package remote_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
)

func TestMemory(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) remote.Bucket { return remote.NewMemory(remote.MemoryOptions{}) })
}

func TestDirectory(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) remote.Bucket { return directory(t, t.TempDir()) })
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

func directory(t *testing.T, dir string) *remote.Directory {
	t.Helper()
	d, err := remote.OpenDirectory(dir, remote.DirectoryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
