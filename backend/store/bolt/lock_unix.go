//go:build unix

package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// lockFolder takes the folder for this process. The kernel lets go of the
// lock when the process ends, however it ends.
func lockFolder(ctx context.Context, dir string, wait time.Duration) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, folderError(dir, err)
	}
	deadline := time.Now().Add(wait)
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, folderError(dir, err)
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			pid, _ := io.ReadAll(io.LimitReader(f, 32))
			f.Close()
			return nil, inUse(dir, strings.TrimSpace(string(pid)))
		}
		tick := time.NewTimer(25 * time.Millisecond)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
		tick.Stop()
	}
	// For people and for the message above; the lock is the kernel's.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	return f, nil
}

func unlockFolder(f *os.File) error { return f.Close() }

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// isFull also looks at the text: bbolt drops the cause when it grows a file.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) ||
		strings.Contains(err.Error(), syscall.ENOSPC.Error()) || strings.Contains(err.Error(), syscall.EFBIG.Error())
}

func inUse(dir, pid string) error {
	by := ""
	if pid != "" {
		by = " (process " + pid + ")"
	}
	return fault.New(fault.Unavailable, "another Hubcap%s has the data folder %s open", by, dir).
		WithRemedy("stop it, or name another folder with --data")
}
