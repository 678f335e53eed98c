package app

import (
	"github.com/hubcap-dev/hubcap/backend/account"

	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// openMeaning joins the search by meaning, which runs while a model of this
// machine has earned it.
func (a *App) openMeaning() {
	a.meaning = meaning.Open(filepath.Join(a.cfg.Data, "meaning"), a.db, meaning.Options{
		Sources: []meaning.Source{meaningOfVehicles()}, Model: a.embedder, Log: a.log,
	})
	a.closers = append(a.closers, a.meaning.Close)
}

// embedder is the model that embeds now. Only one of this machine may: what
// people note is embedded without being asked, so it must not leave.
func (a *App) embedder(ctx context.Context) (meaning.Model, bool) {
	engines, err := a.router.For(ctx, store.Org(account.Home), llm.Embed)
	if err != nil {
		if ctx.Err() == nil {
			a.log.Warn("no model is asked for meanings", "err", err)
		}
		return meaning.Model{}, false
	}
	for _, e := range engines {
		if !e.Away && (e.State == nil || e.State().Usable()) {
			return meaning.Model{Print: e.Print, Embedder: e.Embedder}, true
		}
	}
	return meaning.Model{}, false
}

// meaningOfVehicles are the texts that say something of a vehicle in
// sentences: notes, what was done in a service, and what a briefing said.
func meaningOfVehicles() meaning.Source {
	return meaning.Source{
		Schema: vehicle.Vehicles.Schema(),
		Touches: store.Touches{
			vehicle.ReadingsName: vehicleOf, vehicle.ServicesName: vehicleOf, vehicle.FuelsName: vehicleOf, insight.InsightsName: insight.VehicleOf,
		},
		Pieces: func(r store.Reader, key string) (store.Place, []meaning.Piece, error) {
			h, err := vehicle.ReadHistory(r, key)
			if err != nil {
				return store.Place{}, nil, err
			}
			pieces := piecesOf(&h)
			said, err := insight.LastSaid(r, key)
			for _, text := range said {
				pieces = append(pieces, meaning.Piece{Field: insight.SaidField, Text: text, Collection: vehicle.VehiclesName, Record: key})
			}
			v := &h.Vehicle
			return store.Place{Location: v.Location, Group: v.Group, Owner: v.Owner}, pieces, err
		},
	}
}

func piecesOf(h *vehicle.History) []meaning.Piece {
	var out []meaning.Piece
	add := func(field, text, collection, record string) {
		if text = strings.TrimSpace(text); text != "" {
			out = append(out, meaning.Piece{Field: field, Text: text, Collection: collection, Record: record})
		}
	}
	for _, n := range h.Vehicle.Notes {
		add("note", n.Text, vehicle.VehiclesName, h.Vehicle.ID)
	}
	for _, s := range h.Services {
		var done []string
		for _, it := range s.Record.Items {
			done = append(done, it.Text)
		}
		add("service", strings.Join(done, ", "), vehicle.ServicesName, s.Record.ID)
		add("note", s.Record.Note, vehicle.ServicesName, s.Record.ID)
	}
	for _, f := range h.Fuels {
		add("note", f.Record.Note, vehicle.FuelsName, f.Record.ID)
	}
	for _, r := range h.Readings {
		add("note", r.Record.Note, vehicle.ReadingsName, r.Record.ID)
	}
	return out
}

// examineEvery is how often a model that was brought in is looked for.
const examineEvery = 5 * time.Second

// examine has the models of this machine checked that were not yet: those
// that come with Hubcap, and whatever was brought in. It looks again when a
// file comes into a folder of packs.
func (a *App) examine(ctx context.Context) error {
	for {
		engines, err := a.router.Engines(ctx, store.Org(account.Home))
		if err != nil {
			return err
		}
		for _, e := range engines {
			if e.Away || e.State != nil && !e.State().Usable() {
				continue
			}
			for _, c := range []llm.Capability{llm.Embed} {
				if _, ok, err := a.router.Verdict(ctx, &e, c); ok || err != nil || !e.Can(c) {
					continue
				}
				if _, err := a.router.Bench(ctx, &e, []llm.Capability{c}, nil); err != nil && ctx.Err() == nil {
					a.log.Warn("model not checked", "model", e.Title, "job", c, "err", err)
				}
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(examineEvery):
		}
	}
}
