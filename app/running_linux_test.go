package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Another user's hub is none that a command may speak to: it says whose
// folder that is and what to do, not only that a file can't be read.
func TestRunFileOfAnotherUser(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.json")
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		// This thread alone looks at files as nobody; it ends with the test.
		runtime.LockOSThread()
		if err := syscall.Setfsuid(65534); err != nil {
			t.Skipf("no other user can be played: %v", err)
		}
		defer func() { _ = syscall.Setfsuid(0) }()
	} else if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	_, err := app.ReadRunning(dir)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Denied || f.Remedy == "" {
		t.Errorf("got %v, want fault.Denied with a remedy", err)
	}
}
