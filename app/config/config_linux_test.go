package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// A data folder is its user's alone: whoever else names it is told so.
func TestFolderOfAnotherUser(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		// This thread alone looks at files as nobody; it ends with the test.
		runtime.LockOSThread()
		if err := syscall.Setfsuid(65534); err != nil {
			t.Skipf("no other user can be played: %v", err)
		}
		defer func() { _ = syscall.Setfsuid(0) }()
	} else {
		if err := os.Chmod(dir, 0); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.Chmod(dir, 0o700) }()
	}
	_, err := config.Load("", []string{"HUBCAP_DATA=" + dir}, nil)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Denied || f.Remedy == "" {
		t.Errorf("got %v, want fault.Denied with a remedy", err)
	}
}
