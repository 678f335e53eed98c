// Package checklist says of a lot whether to buy it, to look at it, or to leave
// it, and why, line by line.
package checklist

import (
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// Wishes are what the buyer looks for. Zero values wish for nothing.
type Wishes struct {
	Ceiling           *vehicle.Money `json:"ceiling,omitempty"`           // the most to pay
	Makes             []string       `json:"makes,omitempty"`             //
	MaxOdometerMeters int64          `json:"maxOdometerMeters,omitempty"` //
	MinYear           int            `json:"minYear,omitempty"`           //
	CleanTitleOnly    bool           `json:"cleanTitleOnly,omitempty"`    // a branded title is left, not looked at
}

// Facts are what is known of a lot besides its row.
type Facts struct {
	Status     string // of the row: ready, mismatch and so on
	Candidates int    // how many repairs of its VIN pass
	Abroad     bool   // the maker is not registered for sale in the United States
	Recalls    int    // campaigns that apply to the model; 0 too where none were imported
}

// What a rule or all of them say, the gravest first.
const (
	Leave = "pass" // leave it
	Look  = "look" // look at it
	Buy   = "buy"
)

// Line is what one rule says.
type Line struct {
	Rule    string `json:"rule"` // its id, which does not change: "C1"
	Verdict string `json:"verdict" enum:"pass,look,buy"`
	Text    string `json:"text"` // one sentence
}

// Verdict is what all rules say together.
type Verdict struct {
	Verdict string `json:"verdict" enum:"pass,look,buy"`
	Lines   []Line `json:"lines"`
	Score   int    `json:"score"` // 0 to 100, higher is better; sorts lots
}

// Judge holds a lot against the rules. r is the decoded VIN, nil where there is
// none.
func Judge(l *mapping.Lot, findings []claim.Finding, r *vin.Result, f Facts, w Wishes, now time.Time) Verdict {
	return Verdict{}
}
