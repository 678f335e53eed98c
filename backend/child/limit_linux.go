package child

import (
	"os/exec"
	"syscall"
)

// limitSelf takes from this process, for good, what reading a file does not
// need. The limit is on private writable memory: Go reserves far more
// addresses than it ever writes to.
func limitSelf(l Limits) error {
	for what, most := range map[int]uint64{
		syscall.RLIMIT_DATA:   l.Memory,
		syscall.RLIMIT_CPU:    l.CPUSeconds,
		syscall.RLIMIT_FSIZE:  0,
		syscall.RLIMIT_CORE:   0,
		syscall.RLIMIT_NOFILE: 16,
	} {
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return nil
}

// tie has the kernel end the child when the hub ends.
func tie(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// outOfTime reports whether the kernel stopped the child for the time it took.
func outOfTime(err *exec.ExitError) bool {
	s, ok := err.Sys().(syscall.WaitStatus)
	return ok && s.Signaled() && (s.Signal() == syscall.SIGXCPU || s.Signal() == syscall.SIGKILL)
}
