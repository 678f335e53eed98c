package dump_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vpic/dump"
)

// A pipe that nobody writes to, a device and a folder are refused at once.
func TestOpenTakesFilesOnly(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "vPICList_lite_2026_10.sql")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero", dir} {
		f, err := dump.Open(path, "vPICList_lite_2026_10.sql")
		if err == nil {
			f.Close()
		}
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("Open(%s) = %v, want Invalid", path, err)
		}
	}
}
