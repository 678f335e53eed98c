package app

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/llm"
)

// pullModel fetches a model from the registry. It needs no checkpoint: what
// has arrived lies in a part file, and the next pull goes on behind it.
func (a *App) pullModel() job.Kind {
	return job.Kind{Name: rest.ModelPull, Title: "Fetch a model", Run: func(ctx context.Context, r *job.Run) error {
		var in rest.PullInput
		if err := r.Input(&in); err != nil {
			return err
		}
		ctx, tell, end := watched(ctx, r)
		defer end()
		added, err := a.shelf.Pull(ctx, in.Name, func(done, total int64) { tell(done, total, "bytes") })
		if err != nil {
			return err
		}
		return r.Result(map[string]any{"name": added.Pack.Name, "already": added.Already})
	}}
}

// benchModel examines a model in what it can be asked for.
func (a *App) benchModel() job.Kind {
	return job.Kind{Name: rest.ModelBench, Title: "Check a model", Run: func(ctx context.Context, r *job.Run) error {
		var in rest.BenchInput
		if err := r.Input(&in); err != nil {
			return err
		}
		e, err := a.router.Engine(ctx, r.Caller().Scope, in.Ref)
		if err != nil {
			return err
		}
		ctx, tell, end := watched(ctx, r)
		defer end()
		verdicts, err := a.router.Bench(ctx, &e, in.Jobs, func(c llm.Capability, done, total int) { tell(int64(done), int64(total), string(c)) })
		if err != nil {
			return err
		}
		r.Rows(int64(len(verdicts)))
		earned := []llm.Capability{}
		for _, v := range verdicts {
			if v.Report.Earned {
				earned = append(earned, v.Capability)
			}
		}
		return r.Result(map[string]any{"ref": e.Ref, "checked": len(verdicts), "earned": earned})
	}}
}
