package rest

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// BulkEdit is the kind of job that makes one change on many vehicles.
const BulkEdit = "bulk_edit"

// BulkInput is what a job of kind BulkEdit is started with.
type BulkInput struct {
	IDs    []string       `json:"ids"`
	Change vehicle.Change `json:"change"`
}

const (
	bulkAtOnce = 200    // vehicles that are changed within the request
	bulkMost   = 20_000 // that one job changes: its input is a document
)

// BulkAnswer says what became of a change of many vehicles, or which job goes
// on with it.
type BulkAnswer struct {
	vehicle.Bulk
	Batch string `json:"batch,omitempty" doc:"names the write for POST /undo/{batch}; left out where nothing was changed"`
	Job   *Job   `json:"job,omitempty" doc:"does the work, where there are more than 200 vehicles; its id is the batch"`
}

func registerBulk(api huma.API, d Deps) {
	tags := []string{"vehicles"}

	huma.Register(api, huma.Operation{OperationID: "bulkEdit", Method: http.MethodPost, Path: "/api/v1/vehicles/bulk", Tags: tags, DefaultStatus: http.StatusOK,
		Summary:     "Change many vehicles at once: stage, location, price, tags, own fields",
		Description: "Name the vehicles by their ids, or all that a search finds. One undo takes all of it back. Up to 200 vehicles are changed at once, more by a job."},
		func(ctx context.Context, in *struct {
			Body struct {
				IDs    []string       `json:"ids,omitempty" maxItems:"20000" doc:"of the vehicles"`
				Query  *string        `json:"query,omitempty" maxLength:"500" doc:"instead of ids: all that this search finds; empty is every vehicle"`
				Change vehicle.Change `json:"change"`
			}
		}) (*struct {
			Seq   string `header:"Hubcap-Seq"`
			Batch string `header:"Hubcap-Batch" doc:"names the write for POST /undo/{batch}"`
			Body  BulkAnswer
		}, error) {
			type answer = struct {
				Seq   string `header:"Hubcap-Seq"`
				Batch string `header:"Hubcap-Batch" doc:"names the write for POST /undo/{batch}"`
				Body  BulkAnswer
			}
			c := caller(ctx)
			if err := d.Vehicles.Check(in.Body.Change); err != nil {
				return nil, err
			}
			ids := in.Body.IDs
			switch {
			case in.Body.Query != nil && len(ids) > 0:
				return nil, fault.InvalidField("/query", "stands beside ids", "name the vehicles, or the search that finds them")
			case in.Body.Query != nil:
				var err error
				if ids, err = foundIDs(ctx, d, c, *in.Body.Query); err != nil {
					return nil, err
				}
			case len(ids) == 0:
				return nil, fault.InvalidField("/ids", "are none", "name the vehicles, or the search that finds them")
			}
			if len(ids) > bulkAtOnce {
				j, err := d.Jobs.Start(ctx, job.Caller(c), BulkEdit, BulkInput{IDs: ids, Change: in.Body.Change}, "")
				if err != nil {
					return nil, err
				}
				started := asJob(job.Status{Job: j})
				return &answer{Batch: j.ID, Body: BulkAnswer{Bulk: vehicle.Bulk{Refused: []string{}}, Batch: j.ID, Job: &started}}, nil
			}
			batch, got, err := d.Vehicles.EditAll(ctx, c, ids, in.Body.Change)
			if err != nil {
				return nil, err
			}
			return &answer{strconv.FormatUint(got.Seq, 10), batch, BulkAnswer{Bulk: got, Batch: batch}}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "mergeVehicles", Method: http.MethodPost, Path: "/api/v1/vehicles/{id}/merge", Tags: tags, DefaultStatus: http.StatusOK,
		Summary:     "Make one of two records of one vehicle: the other's readings, services, fuel, notes, photos and papers come to this one, and it goes",
		Description: "What this one lacks it takes from the other. Tags, notes and own fields are kept of both. One undo takes it back."},
		func(ctx context.Context, in *struct {
			VehiclePath
			Precondition
			Body struct {
				Other string   `json:"other" minLength:"1" maxLength:"36" doc:"id of the record that goes"`
				Take  []string `json:"take,omitempty" maxItems:"20" enum:"vin,plate,stock,color,stage,asking,paid,soldFor,claimed,intervals,location,group,owner,cover,from" doc:"fields of the other that win"`
			}
		}) (*vehicleAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			s, err := d.Vehicles.Merge(ctx, caller(ctx), in.ID, rev, vehicle.Merge{Other: in.Body.Other, Take: in.Body.Take})
			if err != nil {
				return nil, precondition(err)
			}
			return saved(s), nil
		})
}

// foundIDs are the vehicles that a search finds, all of them.
func foundIDs(ctx context.Context, d Deps, c vehicle.Caller, query string) ([]string, error) {
	ids := []string{}
	for at := 0; ; at += search.MaxHits {
		r, err := d.Search.Search(ctx, c.Scope, search.Request{Kind: vehicle.VehiclesName, Query: query, Sort: "changed", Offset: at, Limit: search.MaxHits})
		if err != nil {
			return nil, err
		}
		if r.Total > bulkMost {
			return nil, fault.New(fault.Limited, "%d vehicles match, and one change goes over %d at most", r.Total, bulkMost).WithRemedy("narrow the search")
		}
		for _, h := range r.Hits {
			ids = append(ids, h.Key)
		}
		if r.Next == "" {
			return ids, nil
		}
	}
}
