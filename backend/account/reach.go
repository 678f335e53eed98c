package account

import (
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// ReachKind is by what a reach is drawn.
type ReachKind string

const (
	ReachAll       ReachKind = "all"
	ReachLocations ReachKind = "locations"
	ReachGroups    ReachKind = "groups"
	ReachOwn       ReachKind = "own"
)

// Reach is the part of the organisation's vehicles over which a principal's
// placed permissions hold. The zero Reach reaches nothing.
type Reach struct {
	Kind   ReachKind `json:"kind" enum:"all,locations,groups,own"`
	Places []string  `json:"places,omitempty" maxItems:"100" doc:"the locations or groups, by name"`
}

// Everything is the reach over the whole organisation.
func Everything() Reach { return Reach{Kind: ReachAll} }

// scope narrows an organisation's scope to the reach, where owner is whose
// vehicles are "own".
func (r Reach) scope(s store.Scope, owner string) store.Scope {
	switch r.Kind {
	case ReachAll:
		return s
	case ReachLocations:
		return s.At(r.Places...)
	case ReachGroups:
		return s.Of(r.Places...)
	case ReachOwn:
		if owner != "" {
			return s.OwnedBy(owner)
		}
	}
	return s.At() // nothing
}

// Within reports whether everything that r reaches is reached by other, for
// two different principals: nobody's "own" is within somebody else's.
func (r Reach) Within(other Reach) bool {
	if other.Kind == ReachAll {
		return true
	}
	return r.Kind == other.Kind && r.Kind != ReachOwn && !slices.ContainsFunc(r.Places, func(p string) bool { return !slices.Contains(other.Places, p) })
}

// check refuses a reach that says too little or too much.
func (r Reach) check(field string) (Reach, error) {
	switch r.Kind {
	case ReachAll, ReachOwn:
		if len(r.Places) > 0 {
			return r, fault.InvalidField(field+"/places", "is given for a reach that has no places", "leave it out, or choose locations or groups")
		}
		return Reach{Kind: r.Kind}, nil
	case ReachLocations, ReachGroups:
		var places []string
		for _, p := range r.Places {
			if p = strings.TrimSpace(p); p != "" && !slices.Contains(places, p) {
				places = append(places, p)
			}
		}
		if len(places) == 0 {
			return r, fault.InvalidField(field+"/places", "is empty", "name at least one")
		}
		if i := slices.IndexFunc(places, func(p string) bool { return len(p) > 100 }); i >= 0 {
			return r, fault.InvalidField(field+"/places", "has a name longer than 100 bytes", "shorten it")
		}
		slices.Sort(places)
		return Reach{r.Kind, places}, nil
	}
	return r, fault.InvalidField(field+"/kind", "is not a reach", "use all, locations, groups or own")
}

// describe says the reach after "vehicles".
func (r Reach) describe() string {
	switch r.Kind {
	case ReachAll:
		return "in the whole organisation"
	case ReachLocations:
		return "at " + enumerate(r.Places)
	case ReachGroups:
		return "of " + enumerate(r.Places)
	case ReachOwn:
		return "that are their own"
	}
	return "nowhere"
}

func enumerate(names []string) string {
	switch n := len(names); n {
	case 0:
		return "no place"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
