package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Home is the organisation that a hub begins with.
const Home = "home"

// Organisation is the business whose hub this is, and the rules it sets.
type Organisation struct {
	ID        string             `json:"id" readOnly:"true"`
	Name      string             `json:"name" minLength:"1" maxLength:"100"`
	Locations []Place            `json:"locations" maxItems:"500"`
	Groups    []Place            `json:"groups" maxItems:"500"`
	MFA       map[string]MFARule `json:"mfa" doc:"by role; a role that is not named has a second factor as an option"`
	Sessions  SessionRule        `json:"sessions"`
}

// Place is a location or a group: vehicles carry its name.
type Place struct {
	Name  string `json:"name" minLength:"1" maxLength:"100"`
	About string `json:"about,omitempty" maxLength:"300"`
}

// MFAPolicy says whether a second factor is asked for.
type MFAPolicy string

const (
	MFAOff      MFAPolicy = "off"      // none may be added
	MFAOptional MFAPolicy = "optional" // asked for where one was added
	MFARequired MFAPolicy = "required" // nothing works without one after the deadline
)

// MFARule is a role's policy.
type MFARule struct {
	Policy MFAPolicy `json:"policy" enum:"off,optional,required"`
	From   string    `json:"from,omitempty" format:"date" doc:"where required: the day from which nothing works without; empty is at once"`
}

// SessionRule says how long a sign-in holds.
type SessionRule struct {
	IdleMinutes   int `json:"idleMinutes" minimum:"5" maximum:"43200" doc:"without a request"`
	AbsoluteHours int `json:"absoluteHours" minimum:"1" maximum:"2160" doc:"whatever is done"`
}

// beginning is an organisation of which nothing was set yet.
func beginning(id string) Organisation {
	return Organisation{ID: id, Name: "My organisation", Locations: []Place{}, Groups: []Place{}, MFA: map[string]MFARule{},
		Sessions: SessionRule{IdleMinutes: 12 * 60, AbsoluteHours: 14 * 24}}
}

// organisations is the collection of organisations.
var organisations = store.Define(store.Def[Organisation]{
	Name: "organisations", Class: store.Truth, Schema: 1,
	Key: func(o *Organisation) string { return o.ID },
})

// Organisation returns p's organisation.
func (a *Accounts) Organisation(p Principal) Organisation { return a.dir.Load().organisation(p.Org) }

// SetOrganisation replaces p's organisation's name, places and rules.
func (a *Accounts) SetOrganisation(ctx context.Context, p Principal, o Organisation) (Organisation, error) {
	c, err := p.For(ManageOrg)
	if err != nil {
		return o, err
	}
	o.ID = p.Org
	if o.Name = strings.TrimSpace(o.Name); o.Name == "" || len(o.Name) > 100 {
		return o, fault.InvalidField("/name", "is empty or longer than 100 bytes", "give the organisation's name")
	}
	for _, l := range []struct {
		field string
		list  *[]Place
	}{{"/locations", &o.Locations}, {"/groups", &o.Groups}} {
		if *l.list, err = checkPlaces(l.field, *l.list); err != nil {
			return o, err
		}
	}
	if o.MFA == nil {
		o.MFA = map[string]MFARule{}
	}
	dir := a.dir.Load()
	for role, rule := range o.MFA {
		field := "/mfa/" + clip(role)
		if _, ok := dir.role(p.Org, role); !ok {
			return o, fault.InvalidField(field, "is not a role", "name a role by its id")
		}
		if !slices.Contains([]MFAPolicy{MFAOff, MFAOptional, MFARequired}, rule.Policy) {
			return o, fault.InvalidField(field+"/policy", "is not a policy", "use off, optional or required")
		}
		if _, err := rule.deadline(); err != nil {
			return o, fault.InvalidField(field+"/from", "is not a day", "write it as 2026-12-31")
		}
	}
	if s := o.Sessions; s.IdleMinutes < 5 || s.IdleMinutes > 43200 || s.AbsoluteHours < 1 || s.AbsoluteHours > 2160 {
		return o, fault.InvalidField("/sessions", "is out of bounds", "let a sign-in rest for 5 minutes to 30 days, and last for 1 hour to 90 days")
	}
	err = a.write(ctx, c, func(tx store.Tx) error {
		_, err := organisations.Put(tx, &o, store.AnyRev)
		return err
	})
	if err != nil {
		return o, fmt.Errorf("set organisation: %w", err)
	}
	return o, nil
}

func checkPlaces(field string, list []Place) ([]Place, error) {
	out := []Place{}
	for i, p := range list {
		p.Name, p.About = strings.TrimSpace(p.Name), strings.TrimSpace(p.About)
		at := fmt.Sprintf("%s/%d", field, i)
		switch {
		case p.Name == "" || len(p.Name) > 100:
			return nil, fault.InvalidField(at+"/name", "is empty or longer than 100 bytes", "give a short name")
		case strings.ContainsFunc(p.Name, unicode.IsControl):
			return nil, fault.InvalidField(at+"/name", "has signs that can't be seen", "type it again")
		case len(p.About) > 300:
			return nil, fault.InvalidField(at+"/about", "is longer than 300 bytes", "shorten it")
		case slices.ContainsFunc(out, func(o Place) bool { return strings.EqualFold(o.Name, p.Name) }):
			return nil, fault.InvalidField(at+"/name", "stands in the list twice", "leave one out")
		}
		out = append(out, p)
	}
	return out, nil
}
