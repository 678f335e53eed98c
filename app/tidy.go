package app

import (
	"github.com/hubcap-dev/hubcap/backend/account"

	"context"
	"time"
)

// tidyEvery is how often the hub clears away what nobody needs any more.
const tidyEvery = time.Hour

// trimEvery is how often the hub looks whether the change log has grown, and
// trimStep the growth at which it trims: the pages that a trim frees are taken
// again by what is written next. An import trimmed only at its end would leave
// the file half empty for good, with a list of free pages that each commit
// writes again (175,000 of them cost 5 ms).
const (
	trimEvery = 5 * time.Second
	trimStep  = 10_000
)

// keepChanges is how much of the change log stays although every follower
// has passed it: enough for a backup that starts late to begin from.
const keepChanges = 100_000

// tidy runs the hub's housekeeping until ctx ends. What fails is logged and
// tried again an hour later: nothing is lost by waiting.
func (a *App) tidy(ctx context.Context) error {
	t := time.NewTicker(tidyEvery)
	defer t.Stop()
	for {
		for name, job := range map[string]func(context.Context) error{
			"kept answers": a.repeats.Forget,
			"change log":   func(ctx context.Context) error { _, err := a.db.Trim(ctx, keepChanges); return err },
			"ended jobs":   func(ctx context.Context) error { return a.jobs.Forget(ctx, account.Home) },
			"audit trail":  a.trimAudit,
			"invitations":  a.accounts.ForgetInvitations,
			"devices":      a.accounts.ForgetDevices,
			"lists":        func(ctx context.Context) error { return a.intakes.Forget(ctx, account.Home) },
			"files":        a.files.sweep,
			"copies":       a.sweepCopies,
			"prints":       func(context.Context) error { return a.prints.Shelf.Sweep() },
			"undo":         func(ctx context.Context) error { return a.vehicles.ForgetUndo(ctx, account.Home) },
		} {
			if err := job(ctx); err != nil && ctx.Err() == nil {
				a.log.Warn("housekeeping failed", "job", name, "err", err)
			}
		}
		if !a.trim(ctx, t.C) {
			return nil
		}
	}
}

// trim keeps the change log short until next; it is false when ctx ends.
func (a *App) trim(ctx context.Context, next <-chan time.Time) bool {
	t := time.NewTicker(trimEvery)
	defer t.Stop()
	for at := a.db.Head().Seq; ; {
		select {
		case <-next:
			return true
		case <-ctx.Done():
			return false
		case <-t.C:
		}
		head := a.db.Head().Seq
		if head < at+trimStep {
			continue
		}
		if _, err := a.db.Trim(ctx, keepChanges); err != nil && ctx.Err() == nil {
			a.log.Warn("housekeeping failed", "job", "change log", "err", err)
		}
		at = head
	}
}
