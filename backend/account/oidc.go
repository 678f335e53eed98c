package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// journey is a person on the way to a provider and back. The state names it,
// the cookie binds it to one browser, the nonce to one token, the verifier
// (PKCE) to one code.
type journey struct {
	org, provider string
	browser       string // hash of the cookie
	nonce         string
	verifier      string
	redirect      string
}

const (
	journeyLife  = 10 * time.Minute
	outsideWait  = 15 * time.Second
	discoverLife = time.Hour
	failedLife   = 10 * time.Second // a provider that fails is not asked for everybody who knocks
)

// issuers keeps what providers say of themselves for a while.
type issuers struct {
	mu    sync.Mutex
	known map[string]issuer
}

type issuer struct {
	p     *oidc.Provider
	err   error // why there is no p
	until time.Time
}

// errOutside is the one answer to a journey that ended badly. The cause is for
// the log.
func errOutside(err error, why string) error {
	return fault.Wrap(fault.Denied, err, "the sign-in by the provider did not work: %s", why).WithRemedy("try again; if it stays, ask an owner to test the provider")
}

// discover reads a provider's own description, by the guarded way out.
func (a *Accounts) discover(ctx context.Context, pr Provider) (*oidc.Provider, error) {
	i := &a.door.issuers
	i.mu.Lock()
	have, ok := i.known[pr.Issuer]
	i.mu.Unlock()
	if ok && a.now().Before(have.until) {
		return have.p, have.err
	}
	p, err := a.described(ctx, pr)
	life := discoverLife
	if err != nil {
		life = failedLife
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known == nil || len(i.known) > 100 {
		i.known = map[string]issuer{}
	}
	i.known[pr.Issuer] = issuer{p, err, a.now().Add(life)}
	return p, err
}

func (a *Accounts) described(ctx context.Context, pr Provider) (*oidc.Provider, error) {
	// The provider's keys are read with this client later too.
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, a.client), pr.Issuer)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the provider %s can't be reached, or is not the issuer that it should be", pr.Name).WithRemedy("check its address, and whether the hub may reach it")
	}
	e := p.Endpoint()
	if strings.HasPrefix(pr.Issuer, "https://") && !(strings.HasPrefix(e.AuthURL, "https://") && strings.HasPrefix(e.TokenURL, "https://")) {
		return nil, fault.New(fault.Unavailable, "the provider %s names an address without encryption", pr.Name)
	}
	return p, nil
}

// oauth is the hub as the provider's client, with its secret open.
func (a *Accounts) oauth(op *oidc.Provider, pr Provider, redirect string) (*oauth2.Config, error) {
	secret, err := a.unseal(providerPurpose(pr.ID), pr.Secret)
	if err != nil {
		return nil, err
	}
	scopes := []string{oidc.ScopeOpenID}
	for _, s := range pr.Scopes {
		if s != oidc.ScopeOpenID {
			scopes = append(scopes, s)
		}
	}
	return &oauth2.Config{ClientID: pr.ClientID, ClientSecret: secret, Endpoint: op.Endpoint(), RedirectURL: redirect, Scopes: scopes}, nil
}

// CallbackPath is where a provider sends people back to.
func CallbackPath(provider string) string { return "/api/v1/session/oidc/" + provider + "/callback" }

// Depart begins a journey: where to send the browser, and the cookie that
// binds it to the journey.
func (a *Accounts) Depart(ctx context.Context, v Visit, id string) (where, cookie string, err error) {
	org, pr, err := a.dir.Load().provider(id)
	if err != nil {
		return "", "", err
	}
	ctx, cancel := context.WithTimeout(ctx, outsideWait)
	defer cancel()
	// The description outlives the request.
	op, err := a.discover(context.WithoutCancel(ctx), pr)
	if err != nil {
		return "", "", err
	}
	j := journey{org: org, provider: id, nonce: secretText(), verifier: oauth2.GenerateVerifier(), redirect: v.Origin + CallbackPath(id)}
	c, err := a.oauth(op, pr, j.redirect)
	if err != nil {
		return "", "", err
	}
	state, cookie := secretText(), secretText()
	j.browser = hashOf(cookie)
	a.door.journeys.put(hashOf(state), j, a.now(), journeyLife)
	return c.AuthCodeURL(state, oidc.Nonce(j.nonce), oauth2.S256ChallengeOption(j.verifier)), cookie, nil
}

