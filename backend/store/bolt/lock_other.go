//go:build !unix

package bolt

import (
	"context"
	"os"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// lockFolder leaves the lock to bbolt, which locks data.db itself.
func lockFolder(context.Context, string, time.Duration) (*os.File, error) { return nil, nil }

func unlockFolder(*os.File) error { return nil }

func isReadOnly(error) bool { return false }

func isFull(error) bool { return false }

func inUse(dir, _ string) error {
	return fault.New(fault.Unavailable, "another Hubcap has the data folder %s open", dir).
		WithRemedy("stop it, or name another folder with --data")
}
