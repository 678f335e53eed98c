//go:build !linux

package nobody

import "os/exec"

// Run leaves the program as it is.
func Run(*exec.Cmd) {}

// EndsWithUs leaves the program as it is.
func EndsWithUs(*exec.Cmd) {}

// Give leaves the file as it is.
func Give(string) error { return nil }
