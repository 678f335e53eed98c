package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// History is everything recorded about a vehicle, and what follows from it
// by plain arithmetic.
type History struct {
	Readings []Record[vehicle.Reading]       `json:"readings" doc:"by date, the oldest first"`
	Services []Record[vehicle.ServiceRecord] `json:"services"`
	Fuel     []Record[vehicle.FuelRecord]    `json:"fuel"`

	Odometer *Odometer     `json:"odometer,omitempty" doc:"left out where nothing is known"`
	Cost     *Cost         `json:"cost,omitempty" doc:"left out where the records do not say enough"`
	Due      []vehicle.Due `json:"due" doc:"services with an interval, the most pressing first"`
}

// Odometer is the last known state of the odometer.
type Odometer struct {
	Date     vehicle.Date          `json:"date"`
	Distance vehicle.Distance      `json:"distance"`
	Source   vehicle.ReadingSource `json:"source"`
	Doubted  bool                  `json:"doubted" doc:"it contradicts itself somewhere in the records"`
}

// Cost is service and fuel cost over the odometer span.
type Cost struct {
	MinorPer1000Km int64  `json:"minorPer1000Km"`
	Minor          int64  `json:"minor" doc:"service and fuel together, in minor units"`
	Currency       string `json:"currency"`
	SpanMeters     int64  `json:"spanMeters"`
	Services       int    `json:"services" doc:"records that were counted"`
	Fuel           int    `json:"fuel"`
}

func registerHistory(api huma.API, d Deps) {
	huma.Register(api, huma.Operation{OperationID: "history", Method: http.MethodGet, Path: "/api/v1/vehicles/{id}/history", Tags: []string{"vehicles"},
		Summary: "Read all records of a vehicle with its odometer, cost and due services"},
		func(ctx context.Context, in *VehiclePath) (*struct{ Body History }, error) {
			h, err := d.Vehicles.History(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			out := History{Readings: records(h.Readings), Services: records(h.Services), Fuel: records(h.Fuels), Due: h.Due(vehicle.DateOf(d.Now()))}
			marks := h.Marks()
			if n := len(marks); n > 0 {
				last := marks[n-1]
				out.Odometer = &Odometer{last.Date, last.Odometer, last.Source, vehicle.Doubted(marks)}
			}
			if c, ok := h.Cost(); ok {
				out.Cost = &Cost{c.MinorPer1000Km(), c.Minor, c.Currency, c.SpanMeters, c.Services, c.Fuels}
			}
			return &struct{ Body History }{out}, nil
		})
}

func records[T any](list []vehicle.Revised[T]) []Record[T] {
	out := make([]Record[T], 0, len(list))
	for _, r := range list {
		out = append(out, Record[T]{r.Record, r.Rev})
	}
	return out
}
