package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// User is an account as those who manage accounts see it: without what
// proves who somebody is.
type User struct {
	ID       string          `json:"id"`
	Rev      int64           `json:"rev"`
	Kind     actor.Kind      `json:"kind" enum:"user,service" doc:"a person or a program"`
	Login    string          `json:"login"`
	Name     string          `json:"name"`
	Role     string          `json:"role"`
	RoleName string          `json:"roleName"`
	Reach    account.Reach   `json:"reach"`
	Disabled bool            `json:"disabled"`
	Created  store.Timestamp `json:"created"`

	Seen *store.Timestamp `json:"seen,omitempty" doc:"when it was last used, as far as the sign-ins tell that still hold"`

	Password bool `json:"password" doc:"one is set"`
	TOTP     bool `json:"totp" doc:"an authenticator app is added"`
	Passkeys int  `json:"passkeys"`
	Codes    int  `json:"codes" doc:"backup codes left"`
	Outside  int  `json:"outside" doc:"accounts at other sign-in providers"`
}

func (d Deps) asUser(u store.Doc[account.User]) User {
	v := u.Value
	return User{ID: v.ID, Rev: u.Rev, Kind: v.Kind, Login: v.Login, Name: v.Name, Role: v.Role, RoleName: d.Accounts.RoleOf(u.Org, &v).Name, Reach: v.Reach,
		Disabled: v.Disabled, Created: v.Created, Password: v.Proofs.Password != "", TOTP: v.Proofs.TOTP != "", Passkeys: len(v.Proofs.Passkeys),
		Codes: v.Proofs.CodesLeft, Outside: len(v.Proofs.Outside)}
}

type userAnswer struct {
	ETag string `header:"ETag" doc:"the revision, for If-Match"`
	Body User
}

// UserPath names an account in the address.
type UserPath struct {
	ID string `path:"id" maxLength:"36"`
}

func registerUsers(api huma.API, d Deps) {
	tags := []string{"people"}

	huma.Register(api, huma.Operation{OperationID: "listUsers", Method: http.MethodGet, Path: "/api/v1/users", Tags: tags,
		Summary: "List accounts by name"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []User `json:"items"`
			}
		}, error) {
			list, err := d.Accounts.Users(principal(ctx))
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []User `json:"items"`
				}
			}{}
			out.Body.Items = make([]User, 0, len(list))
			seen := d.Accounts.Seen(principal(ctx).Org)
			for _, u := range list {
				user := d.asUser(u)
				if at, ok := seen[u.Key]; ok {
					user.Seen = &at
				}
				out.Body.Items = append(out.Body.Items, user)
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "getUser", Method: http.MethodGet, Path: "/api/v1/users/{id}", Tags: tags,
		Summary: "Read one account"},
		func(ctx context.Context, in *UserPath) (*userAnswer, error) {
			u, err := d.Accounts.User(principal(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &userAnswer{etag(u.Rev), d.asUser(u)}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "addUser", Method: http.MethodPost, Path: "/api/v1/users", Tags: tags,
		DefaultStatus: http.StatusCreated, Summary: "Make an account; invite the person afterwards"},
		func(ctx context.Context, in *struct{ Body account.UserDraft }) (*userAnswer, error) {
			u, err := d.Accounts.AddUser(ctx, principal(ctx), in.Body)
			if err != nil {
				return nil, err
			}
			return &userAnswer{etag(u.Rev), d.asUser(u)}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "setUser", Method: http.MethodPut, Path: "/api/v1/users/{id}", Tags: tags,
		Summary: "Change an account: its name, login, role and reach, or disable it", Description: "It takes effect at once, for what is open too. The last owner stays one."},
		func(ctx context.Context, in *struct {
			UserPath
			Precondition
			Body account.UserDraft
		}) (*userAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			u, err := d.Accounts.SetUser(ctx, principal(ctx), in.ID, rev, in.Body)
			if err != nil {
				return nil, precondition(err)
			}
			return &userAnswer{etag(u.Rev), d.asUser(u)}, nil
		})
}
