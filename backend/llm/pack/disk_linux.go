package pack

import (
	"os"
	"syscall"
)

// lockFile claims f against other programs until it is closed.
func lockFile(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
