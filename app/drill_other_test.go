//go:build !linux

package app_test

import (
	"errors"
	"os/exec"
	"testing"
)

func mountSmall(string, string) error { return errors.New("only on Linux") }

func withSmallDisk(t *testing.T, _ string) (*process, string) {
	t.Helper()
	cannot(t, "a small disk is mounted on Linux only")
	return nil, ""
}

func unprivileged(*exec.Cmd) {}
