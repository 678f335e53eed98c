package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// SessionState is who somebody is to the hub, and what they may do. It is for
// everybody: nobody learns from it how to become somebody, and no more.
type SessionState struct {
	SignedIn     bool                 `json:"signedIn" doc:"somebody, or this computer, or a key"`
	Local        bool                 `json:"local" doc:"this computer itself: everything is permitted"`
	User         *SessionUser         `json:"user,omitempty"`
	Reach        *account.Reach       `json:"reach,omitempty"`
	Permissions  []account.Permission `json:"permissions" doc:"what they may do now: within their reach, and nothing before what they owe is done"`
	Owes         []account.Owe        `json:"owes" doc:"what has to be done before anything else works"`
	MFAFrom      string               `json:"mfaFrom,omitempty" doc:"the day from which a second factor is required that is not there yet"`
	Proved       *store.Timestamp     `json:"proved,omitempty" doc:"when they last proved who they are"`
	Fresh        bool                 `json:"fresh" doc:"what can't be taken back needs no confirmation now"`
	ConfirmBy    []account.Method     `json:"confirmBy" doc:"ways to confirm that it is you; none: sign in again"`
	Viewing      string               `json:"viewing,omitempty" doc:"the role as which they look at the hub"`
	Organisation string               `json:"organisation"`
	Setup        SetupState           `json:"setup"`
	SignIn       SignInState          `json:"signIn"`
	Warnings     []lan.Warning        `json:"warnings" doc:"what everybody here should know of the way to the hub: that it is not encrypted"`
}

// SessionUser is the account of who asks.
type SessionUser struct {
	ID       string     `json:"id"`
	Login    string     `json:"login"`
	Name     string     `json:"name"`
	Role     string     `json:"role"`
	RoleName string     `json:"roleName"`
	Kind     actor.Kind `json:"kind" enum:"user,service"`
}

// SignInState is by what people sign in here.
type SignInState struct {
	Accounts  bool              `json:"accounts" doc:"somebody has an account"`
	Passkeys  bool              `json:"passkeys" doc:"they work under this name of the hub"`
	Why       string            `json:"why,omitempty" doc:"why passkeys do not work"`
	Providers []OfferedProvider `json:"providers"`
}

// OfferedProvider is a provider by which people may sign in: open
// /api/v1/session/oidc/{id}.
type OfferedProvider struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// state says who asks.
func (d Deps) state(ctx context.Context) SessionState {
	p := principal(ctx)
	s := SessionState{SignedIn: !p.Nobody(), Local: p.Local(), Permissions: []account.Permission{}, Owes: append([]account.Owe{}, p.Owes...),
		MFAFrom: d.Accounts.MFAFrom(p), ConfirmBy: d.Accounts.ConfirmBy(p, visit(ctx)), Fresh: p.Fresh(d.Now()) == nil && !p.Nobody(), Viewing: p.Viewing, Setup: d.setupState(p)}
	home := p
	if p.Nobody() {
		home.Org = account.Home
	} else {
		s.Permissions, s.Reach = slices.DeleteFunc(p.Rights.List(), func(need account.Permission) bool { return !p.May(need) }), &p.Reach
	}
	s.Organisation = d.Accounts.Organisation(home).Name
	if u, err := d.Accounts.User(p, p.Actor.ID); err == nil && p.Actor.ID != "" {
		s.User = &SessionUser{u.Key, u.Value.Login, u.Value.Name, u.Value.Role, d.Accounts.RoleOf(u.Org, &u.Value).Name, u.Value.Kind}
	}
	if !p.Proved.IsZero() {
		at := store.Moment(p.Proved)
		s.Proved = &at
	}
	s.SignIn = SignInState{Accounts: d.Accounts.Any(), Passkeys: true, Providers: []OfferedProvider{}}
	if err := account.PasskeysWork(visit(ctx)); err != nil {
		s.SignIn.Passkeys, s.SignIn.Why = false, err.Error()
	}
	for _, o := range d.Accounts.Offered() {
		s.SignIn.Providers = append(s.SignIn.Providers, OfferedProvider{o.ID, o.Name})
	}
	s.Warnings = slices.DeleteFunc(slices.Clone(d.LAN().Warnings), func(w lan.Warning) bool { return w.Kind != "plain" })
	if s.Warnings == nil {
		s.Warnings = []lan.Warning{}
	}
	return s
}

// Credential is what a browser answers for a passkey, as its toJSON writes it.
type Credential map[string]any

func (c Credential) bytes() ([]byte, error) {
	if len(c) == 0 {
		return nil, fault.InvalidField("/credential", "is empty", "send what the browser made")
	}
	return json.Marshal(c)
}

