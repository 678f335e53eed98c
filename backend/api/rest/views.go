package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/view"
)

// SavedView is a saved view with its revision.
type SavedView struct {
	view.View
	Rev  int64 `json:"rev" doc:"revision, as in the ETag"`
	Mine bool  `json:"mine" doc:"the caller made it"`
}

type viewAnswer struct {
	ETag string `header:"ETag" doc:"the revision, for If-Match"`
	Body SavedView
}

func viewCaller(ctx context.Context) view.Caller {
	c, p := caller(ctx), gate.Principal(ctx)
	return view.Caller{Scope: c.Scope, Actor: c.Actor, All: p.May(account.ManageOrg)}
}

func registerViews(api huma.API, d Deps) {
	tags := []string{"views"}
	as := func(c view.Caller, doc store.Doc[view.View]) SavedView {
		return SavedView{View: doc.Value, Rev: doc.Rev, Mine: view.Mine(c, &doc.Value)}
	}
	answer := func(c view.Caller, doc store.Doc[view.View], err error) (*viewAnswer, error) {
		if err != nil {
			return nil, precondition(err)
		}
		return &viewAnswer{ETag: etag(doc.Rev), Body: as(c, doc)}, nil
	}

	huma.Register(api, huma.Operation{OperationID: "listViews", Method: http.MethodGet, Path: "/api/v1/views", Tags: tags,
		Summary: "List the caller's saved views of the vehicles, and the shared ones"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []SavedView `json:"items"`
			}
		}, error) {
			c := viewCaller(ctx)
			all, err := d.Views.List(ctx, c)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []SavedView `json:"items"`
				}
			}{}
			out.Body.Items = []SavedView{}
			for _, doc := range all {
				out.Body.Items = append(out.Body.Items, as(c, doc))
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "addView", Method: http.MethodPost, Path: "/api/v1/views", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Save a view of the vehicles: what is asked for, in which order, with which columns"},
		func(ctx context.Context, in *struct{ Body view.View }) (*viewAnswer, error) {
			c := viewCaller(ctx)
			doc, err := d.Views.Add(ctx, c, in.Body)
			return answer(c, doc, err)
		})

	huma.Register(api, huma.Operation{OperationID: "setView", Method: http.MethodPut, Path: "/api/v1/views/{view}", Tags: tags,
		Summary: "Replace a saved view; a shared one of somebody else takes an administrator"},
		func(ctx context.Context, in *struct {
			View string `path:"view" maxLength:"36"`
			Precondition
			Body view.View
		}) (*viewAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			c := viewCaller(ctx)
			doc, err := d.Views.Set(ctx, c, in.View, rev, in.Body)
			return answer(c, doc, err)
		})

	huma.Register(api, huma.Operation{OperationID: "removeView", Method: http.MethodDelete, Path: "/api/v1/views/{view}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Remove a saved view"},
		func(ctx context.Context, in *struct {
			View string `path:"view" maxLength:"36"`
		}) (*struct{}, error) {
			return nil, d.Views.Remove(ctx, viewCaller(ctx), in.View)
		})
}
