package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// SelfCheck is the decoder held against VINs whose answers are known.
type SelfCheck struct {
	Release string       `json:"release"`
	Checks  []CheckedVIN `json:"checks"`
	Passed  int          `json:"passed"`
	TookUS  int64        `json:"tookUs" doc:"time for all of them, in microseconds"`
}

// CheckedVIN is one VIN of the self-check.
type CheckedVIN struct {
	VIN         string   `json:"vin"`
	Title       string   `json:"title"`
	Elements    int      `json:"elements" doc:"how many values were compared"`
	Differences []string `json:"differences" doc:"empty when every value is right"`
}

func registerSelfCheck(api huma.API, d Deps) {
	huma.Register(api, huma.Operation{OperationID: "selfCheck", Method: http.MethodGet, Path: "/api/v1/selfcheck", Tags: []string{"hub"},
		Summary: "Decode VINs whose answers are known and compare every value"},
		func(_ context.Context, _ *struct{}) (*struct{ Body SelfCheck }, error) {
			checks, err := vin.ReadChecks(d.Checks)
			if err != nil {
				return nil, err
			}
			decoder := d.Decoder()
			out := SelfCheck{Release: decoder.Release(), Checks: []CheckedVIN{}}
			start := time.Now()
			for _, c := range checks {
				differences, err := decoder.Differences(c)
				if err != nil {
					return nil, err
				}
				if len(differences) == 0 {
					out.Passed++
				}
				r := d.Vehicles.Decode(c.VIN, c.Year)
				out.Checks = append(out.Checks, CheckedVIN{c.VIN, vehicle.DecodedFrom(&r).Title(r.VIN), len(c.Expect), append([]string{}, differences...)})
			}
			out.TookUS = time.Since(start).Microseconds()
			return &struct{ Body SelfCheck }{out}, nil
		})
}
