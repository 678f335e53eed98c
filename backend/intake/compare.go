package intake

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Compared is what a row is beside the list of another evening.
type Compared struct {
	State  string         `json:"state" enum:"new,same,price"` // price: it was there, at another
	Before *vehicle.Money `json:"before,omitempty"`            // what was asked then
}

// priced is a row of the other evening.
type priced struct {
	ref    Ref
	lot    string
	title  string // as that list names it
	asking *vehicle.Money
}

// Gone is a vehicle of the other evening that is not offered any more.
type Gone struct {
	VIN    string         `json:"vin"`
	Lot    string         `json:"lot,omitempty"`
	Title  string         `json:"title,omitempty"` // as that list named it
	Asking *vehicle.Money `json:"asking,omitempty"`
}

// compare says what a row is beside the other evening.
func compare(r *Row, past map[string]priced) *Compared {
	was, there := past[r.VIN]
	switch {
	case !there:
		return &Compared{State: "new"}
	case r.Asking != nil && was.asking != nil && *r.Asking != *was.asking:
		return &Compared{State: "price", Before: was.asking}
	}
	return &Compared{State: "same", Before: was.asking}
}

// gone are the vehicles of the other evening that are not among those seen, in
// that list's order.
func gone(past map[string]priced, seen map[string]Ref) []Gone {
	out := []Gone{}
	for vin := range past {
		if _, still := seen[vin]; !still {
			out = append(out, Gone{vin, past[vin].lot, past[vin].title, past[vin].asking})
		}
	}
	slices.SortFunc(out, func(a, b Gone) int {
		x, y := past[a.VIN].ref, past[b.VIN].ref
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Row, y.Row))
	})
	return out
}

// claimedTitle names a vehicle in the words of its list.
func claimedTitle(c claim.Claimed) string {
	return strings.Join(strings.Fields(strings.Join([]string{c[claim.Year], c[claim.Make], c[claim.Model], c[claim.Trim]}, " ")), " ")
}
