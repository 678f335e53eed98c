package app

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// bulkPage is how many vehicles one transaction changes.
const bulkPage = 50

// bulkAt is how far the job is.
type bulkAt struct {
	Next  int    `json:"next"`
	First string `json:"first"` // key of the batch's first undo entry

	vehicle.Bulk
}

// takeBack is the job that takes back a write over many vehicles, under one
// batch, which is the job's id. What it has taken back says where it goes on;
// its checkpoint tells the desk that it does.
func (a *App) takeBack() job.Kind {
	return job.Kind{Name: rest.TakeBack, Title: "Take a change of many vehicles back", Run: func(ctx context.Context, r *job.Run) error {
		var in vehicle.TakeBack
		if err := r.Input(&in); err != nil {
			return err
		}
		at := 0
		if _, err := r.Checkpoint(&at); err != nil {
			return err
		}
		in.As = r.ID()
		in.Step = func(vehicles int) error {
			r.Progress(int64(vehicles), int64(in.Over), "vehicles")
			if vehicles > at {
				at = vehicles
				if err := r.Save(ctx, at); err != nil {
					return err
				}
			}
			return r.Step(ctx)
		}
		u, err := a.vehicles.TakeBack(ctx, vehicle.Caller(r.Caller()), in)
		if err != nil {
			return err
		}
		r.Progress(int64(in.Over), int64(in.Over), "vehicles")
		r.Rows(int64(u.Restored))
		return r.Result(rest.Undone{Restored: u.Restored, Kept: u.Kept})
	}}
}

// bulkEdit is the job that makes one change on many vehicles, under one batch,
// which is the job's id.
func (a *App) bulkEdit() job.Kind {
	return job.Kind{Name: rest.BulkEdit, Title: "Change many vehicles", Run: func(ctx context.Context, r *job.Run) error {
		c := vehicle.Caller(r.Caller())
		var in rest.BulkInput
		if err := r.Input(&in); err != nil {
			return err
		}
		var at bulkAt
		if ok, err := r.Checkpoint(&at); err != nil {
			return err
		} else if !ok {
			at = bulkAt{First: a.ids.New(), Bulk: vehicle.Bulk{Refused: []string{}}}
			if err := r.Save(ctx, at); err != nil {
				return err
			}
		}
		b := vehicle.TakeBatch{ID: r.ID(), First: at.First}
		for at.Next < len(in.IDs) {
			if err := r.Step(ctx); err != nil {
				if at.Changed > 0 { // what is done can be taken back
					_ = a.vehicles.EndTake(context.WithoutCancel(ctx), c, b, at.Changed)
				}
				return err
			}
			end := min(len(in.IDs), at.Next+bulkPage)
			got, err := a.vehicles.Edit(ctx, c, b, in.IDs[at.Next:end], in.Change)
			if err != nil {
				return err
			}
			at.Next = end
			at.Add(got)
			r.Rows(int64(at.Changed))
			r.Progress(int64(at.Next), int64(len(in.IDs)), "vehicles")
			if err := r.SaveCheckpoint(ctx, at); err != nil {
				return err
			}
		}
		if err := a.vehicles.EndTake(ctx, c, b, at.Changed); err != nil {
			return err
		}
		return r.Result(rest.BulkAnswer{Bulk: at.Bulk, Batch: r.ID()})
	}}
}
