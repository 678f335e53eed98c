package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
)

// SessionPath names a session or a device in the address.
type SessionPath struct {
	ID string `path:"id" maxLength:"36"`
}

func registerSessions(api huma.API, d Deps) {
	tags := []string{"me"}
	type MySessions struct {
		Items   []account.Shown         `json:"items" doc:"the one seen last first"`
		Devices []account.TrustedDevice `json:"devices" doc:"browsers that are not asked for the second factor"`
	}
	huma.Register(api, d.visited(huma.Operation{OperationID: "listMySessions", Method: http.MethodGet, Path: "/api/v1/me/sessions", Tags: tags,
		Summary: "List where you are signed in, and the devices that you trust"}),
		func(ctx context.Context, _ *struct{}) (*struct{ Body MySessions }, error) {
			p, out := principal(ctx), MySessions{Items: []account.Shown{}, Devices: []account.TrustedDevice{}}
			if p.Actor.ID == "" { // this computer has no sessions
				return &struct{ Body MySessions }{out}, nil
			}
			var err error
			if out.Items, err = d.Accounts.Sessions(p, p.Actor.ID); err != nil {
				return nil, err
			}
			out.Devices, err = d.Accounts.Devices(ctx, p)
			return &struct{ Body MySessions }{out}, err
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "endMySession", Method: http.MethodDelete, Path: "/api/v1/me/sessions/{id}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "End one of your sessions, at once"}),
		func(ctx context.Context, in *SessionPath) (*struct{}, error) {
			return nil, d.Accounts.EndSession(ctx, principal(ctx), in.ID)
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "endMyOtherSessions", Method: http.MethodDelete, Path: "/api/v1/me/sessions", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "End all your sessions but this one, and forget the devices that you trust"}),
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			return nil, d.Accounts.EndOthers(ctx, principal(ctx))
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "forgetDevice", Method: http.MethodDelete, Path: "/api/v1/me/devices/{id}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Trust a device no longer"}),
		func(ctx context.Context, in *SessionPath) (*struct{}, error) {
			return nil, d.Accounts.ForgetDevice(ctx, principal(ctx), in.ID)
		})

	type UserSessions struct {
		Items []account.Shown `json:"items"`
	}
	huma.Register(api, d.visited(huma.Operation{OperationID: "listUserSessions", Method: http.MethodGet, Path: "/api/v1/users/{id}/sessions", Tags: []string{"people"},
		Summary: "List where an account is signed in"}),
		func(ctx context.Context, in *UserPath) (*struct{ Body UserSessions }, error) {
			list, err := d.Accounts.Sessions(principal(ctx), in.ID)
			return &struct{ Body UserSessions }{UserSessions{list}}, err
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "endUserSessions", Method: http.MethodDelete, Path: "/api/v1/users/{id}/sessions", Tags: []string{"people"}, DefaultStatus: http.StatusNoContent,
		Summary: "End all sessions of an account, at once"}),
		func(ctx context.Context, in *UserPath) (*struct{}, error) {
			return nil, d.Accounts.EndUser(ctx, principal(ctx), in.ID)
		})
}
