package rest

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vpic"
)

// The kinds of jobs about the vPIC index.
const (
	VpicUpdate   = "vpic_update"   // builds an index from a dump and uses it
	VpicRedecode = "vpic_redecode" // decodes saved vehicles again and lists what changed
	VpicAccept   = "vpic_accept"   // writes all that was listed
)

// ChangedDecode is a saved vehicle of which the release in use says something
// else than what was saved.
type ChangedDecode struct {
	VehicleID string                `json:"vehicleId"`
	VIN       string                `json:"vin"`
	Title     string                `json:"title" doc:"as it is saved"`
	From      string                `json:"from" doc:"release that it was saved with"`
	To        string                `json:"to" doc:"release that says something else"`
	Changes   []vehicle.ValueChange `json:"changes" doc:"element, before, after"`
}

type changedPage struct {
	Body struct {
		Items []ChangedDecode `json:"items"`
		Next  string          `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
	}
}

// Accepted says what became of the vehicles whose changes were accepted.
type Accepted struct {
	Accepted int `json:"accepted"`
	Stale    int `json:"stale" doc:"changed by somebody since, or gone; left as they are"`
}

// dumpFile is an upload of a dump.
type dumpFile struct {
	File  string `query:"file" required:"true" minLength:"1" maxLength:"255" doc:"what the file is called: vPICList_lite_YYYY_MM.plain.zip"`
	Force bool   `query:"force" doc:"take it although it is older, or loses well-known VINs"`
	Upload
}

func registerVpic(api huma.API, d Deps) {
	tags := []string{"vpic"}
	start := func(ctx context.Context, kind string, input any, title string) (*jobAnswer, error) {
		j, err := d.Jobs.Start(ctx, job.Caller(caller(ctx)), kind, input, title)
		if err != nil {
			return nil, err
		}
		return &jobAnswer{asJob(job.Status{Job: j})}, nil
	}

	huma.Register(api, huma.Operation{OperationID: "vpicInfo", Method: http.MethodGet, Path: "/api/v1/vpic", Tags: tags,
		Summary: "Say which vPIC release is in use, and what it holds"},
		func(context.Context, *struct{}) (*struct{ Body vpic.Info }, error) {
			i, err := d.Indexes.Info()
			if err != nil {
				return nil, err
			}
			return &struct{ Body vpic.Info }{i}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "uploadVpic", Method: http.MethodPut, Path: gate.VpicPath, Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary:     "Send NHTSA's monthly plain dump; a job builds the index, verifies it and uses it",
		RequestBody: fileBody()},
		func(ctx context.Context, in *dumpFile) (*jobAnswer, error) {
			path, err := d.Indexes.Receive(ctx, in.body())
			if err != nil {
				return nil, err
			}
			a, err := start(ctx, VpicUpdate, SentFile{Path: path, Name: in.File, Force: in.Force, Sent: true}, "")
			if err != nil {
				_ = d.Indexes.Drop(path) // the sweep takes it tomorrow
			}
			return a, err
		})

	huma.Register(api, huma.Operation{OperationID: "updateVpic", Method: http.MethodPost, Path: gate.VpicPath, Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Update from a dump by its path on the hub's machine; only commands of the same user may"},
		func(ctx context.Context, in *struct {
			Body struct {
				Path  string `json:"path" minLength:"1" maxLength:"4096"`
				Force bool   `json:"force,omitempty" doc:"take it although it is older, or loses well-known VINs"`
			}
		}) (*jobAnswer, error) {
			if !gate.BySocket(ctx) {
				return nil, fault.New(fault.Denied, "a page may not name a file of the hub's machine").WithRemedy("send the file itself, or run `hubcap vpic update FILE` there")
			}
			return start(ctx, VpicUpdate, SentFile{Path: in.Body.Path, Force: in.Body.Force}, "")
		})

	huma.Register(api, huma.Operation{OperationID: "revertVpic", Method: http.MethodPost, Path: "/api/v1/vpic/revert", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Go back to the vPIC release that was in use before the last update"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body vpic.Info }, error) {
			if err := d.RevertVpic(ctx, caller(ctx)); err != nil {
				return nil, err
			}
			i, err := d.Indexes.Info()
			if err != nil {
				return nil, err
			}
			return &struct{ Body vpic.Info }{i}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "redecode", Method: http.MethodPost, Path: "/api/v1/vpic/redecode", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Decode all saved vehicles again, as a job that lists what changed and writes nothing on them"},
		func(ctx context.Context, _ *struct{}) (*jobAnswer, error) {
			return start(ctx, VpicRedecode, nil, "")
		})

	huma.Register(api, huma.Operation{OperationID: "listRedecoded", Method: http.MethodGet, Path: "/api/v1/vpic/changes", Tags: tags,
		Summary: "List the saved vehicles of which the release in use says something else"},
		func(ctx context.Context, in *PageQuery) (*changedPage, error) {
			rows, next, err := d.Vehicles.Redecoded(ctx, caller(ctx), in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &changedPage{}
			out.Body.Items, out.Body.Next = []ChangedDecode{}, next
			for i := range rows {
				r := &rows[i]
				out.Body.Items = append(out.Body.Items, ChangedDecode{VehicleID: r.VehicleID, VIN: r.VIN, Title: r.Before.Title(r.VIN), From: r.Before.Release, To: r.After.Release, Changes: r.Differences()})
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "acceptRedecoded", Method: http.MethodPost, Path: "/api/v1/vpic/changes/accept", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Write what was listed on these vehicles, in one batch"},
		func(ctx context.Context, in *struct {
			Body struct {
				Vehicles []string `json:"vehicles" minItems:"1" maxItems:"200" doc:"ids"`
			}
		}) (*struct {
			Seq   string `header:"Hubcap-Seq"`
			Batch string `header:"Hubcap-Batch" doc:"names the write for POST /undo/{batch}"`
			Body  Accepted
		}, error) {
			batch, a, seq, err := d.Vehicles.Accept(ctx, caller(ctx), in.Body.Vehicles)
			if err != nil {
				return nil, err
			}
			return &struct {
				Seq   string `header:"Hubcap-Seq"`
				Batch string `header:"Hubcap-Batch" doc:"names the write for POST /undo/{batch}"`
				Body  Accepted
			}{strconv.FormatUint(seq, 10), batch, Accepted{a.Accepted, a.Stale}}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "acceptAllRedecoded", Method: http.MethodPost, Path: "/api/v1/vpic/changes/accept-all", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Write all that was listed, as a job; its id is the batch that undo takes back"},
		func(ctx context.Context, _ *struct{}) (*jobAnswer, error) {
			return start(ctx, VpicAccept, nil, "")
		})
}
