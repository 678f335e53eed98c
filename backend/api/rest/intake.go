package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/invoice"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
)

// registerIntake adds what reads pasted text: nothing of it is saved.
func registerIntake(api huma.API, d Deps) {
	tags := []string{"records"}

	huma.Register(api, huma.Operation{OperationID: "readInvoice", Method: http.MethodPost, Path: "/api/v1/records/read", Tags: tags,
		Summary: "Read the text of a workshop's invoice into a draft: each value is a part of the text, filled in where rules and model agree"},
		func(ctx context.Context, in *struct {
			Body struct {
				Text string `json:"text" minLength:"1" maxLength:"65536"`
			}
		}) (*struct{ Body invoice.Sheet }, error) {
			draft, err := readInvoice(ctx, d, in.Body.Text)
			if err != nil {
				return nil, err
			}
			return &struct{ Body invoice.Sheet }{draft}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "categoriseNote", Method: http.MethodPost, Path: "/api/v1/records/categorise", Tags: tags,
		Summary: "Say what kind of work a note is about: by its trade terms, or as a suggestion by its meaning"},
		func(ctx context.Context, in *struct {
			Body struct {
				Text string `json:"text" minLength:"1" maxLength:"4000"`
			}
		}) (*struct{ Body invoice.Category }, error) {
			out := invoice.Suggest(ctx, in.Body.Text, func(ctx context.Context, texts []string) (vs [][]float32, err error) {
				err = d.Router.Do(ctx, caller(ctx).Scope, llm.Embed, func(ctx context.Context, e *route.Engine) error {
					r, err := e.Embedder.Embed(ctx, llm.EmbedRequest{Texts: texts})
					vs = r.Vectors
					return err
				})
				return vs, err
			})
			return &struct{ Body invoice.Category }{out}, nil
		})
}

// readInvoice reads a text by rules and, where one can be asked, by a model.
func readInvoice(ctx context.Context, d Deps, text string) (draft invoice.Sheet, err error) {
	read := func(ctx context.Context, score invoice.Scorer, model *string) (err error) {
		draft, err = invoice.Read(ctx, text, score)
		draft.Model = model
		return err
	}
	err = d.Router.Do(ctx, caller(ctx).Scope, llm.Score, func(ctx context.Context, e *route.Engine) error {
		return read(ctx, invoice.ScoredBy(e), &e.Title)
	})
	if fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Limited) {
		err = read(ctx, nil, nil)
	}
	return draft, err
}
