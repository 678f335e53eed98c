package intake

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// CheckJob is the kind of job that checks an intake to its end, for programs
// that wait for an answer: people see the rows as they come.
const CheckJob = "intake_check"

// CheckOrder is what a check is started with.
type CheckOrder struct {
	Intake string `json:"intake"`
}

// Check is the work of a CheckJob. It writes nothing; its result is the counts
// of all rows, by what was found. A check that was cut off begins anew: it
// takes seconds.
func (s *Service) Check(ctx context.Context, r *job.Run) error {
	var order CheckOrder
	if err := r.Input(&order); err != nil {
		return err
	}
	c := vehicle.Caller(r.Caller())
	have, err := s.Get(ctx, c, order.Intake)
	if err != nil {
		return err
	}
	counts, done := newCounts(), int64(0)
	_, err = s.walk(ctx, c, order.Intake, func(_ *File, rows []Row) error {
		for i := range rows {
			counts.add(&rows[i], 1)
		}
		done += int64(len(rows))
		r.Progress(done, have.Intake.rows(), "rows")
		return r.Step(ctx)
	})
	if err != nil {
		return err
	}
	return r.Result(map[string]any{"intake": order.Intake, "rows": done, "counts": counts})
}
