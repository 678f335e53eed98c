//go:build !linux

package pgtest

import "os/exec"

func asNobody(*exec.Cmd) {}

func endWithUs(*exec.Cmd) {}

func giveAway(string) error { return nil }
