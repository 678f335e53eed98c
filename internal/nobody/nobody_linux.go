// Package nobody lets the servers of tests run without rights: PostgreSQL
// refuses to run as root, and a fault of the disk is none for root.
package nobody

import (
	"os"
	"os/exec"
	"syscall"
)

// id is Debian's user and group without rights.
const id = 65534

// Run takes a program's rights away where we are root.
func Run(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: id, Gid: id}
	}
}

// EndsWithUs has the kernel end a program that Run has shaped when the thread
// that starts it ends, which its starter must keep until then.
func EndsWithUs(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL }

// Give lets that user write to a file or folder.
func Give(path string) error {
	if os.Getuid() == 0 {
		return os.Chown(path, id, id)
	}
	return nil
}
