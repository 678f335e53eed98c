package app

import (
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// searchFields are what vehicles can be asked for, in the order in which
// reasons are looked for.
func searchFields() []search.Field {
	money := map[string]float64{"": 100}
	distance := map[string]float64{"": 1000, "km": 1000, "mi": 1609.344}
	return []search.Field{
		{Name: "vin", Kind: search.VIN},
		{Name: "make", Kind: search.Word, Facet: true, Weight: 4},
		{Name: "model", Kind: search.Word, Facet: true, Weight: 4},
		{Name: "year", Kind: search.Number, Facet: true},
		{Name: "stock", Kind: search.Word, Weight: 6},
		{Name: "plate", Kind: search.Word, Weight: 6},
		{Name: "stage", Kind: search.Word, Facet: true},
		{Name: "tag", Kind: search.Word, Facet: true, Weight: 2},
		{Name: "location", Kind: search.Word, Facet: true},
		{Name: "body", Kind: search.Word, Facet: true},
		{Name: "fuel", Kind: search.Word, Facet: true},
		{Name: "drive", Kind: search.Word, Facet: true},
		{Name: "type", Kind: search.Word, Facet: true},
		{Name: "trim", Kind: search.Text},
		{Name: "note", Kind: search.Text},
		{Name: "service", Kind: search.Text},
		{Name: "file", Kind: search.Text},
		{Name: "claim", Kind: search.Text},
		{Name: "field", Kind: search.Text},
		{Name: "color", Kind: search.Word, Facet: true},
		{Name: "list", Kind: search.Word, Facet: true},
		{Name: "mismatch", Kind: search.Word, Facet: true},
		{Name: "maker", Kind: search.Text},
		{Name: "price", Kind: search.Number, Units: money},
		{Name: "paid", Kind: search.Number, Units: money, Veil: vehicle.CostsVeil},
		{Name: "cost", Kind: search.Number, Units: money, Veil: vehicle.CostsVeil},
		{Name: "odometer", Kind: search.Number, Units: distance},
		{Name: "soldfor", Kind: search.Number, Units: money, Veil: vehicle.CostsVeil},
		{Name: "changed", Kind: search.Date},
		{Name: "bought", Kind: search.Date},
		{Name: "listed", Kind: search.Date},
		{Name: "sold", Kind: search.Date},
		{Name: "read", Kind: search.Date},
		{Name: "due", Kind: search.Date},
	}
}

// searchVehicles makes the document that a vehicle is found by.
func searchVehicles(now func() time.Time, papers paperCache, doubts *doubts) search.Source {
	return search.Source{
		Schema: vehicle.Vehicles.Schema(),
		Touches: store.Touches{
			vehicle.ReadingsName: vehicleOf, vehicle.ServicesName: vehicleOf, vehicle.FuelsName: vehicleOf, vehicle.AttachmentsName: vehicleOf,
		},
		Compose: func(r store.Reader, key string) (search.Document, error) {
			h, err := vehicle.ReadHistory(r, key)
			if err != nil {
				return search.Document{}, err
			}
			d := vehicleDocument(&h, vehicle.DateOf(now()))
			d.Texts["mismatch"] = doubts.of(&h.Vehicle)
			return d, papers.add(r, key, &d)
		},
	}
}

// vehicleOf names the vehicle that a change of one of its records touches.
func vehicleOf(c store.Change) []string {
	if id := vehicle.VehicleOf(c); id != "" {
		return []string{id}
	}
	return nil
}

func vehicleDocument(h *vehicle.History, today vehicle.Date) search.Document {
	v := &h.Vehicle
	d := search.Document{
		Place: store.Place{Location: v.Location, Group: v.Group, Owner: v.Owner},
		Texts: map[string][]string{
			"vin": {v.VIN}, "make": {v.Decoded.Make}, "model": {v.Decoded.Model}, "stock": {v.Stock}, "plate": {v.Plate},
			"stage": {string(v.Stage)}, "tag": v.Tags, "location": {v.Location}, "body": {v.Decoded.BodyClass},
			"fuel": {v.Decoded.Fuel, v.Decoded.FuelSecondary}, "drive": {v.Decoded.Drive}, "type": {v.Decoded.VehicleType},
			"trim": {v.Decoded.Trim, v.Decoded.Series}, "maker": {v.Decoded.Manufacturer},
			"claim": {v.Claimed.Make, v.Claimed.Model, v.Claimed.Series, v.Claimed.Trim}, "color": {v.Color},
		},
		Numbers: map[string]int64{"year": int64(v.Decoded.Year)},
		Dates:   map[string]time.Time{"changed": v.Updated.Time},
	}
	for _, n := range v.Notes {
		d.Texts["note"] = append(d.Texts["note"], n.Text)
	}
	for name, text := range v.Fields {
		d.Texts["field"] = append(d.Texts["field"], name+" "+text)
	}
	slices.Sort(d.Texts["field"]) // a map's order is none
	if v.From != nil {
		d.Texts["list"] = []string{v.From.File}
	}
	for stage, field := range map[vehicle.Stage]string{vehicle.Bought: "bought", vehicle.Listed: "listed", vehicle.Sold: "sold"} {
		if day := v.Reached[stage]; day != "" {
			d.Dates[field] = day.Time()
		}
	}
	if v.SoldFor != nil {
		d.Numbers["soldfor"] = v.SoldFor.Minor
	}
	if v.Asking != nil {
		d.Numbers["price"] = v.Asking.Minor
	}
	if v.Paid != nil {
		d.Numbers["paid"] = v.Paid.Minor
	}
	records(h, &d)
	if marks := h.Marks(); len(marks) > 0 {
		d.Numbers["odometer"] = marks[len(marks)-1].Meters
		d.Dates["read"] = marks[len(marks)-1].Date.Time()
	}
	for _, due := range h.Due(today) {
		if due.On != "" && (d.Dates["due"].IsZero() || due.On.Time().Before(d.Dates["due"])) {
			d.Dates["due"] = due.On.Time()
		}
	}
	return d
}

func records(h *vehicle.History, d *search.Document) {
	var cost int64
	for _, s := range h.Services {
		d.Texts["service"] = append(d.Texts["service"], s.Record.Workshop)
		for _, it := range s.Record.Items {
			d.Texts["service"] = append(d.Texts["service"], it.Text)
		}
		if s.Record.Note != "" {
			d.Texts["note"] = append(d.Texts["note"], s.Record.Note)
		}
		for _, minor := range s.Record.Cost() {
			cost += minor
		}
	}
	for _, f := range h.Fuels {
		if f.Record.Note != "" {
			d.Texts["note"] = append(d.Texts["note"], f.Record.Note)
		}
		if f.Record.Cost != nil {
			cost += f.Record.Cost.Minor
		}
	}
	for _, r := range h.Readings {
		if r.Record.Note != "" {
			d.Texts["note"] = append(d.Texts["note"], r.Record.Note)
		}
	}
	if cost > 0 {
		d.Numbers["cost"] = cost
	}
}
