package pgtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/internal/nobody"
)

// Pause stops the server and all its processes as they stand: connections
// stay, and nobody answers. The function that it returns, and the end of the
// test, let it go on.
func (c *Cluster) Pause(t testing.TB) (resume func()) {
	t.Helper()
	c.need(t)
	c.mu.Lock()
	pid := c.server.Process.Pid
	c.mu.Unlock()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatalf("pause PostgreSQL: %v", err)
	}
	paused := append(childrenOf(pid), pid) // it begins no more
	for _, p := range paused {
		_ = syscall.Kill(p, syscall.SIGSTOP)
	}
	resume = func() {
		for _, p := range paused {
			_ = syscall.Kill(p, syscall.SIGCONT)
		}
		paused = nil
	}
	t.Cleanup(resume)
	return resume
}

func childrenOf(pid int) (out []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // gone meanwhile
		}
		// "PID (NAME) STATE PPID ...", where the name may hold anything.
		_, rest, _ := strings.Cut(string(b[strings.LastIndexByte(string(b), ')')+1:]), " ")
		fields := strings.Fields(rest)
		if len(fields) < 2 || fields[1] != strconv.Itoa(pid) {
			continue
		}
		if child, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			out = append(out, child)
		}
	}
	return out
}

// SmallDisk moves a database onto a disk of 40 MB of its own and returns the
// disk's folder, where a test may lay what takes up the room. It skips the
// test where such a disk can't be mounted.
func (c *Cluster) SmallDisk(t testing.TB, database string) (dir string) {
	t.Helper()
	c.need(t)
	dir, err := os.MkdirTemp("", "hubcap-full")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(dir) })
	if err := errors.Join(os.Chmod(dir, 0o755), syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=40m,mode=0777")); err != nil {
		t.Skipf("a small disk can't be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	inside := filepath.Join(dir, "space")
	if err := errors.Join(os.Mkdir(inside, 0o700), nobody.Give(inside)); err != nil {
		t.Fatal(err)
	}
	space := "small_" + database
	c.SQL(t, "postgres", fmt.Sprintf("CREATE TABLESPACE %s LOCATION '%s'", space, inside))
	c.SQL(t, "postgres", fmt.Sprintf("ALTER DATABASE %s SET TABLESPACE %s", database, space))
	t.Cleanup(func() {
		c.SQL(t, "postgres", "DROP DATABASE IF EXISTS "+database+" WITH (FORCE)")
		c.SQL(t, "postgres", "DROP TABLESPACE "+space)
	})
	return dir
}
