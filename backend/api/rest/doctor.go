package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Examination is what `hubcap doctor` found.
type Examination struct {
	OK     bool        `json:"ok" doc:"false when something is wrong; notes do not count"`
	Data   string      `json:"data" doc:"the data folder"`
	Checks []Diagnosis `json:"checks"`
}

// Diagnosis is what one check found.
type Diagnosis struct {
	Name     string      `json:"name" doc:"stable, such as records"`
	Title    string      `json:"title"`
	Facts    string      `json:"facts" doc:"what was looked at, in words"`
	Findings []Complaint `json:"findings"`
	Repaired []string    `json:"repaired,omitempty" doc:"what was made again"`
	TookMS   int64       `json:"tookMs"`
}

// Complaint is one thing that a check found.
type Complaint struct {
	Severity string `json:"severity" enum:"wrong,note"`
	What     string `json:"what"`
	Remedy   string `json:"remedy"`
}

// Severities of a Complaint.
const (
	Wrong = "wrong"
	Note  = "note" // nothing is lost; worth knowing
)

func registerDoctor(api huma.API, d Deps) {
	huma.Register(api, huma.Operation{OperationID: "doctor", Method: http.MethodGet, Path: "/api/v1/doctor", Tags: []string{"hub"},
		Summary: "Examine files, records, indexes, log, followers, search, packs and the VIN index; reads everything"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Examination }, error) {
			return &struct{ Body Examination }{d.Doctor(ctx, false)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "doctorRepair", Method: http.MethodPost, Path: "/api/v1/doctor/repair", Tags: []string{"hub"}, DefaultStatus: http.StatusOK,
		Summary: "Examine everything, and make again what is derived and wrong"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Examination }, error) {
			return &struct{ Body Examination }{d.Doctor(ctx, true)}, nil
		})
}
