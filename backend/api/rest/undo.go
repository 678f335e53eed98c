package rest

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Undone says what an undo did.
type Undone struct {
	Restored int `json:"restored" doc:"documents that stand as they did before"`
	Kept     int `json:"kept" doc:"documents that were changed since and were left alone"`
}

// mayUndo refuses to take back what the caller could not have done: somebody
// else's work is taken back by who may remove vehicles.
func mayUndo(ctx context.Context, d Deps, batch string) error {
	b, err := d.Vehicles.Wrote(ctx, caller(ctx), batch)
	if err != nil {
		return err
	}
	return mayTakeBack(ctx, b)
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
		Summary: "Take back what a write did, for 30 days, where nobody has written since"},
		func(ctx context.Context, in *struct {
			Batch   string `path:"batch" maxLength:"36" doc:"the Hubcap-Batch header of the write"`
			Vehicle string `query:"vehicle" maxLength:"36" doc:"only this one of the vehicles that the write went over"`
		}) (*struct {
			Seq   string `header:"Hubcap-Seq"`
			Batch string `header:"Hubcap-Batch" doc:"undoes the undo"`
			Body  Undone
		}, error) {
			if err := mayUndo(ctx, d, in.Batch); err != nil {
				return nil, err
			}
			u, err := d.Vehicles.Undo(ctx, caller(ctx), in.Batch, in.Vehicle)
			if err != nil {
				return nil, err
			}
			return &struct {
				Seq   string `header:"Hubcap-Seq"`
				Batch string `header:"Hubcap-Batch" doc:"undoes the undo"`
				Body  Undone
			}{strconv.FormatUint(u.Seq, 10), u.Batch, Undone{u.Restored, u.Kept}}, nil
		})
}
