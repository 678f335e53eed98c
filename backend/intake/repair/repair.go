// Package repair finds what a failing VIN was meant to be.
package repair

import (
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// A Candidate is a VIN one edit away from what was written.
type Candidate struct {
	VIN      string `json:"vin"`
	Kind     string `json:"kind"`     // substitution, look_alike, transposition, missing, extra
	Position int    `json:"position"` // from 1, in the VIN as it was written
	From     string `json:"from"`
	To       string `json:"to"`
	Title    string `json:"title"`  // what it would be, such as "2015 FORD F-150"
	Reason   string `json:"reason"` // one plain sentence
}

// A Repairer proposes candidates. It may be used by any number of goroutines.
type Repairer struct {
	d *vin.Decoder
	c *claim.Checker
}

// New returns a Repairer; the checker judges candidates by what is claimed.
func New(d *vin.Decoder, c *claim.Checker) *Repairer { return &Repairer{d: d, c: c} }

// Candidates are at most max VINs one edit away from the input that pass check
// digit and pattern, likeliest first; none where nothing passes. Nothing is
// ever applied by itself.
func (r *Repairer) Candidates(input string, cl claim.Claimed, now time.Time, max int) []Candidate {
	return nil
}