// Return is what comes back from a provider.
type Return struct {
	Provider string // of the address
	Cookie   string
	State    string
	Code     string
	Issuer   string // RFC 9207; "" where the provider does not say it
	Error    string
}

// Arrive ends a journey: with a session, or a question for more.
func (a *Accounts) Arrive(ctx context.Context, v Visit, r Return) (Entrance, error) {
	j, ok := a.door.journeys.take(hashOf(r.State), a.now())
	switch {
	case !ok || r.State == "":
		return Entrance{}, errOutside(nil, "it took too long, or was not begun here")
	case subtle.ConstantTimeCompare([]byte(hashOf(r.Cookie)), []byte(j.browser)) != 1:
		return Entrance{}, errOutside(nil, "it was begun in another browser")
	case r.Provider != j.provider || v.Origin+CallbackPath(j.provider) != j.redirect:
		return Entrance{}, errOutside(nil, "it was begun with another provider")
	case r.Error != "":
		return Entrance{}, errOutside(errors.New(clip(r.Error)), "the provider refused it")
	}
	org, pr, err := a.dir.Load().provider(j.provider)
	if err != nil {
		return Entrance{}, err
	}
	if r.Issuer != "" && r.Issuer != pr.Issuer {
		return Entrance{}, errOutside(nil, "the answer is of another provider")
	}
	claims, err := a.redeem(ctx, pr, j, r.Code)
	if err != nil {
		a.log.Warn("a sign-in by a provider failed", "provider", pr.ID, "err", err)
		a.count(org, v, nil, "provider")
		return Entrance{}, err
	}
	u, err := a.admit(ctx, v, org, pr, claims)
	if err != nil {
		a.count(org, v, u, "provider "+pr.Name)
		return Entrance{}, err
	}
	return a.begin(ctx, org, u, v, ByOIDC, false, false)
}

// claims are what a provider says of a person.
type claims struct {
	subject, email, login, name string
	groups                      []string
}

// redeem changes the code for a token that is checked: its signature, issuer,
// audience, time and nonce.
func (a *Accounts) redeem(ctx context.Context, pr Provider, j journey, code string) (claims, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, a.client), outsideWait)
	defer cancel()
	op, err := a.discover(context.WithoutCancel(ctx), pr)
	if err != nil {
		return claims{}, err
	}
	c, err := a.oauth(op, pr, j.redirect)
	if err != nil {
		return claims{}, err
	}
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(j.verifier))
	if err != nil {
		return claims{}, errOutside(withoutBody(err), "the provider did not take its own code back")
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return claims{}, errOutside(nil, "the provider sent no token of who it is")
	}
	id, err := op.Verifier(&oidc.Config{ClientID: pr.ClientID, Now: a.now}).Verify(ctx, raw)
	if err != nil {
		return claims{}, errOutside(err, "the provider's token is not valid")
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(j.nonce)) != 1 {
		return claims{}, errOutside(nil, "the provider's token belongs to another sign-in")
	}
	said := map[string]any{}
	if op.UserInfoEndpoint() != "" {
		if info, err := op.UserInfo(ctx, oauth2.StaticTokenSource(token)); err == nil && info.Subject == id.Subject {
			if err := info.Claims(&said); err != nil {
				return claims{}, errOutside(err, "the provider's answer can't be read")
			}
		}
	}
	if err := id.Claims(&said); err != nil { // what is signed counts
		return claims{}, errOutside(err, "the provider's token can't be read")
	}
	return claimsOf(id.Subject, pr, said), nil
}

// withoutBody keeps the provider's answer out of the log: it may hold tokens.
func withoutBody(err error) error {
	var e *oauth2.RetrieveError
	if errors.As(err, &e) && e.Response != nil {
		return fmt.Errorf("token endpoint answered %d %s", e.Response.StatusCode, clip(e.ErrorCode))
	}
	return err
}

