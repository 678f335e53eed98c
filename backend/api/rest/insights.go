package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
)

// Insight is a briefing with who chose its words.
type Insight struct {
	insight.Briefing
	Label string `json:"label" doc:"who chose the words, in one line"`
	Final bool   `json:"final" doc:"no other wording follows"`
}

// Model is the local model's state.
type Model struct {
	llm.State
	Earned  bool   `json:"earned" doc:"its built-in check lets it word briefings"`
	Checked bool   `json:"checked" doc:"the check has run"`
	Verdict string `json:"verdict,omitempty" doc:"why not, where it has not earned it"`
	Job     string `json:"job,omitempty" enum:"word,write" doc:"what the check was for: to choose between phrasings, or to write"`
}

func registerInsights(api huma.API, d Deps) {
	tags := []string{"insights"}

	huma.Register(api, huma.Operation{OperationID: "listInsights", Method: http.MethodGet, Path: "/api/v1/vehicles/{id}/insights", Tags: tags,
		Summary: "List a vehicle's saved briefings, the newest first"},
		func(ctx context.Context, in *struct {
			VehiclePath
			PageQuery
		}) (*struct {
			Body struct {
				Items []insight.Saved `json:"items"`
				Next  string          `json:"next,omitempty"`
			}
		}, error) {
			p, err := d.Insights.List(ctx, caller(ctx), in.ID, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []insight.Saved `json:"items"`
					Next  string          `json:"next,omitempty"`
				}
			}{}
			out.Body.Items, out.Body.Next = []insight.Saved{}, p.Next
			for _, s := range p.Items {
				out.Body.Items = append(out.Body.Items, s.Value)
			}
			return out, nil
		})

	api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Insight](), true, "Insight") // OpenAPI 3.1 has no words for the data of an event
	stream := &huma.Response{Description: "Server-sent events: `insight` (an Insight) with the plain wording at once, `sentence` for each sentence that a model has worded, `again` where those are taken back, " +
		"`note` where the model could not, and `insight` again at the end.", Content: map[string]*huma.MediaType{"text/event-stream": {}}}

	huma.Register(api, huma.Operation{OperationID: "briefVehicle", Method: http.MethodPost, Path: "/api/v1/vehicles/{id}/insights", Tags: tags,
		Summary: "Write a vehicle's briefing, in plain wording at once and in a model's when it arrives", Responses: map[string]*huma.Response{"200": stream}},
		func(ctx context.Context, in *struct {
			VehiclePath
			AwayQuery
		}) (*huma.StreamResponse, error) {
			if err := in.may(ctx); err != nil {
				return nil, err
			}
			draft, err := d.Insights.Vehicle(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			if in.Away {
				draft.MayLeave()
			}
			return streamed(ctx, draft), nil
		})

	huma.Register(api, huma.Operation{OperationID: "briefVIN", Method: http.MethodPost, Path: "/api/v1/insights", Tags: tags,
		Summary: "Write the briefing of a VIN that need not be saved; nothing is saved", Responses: map[string]*huma.Response{"200": stream}},
		func(ctx context.Context, in *struct {
			Body struct {
				VIN  string `json:"vin" maxLength:"64"`
				Year int    `json:"year,omitempty" minimum:"0" maximum:"2100"`
			}
		}) (*huma.StreamResponse, error) {
			draft, err := d.Insights.VIN(ctx, caller(ctx), in.Body.VIN, in.Body.Year)
			if err != nil {
				return nil, err
			}
			return streamed(ctx, draft), nil
		})

	huma.Register(api, huma.Operation{OperationID: "model", Method: http.MethodGet, Path: "/api/v1/model", Tags: tags,
		Summary: "Say what the local model is doing"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Model }, error) {
			st, verdict, ok := d.Insights.State(ctx, caller(ctx).Scope)
			if !ok {
				st = llm.State{Condition: llm.Missing, Reason: "This hub runs without a local model."}
			}
			m := Model{State: st, Checked: verdict != nil}
			if verdict != nil {
				m.Earned, m.Job = verdict.Report.Earned, string(verdict.Capability)
				if !m.Earned {
					m.Verdict = verdict.Report.Reason
				}
			}
			return &struct{ Body Model }{m}, nil
		})
}

// streamed sends a draft's plain wording, then the model's as it comes: to
// whoever may ask models.
func streamed(ctx context.Context, draft *insight.Draft) *huma.StreamResponse {
	p := principal(ctx)
	final := draft.Final || !p.May(account.AskModels)
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "text/event-stream")
		ctx.SetHeader("Cache-Control", "no-store")
		w := ctx.BodyWriter()
		send := func(event string, body any) {
			b, err := json.Marshal(body)
			if err != nil {
				return
			}
			// A reader that is gone ends the request's context, and with it Word.
			_, _ = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, b)
			if f, ok := w.(http.Flusher); ok {
				f.Flush()
			}
		}
		show := func(b insight.Briefing, final bool) {
			send("insight", Insight{Briefing: b, Label: b.Label(), Final: final})
		}
		show(draft.Briefing, final)
		if final {
			return
		}
		worded, err := draft.Word(ctx.Context(), insight.Shown{
			Sentence: func(s insight.Sentence) { send("sentence", s) },
			Again:    func() { send("again", struct{}{}) },
		})
		if err != nil {
			send("note", map[string]string{"text": plainly(err)})
		}
		show(worded, true)
	}}
}

// plainly is an error in the words meant for a person; what is not meant for
// one says only that the model failed.
func plainly(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal {
		return "the local model did not answer as it should"
	}
	if f.Remedy != "" {
		return f.Message + ": " + f.Remedy
	}
	return f.Message
}
