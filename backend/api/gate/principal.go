package gate

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
)

// Accounts tell who a cookie or a key stands for.
type Accounts interface {
	// BySession and ByKey are fault.Denied for what does not open.
	BySession(ctx context.Context, token string, from netip.Addr) (account.Principal, error)
	ByKey(token string, from netip.Addr) (account.Principal, error)

	// Any reports whether a person has an account.
	Any() bool
}

type principalKey struct{}

// Principal returns who the gate found behind this request; the zero one is
// nobody.
func Principal(ctx context.Context) account.Principal {
	p, _ := ctx.Value(principalKey{}).(*account.Principal)
	if p == nil {
		return account.Principal{}
	}
	return *p
}

// Actor returns who acts with this request.
func Actor(ctx context.Context) actor.Actor { return Principal(ctx).Actor }

func withPrincipal(r *http.Request, p account.Principal) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), principalKey{}, &p))
}

// Rated says for Limits whose requests a context's are.
func Rated(ctx context.Context) Client {
	p := Principal(ctx)
	switch {
	case p.Nobody():
		return Client{}
	case p.Local():
		return Client{Free: true}
	case p.Key != "":
		return Client{ID: p.Key, Rate: p.Rate}
	}
	return Client{ID: p.Actor.ID}
}

// SessionCookie is the name of the cookie that holds a person's session. On
// TLS its prefix has browsers refuse it from any other name or path.
func SessionCookie(instance string, secure bool) string {
	if secure {
		return "__Host-hubcap_" + instance + "_s"
	}
	return "hubcap_" + instance + "_s"
}

// authenticate finds who asks. A bearer token that opens nothing is refused,
// whatever cookies come with it; a cookie that opens nothing is as none.
func (g *Gate) authenticate(r *http.Request) (p account.Principal, byCookie, refused bool) {
	from := Address(r.Context())
	if bearer, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found {
		if g.matches(bearer) {
			return account.Machine(account.Home), false, false
		}
		if g.accounts != nil {
			if p, err := g.accounts.ByKey(bearer, from); err == nil {
				return coming(p, from), false, false
			}
		}
		return account.Principal{}, false, true
	}
	if g.accounts != nil {
		for _, c := range r.CookiesNamed(SessionCookie(g.instance, g.hosts.Scheme(r) == "https")) {
			if p, err := g.accounts.BySession(r.Context(), c.Value, from); err == nil {
				return coming(p, from), true, false
			}
		}
	}
	// Another program on this computer may have set a cookie of the same name,
	// since cookies ignore ports; that must not lock the user out.
	for _, c := range r.CookiesNamed(g.cookie) {
		if g.matches(c.Value) {
			return account.Machine(account.Home), true, false
		}
	}
	return account.Principal{}, true, false
}

// coming notes where a principal comes from.
func coming(p account.Principal, from netip.Addr) account.Principal {
	p.Actor.From = from.String()
	return p
}
