package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
)

// SetupState says whether the first owner is yet to be made.
type SetupState struct {
	Needed     bool `json:"needed"`
	CodeNeeded bool `json:"codeNeeded" doc:"the code of this start, from the hub's console, is asked for"`
}

func (d Deps) setupState(p account.Principal) SetupState {
	needed, code := d.Accounts.SetupNeeded(p)
	return SetupState{needed, code}
}

func registerSetup(api huma.API, d Deps) {
	tags := []string{"sign-in"}
	type setupAnswer struct {
		SetupState
		Code string `json:"code,omitempty" doc:"the code itself, for this computer alone: type it on another device"`
	}
	huma.Register(api, huma.Operation{OperationID: "getSetup", Method: http.MethodGet, Path: "/api/v1/setup", Tags: tags,
		Summary: "Whether the hub has an owner yet"},
		func(ctx context.Context, _ *struct{}) (*struct {
			CacheControl string `header:"Cache-Control"`
			Body         setupAnswer
		}, error) {
			p := principal(ctx)
			out := &struct {
				CacheControl string `header:"Cache-Control"`
				Body         setupAnswer
			}{CacheControl: "no-store", Body: setupAnswer{SetupState: d.setupState(p)}}
			if p.Local() {
				out.Body.Code = d.Accounts.SetupCode()
			}
			return out, nil
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "setUp", Method: http.MethodPost, Path: "/api/v1/setup", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Make the first owner", Description: "Of many at once one succeeds; from then on this is 409. On the hub's own computer no code is asked for, and nobody is signed in by it."}),
		func(ctx context.Context, in *struct {
			Body struct {
				Code         string `json:"code,omitempty" maxLength:"40"`
				Organisation string `json:"organisation,omitempty" maxLength:"100"`
				Name         string `json:"name" maxLength:"100"`
				Login        string `json:"login" maxLength:"100"`
				Password     string `json:"password" maxLength:"2000"`
			}
		}) (*enteredAnswer, error) {
			b := in.Body
			e, err := d.Accounts.SetUp(ctx, principal(ctx), visit(ctx), account.FirstOwner{Code: b.Code, Organisation: b.Organisation, Name: b.Name, Login: b.Login, Password: b.Password})
			return d.entered(ctx, e, err)
		})
}
