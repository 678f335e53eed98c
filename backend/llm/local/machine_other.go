//go:build !linux

package local

import (
	"errors"
	"os/exec"
)

func tieToUs(*exec.Cmd) {}
func lowerPriority(int) {}

func residentBytes(int) (int64, error) {
	return 0, errors.New("resident memory is read on Linux only")
}
