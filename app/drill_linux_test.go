package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

func mountSmall(dir, size string) error {
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size)
}

// withSmallDisk starts a hub whose data folder is a disk of its own, in a
// namespace of its own: it needs no root and nothing is left mounted. inside
// is the folder as this process reaches it.
func withSmallDisk(t *testing.T, size string) (p *process, inside string) {
	t.Helper()
	dir := t.TempDir()
	p, ok := tryHub(t, dir, func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, "HUBCAP_TEST_DISK="+size)
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		}
	})
	if !ok {
		cannot(t, "a small disk can't be mounted here: %v %s", p.err, p.log.String())
	}
	return p, filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "root", dir)
}

// unprivileged makes a command run without root's rights.
func unprivileged(cmd *exec.Cmd) {
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
}
