//go:build unix

package remote

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// lockFile waits until the file is locked for this one. The kernel lets go of
// the lock when the file is closed, however the process ends.
func lockFile(ctx context.Context, f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil, errors.Is(err, errors.ErrUnsupported):
			return nil // without locks of the file system, links decide alone
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			return err
		}
		tick := time.NewTimer(5 * time.Millisecond)
		select {
		case <-ctx.Done():
			tick.Stop()
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// noSync tells a file system that syncs no folders.
func noSync(err error) bool { return errors.Is(err, syscall.EINVAL) }

// isNoFolder tells that a part of the name is a file.
func isNoFolder(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
