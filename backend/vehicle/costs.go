package vehicle

import (
	"slices"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// CostsVeil is the name of the veil over what vehicles, services and fuel
// cost. What is asked for a vehicle is no cost.
const CostsVeil = "costs"

func costs[T any](hide func(*T), keep func(v, before *T)) []store.Veil[T] {
	return []store.Veil[T]{{Name: CostsVeil, Hide: hide, Keep: keep}}
}

func hideCosts(r *ServiceRecord) {
	for i := range r.Items {
		r.Items[i].Cost = nil
	}
}

// keepCosts gives each line the cost of the line that it was: the same kind
// and text, else the same place. The cost of a line that is gone goes with it.
func keepCosts(r, before *ServiceRecord) {
	r.Items = slices.Clone(r.Items)
	old := slices.Clone(before.Items)
	take := func(at int) *Money {
		cost := old[at].Cost
		old[at].Cost = nil
		return cost
	}
	same := make([]bool, len(r.Items))
	for i := range r.Items {
		item := &r.Items[i]
		at := slices.IndexFunc(old, func(o ServiceItem) bool { return o.Cost != nil && o.Kind == item.Kind && o.Text == item.Text })
		if at >= 0 {
			item.Cost, same[i] = take(at), true
		}
	}
	for i := range r.Items {
		if !same[i] && i < len(old) {
			r.Items[i].Cost = take(i)
		}
	}
}
