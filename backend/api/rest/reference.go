package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/reference"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// ReferenceImport is the kind of job that brings in recalls or fuel economy.
const ReferenceImport = "reference_import"

// PublicData is what the files that were brought in say of a model.
type PublicData struct {
	Make  string `json:"make"`
	Model string `json:"model"`
	Year  int    `json:"year" doc:"0 is unknown: nothing is looked up then"`

	Recalls []reference.Recall  `json:"recalls" doc:"the newest first; they apply to the model, whether to this vehicle is confirmed by its VIN"`
	Economy reference.Economies `json:"economy" doc:"miles per US gallon, as EPA rated the model"`
	Sources []reference.Source  `json:"sources" doc:"the files that were looked in; none of a kind: nothing was brought in"`
}

// referenceFile is an upload of a publisher's file.
type referenceFile struct {
	File  string `query:"file" required:"true" minLength:"1" maxLength:"255" doc:"what the file is called: FLAT_RCL.zip, vehicles.csv"`
	Force bool   `query:"force" doc:"take it although it is older or much smaller than what it replaces"`
	Upload
}

// referenceOf is what a vehicle is looked up by. Where its VIN says no make,
// model or year, what is claimed does.
func referenceOf(v *vehicle.Vehicle) reference.Vehicle {
	d := &v.Decoded
	r := reference.Vehicle{Make: d.Make, Model: d.Model, Year: d.Year, Series: d.Series, Trim: d.Trim, Cylinders: d.Cylinders, Displacement: d.Displacement,
		Drive: d.Drive, Fuel: d.Fuel, SecondFuel: d.FuelSecondary, Transmission: d.Transmission}
	if r.Make == "" {
		r.Make = v.Claimed.Make
	}
	if r.Model == "" {
		r.Model = v.Claimed.Model
	}
	if r.Year == 0 {
		r.Year = v.Claimed.Year
	}
	return r
}

func publicData(s *reference.Shelf, v reference.Vehicle) PublicData {
	p := PublicData{Make: v.Make, Model: v.Model, Year: v.Year, Recalls: s.RecallsOf(v), Economy: s.EconomyOf(v), Sources: s.Status().Sources}
	if p.Recalls == nil {
		p.Recalls = []reference.Recall{}
	}
	return p
}

func registerReference(api huma.API, d Deps) {
	tags := []string{"reference"}
	start := func(ctx context.Context, input SentFile) (*jobAnswer, error) {
		j, err := d.Jobs.Start(ctx, job.Caller(caller(ctx)), ReferenceImport, input, "")
		if err != nil {
			return nil, err
		}
		return &jobAnswer{asJob(job.Status{Job: j})}, nil
	}
	type found struct{ Body PublicData }

	huma.Register(api, huma.Operation{OperationID: "referenceStatus", Method: http.MethodGet, Path: "/api/v1/reference", Tags: tags,
		Summary: "Say which recalls and fuel economy were brought in, and as of when"},
		func(context.Context, *struct{}) (*struct{ Body reference.Status }, error) {
			return &struct{ Body reference.Status }{d.Reference.Status()}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "referenceOfVehicle", Method: http.MethodGet, Path: "/api/v1/vehicles/{id}/reference", Tags: tags,
		Summary: "Recalls and fuel economy of a vehicle's model"},
		func(ctx context.Context, in *VehiclePath) (*found, error) {
			doc, err := d.Vehicles.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &found{publicData(d.Reference, referenceOf(&doc.Value))}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "referenceOfModel", Method: http.MethodGet, Path: "/api/v1/reference/model", Tags: tags,
		Summary: "Recalls and fuel economy of a model of a year"},
		func(_ context.Context, in *struct {
			Make  string `query:"make" required:"true" minLength:"1" maxLength:"100"`
			Model string `query:"model" required:"true" minLength:"1" maxLength:"100"`
			Year  int    `query:"year" required:"true" minimum:"1900" maximum:"2200"`
		}) (*found, error) {
			return &found{publicData(d.Reference, reference.Vehicle{Make: in.Make, Model: in.Model, Year: in.Year})}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "uploadReference", Method: http.MethodPut, Path: gate.ReferencePath, Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary:     "Send NHTSA's recalls (FLAT_RCL) or EPA's fuel economy (vehicles.csv), plain or as .zip; a job brings it in",
		Description: "What file it is, is seen by its content. It replaces the one of its kind in use; until the job is done that stays in use.",
		RequestBody: fileBody()},
		func(ctx context.Context, in *referenceFile) (*jobAnswer, error) {
			path, err := d.Reference.Receive(ctx, in.body())
			if err != nil {
				return nil, err
			}
			a, err := start(ctx, SentFile{Path: path, Name: in.File, Force: in.Force, Sent: true})
			if err != nil {
				_ = d.Reference.Drop(path) // the sweep takes it tomorrow
			}
			return a, err
		})

	huma.Register(api, huma.Operation{OperationID: "importReference", Method: http.MethodPost, Path: gate.ReferencePath, Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Bring in a file by its path on the hub's machine; only commands of the same user may"},
		func(ctx context.Context, in *struct {
			Body struct {
				Path  string `json:"path" minLength:"1" maxLength:"4096"`
				Force bool   `json:"force,omitempty" doc:"take it although it is older or much smaller than what it replaces"`
			}
		}) (*jobAnswer, error) {
			if !gate.BySocket(ctx) {
				return nil, fault.New(fault.Denied, "a page may not name a file of the hub's machine").WithRemedy("send the file itself, or run `hubcap reference import FILE` there")
			}
			return start(ctx, SentFile{Path: in.Body.Path, Force: in.Body.Force})
		})

	huma.Register(api, huma.Operation{OperationID: "removeReference", Method: http.MethodDelete, Path: "/api/v1/reference/{kind}", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Take away what was brought in of a kind; its publisher's file brings it back"},
		func(_ context.Context, in *struct {
			Kind reference.Kind `path:"kind" enum:"recalls,economy"`
		}) (*struct{ Body reference.Status }, error) {
			if err := d.Reference.Remove(in.Kind); err != nil {
				return nil, err
			}
			return &struct{ Body reference.Status }{d.Reference.Status()}, nil
		})
}
