package account

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Provider is an OpenID Connect provider that people may sign in by.
type Provider struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"` // stands on the button
	Issuer   string          `json:"issuer"`
	ClientID string          `json:"clientId"`
	Secret   vault.Sealed    `json:"secret"`
	Scopes   []string        `json:"scopes"`
	Claim    string          `json:"claim"` // whose values are the groups
	Mapping  []GroupRole     `json:"mapping"`
	Create   bool            `json:"create"` // somebody new gets an account
	Link     bool            `json:"link"`   // an account whose login is the verified e-mail address is theirs
	Enabled  bool            `json:"enabled"`
	Added    store.Timestamp `json:"added"`
}

// GroupRole gives a group of the provider's a role. The first that fits
// counts; "*" is everybody.
type GroupRole struct {
	Group string `json:"group" maxLength:"200" doc:"as the provider names it; * is everybody"`
	Role  string `json:"role" maxLength:"60" doc:"id of a role"`
	Reach Reach  `json:"reach"`
}

// ProviderDraft is what can be set on a provider. A nil Secret keeps the one
// that is there.
type ProviderDraft struct {
	Name     string
	Issuer   string
	ClientID string
	Secret   *vault.Secret
	Scopes   []string
	Claim    string
	Mapping  []GroupRole
	Create   bool
	Link     bool
	Enabled  bool
}

var providers = store.Define(store.Def[Provider]{
	Name: "signin_providers", Class: store.Truth, Schema: 1,
	Key: func(p *Provider) string { return p.ID },
})

func providerPurpose(id string) string { return "signin_providers/" + id + "/secret" }

// gives is the role that groups come to.
func (p *Provider) gives(groups []string) (role string, reach Reach, ok bool) {
	for _, m := range p.Mapping {
		if m.Group == "*" || slices.Contains(groups, m.Group) {
			return m.Role, m.Reach, true
		}
	}
	return "", Reach{}, false
}

// provider finds one that people may sign in by.
func (d *directory) provider(id string) (string, Provider, error) {
	for at, p := range d.providers {
		if at.id == id && p.Value.Enabled {
			return at.org, p.Value, nil
		}
	}
	return "", Provider{}, fault.New(fault.NotFound, "there is no such way to sign in").WithRemedy("go back to the page for signing in")
}

