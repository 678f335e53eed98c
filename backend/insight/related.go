package insight

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Related is a text about the same as a finding, found by its meaning. It is
// quoted letter by letter and proves nothing: the finding rests on its
// evidence alone.
type Related struct {
	Vehicle string `json:"vehicle"` // its id
	Title   string `json:"title"`   // "2015 FORD F-150"
	Own     bool   `json:"own"`     // of the vehicle that the finding is about
	Record  Record `json:"record"`
	Date    string `json:"date"` // YYYY-MM-DD; empty for one without
	Text    string `json:"text"`
	Alike   int    `json:"alike"` // percent by which it means the same
}

const (
	maxOwn     = 4
	maxSimilar = 3

	// relatedLeast is stricter than a search's: nobody asked for these. See
	// docs/benchmarks/meaning.md for what it lets in.
	relatedLeast = 0.37
	// lookedAt is how many vehicles' texts are ranked to find similar ones.
	lookedAt = 100
)

// aboutService is what a note about a kind of service may speak of.
var aboutService = map[string]string{
	"oil":          "oil leaks or oil use",
	"tires":        "tires and tread",
	"brakes":       "brake pads, discs and pedal",
	"brake_fluid":  "brake fluid",
	"air_filter":   "engine air filter",
	"cabin_filter": "air conditioning and smell in the cabin",
	"coolant":      "coolant and overheating",
	"transmission": "gearbox and shifting",
	"spark_plugs":  "misfire and rough idle",
	"battery":      "battery, starting on cold mornings",
	"inspection":   "annual inspection",
}

// about is a finding as a note would speak of it; empty for one that no note
// tells more of.
func about(f Finding) string {
	switch f.Kind {
	case ServiceDue:
		return aboutService[f.Metric]
	case Rollback, Jump:
		return "odometer or instrument cluster replaced"
	case Cost:
		if !f.good() {
			return "expensive repairs"
		}
	case Gap:
		return "stood unused for a long time"
	}
	return ""
}

// related finds texts of this vehicle and of similar ones, under the caller's
// scope. Where meanings can't be asked soon there are none.
func (s *Service) related(ctx context.Context, c vehicle.Caller, f *Facts, x Finding) []Related {
	text := about(x)
	if s.near == nil || text == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, meaningPatience)
	defer cancel()
	self := f.History.Vehicle.ID
	own, err := s.near(ctx, c.Scope, meaning.Request{Kind: vehicle.VehiclesName, Text: text, Key: self, Limit: 4 * maxOwn, Least: relatedLeast})
	var all []meaning.Match
	if err == nil && len(f.Siblings) > 0 {
		all, err = s.near(ctx, c.Scope, meaning.Request{Kind: vehicle.VehiclesName, Text: text, Limit: lookedAt, Least: relatedLeast})
	}
	if err != nil {
		s.log.Debug("no related records are looked for", "err", err)
		return nil
	}
	similar := slices.DeleteFunc(all, func(m meaning.Match) bool {
		return !slices.ContainsFunc(f.Siblings, func(o Sibling) bool { return o.ID == m.Key })
	})
	return append(s.quote(ctx, c, own, x, maxOwn, self), s.quote(ctx, c, similar, x, maxSimilar, self)...)
}

// quote turns matches into what a person reads, at most so many. What a
// briefing said and what the finding rests on already are left out.
func (s *Service) quote(ctx context.Context, c vehicle.Caller, found []meaning.Match, x Finding, most int, self string) []Related {
	var out []Related
	for _, m := range found {
		known := slices.ContainsFunc(x.Records, func(r Record) bool { return r.Key == m.Record && r.Collection != vehicle.VehiclesName })
		if m.Field == SaidField || known || len(out) == most {
			continue
		}
		h, err := s.vehicles.History(ctx, c, m.Key)
		if err != nil {
			continue // removed meanwhile
		}
		r := Related{Vehicle: m.Key, Title: h.Vehicle.Title(), Own: m.Key == self, Text: m.Text, Alike: int(math.Round(float64(m.Score) * 100))}
		var ok bool
		if r.Record, r.Date, ok = whereIs(&h, m.Piece); ok {
			out = append(out, r)
		}
	}
	return out
}

// whereIs finds the record that holds a piece, and its day.
func whereIs(h *vehicle.History, p meaning.Piece) (Record, string, bool) {
	switch p.Collection {
	case vehicle.VehiclesName:
		for _, n := range h.Vehicle.Notes {
			if strings.TrimSpace(n.Text) == p.Text {
				return Record{p.Collection, h.Vehicle.ID, h.Rev}, n.At.UTC().Format("2006-01-02"), true
			}
		}
	case vehicle.ReadingsName:
		for _, d := range h.Readings {
			if d.Record.ID == p.Record {
				return Record{p.Collection, p.Record, d.Rev}, string(d.Record.Date), true
			}
		}
	case vehicle.ServicesName:
		for _, d := range h.Services {
			if d.Record.ID == p.Record {
				return Record{p.Collection, p.Record, d.Rev}, string(d.Record.Date), true
			}
		}
	case vehicle.FuelsName:
		for _, d := range h.Fuels {
			if d.Record.ID == p.Record {
				return Record{p.Collection, p.Record, d.Rev}, string(d.Record.Date), true
			}
		}
	}
	return Record{}, "", false
}
