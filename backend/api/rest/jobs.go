package rest

import (
	"context"
	"encoding/json"
	"math"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Job is long work as it stands.
type Job struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind" doc:"such as search_rebuild"`
	Title string    `json:"title"`
	State job.State `json:"state" enum:"queued,running,paused,done,failed,canceled,removed"`
	By    string    `json:"by" doc:"who started it"`

	Done  int64   `json:"done" doc:"steps finished"`
	Total int64   `json:"total" doc:"0 is not known"`
	Note  string  `json:"note" doc:"what is being done right now"`
	Rows  int64   `json:"rows" doc:"results kept; a cancel leaves them in place"`
	Rate  float64 `json:"rate" doc:"steps a second over the last moments; 0 is not known"`
	ETA   int64   `json:"eta" doc:"seconds to the end at that rate; 0 is not known"`
	Asked string  `json:"asked,omitempty" enum:"pause,cancel" doc:"asked for, until the job reaches a step"`

	Problem string `json:"problem,omitempty" doc:"why it failed, for a person"`
	Remedy  string `json:"remedy,omitempty"`
	Result  any    `json:"result,omitempty" doc:"small, by kind"`

	Attempts int              `json:"attempts" doc:"starts; more than one after a pause, a stop or a crash"`
	Created  store.Timestamp  `json:"created"`
	Began    *store.Timestamp `json:"began,omitempty" doc:"the last start"`
	Ended    *store.Timestamp `json:"ended,omitempty"`
}

const removed job.State = "removed"

func asJob(s job.Status) Job {
	j := Job{ID: s.ID, Kind: s.Kind, Title: s.Title, State: s.State, By: s.By.Name, Done: s.Count, Total: s.Total, Note: s.Note, Rows: s.Rows,
		Rate: math.Round(s.Rate*10) / 10, ETA: int64(math.Ceil(s.ETA.Seconds())), Asked: s.Asked,
		Problem: s.Problem, Remedy: s.Remedy, Attempts: s.Attempts, Created: s.Created}
	if s.Gone {
		j.State = removed
	}
	if len(s.Result) > 0 && string(s.Result) != "null" {
		j.Result = json.RawMessage(s.Result)
	}
	if !s.Began.IsZero() {
		j.Began = &s.Began
	}
	if !s.Job.Ended.IsZero() {
		j.Ended = &s.Job.Ended
	}
	return j
}

type jobAnswer struct{ Body Job }

type jobPage struct {
	Body struct {
		Items []Job  `json:"items"`
		Next  string `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
	}
}

// JobPath names a job in the address.
type JobPath struct {
	ID string `path:"id" maxLength:"36"`
}

func registerJobs(api huma.API, d Deps) {
	tags := []string{"jobs"}
	huma.Register(api, huma.Operation{OperationID: "listJobs", Method: http.MethodGet, Path: "/api/v1/jobs", Tags: tags,
		Summary: "List jobs, the newest first; ended ones for 30 days"},
		func(ctx context.Context, in *struct {
			PageQuery
			Which string `query:"which" enum:"open,ended" default:"open" doc:"those that are queued, running or paused, or those that have ended"`
		}) (*jobPage, error) {
			p, err := d.Jobs.List(ctx, job.Caller(caller(ctx)), in.Which == "ended", in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &jobPage{}
			out.Body.Items, out.Body.Next = make([]Job, 0, len(p.Items)), p.Next
			for _, s := range p.Items {
				out.Body.Items = append(out.Body.Items, asJob(s))
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "getJob", Method: http.MethodGet, Path: "/api/v1/jobs/{id}", Tags: tags,
		Summary: "Read one job"},
		func(ctx context.Context, in *JobPath) (*jobAnswer, error) {
			s, err := d.Jobs.Get(ctx, job.Caller(caller(ctx)), in.ID)
			if err != nil {
				return nil, err
			}
			return &jobAnswer{asJob(s)}, nil
		})

	steer := func(name, summary string, do func(*job.Desk, context.Context, job.Caller, string) (job.Status, error)) {
		huma.Register(api, huma.Operation{OperationID: name + "Job", Method: http.MethodPost, Path: "/api/v1/jobs/{id}/" + name, Tags: tags, Summary: summary},
			func(ctx context.Context, in *JobPath) (*jobAnswer, error) {
				s, err := do(d.Jobs, ctx, job.Caller(caller(ctx)), in.ID)
				if err != nil {
					return nil, err
				}
				return &jobAnswer{asJob(s)}, nil
			})
	}
	steer("pause", "Let a job wait; a running one goes on to its next step", (*job.Desk).Pause)
	steer("resume", "Go on with a paused job, or try a failed one again from its last checkpoint", (*job.Desk).Resume)
	steer("cancel", "End a job; the rows that it has finished stay", (*job.Desk).Cancel)

	huma.Register(api, huma.Operation{OperationID: "removeJob", Method: http.MethodDelete, Path: "/api/v1/jobs/{id}", Tags: tags,
		DefaultStatus: http.StatusNoContent, Summary: "Take an ended job off the list"},
		func(ctx context.Context, in *JobPath) (*struct{}, error) {
			return nil, d.Jobs.Remove(ctx, job.Caller(caller(ctx)), in.ID)
		})

	huma.Register(api, huma.Operation{OperationID: "rebuildSearch", Method: http.MethodPost, Path: "/api/v1/search/rebuild", Tags: []string{"search"},
		DefaultStatus: http.StatusAccepted, Summary: "Build the search index again, as a job; the present one serves meanwhile"},
		func(ctx context.Context, _ *struct{}) (*jobAnswer, error) {
			j, err := d.Jobs.Start(ctx, job.Caller(caller(ctx)), SearchRebuild, nil, "")
			if err != nil {
				return nil, err
			}
			return &jobAnswer{asJob(job.Status{Job: j})}, nil
		})
}

// SearchRebuild is the kind of job that builds the search index again.
const SearchRebuild = "search_rebuild"
