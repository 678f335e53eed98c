package store

import (
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Place says where in its organisation a document belongs. Every index entry
// carries it, so that a Scope is matched without reading the document.
// An empty part means "nowhere in particular".
type Place struct {
	Location string
	Group    string
	Owner    string
}

// Scope is the part of the store that a caller may see and change. Make one
// with Org or System; the zero Scope is refused everywhere.
type Scope struct {
	org       string
	system    bool
	narrowed  bool
	locations []string
	groups    []string
	owner     string
	veils     []string
}

// Org is everything in one organisation.
func Org(id string) Scope { return Scope{org: id} }

// System is the one bypass: every organisation, for the hub's own work. It
// can scan a whole collection; use In to read or write a single document.
func System() Scope { return Scope{system: true} }

// In returns a system scope confined to one organisation.
func (s Scope) In(org string) Scope {
	s.org = org
	return s
}

// At narrows s to documents of these locations. An empty list sees nothing
// but the other conditions' intersection with no location, that is nothing.
func (s Scope) At(locations ...string) Scope {
	s.narrowed, s.locations = true, append([]string{}, locations...)
	return s
}

// Of narrows s to documents of these groups.
func (s Scope) Of(groups ...string) Scope {
	s.narrowed, s.groups = true, append([]string{}, groups...)
	return s
}

// OwnedBy narrows s to documents of one owner.
func (s Scope) OwnedBy(owner string) Scope {
	s.narrowed, s.owner = true, owner
	return s
}

// Without withholds what the veils of collections name, such as "costs": a
// document is read without it, and written without changing it (see
// Def.Veils).
func (s Scope) Without(veils ...string) Scope {
	s.veils = append(slices.Clone(s.veils), veils...)
	return s
}

// Withholds reports whether the named veil is drawn.
func (s Scope) Withholds(veil string) bool { return slices.Contains(s.veils, veil) }

// Veils returns the names of what is withheld.
func (s Scope) Veils() []string { return s.veils }

// Org returns the organisation, "" for a system scope over all of them.
func (s Scope) Org() string { return s.org }

// IsSystem reports whether s is the bypass.
func (s Scope) IsSystem() bool { return s.system }

// Locations returns the locations s is confined to; nil is all of them.
func (s Scope) Locations() []string { return s.locations }

// Groups returns the groups s is confined to; nil is all of them.
func (s Scope) Groups() []string { return s.groups }

// Owner returns the owner s is confined to; "" is anyone.
func (s Scope) Owner() string { return s.owner }

// Sees reports whether a document at p in s's organisation is in scope.
func (s Scope) Sees(p Place) bool {
	if !s.narrowed {
		return true
	}
	return (s.locations == nil || slices.Contains(s.locations, p.Location)) &&
		(s.groups == nil || slices.Contains(s.groups, p.Group)) &&
		(s.owner == "" || s.owner == p.Owner)
}

// Check refuses the zero Scope and organisation names that cannot stand in
// a key. Engines call it at the start of every transaction.
func (s Scope) Check() error {
	if s.org == "" && !s.system {
		return fault.New(fault.Denied, "this request has no scope")
	}
	if s.org != "" {
		if err := checkKey(s.org); err != nil {
			return fault.Wrap(fault.Denied, err, "the scope's organisation is not valid")
		}
	}
	return nil
}

// confined refuses the work of one organisation to a scope over all.
func (s Scope) confined(what string) error {
	if s.org == "" {
		return fault.New(fault.Internal, "%s under store.System() must name an organisation with In", what)
	}
	return nil
}
