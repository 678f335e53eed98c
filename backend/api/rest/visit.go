package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
)

type visitKey struct{}

// visited has an operation know how somebody comes to the door.
func (d Deps) visited(op huma.Operation) huma.Operation {
	op.Middlewares = append(op.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		r := humaecho.Unwrap(ctx).Request()
		v := account.Visit{From: gate.Address(r.Context()), Agent: r.UserAgent(), Session: principal(ctx.Context()).Session}
		v.Origin, v.Host = gate.Own(r)
		if c, err := r.Cookie(gate.DeviceCookie(d.Instance, gate.Secure(r.Context()))); err == nil {
			v.Device = c.Value
		}
		next(huma.WithValue(ctx, visitKey{}, v))
	})
	return op
}

func visit(ctx context.Context) account.Visit {
	v, _ := ctx.Value(visitKey{}).(account.Visit)
	return v
}

// Cookies are what an answer gives the browser to keep.
type Cookies struct {
	SetCookie []string `header:"Set-Cookie"`
}

// cookies gives the browser what an entrance comes to.
func (d Deps) cookies(ctx context.Context, e account.Entrance) Cookies {
	var out Cookies
	secure := gate.Secure(ctx)
	if e.Token != "" {
		out.add(gate.SessionCookie(d.Instance, secure), e.Token, secure, e.Life)
	}
	if e.Device != "" {
		out.add(gate.DeviceCookie(d.Instance, secure), e.Device, secure, account.DeviceLife)
	}
	return out
}

func (c *Cookies) add(name, value string, secure bool, life time.Duration) {
	k := http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode, MaxAge: int(life / time.Second)}
	c.SetCookie = append(c.SetCookie, k.String())
}

// drop takes the session's cookie away.
func (d Deps) drop(ctx context.Context) Cookies {
	var out Cookies
	out.add(gate.SessionCookie(d.Instance, gate.Secure(ctx)), "", gate.Secure(ctx), -time.Second)
	return out
}

// Entered is what a step of signing in comes to.
type Entered struct {
	Next    string           `json:"next" enum:"done,second" doc:"done: read the session again; second: show a second factor"`
	Ticket  string           `json:"ticket,omitempty" doc:"for the next step, for five minutes"`
	Methods []account.Method `json:"methods" doc:"with which the second factor can be shown here: passkey, totp, code"`
	Why     string           `json:"why,omitempty" doc:"why there is no method here"`
}

type enteredAnswer struct {
	Cookies
	Body Entered
}

func (d Deps) entered(ctx context.Context, e account.Entrance, err error) (*enteredAnswer, error) {
	if err != nil {
		return nil, err
	}
	out := &enteredAnswer{d.cookies(ctx, e), Entered{Next: "done", Methods: []account.Method{}}}
	if e.Ticket != "" {
		out.Body = Entered{"second", e.Ticket, append([]account.Method{}, e.Methods...), e.Why}
	}
	return out, nil
}

// PasskeyOptions is what a browser is asked for a passkey with.
type PasskeyOptions struct {
	Options any `json:"options" doc:"for PublicKeyCredential.parseRequestOptionsFromJSON, or parseCreationOptionsFromJSON for a new one"`
}

type askedAnswer struct{ Body PasskeyOptions }

func asked(options any, err error) (*askedAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &askedAnswer{PasskeyOptions{options}}, nil
}

// renewed answers what has changed the caller's proofs: the session has
// another token.
type renewed struct{ Cookies }

func (d Deps) renewed(ctx context.Context, e account.Entrance, err error) (*renewed, error) {
	if err != nil {
		return nil, err
	}
	return &renewed{d.cookies(ctx, e)}, nil
}
