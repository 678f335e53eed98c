//go:build !unix

package bolt_test

import "os/exec"

func runAsNobody(*exec.Cmd) {}
