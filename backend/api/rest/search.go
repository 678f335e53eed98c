package rest

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Found is one page of an answer to a search.
type Found struct {
	Items  []FoundVehicle     `json:"items"`
	Total  uint64             `json:"total" doc:"vehicles that match"`
	Next   string             `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
	Facets map[string][]Facet `json:"facets,omitempty"`

	Stale    bool `json:"stale" doc:"the answer does not include your last write yet"`
	Building bool `json:"building" doc:"the index is being built again; more may be found in a moment"`
	Typos    bool `json:"typos" doc:"nothing matched as typed: these are words one letter off"`
}

// FoundVehicle is a vehicle with why it was found.
type FoundVehicle struct {
	Vehicle Vehicle  `json:"vehicle"`
	Reasons []Reason `json:"reasons"`

	Odometer int64  `json:"odometer,omitempty" doc:"the latest known, in metres; left out where none is"`
	Read     string `json:"read,omitempty" doc:"day of that reading"`
	Due      string `json:"due,omitempty" doc:"day on which service is due first"`
	Cost     int64  `json:"cost,omitempty" doc:"recorded cost in minor units, of all currencies together"`
	Mismatch string `json:"mismatch,omitempty" enum:"hard,soft,none" doc:"the worst that its claims come to beside its VIN; left out where nothing is claimed"`
}

// Reason says where the words were found.
type Reason struct {
	Field string `json:"field" doc:"as in field:word"`
	In    string `json:"in,omitempty" doc:"what the text stands in, as invoice.pdf, page 2; left out where it is the vehicle or its record"`
	Parts []Part `json:"parts" doc:"the text in pieces, in order"`
	Alike int    `json:"alike,omitempty" doc:"percent by which the text means what was asked; left out where its words were found"`
}

// Part is a piece of a reason's text.
type Part struct {
	Text  string `json:"text"`
	Match bool   `json:"match"`
}

// Facet is how many of the matching vehicles have a value.
type Facet struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

func registerSearch(api huma.API, d Deps) {
	huma.Register(api, huma.Operation{OperationID: "search", Method: http.MethodGet, Path: "/api/v1/search", Tags: []string{"search"},
		Summary:     "Find vehicles by any word, by what their notes mean, by part of a VIN, or by operators",
		Description: "Operators: make: model: year:2015..2018 stage: tag: location: note: price:>10000 cost:>1000 odometer:<60000mi due:<30d has:note, \"a phrase\", -word. The last 4 to 8 characters of a VIN find it, with O as 0 and I as 1."},
		func(ctx context.Context, in *struct {
			Q      string   `query:"q" maxLength:"500"`
			Sort   string   `query:"sort" maxLength:"100" doc:"up to four fields such as year, price or changed with a comma between; - in front is from the greatest; left out is the best first"`
			Facets []string `query:"facets" doc:"fields to count"`
			Cursor string   `query:"cursor"`
			Offset int      `query:"offset" minimum:"0" maximum:"100000" doc:"vehicles to pass by, for a list that is scrolled anywhere; not beside a cursor"`
			Limit  int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
			After  uint64   `query:"after" doc:"sequence of your last write, which the answer should include"`
		}) (*struct{ Body Found }, error) {
			c := caller(ctx)
			r, err := d.Search.Search(ctx, c.Scope, search.Request{Kind: vehicle.VehiclesName, Query: in.Q, Sort: in.Sort,
				Facets: in.Facets, Cursor: in.Cursor, Offset: in.Offset, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			out := &struct{ Body Found }{Found{Items: []FoundVehicle{}, Total: r.Total, Next: r.Next, Stale: r.Stale, Building: r.Building, Typos: r.Typos}}
			if err := out.Body.fill(ctx, d, c, r.Hits); err != nil {
				return nil, err
			}
			for field, counts := range r.Facets {
				if out.Body.Facets == nil {
					out.Body.Facets = map[string][]Facet{}
				}
				for _, n := range counts {
					out.Body.Facets[field] = append(out.Body.Facets[field], Facet{n.Value, n.N})
				}
			}
			return out, nil
		})
}

// fill reads the vehicles that were found, under the caller's scope.
func (f *Found) fill(ctx context.Context, d Deps, c vehicle.Caller, hits []search.Hit) error {
	ids := make([]string, len(hits))
	reasons := map[string][]Reason{}
	documents := map[string]*search.Document{}
	for i, h := range hits {
		ids[i] = h.Key
		documents[h.Key] = &hits[i].Document
		for _, r := range h.Reasons {
			reasons[h.Key] = append(reasons[h.Key], Reason{r.Field, r.In, parts(r), int(math.Round(float64(r.Alike) * 100))})
		}
	}
	page, err := d.Vehicles.GetMany(ctx, c, ids)
	if err != nil {
		return err
	}
	for _, v := range page.Items {
		found := FoundVehicle{Vehicle: asVehicle(v), Reasons: append([]Reason{}, reasons[v.Key]...)}
		found.known(documents[v.Key])
		f.Items = append(f.Items, found)
	}
	return nil
}

// parts cuts a reason's text at its marks, so that no client counts bytes.
func parts(r search.Reason) []Part {
	var out []Part
	at := 0
	add := func(to int, match bool) {
		if to > at {
			out = append(out, Part{r.Text[at:to], match})
			at = to
		}
	}
	for _, m := range r.Marks {
		add(m[0], false)
		add(m[1], true)
	}
	add(len(r.Text), false)
	return out
}

// known takes what the search knows of a vehicle beyond its own document.
func (f *FoundVehicle) known(d *search.Document) {
	day := func(name string) string {
		if t := d.Dates[name]; !t.IsZero() {
			return t.UTC().Format(time.DateOnly)
		}
		return ""
	}
	f.Odometer, f.Cost, f.Read, f.Due = d.Numbers["odometer"], d.Numbers["cost"], day("read"), day("due")
	if m := d.Texts["mismatch"]; len(m) > 0 {
		f.Mismatch = m[0]
	}
}
