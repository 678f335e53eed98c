package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Engine is a model that can be asked, with what it has earned.
type Engine struct {
	Ref   string     `json:"ref" doc:"names it in orders"`
	Title string     `json:"title"`
	Away  bool       `json:"away" doc:"asking it sends the question to another machine"`
	Where string     `json:"where" doc:"this computer, or the provider's host"`
	State *llm.State `json:"state,omitempty" doc:"left out where only asking tells"`
	Jobs  []Earning  `json:"jobs" doc:"what it can be asked for"`
}

// Earning is one job of a model.
type Earning struct {
	Capability llm.Capability   `json:"capability" enum:"embed,word,score,extract,ask,write"`
	Standing   string           `json:"standing" enum:"earned,refused,unchecked,no_check" doc:"unchecked: its check has not run for this file; no_check: none is built in yet"`
	Reason     string           `json:"reason,omitempty"`
	Figures    []route.Figure   `json:"figures,omitempty" doc:"measured on this machine"`
	TookMS     int64            `json:"tookMs,omitempty"`
	At         *store.Timestamp `json:"at,omitempty"`
}

// ModelBench is the kind of job that examines a model, ModelPull the one that
// brings one in.
const (
	ModelBench = "model_bench"
	ModelPull  = "model_pull"
)

// BenchInput is what a ModelBench job is about.
type BenchInput struct {
	Ref  string           `json:"ref" minLength:"1" maxLength:"200"`
	Jobs []llm.Capability `json:"jobs,omitempty" maxItems:"6" doc:"none is all that it can be asked for"`
}

// PullInput is what a ModelPull job is about.
type PullInput struct {
	Name string `json:"name" minLength:"1" maxLength:"200" doc:"as the registry names it, such as smollm2:135m"`
}

type engineList struct {
	Body struct {
		Items []Engine `json:"items"`
	}
}

func registerEngines(api huma.API, d Deps) {
	tags := []string{"models"}
	huma.Register(api, huma.Operation{OperationID: "listEngines", Method: http.MethodGet, Path: "/api/v1/engines", Tags: tags,
		Summary: "List the models that can be asked, here and at providers, with what each has earned"},
		func(ctx context.Context, _ *struct{}) (*engineList, error) {
			all, err := d.Router.Engines(ctx, caller(ctx).Scope)
			if err != nil {
				return nil, err
			}
			out := &engineList{}
			out.Body.Items = make([]Engine, 0, len(all))
			for _, e := range all {
				x, err := asEngine(ctx, d.Router, &e)
				if err != nil {
					return nil, err
				}
				out.Body.Items = append(out.Body.Items, x)
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "benchEngine", Method: http.MethodPost, Path: "/api/v1/engines/bench", Tags: tags,
		DefaultStatus: http.StatusAccepted, Summary: "Let a model show what it can, as a job; a model of a provider is sent the built-in check set, nothing of yours"},
		func(ctx context.Context, in *struct{ Body BenchInput }) (*jobAnswer, error) {
			c := caller(ctx)
			e, err := d.Router.Engine(ctx, c.Scope, in.Body.Ref)
			if err != nil {
				return nil, err
			}
			in.Body.Ref = e.Ref
			return started(d.Jobs.Start(ctx, job.Caller(c), ModelBench, in.Body, "Check "+e.Title))
		})

	huma.Register(api, huma.Operation{OperationID: "pullModel", Method: http.MethodPost, Path: "/api/v1/models/pull", Tags: tags,
		DefaultStatus: http.StatusAccepted, Summary: "Fetch a model from the registry, as a job that goes on where it was cut"},
		func(ctx context.Context, in *struct{ Body PullInput }) (*jobAnswer, error) {
			return started(d.Jobs.Start(ctx, job.Caller(caller(ctx)), ModelPull, in.Body, "Fetch "+in.Body.Name))
		})

	type orderAnswer struct{ Body route.Order }
	huma.Register(api, huma.Operation{OperationID: "listOrders", Method: http.MethodGet, Path: "/api/v1/orders", Tags: tags,
		Summary: "Read which models each job goes to"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []route.Order `json:"items"`
			}
		}, error) {
			out := &struct {
				Body struct {
					Items []route.Order `json:"items"`
				}
			}{}
			for _, c := range route.Capabilities() {
				o, err := d.Router.Order(ctx, caller(ctx).Scope, c)
				if err != nil {
					return nil, err
				}
				out.Body.Items = append(out.Body.Items, o)
			}
			return out, nil
		})
	huma.Register(api, huma.Operation{OperationID: "setOrder", Method: http.MethodPut, Path: "/api/v1/orders/{capability}", Tags: tags,
		Summary: "Say which models a job goes to, in turn; a model away from this machine is asked only if it stands here"},
		func(ctx context.Context, in *struct {
			Capability llm.Capability `path:"capability" enum:"embed,word,score,extract,ask,write"`
			Body       struct {
				Refs  []string `json:"refs" maxItems:"50"`
				Never []string `json:"never,omitempty" maxItems:"50" doc:"models of this machine that must not take the job"`
			}
		}) (*orderAnswer, error) {
			c := caller(ctx)
			err := d.Router.SetOrder(ctx, c.Scope, c.Actor, route.Order{Capability: in.Capability, Refs: in.Body.Refs, Never: in.Body.Never})
			if err != nil {
				return nil, err
			}
			o, err := d.Router.Order(ctx, c.Scope, in.Capability)
			return &orderAnswer{o}, err
		})
}

// started answers with a job that was just begun.
func started(j job.Job, err error) (*jobAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &jobAnswer{asJob(job.Status{Job: j})}, nil
}

func asEngine(ctx context.Context, r *route.Router, e *route.Engine) (Engine, error) {
	x := Engine{Ref: e.Ref, Title: e.Title, Away: e.Away, Where: e.Where, Jobs: []Earning{}}
	if e.State != nil {
		st := e.State()
		x.State = &st
	}
	for _, c := range e.Jobs() {
		j := Earning{Capability: c, Standing: "unchecked"}
		if _, ok := r.Check(c); !ok {
			j.Standing = "no_check"
		}
		v, ok, err := r.Verdict(ctx, e, c)
		if err != nil {
			return x, err
		}
		if ok {
			j.Standing, j.Reason, j.Figures, j.TookMS, j.At = "refused", v.Report.Reason, v.Report.Figures, v.TookMS, &v.At
			if v.Report.Earned {
				j.Standing = "earned"
			}
		}
		x.Jobs = append(x.Jobs, j)
	}
	return x, nil
}
