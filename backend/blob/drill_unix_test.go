//go:build unix

package blob_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/blob"
)

// A folder that may only be read: what is there is read, what comes is
// refused with a sentence.
func TestReadOnlyFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "blobs")
	i, err := blob.OpenFolder(dir, nil).Put(t.Context(), strings.NewReader("kept"), 10)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "HUBCAP_TEST_DIR="+dir, "HUBCAP_TEST_NAME="+i.SHA256)
	shard := filepath.Join(dir, i.SHA256[:2])
	if os.Geteuid() == 0 {
		bin := filepath.Join(t.TempDir(), "test")
		b, err := os.ReadFile(exe)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(bin, b, 0o755); err != nil {
			t.Fatal(err)
		}
		cmd.Path = bin
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		for path := dir; path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for path := filepath.Dir(bin); path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for path, mode := range map[string]os.FileMode{shard: 0o755, filepath.Join(shard, i.SHA256): 0o644} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
	} else {
		for _, path := range []string{shard, dir} {
			if err := os.Chmod(path, 0o500); err != nil {
				t.Fatal(err)
			}
		}
		t.Cleanup(func() { _, _ = os.Chmod(dir, 0o700), os.Chmod(shard, 0o700) })
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "unavailable") || !strings.Contains(string(out), "right to write") {
		t.Errorf("%v: %s", err, out)
	}
}
