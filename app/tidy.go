package app

import (
	"context"
	"time"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
)

// tidyEvery is how often the hub clears away what nobody needs any more.
const tidyEvery = time.Hour

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
			"undo":         func(ctx context.Context) error { return a.vehicles.ForgetUndo(ctx, rest.Organisation) },
		} {
			if err := job(ctx); err != nil && ctx.Err() == nil {
				a.log.Warn("housekeeping failed", "job", name, "err", err)
			}
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
	}
}
