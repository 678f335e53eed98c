package rest

import (
	"context"
	"html"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// page is what a browser is shown on its way to a provider and back.
type page struct {
	Cookies
	Status       int
	Location     string `header:"Location"`
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

// onward is a page that goes on by itself. It is a page and no redirect,
// since a Strict cookie is not sent along a redirect that began elsewhere; it
// goes on without a script, since none stands inline.
func onward(title, body, to string) *page {
	refresh := ""
	if to != "" {
		refresh = `<meta http-equiv="refresh" content="0;url=` + html.EscapeString(to) + `">`
	}
	return &page{Status: http.StatusOK, ContentType: "text/html; charset=utf-8", CacheControl: "no-store", Body: []byte(gate.Page(refresh, title, body))}
}

// unable tells a person why a sign-in by a provider did not work.
func unable(err error) *page {
	p := problem.From(err, "")
	out := onward("This sign-in did not work", "<p>"+html.EscapeString(p.Detail)+"</p><p>"+html.EscapeString(p.Remedy)+`</p><p><a href="/">Back to Hubcap</a></p>`, "")
	out.Status = p.Status
	return out
}

// pages are the answers of the two, a map each, since huma adds to them.
func pages() map[string]*huma.Response {
	text := map[string]*huma.MediaType{"text/html": {Schema: &huma.Schema{Type: "string"}}}
	return map[string]*huma.Response{
		"200":     {Description: "a page that goes on to Hubcap", Content: text},
		"303":     {Description: "to the provider"},
		"default": {Description: "a page that says why it did not work", Content: map[string]*huma.MediaType{"text/html": text["text/html"], "application/problem+json": {Schema: &huma.Schema{Type: "object"}}}},
	}
}

func registerOutside(api huma.API, d Deps) {
	tags := []string{"sign-in"}
	huma.Register(api, d.visited(huma.Operation{OperationID: "signInOutside", Method: http.MethodGet, Path: "/api/v1/session/oidc/{provider}", Tags: tags,
		Summary: "Go to an OpenID Connect provider to sign in; for a browser's address bar", Responses: pages()}),
		func(ctx context.Context, in *struct {
			Provider string `path:"provider" maxLength:"36"`
		}) (*page, error) {
			where, cookie, err := d.Accounts.Depart(ctx, visit(ctx), in.Provider)
			if err != nil {
				return unable(err), nil
			}
			out := &page{Status: http.StatusSeeOther, Location: where, CacheControl: "no-store"}
			out.SetCookie = []string{d.journey(ctx, cookie, 10*time.Minute)}
			return out, nil
		})

	huma.Register(api, d.visited(huma.Operation{OperationID: "comeBackFromOutside", Method: http.MethodGet, Path: "/api/v1/session/oidc/{provider}/callback", Tags: tags,
		Summary: "Come back from an OpenID Connect provider", Responses: pages()}),
		func(ctx context.Context, in *struct {
			Provider string `path:"provider" maxLength:"36"`
			State    string `query:"state" maxLength:"200"`
			Code     string `query:"code" maxLength:"2000"`
			Issuer   string `query:"iss" maxLength:"500"`
			Error    string `query:"error" maxLength:"200"`
			Cookie   string `header:"Cookie" hidden:"true"`
		}) (*page, error) {
			ret := account.Return{Provider: in.Provider, State: in.State, Code: in.Code, Issuer: in.Issuer, Error: in.Error}
			for _, c := range d.cookiesNamed(ctx, in.Cookie) {
				ret.Cookie = c.Value
			}
			e, err := d.Accounts.Arrive(ctx, visit(ctx), ret)
			if err != nil && fault.Of(err) != fault.Internal {
				return unable(err), nil
			}
			if err != nil {
				return nil, err
			}
			out := onward("Opening Hubcap", `<p><a href="/">Open Hubcap</a></p>`, "/")
			out.Cookies = d.cookies(ctx, e)
			out.SetCookie = append(out.SetCookie, d.journey(ctx, "", -time.Second))
			return out, nil
		})
}

// journey is the cookie that binds a journey to a browser. It is Lax, since
// the provider's page leads back here.
func (d Deps) journey(ctx context.Context, value string, life time.Duration) string {
	secure := gate.Secure(ctx)
	c := http.Cookie{Name: gate.JourneyCookie(d.Instance, secure), Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, MaxAge: int(life / time.Second)}
	return c.String()
}

func (d Deps) cookiesNamed(ctx context.Context, header string) []*http.Cookie {
	r := http.Request{Header: http.Header{"Cookie": {header}}}
	return r.CookiesNamed(gate.JourneyCookie(d.Instance, gate.Secure(ctx)))
}