func claimsOf(subject string, pr Provider, said map[string]any) claims {
	text := func(name string) string { s, _ := said[name].(string); return strings.TrimSpace(s) }
	c := claims{subject: subject, login: text("preferred_username"), name: text("name")}
	if ok, _ := said["email_verified"].(bool); ok {
		c.email = FoldLogin(text("email"))
	}
	switch g := said[pr.Claim].(type) {
	case string:
		c.groups = []string{g}
	case []any:
		for _, x := range g {
			if s, ok := x.(string); ok {
				c.groups = append(c.groups, s)
			}
		}
	}
	return c
}

// admit finds or makes the account of whom a provider vouches for, and gives
// it the role that the mapping says.
func (a *Accounts) admit(ctx context.Context, v Visit, org string, pr Provider, c claims) (*User, error) {
	me := Outside{Provider: pr.ID, Subject: c.subject}
	d := a.dir.Load()
	var u *User
	for at, doc := range d.users {
		if at.org == org && slices.Contains(doc.Value.Proofs.Outside, me) {
			u = &doc.Value
		}
	}
	if u == nil && pr.Link && c.email != "" {
		if at, ok := d.logins[c.email]; ok && at.org == org {
			doc := d.users[at]
			if doc.Value.Kind == actor.User && !slices.ContainsFunc(doc.Value.Proofs.Outside, func(o Outside) bool { return o.Provider == pr.ID }) {
				u = &doc.Value
			}
		}
	}
	role, reach, mapped := pr.gives(c.groups)
	switch {
	case u != nil && u.Disabled:
		return u, errOutside(nil, "the account is disabled")
	case u == nil && !pr.Create:
		return nil, errOutside(nil, "nobody here has this account; ask an owner for an invitation")
	case len(pr.Mapping) > 0 && !mapped:
		return u, errOutside(nil, "none of your groups there has a role here")
	case u == nil && !mapped:
		return nil, errOutside(nil, "no role is set for new people")
	case u == nil:
		return a.adopt(ctx, org, me, c, role, reach)
	}
	err := a.write(ctx, Caller{Scope: store.Org(org), Actor: actor.Hub("sign-in")}, func(tx store.Tx) error {
		return rewrite(tx, u.ID, func(u *User) error {
			if !slices.Contains(u.Proofs.Outside, me) {
				u.Proofs.Outside = append(slices.Clone(u.Proofs.Outside), me)
			}
			was := *u
			if mapped {
				u.Role, u.Reach = role, reach
			}
			if was.owns() && !u.owns() && ownerLeft(tx, u.ID) != nil {
				u.Role, u.Reach = was.Role, was.Reach // somebody has to be left
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	if u = a.dir.Load().person(org, u.ID); u == nil {
		return nil, errOutside(nil, "the account is gone")
	}
	return u, nil
}

// adopt makes an account for somebody new.
func (a *Accounts) adopt(ctx context.Context, org string, me Outside, c claims, role string, reach Reach) (*User, error) {
	u := User{ID: a.ids.New(), Kind: actor.User, Role: role, Reach: reach, Created: store.Moment(a.now()), Proofs: Proofs{Passkeys: []Passkey{}, Outside: []Outside{me}}}
	var err error
	for _, login := range []string{c.email, c.login, c.subject} {
		if u.Login, err = checkLogin("/login", login); err == nil {
			break
		}
	}
	if err != nil {
		return nil, errOutside(nil, "the provider says no name that can be a login")
	}
	if _, taken := a.dir.Load().logins[u.Login]; taken {
		return nil, errOutside(nil, "another account has the same login; ask an owner")
	}
	if u.Name, err = checkName("/name", c.name); err != nil {
		u.Name = u.Login
	}
	err = a.write(ctx, Caller{Scope: store.Org(org), Actor: actor.Hub("sign-in")}, func(tx store.Tx) error {
		_, err := users.Insert(tx, &u)
		return loginTaken(err)
	})
	return &u, err
}

// guarded is the client by which providers are asked.
func guarded(c *http.Client) *http.Client {
	limited := *c
	limited.Timeout = outsideWait
	limited.Transport = bounded{c.Transport}
	return &limited
}

// outsideMost is how much of one answer of a provider is read: the libraries
// would read one without end.
const outsideMost = 1 << 20

// bounded cuts answers off at outsideMost; what is cut can't be parsed.
type bounded struct{ next http.RoundTripper }

// RoundTrip is http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, outsideMost), resp.Body}
	}
	return resp, err
}
