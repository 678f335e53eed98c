package app

import (
	"context"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/report"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// openPrints joins what makes printed matter. Documents of jobs lie in the
// data folder for a day.
func (a *App) openPrints() {
	a.prints = report.New(report.Printer{Vehicles: a.vehicles, Lists: a.intakes, Head: a.printHead, Address: a.recordAddress, Find: a.withVINs,
		Shelf: report.NewShelf(filepath.Join(a.cfg.Data, "printed"), a.now)})
}

// printHead is what stands on pages that somebody prints, in their own units
// and on the paper that they prefer.
func (a *App) printHead(ctx context.Context, c vehicle.Caller) (report.Head, error) {
	p, err := a.accounts.Preferences(ctx, c.Scope.Org(), c.Actor)
	if err != nil {
		return report.Head{}, err
	}
	h := report.Head{Organisation: a.accounts.Organisation(account.Machine(c.Scope.Org())).Name, By: c.Actor.Name, Made: a.now(),
		Release: a.decoder.Get().Release(), Paper: report.Paper(p.Paper),
		Style: report.Style{Distance: p.Distance, Numbers: p.Numbers, Dates: p.Dates}}
	if h.Paper == "" {
		h.Paper = report.PaperFor(p.Currency)
	}
	return h, nil
}

// withVINs are the vehicles that a caller sees with one of the VINs.
func (a *App) withVINs(ctx context.Context, c vehicle.Caller, vins []string) ([]vehicle.Vehicle, error) {
	var out []vehicle.Vehicle
	err := a.db.View(ctx, c.Scope, func(r store.Reader) error {
		out = out[:0]
		for _, vin := range vins {
			p, err := vehicle.Vehicles.Query(r, store.Query{Index: "vin", Prefix: store.Values(store.String(vin)), Limit: store.MaxLimit})
			if err != nil {
				return err
			}
			for i := range p.Items {
				out = append(out, p.Items[i].Value)
			}
		}
		return nil
	})
	return out, err
}

// recordAddress is a vehicle's page: for everybody on the network where the
// hub faces it, else on this computer.
func (a *App) recordAddress(id string) string {
	base := a.url()
	if s := a.LAN(); s.On {
		base = s.URL
	}
	if base == "" {
		return ""
	}
	return base + "/vehicles/" + id
}

// printMany is the job that prints stickers or labels of many vehicles.
func (a *App) printMany() job.Kind {
	return job.Kind{Name: report.Job, Title: "Print", Run: a.prints.Run}
}
