//go:build !linux

package pgtest

import "testing"

// Pause skips the test: only Linux is known how to stop here.
func (c *Cluster) Pause(t testing.TB) (resume func()) {
	t.Helper()
	t.Skip("a server is paused on Linux only")
	return nil
}

// SmallDisk skips the test: only Linux mounts one in memory here.
func (c *Cluster) SmallDisk(t testing.TB, _ string) (dir string) {
	t.Helper()
	t.Skip("a small disk is mounted on Linux only")
	return ""
}
