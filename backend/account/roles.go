package account

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Roles lists the roles that come with Hubcap, then the organisation's own by
// name. Everybody may know what roles there are.
func (a *Accounts) Roles(p Principal) ([]Role, error) {
	c, err := p.Self()
	if err != nil {
		return nil, err
	}
	return a.dir.Load().rolesOf(c.Scope.Org()), nil
}

func (d *directory) rolesOf(org string) []Role {
	var own []Role
	for at, r := range d.roles {
		if at.org == org {
			own = append(own, r)
		}
	}
	slices.SortFunc(own, func(x, y Role) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
	return append(Templates(), own...)
}

// Role returns one role.
func (a *Accounts) Role(p Principal, id string) (Role, error) {
	r, ok := a.dir.Load().role(p.Org, id)
	if !ok || p.Nobody() {
		return r, errNoRole(id)
	}
	return r, nil
}

func errNoRole(id string) error {
	return fault.New(fault.NotFound, "there is no role %q", clip(id)).WithRemedy("list the roles again")
}

// AddRole makes a role of the organisation's own.
func (a *Accounts) AddRole(ctx context.Context, p Principal, r Role) (Role, error) {
	r.ID = a.ids.New()
	return a.putRole(ctx, p, r, 0)
}

// SetRole replaces a role. What people of it may do changes with their next
// request.
func (a *Accounts) SetRole(ctx context.Context, p Principal, id string, r Role) (Role, error) {
	old, ok := a.dir.Load().role(p.Org, id)
	switch {
	case !ok:
		return r, errNoRole(id)
	case old.Template:
		return r, fault.New(fault.Denied, "the role %s comes with Hubcap and can't be changed", old.Name).WithRemedy("make a copy of it")
	case !old.Rights().Within(p.Rights):
		return r, fault.New(fault.Denied, "this role permits what you may not do").WithRemedy("ask an owner")
	}
	r.ID = id
	return a.putRole(ctx, p, r, store.AnyRev)
}

func (a *Accounts) putRole(ctx context.Context, p Principal, r Role, ifRev int64) (Role, error) {
	c, err := p.For(ManageRoles)
	if err != nil {
		return r, err
	}
	r.Template = false
	if r, err = r.check(); err != nil {
		return r, err
	}
	if !r.Rights().Within(p.Rights) {
		return r, fault.New(fault.Denied, "nobody can give more than they have: the role permits what you may not do").WithRemedy("leave that out, or ask an owner")
	}
	for _, other := range a.dir.Load().rolesOf(p.Org) {
		if other.Name == r.Name && other.ID != r.ID {
			return r, fault.InvalidField("/name", "is the name of another role", "choose another")
		}
	}
	return r, a.write(ctx, c, func(tx store.Tx) error {
		_, err := roles.Put(tx, &r, ifRev)
		return err
	})
}

// RemoveRole removes a role that nobody has.
func (a *Accounts) RemoveRole(ctx context.Context, p Principal, id string) error {
	c, err := p.For(ManageRoles)
	if err != nil {
		return err
	}
	r, ok := a.dir.Load().role(p.Org, id)
	switch {
	case !ok:
		return errNoRole(id)
	case r.Template:
		return fault.New(fault.Denied, "the role %s comes with Hubcap and stays", r.Name)
	case !r.Rights().Within(p.Rights):
		return fault.New(fault.Denied, "this role permits what you may not do").WithRemedy("ask an owner")
	}
	for at, pr := range a.dir.Load().providers {
		if at.org == p.Org && slices.ContainsFunc(pr.Value.Mapping, func(m GroupRole) bool { return m.Role == id }) {
			return fault.New(fault.Conflict, "the provider %s gives this role", pr.Value.Name).WithRemedy("let it give another first")
		}
	}
	return a.write(ctx, c, func(tx store.Tx) error {
		u, has, err := findUser(tx, func(u *User) bool { return u.Role == id })
		if err != nil {
			return err
		}
		if has {
			return fault.New(fault.Conflict, "%s has this role", u.Name).WithRemedy("give them another first")
		}
		if err := a.unrule(tx, p.Org, id); err != nil {
			return err
		}
		return roles.Delete(tx, id, store.AnyRev)
	})
}

// unrule takes the rule of second factors off a role that goes: the
// organisation could not be saved again with it.
func (a *Accounts) unrule(tx store.Tx, org, role string) error {
	doc, err := organisations.Get(tx, org)
	if fault.Is(err, fault.NotFound) {
		return nil // nothing was set yet
	}
	if _, ruled := doc.Value.MFA[role]; err != nil || !ruled {
		return err
	}
	doc.Value.MFA = maps.Clone(doc.Value.MFA)
	delete(doc.Value.MFA, role)
	_, err = organisations.Put(tx, &doc.Value, doc.Rev)
	return err
}

// rolesFile is how roles are exchanged between hubs: their own alone, since
// every hub has the templates.
type rolesFile struct {
	Roles []rolesEntry `yaml:"roles"`
}

type rolesEntry struct {
	Name        string       `yaml:"name"`
	About       string       `yaml:"about,omitempty"`
	Permissions []Permission `yaml:"permissions"`
}

// maxRolesFile bounds a file of roles.
const maxRolesFile = 256 << 10

// ExportRoles writes the organisation's own roles as YAML.
func (a *Accounts) ExportRoles(p Principal, w io.Writer) error {
	c, err := p.For(ManageRoles)
	if err != nil {
		return err
	}
	f := rolesFile{Roles: []rolesEntry{}}
	for _, r := range a.dir.Load().rolesOf(c.Scope.Org()) {
		if !r.Template {
			f.Roles = append(f.Roles, rolesEntry{r.Name, r.About, r.Permissions})
		}
	}
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(f); err != nil {
		return fmt.Errorf("write roles: %w", err)
	}
	return e.Close()
}

// ImportRoles reads what ExportRoles wrote. A role of the same name is
// replaced; nothing is written where one role of the file can't be.
func (a *Accounts) ImportRoles(ctx context.Context, p Principal, text string) ([]Role, error) {
	c, err := p.For(ManageRoles)
	if err != nil {
		return nil, err
	}
	list, err := parseRoles(text)
	if err != nil {
		return nil, err
	}
	present := a.dir.Load().rolesOf(p.Org)
	for i := range list {
		field := fmt.Sprintf("roles[%d]", i)
		if list[i], err = list[i].check(); err != nil {
			return nil, fmt.Errorf("%s: %w", field, err)
		}
		if !list[i].Rights().Within(p.Rights) {
			return nil, fault.New(fault.Denied, "%s: nobody can give more than they have", field).WithRemedy("ask an owner to import it")
		}
		list[i].ID = a.ids.New()
		if at := slices.IndexFunc(present, func(r Role) bool { return r.Name == list[i].Name }); at >= 0 {
			if old := present[at]; !old.Rights().Within(p.Rights) {
				return nil, fault.New(fault.Denied, "%s: the role that it replaces permits what you may not do", field)
			}
			list[i].ID = present[at].ID
		}
		if slices.ContainsFunc(list[:i], func(r Role) bool { return r.Name == list[i].Name }) {
			return nil, fault.InvalidField("/yaml", field+" has the name of another role of the file", "leave one out")
		}
	}
	return list, a.write(ctx, c, func(tx store.Tx) error {
		for i := range list {
			if _, err := roles.Put(tx, &list[i], store.AnyRev); err != nil {
				return err
			}
		}
		return nil
	})
}

func parseRoles(text string) ([]Role, error) {
	if len(text) > maxRolesFile {
		return nil, fault.InvalidField("/yaml", "is longer than 256 KiB", "import fewer roles at once")
	}
	var f rolesFile
	if err := yaml.Unmarshal([]byte(text), &f); err != nil {
		return nil, fault.InvalidField("/yaml", "is not a file of roles", "export roles to see how one looks")
	}
	if len(f.Roles) > 200 {
		return nil, fault.InvalidField("/yaml", "holds more than 200 roles", "import fewer at once")
	}
	var out []Role
	for _, e := range f.Roles {
		out = append(out, Role{Name: e.Name, About: e.About, Permissions: e.Permissions})
	}
	return out, nil
}