// Offered lists the providers on the page for signing in, by name.
func (a *Accounts) Offered() []Provider {
	var out []Provider
	for _, p := range a.dir.Load().providers {
		if p.Value.Enabled {
			out = append(out, p.Value)
		}
	}
	slices.SortFunc(out, func(x, y Provider) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
	return out
}

// Providers lists the providers of p's organisation by name, their secrets
// still sealed.
func (a *Accounts) Providers(p Principal) ([]store.Doc[Provider], error) {
	c, err := p.For(ManageOrg)
	if err != nil {
		return nil, err
	}
	var out []store.Doc[Provider]
	for at, pr := range a.dir.Load().providers {
		if at.org == c.Scope.Org() {
			out = append(out, pr)
		}
	}
	slices.SortFunc(out, func(x, y store.Doc[Provider]) int {
		return cmp.Or(cmp.Compare(x.Value.Name, y.Value.Name), cmp.Compare(x.Key, y.Key))
	})
	return out, nil
}

// SetProvider writes a provider at ifRev, or a new one with an empty id. Its
// mapping gives nobody more than p has.
func (a *Accounts) SetProvider(ctx context.Context, p Principal, id string, ifRev int64, d ProviderDraft) (store.Doc[Provider], error) {
	c, err := p.For(ManageOrg)
	if err == nil {
		err = p.Fresh(a.now())
	}
	if err != nil {
		return store.Doc[Provider]{}, err
	}
	pr := Provider{ID: id, Added: store.Moment(a.now())}
	if id == "" {
		pr.ID, ifRev = a.ids.New(), 0
	} else {
		old, ok := a.dir.Load().providers[ref{p.Org, id}]
		if !ok {
			return store.Doc[Provider]{}, errNoProvider()
		}
		pr.Secret, pr.Added = old.Value.Secret, old.Value.Added
		if old.Value.Issuer != d.Issuer && d.Secret == nil && pr.Secret != "" {
			return store.Doc[Provider]{}, fault.InvalidField("/secret", "is missing", "enter the secret again, since the issuer changed")
		}
	}
	if err := a.fillProvider(p, &pr, d); err != nil {
		return store.Doc[Provider]{}, err
	}
	if d.Secret != nil {
		if pr.Secret, err = a.seal(providerPurpose(pr.ID), d.Secret.Reveal()); err != nil {
			return store.Doc[Provider]{}, err
		}
	}
	doc := store.Doc[Provider]{Org: p.Org, Key: pr.ID, Value: pr}
	err = a.write(ctx, c, func(tx store.Tx) error {
		doc.Rev, err = providers.Put(tx, &pr, ifRev)
		return err
	})
	if err == nil {
		a.tell(ctx, p.Org, p.Actor, evProviderSet, nil, pr.Name)
	}
	return doc, err
}

func errNoProvider() error {
	return fault.New(fault.NotFound, "there is no such provider").WithRemedy("list the providers again")
}

func (a *Accounts) fillProvider(p Principal, pr *Provider, d ProviderDraft) (err error) {
	if pr.Name, err = checkName("/name", d.Name); err != nil {
		return err
	}
	if _, err = a.guard.URL(d.Issuer); err != nil {
		for _, f := range fieldsOf(err) {
			return fault.InvalidField("/issuer", f.Problem, f.Remedy)
		}
		return err
	}
	if d.ClientID = strings.TrimSpace(d.ClientID); d.ClientID == "" || len(d.ClientID) > 300 {
		return fault.InvalidField("/clientId", "is empty or longer than 300 bytes", "copy it from the provider")
	}
	for _, s := range d.Scopes {
		if s == "" || len(s) > 100 || strings.ContainsAny(s, " \"\\") {
			return fault.InvalidField("/scopes", "has what is no scope", "write such as profile, email, groups")
		}
	}
	if len(d.Scopes) > 20 || len(d.Mapping) > 200 || len(d.Claim) > 100 {
		return fault.InvalidField("/mapping", "is too long", "use up to 20 scopes and 200 groups")
	}
	pr.Mapping = []GroupRole{}
	for _, m := range d.Mapping {
		role, ok := a.dir.Load().role(p.Org, m.Role)
		if !ok {
			return fault.InvalidField("/mapping", "names a role that does not exist", "name a role by its id")
		}
		if m.Reach, err = m.Reach.check("/mapping"); err != nil {
			return err
		}
		if m.Group == "" || len(m.Group) > 200 {
			return fault.InvalidField("/mapping", "has a group without a name", "write the group as the provider names it, or *")
		}
		if !role.Rights().Within(p.Rights) || !m.Reach.Within(p.Reach) {
			return fault.New(fault.Denied, "nobody can give more than they have: the role %s over that reach permits what you may not do", role.Name).WithRemedy("choose another role, or ask an owner")
		}
		pr.Mapping = append(pr.Mapping, m)
	}
	pr.Issuer, pr.ClientID, pr.Scopes, pr.Claim = d.Issuer, d.ClientID, append([]string{}, d.Scopes...), cmp.Or(d.Claim, "groups")
	pr.Create, pr.Link, pr.Enabled = d.Create, d.Link, d.Enabled
	return nil
}

// RemoveProvider removes a provider with its secret. Whoever signed in by it
// needs another way.
func (a *Accounts) RemoveProvider(ctx context.Context, p Principal, id string, ifRev int64) error {
	c, err := p.For(ManageOrg)
	if err == nil {
		err = p.Fresh(a.now())
	}
	if err != nil {
		return err
	}
	pr, ok := a.dir.Load().providers[ref{p.Org, id}]
	if !ok {
		return errNoProvider()
	}
	if err := a.write(ctx, c, func(tx store.Tx) error { return providers.Delete(tx, id, ifRev) }); err != nil {
		return err
	}
	a.tell(ctx, p.Org, p.Actor, evProviderRemoved, nil, pr.Value.Name)
	return nil
}

// TryProvider asks a provider for its description: the test of its address.
func (a *Accounts) TryProvider(ctx context.Context, p Principal, id string) error {
	if _, err := p.For(ManageOrg); err != nil {
		return err
	}
	pr, ok := a.dir.Load().providers[ref{p.Org, id}]
	if !ok {
		return errNoProvider()
	}
	a.door.issuers.forget(pr.Value.Issuer)
	_, err := a.discover(ctx, pr.Value)
	return err
}

func (i *issuers) forget(issuer string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.known, issuer)
}

func fieldsOf(err error) []fault.Field {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}