func registerSession(api huma.API, d Deps) {
	tags := []string{"sign-in"}
	type sessionAnswer struct {
		CacheControl string `header:"Cache-Control"`
		Body         SessionState
	}
	huma.Register(api, d.visited(huma.Operation{OperationID: "getSession", Method: http.MethodGet, Path: "/api/v1/session", Tags: tags,
		Summary: "Who you are to the hub, what you may do, and how one signs in"}),
		func(ctx context.Context, _ *struct{}) (*sessionAnswer, error) {
			return &sessionAnswer{"no-store", d.state(ctx)}, nil
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "signIn", Method: http.MethodPost, Path: "/api/v1/session", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Sign in with login and password", Description: "What failed is not said: an unknown login and a wrong password are answered alike. After failures further tries wait (429 with Retry-After)."}),
		func(ctx context.Context, in *struct {
			Body struct {
				Login    string `json:"login" maxLength:"200"`
				Password string `json:"password" maxLength:"2000"`
				Remember bool   `json:"remember,omitempty" doc:"stay signed in when the browser closes"`
			}
		}) (*enteredAnswer, error) {
			e, err := d.Accounts.SignIn(ctx, visit(ctx), in.Body.Login, in.Body.Password, in.Body.Remember)
			return d.entered(ctx, e, err)
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "showSecondFactor", Method: http.MethodPost, Path: "/api/v1/session/second", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Show a second factor: a code of an authenticator app, or a backup code"}),
		func(ctx context.Context, in *struct {
			Body struct {
				Ticket      string         `json:"ticket" maxLength:"100"`
				Method      account.Method `json:"method" enum:"totp,code"`
				Value       string         `json:"value" maxLength:"100"`
				TrustDevice bool           `json:"trustDevice,omitempty" doc:"do not ask this browser for a second factor for 30 days"`
			}
		}) (*enteredAnswer, error) {
			e, err := d.Accounts.Second(ctx, visit(ctx), in.Body.Ticket, in.Body.Method, in.Body.Value, in.Body.TrustDevice)
			return d.entered(ctx, e, err)
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "beginPasskey", Method: http.MethodPost, Path: "/api/v1/session/passkey/begin", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Ask for a passkey: as the only factor, or, with a ticket, as the second"}),
		func(ctx context.Context, in *struct {
			Body struct {
				Ticket string `json:"ticket,omitempty" maxLength:"100"`
			}
		}) (*askedAnswer, error) {
			return asked(d.Accounts.BeginPasskey(ctx, visit(ctx), in.Body.Ticket))
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "signInByPasskey", Method: http.MethodPost, Path: "/api/v1/session/passkey", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Sign in with a passkey's answer"}),
		func(ctx context.Context, in *struct {
			Body struct {
				Ticket      string     `json:"ticket,omitempty" maxLength:"100"`
				Credential  Credential `json:"credential"`
				Remember    bool       `json:"remember,omitempty"`
				TrustDevice bool       `json:"trustDevice,omitempty"`
			}
		}) (*enteredAnswer, error) {
			b, err := in.Body.Credential.bytes()
			if err != nil {
				return nil, err
			}
			e, err := d.Accounts.EnterByPasskey(ctx, visit(ctx), in.Body.Ticket, b, in.Body.Remember, in.Body.TrustDevice)
			return d.entered(ctx, e, err)
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "signOut", Method: http.MethodDelete, Path: "/api/v1/session", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Sign out"}),
		func(ctx context.Context, _ *struct{}) (*renewed, error) {
			if err := d.Accounts.SignOut(ctx, principal(ctx)); err != nil {
				return nil, err
			}
			return &renewed{d.drop(ctx)}, nil
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "beginConfirm", Method: http.MethodPost, Path: "/api/v1/session/confirm/passkey", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Ask for a passkey to confirm that it is you"}),
		func(ctx context.Context, _ *struct{}) (*askedAnswer, error) {
			return asked(d.Accounts.BeginConfirm(ctx, principal(ctx), visit(ctx)))
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "confirm", Method: http.MethodPost, Path: "/api/v1/session/confirm", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Confirm that it is you, before what can't be taken back", Description: "An answer 403 of the type " + account.NeedsConfirm + " asks for this. It holds for 15 minutes."}),
		func(ctx context.Context, in *struct {
			Body struct {
				Method     account.Method `json:"method" enum:"password,totp,code,passkey"`
				Value      string         `json:"value,omitempty" maxLength:"2000"`
				Credential Credential     `json:"credential,omitempty" doc:"of a passkey"`
			}
		}) (*renewed, error) {
			if in.Body.Method == account.ByPasskey {
				b, err := in.Body.Credential.bytes()
				if err != nil {
					return nil, err
				}
				e, err := d.Accounts.ConfirmByPasskey(ctx, principal(ctx), visit(ctx), b)
				return d.renewed(ctx, e, err)
			}
			e, err := d.Accounts.Confirm(ctx, principal(ctx), visit(ctx), in.Body.Method, in.Body.Value)
			return d.renewed(ctx, e, err)
		})
}
