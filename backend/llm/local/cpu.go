package local

import (
	"errors"
	"runtime"

	"golang.org/x/sys/cpu"
)

// checkCPU looks for what -march=x86-64-v3 needs before the worker is
// started, because the flag reaches C++ code that runs before its main: on
// an older CPU it would only die of an illegal instruction.
func checkCPU() error {
	if runtime.GOARCH != "amd64" {
		return errors.New("the model worker needs an x86-64 processor; briefings are worded by rules")
	}
	x := cpu.X86
	if !x.HasAVX2 || !x.HasFMA || !x.HasBMI1 || !x.HasBMI2 || !x.HasOSXSAVE {
		return errors.New("the model worker needs a processor with AVX2 and FMA (x86-64-v3); briefings are worded by rules")
	}
	return nil
}

func defaultThreads() int { return max(1, runtime.NumCPU()-1) }

// CheckCPU says why this processor can't run the worker; nil where it can.
func CheckCPU() error { return checkCPU() }
