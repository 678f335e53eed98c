package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// NamedVehicle is a vehicle as lists name it, whether it is there or gone.
type NamedVehicle struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty" doc:"left out where nothing is known of it any more"`
	VIN   string `json:"vin,omitempty"`
	Gone  bool   `json:"gone" doc:"it was removed"`
}

// Activity is one thing that somebody did.
type Activity struct {
	Batch    string          `json:"batch" doc:"for POST /undo/{batch} and GET /activity/{batch}"`
	At       store.Timestamp `json:"at"`
	By       string          `json:"by" doc:"who did it"`
	Deed     vehicle.Deed    `json:"deed" enum:"created,edited,removed,record_added,record_changed,record_removed,imported,bulk_edited,merged,sample_loaded,sample_removed,undone,redone,purged"`
	Of       string          `json:"of,omitempty" doc:"for undone and redone: the batch that was taken back"`
	Vehicle  *NamedVehicle   `json:"vehicle,omitempty" doc:"the first one, where there are several"`
	Vehicles int             `json:"vehicles" doc:"how many it went over"`
	Touched  []Touched       `json:"touched" doc:"what was written of this vehicle, at most 20"`
	More     int             `json:"more,omitempty" doc:"documents left out of touched"`
	Undone   string          `json:"undone,omitempty" doc:"the batch that took this back; undo that one to redo"`
	Undoable bool            `json:"undoable" doc:"it can be taken back now, and you may"`
	Expires  time.Time       `json:"expires" doc:"until when it can be taken back"`
}

// Touched is one document that was written.
type Touched struct {
	Collection string   `json:"collection" enum:"vehicles,odometer_readings,service_records,fuel_records,attachments"`
	ID         string   `json:"id"`
	Done       string   `json:"done" enum:"added,changed,removed"`
	Fields     []string `json:"fields" doc:"of the first level, that were changed"`
}

// Difference is one document of a batch, field by field.
type Difference struct {
	Touched
	Vehicle *NamedVehicle  `json:"vehicle,omitempty"`
	Changes []FieldChanged `json:"changes"`
	Unknown bool           `json:"unknown" doc:"what stood afterwards is not known any more: only before is given"`
}

// FieldChanged is one value before and after.
type FieldChanged struct {
	Path   string `json:"path" doc:"JSON pointer into the document; lists are given whole"`
	Before any    `json:"before,omitempty" doc:"left out where there was none"`
	After  any    `json:"after,omitempty" doc:"left out where there is none"`
}

func registerActivity(api huma.API, d Deps) {
	tags := []string{"activity"}
	type activityPage struct {
		Body struct {
			Items []Activity `json:"items"`
			Next  string     `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
		}
	}
	huma.Register(api, huma.Operation{OperationID: "activity", Method: http.MethodGet, Path: "/api/v1/activity", Tags: tags,
		Summary: "Say who did what in the last 30 days, the newest first"},
		func(ctx context.Context, in *struct {
			PageQuery
			Vehicle string `query:"vehicle" maxLength:"36" doc:"only what was done to this vehicle, which may be gone"`
		}) (*activityPage, error) {
			p, err := d.Vehicles.Activity(ctx, caller(ctx), in.Vehicle, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &activityPage{}
			out.Body.Items, out.Body.Next = make([]Activity, 0, len(p.Items)), p.Next
			for _, a := range p.Items {
				row := Activity{Batch: a.Batch, At: a.At, By: a.Actor.Name, Deed: a.Deed, Of: a.Of, Vehicle: named(a.Vehicle), Vehicles: a.Vehicles,
					Touched: []Touched{}, More: a.More, Undone: a.Spent, Undoable: a.Undoable, Expires: a.Expires}
				work := vehicle.Work{By: a.Actor}
				for _, t := range a.Touched {
					row.Touched = append(row.Touched, asTouched(t))
					work.Count(t.Collection, t.Fields)
				}
				row.Undoable = row.Undoable && mayTakeBack(ctx, work) == nil
				out.Body.Items = append(out.Body.Items, row)
			}
			return out, nil
		})

	type differences struct {
		Body struct {
			Items []Difference `json:"items"`
			Next  string       `json:"next,omitempty"`
		}
	}
	huma.Register(api, huma.Operation{OperationID: "differences", Method: http.MethodGet, Path: "/api/v1/activity/{batch}", Tags: tags,
		Summary: "Show what one write changed, field by field"},
		func(ctx context.Context, in *struct {
			PageQuery
			Batch   string `path:"batch" maxLength:"36"`
			Vehicle string `query:"vehicle" maxLength:"36" doc:"only this one of the vehicles that the write went over"`
		}) (*differences, error) {
			p, err := d.Vehicles.Differences(ctx, caller(ctx), in.Batch, in.Vehicle, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &differences{}
			out.Body.Items, out.Body.Next = make([]Difference, 0, len(p.Items)), p.Next
			for _, x := range p.Items {
				row := Difference{Touched: asTouched(x.Touched), Vehicle: named(x.Vehicle), Unknown: x.Unknown}
				if row.Changes, err = changed(x); err != nil {
					return nil, err
				}
				out.Body.Items = append(out.Body.Items, row)
			}
			return out, nil
		})
}

func named(n vehicle.Named) *NamedVehicle {
	if n.ID == "" {
		return nil
	}
	return &NamedVehicle{n.ID, n.Title, n.VIN, n.Gone}
}

func asTouched(t vehicle.Touched) Touched {
	return Touched{t.Collection, t.Key, t.Done, append([]string{}, t.Fields...)}
}

// changed compares two documents. Where the later one is not known, the
// fields that are known to have changed are given as they were.
func changed(x vehicle.Difference) ([]FieldChanged, error) {
	out := []FieldChanged{}
	before, err := fields(x.Before)
	if err != nil {
		return nil, err
	}
	after, err := fields(x.After)
	if err != nil {
		return nil, err
	}
	if x.Unknown {
		for _, name := range x.Fields {
			out = append(out, FieldChanged{Path: "/" + name, Before: before[name]})
		}
		return out, nil
	}
	compare("", before, after, &out)
	return out, nil
}

func fields(doc json.RawMessage) (map[string]any, error) {
	m := map[string]any{}
	if doc == nil {
		return m, nil
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	return m, dec.Decode(&m)
}

// compare adds the leaves in which two objects differ, in the order of their
// names. Empty is the same as not there; the store's own fields and those that
// change with every write are left out.
func compare(path string, before, after map[string]any, out *[]FieldChanged) {
	var names []string
	for name := range before {
		names = append(names, name)
	}
	for name := range after {
		if _, was := before[name]; !was {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if path == "" && (strings.HasPrefix(name, "$") || slices.Contains([]string{"id", "vehicleId", "created", "updated"}, name)) {
			continue
		}
		at := path + "/" + name
		b, a := before[name], after[name]
		bm, bIs := b.(map[string]any)
		am, aIs := a.(map[string]any)
		if (bIs || b == nil) && (aIs || a == nil) && (bIs || aIs) {
			compare(at, bm, am, out)
			continue
		}
		if bare(b) && bare(a) || equal(a, b) {
			continue
		}
		*out = append(*out, FieldChanged{at, b, a})
	}
}

func bare(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case json.Number:
		return v == "0"
	case []any:
		return len(v) == 0
	}
	return false
}

func equal(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
