package s3test

import (
	"os"
	"os/exec"
	"syscall"
)

// nobody is Debian's user and group without rights.
const nobody = 65534

// endWithUs has the kernel end a program when the thread that starts it ends,
// which its starter must keep until then.
func endWithUs(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL }

// asNobody takes a program's rights away where we are root.
func asNobody(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{}
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
