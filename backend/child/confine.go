package child

import (
	"fmt"
	"runtime/debug"
)

// Limits bound a child.
type Limits struct {
	Memory     uint64 // bytes of data; on Linux by the kernel
	MemoryGoal int64  // bytes above which the runtime collects harder
	CPUSeconds uint64 // on Linux by the kernel
}

// stackLimit is below what the runtime allows: what nests without an end stops
// sooner.
const stackLimit = 64 << 20

// Confine puts this process under limits, for good.
func Confine(l Limits) error {
	debug.SetMaxStack(stackLimit)
	debug.SetMemoryLimit(l.MemoryGoal)
	if err := limitSelf(l); err != nil {
		return fmt.Errorf("limit this process: %w", err)
	}
	return nil
}
