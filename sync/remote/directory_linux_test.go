package remote_test

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
)

// disk mounts a small disk in memory, and skips the test where it may not.
func disk(t *testing.T, options string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a disk can't be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestDirectoryOnAFullDisk(t *testing.T) {
	dir := disk(t, "size=4m")
	d, ctx := directory(t, dir), t.Context()
	if _, err := remotetest.Write(ctx, d, "a", "kept", remote.Put{}); err != nil {
		t.Fatal(err)
	}
	_, err := d.Put(ctx, "b", io.LimitReader(rand.Reader, 8<<20), 8<<20, remote.Put{})
	if !fault.Is(err, fault.Full) || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), dir) {
		t.Errorf("Put of more than there is room: %v", err)
	}
	if got := remotetest.Names(t, d, "", ""); len(got) != 1 {
		t.Errorf("there is %v", got)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, ".tmp")); len(left) != 0 {
		t.Errorf("temporary files are left: %v", left)
	}
	if _, err := d.Put(ctx, "b", io.LimitReader(rand.Reader, 2<<20), 2<<20, remote.Put{}); err != nil {
		t.Errorf("Put of what there is room for: %v", err)
	}
}

func TestDirectoryThatIsReadOnly(t *testing.T) {
	dir := disk(t, "size=4m")
	ctx := t.Context()
	if _, err := remotetest.Write(ctx, directory(t, dir), "a", "kept", remote.Put{}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	d := directory(t, dir)
	if body, _, err := remotetest.Read(ctx, d, "a"); body != "kept" || err != nil {
		t.Errorf("Get = %q, %v", body, err)
	}
	for _, o := range []remote.Put{{}, {IfAbsent: true}} {
		if _, err := remotetest.Write(ctx, d, "b", "x", o); !fault.Is(err, fault.Denied) {
			t.Errorf("Put: %v", err)
		}
	}
	if err := d.Delete(ctx, "a"); !fault.Is(err, fault.Denied) {
		t.Errorf("Delete: %v", err)
	}
	steps := remote.Try(ctx, d, nowOf(t, d))
	if remote.Passed(steps) || steps[len(steps)-1].Name != remote.StepWrite || steps[len(steps)-1].Remedy == "" {
		t.Errorf("Try = %+v", steps)
	}
}
