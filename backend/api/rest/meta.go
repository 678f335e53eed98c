package rest

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Meta is what the app shows of the hub itself.
type Meta struct {
	Version string `json:"version"`
	Release string `json:"release" doc:"vPIC release in use"`
	Digest  string `json:"digest" doc:"of the VIN index"`
	Source  string `json:"source" doc:"sha256 of the archive that the index was built from"`
	Sample  bool   `json:"sample" doc:"the sample fleet is loaded"`
	Empty   bool   `json:"empty" doc:"there is no vehicle yet"`
	Seq     uint64 `json:"seq" doc:"sequence of the last change"`
	Window  bool   `json:"window" doc:"a desktop window shows this hub: files are saved by its dialog"`

	ServiceKinds []ServiceKind `json:"serviceKinds"`
}

// ServiceKind is one of the closed list of service kinds.
type ServiceKind struct {
	Kind       vehicle.ServiceKind `json:"kind"`
	Name       string              `json:"name"`
	Kilometers int64               `json:"km" doc:"default interval; 0 does not count"`
	Months     int                 `json:"months"`
}

func registerMeta(api huma.API, d Deps) {
	huma.Register(api, huma.Operation{OperationID: "meta", Method: http.MethodGet, Path: "/api/v1/meta", Tags: []string{"hub"},
		Summary: "Say what this hub is and holds"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Meta }, error) {
			c := caller(ctx)
			sample, err := d.Vehicles.HasSample(ctx, c)
			if err != nil {
				return nil, err
			}
			empty, err := d.Vehicles.Empty(ctx, c)
			if err != nil {
				return nil, err
			}
			decoder := d.Decoder()
			m := Meta{Version: d.Version, Release: decoder.Release(), Digest: decoder.Digest(), Source: decoder.Source(),
				Sample: sample, Empty: empty, Seq: d.DB.Head().Seq, Window: d.Window != nil}
			for _, k := range vehicle.ServiceKinds() {
				m.ServiceKinds = append(m.ServiceKinds, ServiceKind{k.Kind, k.Name, k.Interval.Kilometers, k.Interval.Months})
			}
			return &struct{ Body Meta }{m}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "loadSample", Method: http.MethodPost, Path: "/api/v1/sample", Tags: []string{"hub"},
		DefaultStatus: http.StatusCreated, Summary: "Load the sample fleet; removing it is one click"},
		func(ctx context.Context, _ *struct{}) (*batchAnswer, error) {
			batch, n, err := d.LoadSample(ctx, caller(ctx))
			return d.batched(batch, n), err
		})

	huma.Register(api, huma.Operation{OperationID: "removeSample", Method: http.MethodDelete, Path: "/api/v1/sample", Tags: []string{"hub"},
		DefaultStatus: http.StatusOK, Summary: "Remove the sample fleet"},
		func(ctx context.Context, _ *struct{}) (*batchAnswer, error) {
			batch, n, err := d.RemoveSample(ctx, caller(ctx))
			return d.batched(batch, n), err
		})
}

// SampleAnswer says how many vehicles came or went.
type SampleAnswer struct {
	Vehicles int `json:"vehicles"`
}

// batchAnswer is the answer to a write of many documents.
type batchAnswer struct {
	Seq   string `header:"Hubcap-Seq"`
	Batch string `header:"Hubcap-Batch" doc:"names the write for POST /undo/{batch}"`
	Body  SampleAnswer
}

func (d Deps) batched(batch string, n int) *batchAnswer {
	return &batchAnswer{Seq: strconv.FormatUint(d.DB.Head().Seq, 10), Batch: batch, Body: SampleAnswer{n}}
}
