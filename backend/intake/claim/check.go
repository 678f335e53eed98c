package claim

import "github.com/hubcap-dev/hubcap/backend/vin"

// A Checker compares what lists claim with what VINs say. It may be used by any
// number of goroutines.
type Checker struct {
	d *vin.Decoder
}

// New returns a Checker over the decoder's index.
func New(d *vin.Decoder) (*Checker, error) {
	return &Checker{d: d}, nil
}

// Check gives a finding for every claimed field in which claim and VIN do not
// plainly agree, in the order of Fields.
func (c *Checker) Check(r *vin.Result, cl Claimed, a *Aliases) []Finding {
	return nil
}

// Abroad is what can be said of a VIN whose maker is not registered for sale in
// the United States.
type Abroad struct {
	Region     string `json:"region"`     // part of the world, empty when unknown
	ModelYears []int  `json:"modelYears"` // that position 10 could stand for
	Text       string `json:"text"`       // one plain sentence
}

// Foreign says what is known of a VIN that vPIC has no maker for; ok is false
// for all others.
func Foreign(r *vin.Result) (a Abroad, ok bool) { return Abroad{}, false }
