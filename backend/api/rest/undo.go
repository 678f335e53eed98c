package rest

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Undone says what an undo did.
type Undone struct {
	Restored int  `json:"restored" doc:"documents that stand as they did before"`
	Kept     int  `json:"kept" doc:"documents that were changed since and were left alone"`
	Job      *Job `json:"job,omitempty" doc:"takes it back, where the write went over more than 200 vehicles; its id is the batch of the undo"`
}

// TakeBack is the kind of job that takes back a write over many vehicles. It
// is started with a vehicle.TakeBack.
const TakeBack = "undo"

// mayUndo refuses to take back what the caller could not have done: somebody
// else's work is taken back by who may remove vehicles.
func mayUndo(ctx context.Context, d Deps, batch string) (vehicle.Work, error) {
	b, err := d.Vehicles.Wrote(ctx, caller(ctx), batch)
	if err != nil {
		return b, err
	}
	return b, mayTakeBack(ctx, b)
}

// mayTakeBack is mayUndo of work that is known already: lists offer nothing
// that would be refused.
func mayTakeBack(ctx context.Context, b vehicle.Work) error {
	c, p := caller(ctx), principal(ctx)
	need := []account.Permission{}
	if b.Records {
		need = append(need, account.WriteRecords)
	}
	if b.Files && !b.Vehicles && !b.Records {
		need = append(need, eitherOf(p, account.WriteRecords, account.WriteVehicles))
	}
	if b.Vehicles {
		need = append(need, account.WriteVehicles)
	}
	if b.By.Kind != c.Actor.Kind || b.By.ID != c.Actor.ID {
		need = append(need, account.DeleteVehicles)
	}
	for _, n := range need {
		if b.Vehicles && n == account.WriteRecords {
			continue // a vehicle takes its records with it
		}
		if _, err := p.For(n); err != nil {
			return err
		}
	}
	return nil
}

func registerUndo(api huma.API, d Deps) {
	huma.Register(api, huma.Operation{OperationID: "undo", Method: http.MethodPost, Path: "/api/v1/undo/{batch}", Tags: []string{"hub"},
		Summary:     "Take back what a write did, for 30 days, where nobody has written since",
		Description: "What went over more than 200 vehicles is taken back by a job."},
		func(ctx context.Context, in *struct {
			Batch   string `path:"batch" maxLength:"36" doc:"the Hubcap-Batch header of the write"`
			Vehicle string `query:"vehicle" maxLength:"36" doc:"only this one of the vehicles that the write went over"`
		}) (*struct {
			Seq   string `header:"Hubcap-Seq"`
			Batch string `header:"Hubcap-Batch" doc:"undoes the undo"`
			Body  Undone
		}, error) {
			type answer = struct {
				Seq   string `header:"Hubcap-Seq"`
				Batch string `header:"Hubcap-Batch" doc:"undoes the undo"`
				Body  Undone
			}
			work, err := mayUndo(ctx, d, in.Batch)
			if err != nil {
				return nil, err
			}
			c := caller(ctx)
			if in.Vehicle == "" && work.Over > bulkAtOnce {
				j, err := d.Jobs.Start(ctx, job.Caller(c), TakeBack, vehicle.TakeBack{Batch: in.Batch, Over: work.Over}, "")
				if err != nil {
					return nil, err
				}
				started := asJob(job.Status{Job: j})
				return &answer{Batch: j.ID, Body: Undone{Job: &started}}, nil
			}
			u, err := d.Vehicles.Undo(ctx, c, in.Batch, in.Vehicle)
			if err != nil {
				return nil, err
			}
			return &answer{strconv.FormatUint(u.Seq, 10), u.Batch, Undone{Restored: u.Restored, Kept: u.Kept}}, nil
		})
}
