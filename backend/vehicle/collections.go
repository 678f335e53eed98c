package vehicle

import (
	"strings"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// The names of the collections, as they stand in the change log, in evidence
// and in search results.
const (
	VehiclesName = "vehicles"
	ReadingsName = "odometer_readings"
	ServicesName = "service_records"
	FuelsName    = "fuel_records"
)

// Vehicles is the collection of vehicles.
var Vehicles = store.Define(store.Def[Vehicle]{
	Name: VehiclesName, Class: store.Truth, Schema: 1,
	Key:   func(v *Vehicle) string { return v.ID },
	Place: func(v *Vehicle) store.Place { return v.place() },
	Indexes: []store.Index[Vehicle]{
		// A question, not a constraint: the same vehicle may come back.
		{Name: "vin", Fields: []store.Field[Vehicle]{
			{Name: "vin", Kind: store.Text, Value: func(v *Vehicle) store.Value { return store.String(v.VIN) }},
		}},
		{Name: "updated", Fields: []store.Field[Vehicle]{
			{Name: "updated", Kind: store.Time, Value: func(v *Vehicle) store.Value { return v.Updated.Value() }},
		}},
		{Name: "model", Fields: []store.Field[Vehicle]{
			{Name: "make", Kind: store.Text, Value: func(v *Vehicle) store.Value { return fold(v.Decoded.Make) }},
			{Name: "model", Kind: store.Text, Value: func(v *Vehicle) store.Value { return fold(v.Decoded.Model) }},
			{Name: "year", Kind: store.Int, Value: func(v *Vehicle) store.Value { return store.Int64(int64(v.Decoded.Year)) }},
		}},
		{Name: "sample", Fields: []store.Field[Vehicle]{
			{Name: "sample", Kind: store.Bool, Value: func(v *Vehicle) store.Value { return store.Flag(v.Sample) }},
		}},
	},
	Veils: costs(func(v *Vehicle) { v.Paid, v.SoldFor = nil, nil }, func(v, before *Vehicle) { v.Paid, v.SoldFor = before.Paid, before.SoldFor }),
})

// Readings is the collection of odometer readings.
var Readings = store.Define(store.Def[Reading]{
	Name: ReadingsName, Class: store.Truth, Schema: 1,
	Key:     func(r *Reading) string { return r.ID },
	Place:   func(r *Reading) store.Place { return r.place() },
	Indexes: byVehicle(func(r *Reading) (string, Date) { return r.VehicleID, r.Date }),
})

// Services is the collection of service records.
var Services = store.Define(store.Def[ServiceRecord]{
	Name: ServicesName, Class: store.Truth, Schema: 1,
	Key:     func(r *ServiceRecord) string { return r.ID },
	Place:   func(r *ServiceRecord) store.Place { return r.place() },
	Indexes: byVehicle(func(r *ServiceRecord) (string, Date) { return r.VehicleID, r.Date }),
	Veils:   costs(hideCosts, keepCosts),
})

// Fuels is the collection of fuel records.
var Fuels = store.Define(store.Def[FuelRecord]{
	Name: FuelsName, Class: store.Truth, Schema: 1,
	Key:     func(r *FuelRecord) string { return r.ID },
	Place:   func(r *FuelRecord) store.Place { return r.place() },
	Indexes: byVehicle(func(r *FuelRecord) (string, Date) { return r.VehicleID, r.Date }),
	Veils:   costs(func(r *FuelRecord) { r.Cost = nil }, func(r, before *FuelRecord) { r.Cost = before.Cost }),
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema {
	return []*store.Schema{Vehicles.Schema(), Readings.Schema(), Services.Schema(), Fuels.Schema(), Redecodes.Schema(), Attachments.Schema()}
}

// VehicleOf returns the vehicle that a change of one of this package's
// collections is about, "" for any other change.
func VehicleOf(c store.Change) string {
	doc := c.After
	if doc == nil {
		doc = c.Before
	}
	switch c.Collection {
	case VehiclesName:
		return c.Key
	case ReadingsName:
		r, err := Readings.Decode(doc)
		return ifRead(r.VehicleID, err)
	case ServicesName:
		r, err := Services.Decode(doc)
		return ifRead(r.VehicleID, err)
	case FuelsName:
		r, err := Fuels.Decode(doc)
		return ifRead(r.VehicleID, err)
	case AttachmentsName:
		a, err := Attachments.Decode(doc)
		return ifRead(a.VehicleID, err)
	}
	return ""
}

func ifRead(id string, err error) string {
	if err != nil {
		return ""
	}
	return id
}

func byVehicle[T any](of func(*T) (vehicleID string, d Date)) []store.Index[T] {
	return []store.Index[T]{{Name: "vehicle", Fields: []store.Field[T]{
		{Name: "vehicle", Kind: store.Text, Value: func(r *T) store.Value { id, _ := of(r); return store.String(id) }},
		{Name: "date", Kind: store.Text, Value: func(r *T) store.Value { _, d := of(r); return store.String(string(d)) }},
	}}}
}

// fold makes an index value of a name, whatever its case and length.
func fold(s string) store.Value {
	s = strings.ToUpper(s)
	if len(s) > 100 {
		s = strings.ToValidUTF8(s[:100], "")
	}
	return store.StringOrNull(s)
}
