package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/insight"
)

// AwayQuery is a person's word that a model away may be asked this once.
type AwayQuery struct {
	Away bool `query:"away" doc:"models away from this computer may be asked too; show the person what they are sent first"`
}

// may refuses to send away for somebody who may not.
func (q AwayQuery) may(ctx context.Context) error {
	if !q.Away {
		return nil
	}
	p := principal(ctx)
	_, err := p.For(account.SendAway)
	return err
}

// registerExplanations adds what stands behind a briefing: how a finding came
// about, what the notes say, and what a model would be sent.
func registerExplanations(api huma.API, d Deps) {
	tags := []string{"insights"}

	huma.Register(api, huma.Operation{OperationID: "explainFinding", Method: http.MethodPost, Path: "/api/v1/vehicles/{id}/insights/explain", Tags: tags,
		Summary: "Explain a finding: what was compared, by which rule, from which records; in a model's words too where one has earned to write"},
		func(ctx context.Context, in *struct {
			VehiclePath
			Body struct {
				Finding string `json:"finding" minLength:"2" maxLength:"8" doc:"its id in the briefing, such as F3"`
			}
		}) (*struct{ Body insight.Explanation }, error) {
			e, err := d.Insights.Explain(ctx, caller(ctx), in.ID, in.Body.Finding)
			if err != nil {
				return nil, err
			}
			return &struct{ Body insight.Explanation }{e}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "outgoingPrompt", Method: http.MethodGet, Path: "/api/v1/vehicles/{id}/insights/outgoing", Tags: tags,
		Summary: "Show what a model would be sent to write the briefing, and which one"},
		func(ctx context.Context, in *VehiclePath) (*struct{ Body insight.Outgoing }, error) {
			o, err := d.Insights.Outgoing(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &struct{ Body insight.Outgoing }{o}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "summariseNotes", Method: http.MethodGet, Path: "/api/v1/vehicles/{id}/notes/summary", Tags: tags,
		Summary: "Quote what matters of a vehicle's notes, each quote with its record"},
		func(ctx context.Context, in *struct {
			VehiclePath
			AwayQuery
		}) (*struct{ Body insight.Summary }, error) {
			if err := in.may(ctx); err != nil {
				return nil, err
			}
			s, err := d.Insights.Notes(ctx, caller(ctx), in.ID, in.Away)
			if err != nil {
				return nil, err
			}
			return &struct{ Body insight.Summary }{s}, nil
		})
}
