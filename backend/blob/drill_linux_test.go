package blob_test

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// A full disk: nothing half-written stays, what was kept is read, and the
// same file is taken once there is room.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("a small disk can't be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	f := blob.OpenFolder(filepath.Join(dir, "blobs"), nil)
	first, err := f.Put(t.Context(), strings.NewReader("first"), 10)
	if err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	big := make([]byte, 3<<19)
	_, _ = rand.Read(big)
	if _, err := f.Put(t.Context(), bytes.NewReader(big), 1<<30); !fault.Is(err, fault.Full) {
		t.Fatalf("on a full disk: %v, want Full", err)
	}
	n := 0
	if err := f.Each(t.Context(), func(blob.Info) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("%d are kept, %v; want the first alone", n, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "blobs", "*.part")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := f.Verify(t.Context(), first.SHA256); err != nil {
		t.Error(err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if i, err := f.Put(t.Context(), bytes.NewReader(big), 1<<30); err != nil || i.Bytes != int64(len(big)) {
		t.Errorf("with room again: %+v, %v", i, err)
	}
}
