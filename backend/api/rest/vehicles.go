package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Vehicle is a vehicle with its revision and title.
type Vehicle struct {
	vehicle.Vehicle
	Rev   int64  `json:"rev" doc:"revision, as in the ETag"`
	Title string `json:"title" doc:"model year, make and model, or the VIN where it says too little"`
}

func asVehicle(d store.Doc[vehicle.Vehicle]) Vehicle {
	return Vehicle{Vehicle: d.Value, Rev: d.Rev, Title: d.Value.Title()}
}

type vehiclePage struct {
	Body struct {
		Items   []Vehicle `json:"items"`
		Next    string    `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
		Damaged []string  `json:"damaged,omitempty" doc:"vehicles of this page whose bytes are damaged on disk"`
	}
}

func asPage(p store.Page[vehicle.Vehicle]) *vehiclePage {
	out := &vehiclePage{}
	out.Body.Items, out.Body.Next = make([]Vehicle, 0, len(p.Items)), p.Next
	for _, d := range p.Items {
		out.Body.Items = append(out.Body.Items, asVehicle(d))
	}
	for _, d := range p.Damaged {
		out.Body.Damaged = append(out.Body.Damaged, d.Key)
	}
	return out
}

type vehicleAnswer struct {
	Written
	Body Vehicle
}

func saved(s vehicle.Saved[vehicle.Vehicle]) *vehicleAnswer {
	return &vehicleAnswer{Written: headers(s), Body: Vehicle{Vehicle: s.Value, Rev: s.Rev, Title: s.Value.Title()}}
}

// VehiclePath names a vehicle in the address.
type VehiclePath struct {
	ID string `path:"id" maxLength:"36"`
}

// Precondition names the revision that a write replaces.
type Precondition struct {
	IfMatch string `header:"If-Match" required:"true" doc:"the ETag that you read, or *"`
}

func registerVehicles(api huma.API, d Deps) {
	hub := d.Vehicles
	tags := []string{"vehicles"}

	huma.Register(api, huma.Operation{OperationID: "listVehicles", Method: http.MethodGet, Path: "/api/v1/vehicles", Tags: tags,
		Summary: "List vehicles, the last changed first"},
		func(ctx context.Context, in *struct {
			PageQuery
			VIN string `query:"vin" doc:"only vehicles with this whole VIN" maxLength:"64"`
		}) (*vehiclePage, error) {
			var p store.Page[vehicle.Vehicle]
			var err error
			if in.VIN != "" {
				p, err = hub.WithVIN(ctx, caller(ctx), in.VIN)
			} else {
				p, err = hub.List(ctx, caller(ctx), in.Cursor, in.Limit)
			}
			if err != nil {
				return nil, err
			}
			return asPage(p), nil
		})

	huma.Register(api, huma.Operation{OperationID: "createVehicle", Method: http.MethodPost, Path: "/api/v1/vehicles", Tags: tags,
		DefaultStatus: http.StatusCreated, Summary: "Save a vehicle; its VIN is decoded"},
		func(ctx context.Context, in *struct{ Body vehicle.Draft }) (*vehicleAnswer, error) {
			s, err := hub.Create(ctx, caller(ctx), in.Body)
			if err != nil {
				return nil, err
			}
			return saved(s), nil
		})

	huma.Register(api, huma.Operation{OperationID: "getVehicle", Method: http.MethodGet, Path: "/api/v1/vehicles/{id}", Tags: tags,
		Summary: "Read one vehicle"},
		func(ctx context.Context, in *VehiclePath) (*vehicleAnswer, error) {
			doc, err := hub.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &vehicleAnswer{Written: Written{ETag: etag(doc.Rev)}, Body: asVehicle(doc)}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "updateVehicle", Method: http.MethodPut, Path: "/api/v1/vehicles/{id}", Tags: tags,
		Summary: "Replace what can be set on a vehicle"},
		func(ctx context.Context, in *struct {
			VehiclePath
			Precondition
			Body vehicle.Draft
		}) (*vehicleAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			s, err := hub.Update(ctx, caller(ctx), in.ID, rev, in.Body)
			if err != nil {
				return nil, precondition(err)
			}
			return saved(s), nil
		})

	huma.Register(api, huma.Operation{OperationID: "deleteVehicle", Method: http.MethodDelete, Path: "/api/v1/vehicles/{id}", Tags: tags,
		DefaultStatus: http.StatusOK, Summary: "Remove a vehicle with its records; undo brings it back"},
		func(ctx context.Context, in *struct {
			VehiclePath
			Precondition
		}) (*vehicleAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			s, err := hub.Delete(ctx, caller(ctx), in.ID, rev)
			if err != nil {
				return nil, precondition(err)
			}
			return saved(s), nil
		})

	huma.Register(api, huma.Operation{OperationID: "addNote", Method: http.MethodPost, Path: "/api/v1/vehicles/{id}/notes", Tags: tags,
		DefaultStatus: http.StatusCreated, Summary: "Put a dated note on a vehicle"},
		func(ctx context.Context, in *struct {
			VehiclePath
			Body struct {
				Text string `json:"text" minLength:"1" maxLength:"10000"`
			}
		}) (*vehicleAnswer, error) {
			s, err := hub.AddNote(ctx, caller(ctx), in.ID, in.Body.Text)
			if err != nil {
				return nil, err
			}
			return saved(s), nil
		})

	huma.Register(api, huma.Operation{OperationID: "removeNote", Method: http.MethodDelete, Path: "/api/v1/vehicles/{id}/notes/{note}", Tags: tags,
		DefaultStatus: http.StatusOK, Summary: "Take a note off a vehicle"},
		func(ctx context.Context, in *struct {
			VehiclePath
			Note string `path:"note" maxLength:"36"`
		}) (*vehicleAnswer, error) {
			s, err := hub.RemoveNote(ctx, caller(ctx), in.ID, in.Note)
			if err != nil {
				return nil, err
			}
			return saved(s), nil
		})
}
