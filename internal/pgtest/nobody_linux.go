package pgtest

import (
	"os"
	"os/exec"
	"syscall"
)

// nobody is Debian's user and group without rights.
const nobody = 65534

// asNobody takes a program's rights away where we are root (PostgreSQL
// refuses to run otherwise), and ends it with the test that started it.
func asNobody(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
}

// giveAway lets that user write to a folder.
func giveAway(dir string) error {
	if os.Getuid() == 0 {
		return os.Chown(dir, nobody, nobody)
	}
	return nil
}
