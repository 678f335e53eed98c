package app

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/account"
)

// Accounts lets a test make what no route makes: a second organisation.
func (a *App) Accounts() *account.Accounts { return a.accounts }

// SweepFiles is the housekeeping of files.
func (a *App) SweepFiles(ctx context.Context) error {
	return a.files.sweepNow(ctx)
}
