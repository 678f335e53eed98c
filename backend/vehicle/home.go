package vehicle

import (
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// settle puts a new vehicle where it belongs when nothing else is said: to
// the person who saves it, and at the one place that they reach.
func (c Caller) settle(v *Vehicle, d Draft) {
	switch {
	case d.Owner != nil:
	case c.Scope.Owner() != "":
		v.Owner = c.Scope.Owner() // a program that reaches its own alone
	case c.Actor.Kind == actor.User:
		v.Owner = c.Actor.ID
	}
	if l := c.Scope.Locations(); v.Location == "" && len(l) == 1 {
		v.Location = l[0]
	}
	if g := c.Scope.Groups(); v.Group == "" && len(g) == 1 {
		v.Group = g[0]
	}
}

// mayPut refuses to put a vehicle where the caller could not see it again.
func (c Caller) mayPut(v *Vehicle) error {
	if c.Scope.Sees(v.place()) {
		return nil
	}
	return fault.New(fault.Denied, "you may not put a vehicle there: it is outside of what you reach").WithRemedy("choose a location, group and owner of your own, or ask a manager to move it")
}
