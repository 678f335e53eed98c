package app

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// openIntakes joins what turns lists into vehicles.
func (a *App) openIntakes() {
	a.intakes = intake.New(intake.Options{DB: a.db, Blobs: a.files.blobs, Vehicles: a.vehicles, Decoder: a.decoder.Get, Child: list.NewRunner(a.readList),
		IDs: a.ids, Now: a.now, Defaults: a.listDefaults,
		Recalls: func(make, model string, year int) int { return len(a.references.Recalls(make, model, year)) }})
	a.closers = append(a.closers, func() error { a.intakes.Close(); return nil })
}

// listDefaults are the currency and the unit that a list's bare numbers are
// taken to be in: those that the caller prefers.
func (a *App) listDefaults(ctx context.Context, c vehicle.Caller) mapping.Defaults {
	p, err := a.accounts.Preferences(ctx, c.Scope.Org(), c.Actor)
	if err != nil {
		return mapping.Defaults{Currency: "USD", DistanceUnit: "mi"}
	}
	return mapping.Defaults{Currency: p.Currency, DistanceUnit: p.Distance}
}

// watchEvery is how often the watched folder is looked at.
const watchEvery = 3 * time.Second

// watchLists makes lists of the files in the watched folder. What lies outside
// of it is not reached through a link in it.
func (a *App) watchLists(ctx context.Context) error {
	c := vehicle.Caller{Scope: store.Org(account.Home), Actor: actor.Hub("watched folder")}
	t := time.NewTicker(watchEvery)
	defer t.Stop()
	for trouble := ""; ; {
		said := ""
		if err := a.watchOnce(ctx, c); err != nil && ctx.Err() == nil {
			said = err.Error()
		}
		if said != trouble && said != "" {
			a.log.Warn("the watched folder can't be read", "dir", a.cfg.Watch, "err", said)
		}
		trouble = said
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (a *App) watchOnce(ctx context.Context, c vehicle.Caller) error {
	root, err := os.OpenRoot(a.cfg.Watch)
	if err != nil {
		return err
	}
	return errors.Join(a.intakes.Watch(ctx, c, root.FS()), root.Close())
}

// checkIntake is the job that checks a list to its end.
func (a *App) checkIntake() job.Kind {
	return job.Kind{Name: intake.CheckJob, Title: "Check a list", Run: a.intakes.Check}
}

// commitIntake is the job that takes rows of a list into the hub.
func (a *App) commitIntake() job.Kind {
	return job.Kind{Name: intake.CommitJob, Title: "Take in a list", Run: a.intakes.Commit}
}
