package app

import (
	"strconv"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// doubts says of a saved vehicle whether what is claimed of it and what its
// VIN says go together: for the list of vehicles, which narrows by it, and for
// insights.
type doubts struct {
	decoder func() *vin.Decoder
	now     func() time.Time

	mu      sync.Mutex
	made    *vin.Decoder // that checker was made of
	checker *claim.Checker
}

// The words of the field mismatch. Nothing claimed has none.
const (
	doubtHard = "hard" // something claimed is certainly another
	doubtSoft = "soft" // something claimed may be another
	doubtNone = "none" // all that is claimed and can be tested agrees
)

// of gives the worst that the claims of a vehicle come to; nil where nothing
// is claimed.
func (d *doubts) of(v *vehicle.Vehicle) []string {
	claims := claimsOf(&v.Claimed)
	if len(claims) == 0 {
		return nil
	}
	c, dec := d.check()
	if c == nil {
		return nil
	}
	r := dec.Decode(v.VIN, vin.Options{ModelYear: v.YearHint, Now: d.now()})
	worst := doubtNone
	for _, f := range c.Check(&r, claims, nil) {
		switch f.Severity {
		case claim.Hard:
			return []string{doubtHard}
		case claim.Soft:
			worst = doubtSoft
		}
	}
	return []string{worst}
}

// stand says how each claim stands beside the VIN, absent where they agree; nil
// where that can't be said.
func (d *doubts) stand(r *vin.Result, claimed *vehicle.Claimed) map[claim.Field]claim.Severity {
	c, _ := d.check()
	if c == nil {
		return nil
	}
	out := map[claim.Field]claim.Severity{}
	for _, f := range c.Check(r, claimsOf(claimed), nil) {
		out[f.Field] = f.Severity
	}
	return out
}

// check is the checker of the decoder in use.
func (d *doubts) check() (*claim.Checker, *vin.Decoder) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if dec := d.decoder(); d.made != dec {
		c, err := claim.New(dec)
		if err != nil {
			return nil, nil
		}
		d.made, d.checker = dec, c
	}
	return d.checker, d.made
}

// claimsOf are the claims of a vehicle as the check takes them.
func claimsOf(c *vehicle.Claimed) claim.Claimed {
	out := claim.Claimed{}
	put := func(f claim.Field, text string) {
		if text != "" {
			out[f] = text
		}
	}
	if c.Year != 0 {
		put(claim.Year, strconv.Itoa(c.Year))
	}
	put(claim.Make, c.Make)
	put(claim.Model, c.Model)
	put(claim.Series, c.Series)
	put(claim.Trim, c.Trim)
	put(claim.Body, c.BodyClass)
	put(claim.Fuel, c.Fuel)
	put(claim.Drive, c.Drive)
	put(claim.Transmission, c.Transmission)
	put(claim.Cylinders, c.Cylinders)
	put(claim.Displacement, c.Displacement)
	put(claim.Doors, c.Doors)
	put(claim.GVWR, c.GVWR)
	return out
}
