//go:build !linux

package s3test

import "os/exec"

func asNobody(*exec.Cmd) {}

func endWithUs(*exec.Cmd) {}

func giveAway(string) error { return nil }
