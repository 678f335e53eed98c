package app

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// openIntakes joins what turns lists into vehicles.
func (a *App) openIntakes() {
	a.intakes = intake.New(intake.Options{DB: a.db, Blobs: a.files.blobs, Vehicles: a.vehicles, Decoder: a.decoder.Get, Child: list.NewRunner(a.readList),
		IDs: a.ids, Now: a.now, Defaults: a.listDefaults})
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

// commitIntake is the job that takes rows of a list into the hub.
func (a *App) commitIntake() job.Kind {
	return job.Kind{Name: intake.CommitJob, Title: "Take in a list", Run: a.intakes.Commit}
}
