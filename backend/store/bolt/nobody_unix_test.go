//go:build unix

package bolt_test

import (
	"os/exec"
	"syscall"
)

func runAsNobody(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}
