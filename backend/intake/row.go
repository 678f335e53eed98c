package intake

import (
	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/intake/repair"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Status is what the check makes of a row.
type Status string

// The statuses, the first that fits from the end: an invalid VIN is not also a
// duplicate.
const (
	Ready     Status = "ready"     // nothing stands against it
	Mismatch  Status = "mismatch"  // a claim and the VIN disagree
	Existing  Status = "existing"  // the hub has a vehicle with this VIN
	Duplicate Status = "duplicate" // an earlier row of the intake has this VIN
	Short     Status = "short"     // a partial VIN, or one of before 1981
	Fixable   Status = "fixable"   // the VIN is wrong, and one edit makes it right
	Invalid   Status = "invalid"   // no VIN, or one that nothing can be made of
)

// Statuses are all statuses, in the order in which people read them.
func Statuses() []Status {
	return []Status{Ready, Mismatch, Fixable, Duplicate, Existing, Short, Invalid}
}

// Row is one row of a list as the check sees it. What it answers to a program
// is in the form of `hubcap import --format json`.
type Row struct {
	File        int               `json:"file,omitempty"` // File.N; 0 of a list that is not kept
	N           int               `json:"row"`            // from 1, after the header
	VIN         string            `json:"vin"`            // as it was decoded; else as it was written
	Status      Status            `json:"status"`
	Message     string            `json:"message,omitempty"` // why, in one sentence
	Findings    []claim.Finding   `json:"findings"`
	Suggestions []string          `json:"suggestions"` // VINs, the likeliest first
	Decoded     map[string]string `json:"decoded"`     // by vPIC's codes; what is not known is left out

	Abroad   *claim.Abroad      `json:"abroad,omitempty"`   // of a vehicle that was not made for the United States
	SameAs   *Ref               `json:"sameAs,omitempty"`   // of a duplicate: the row that has this VIN first
	Here     []string           `json:"here,omitempty"`     // ids of the vehicles that have this VIN
	Sold     []string           `json:"sold,omitempty"`     // ids of those that were sold: it may have come back
	Verdict  checklist.Verdict  `json:"verdict"`            // buy or pass, and why
	Compared *Compared          `json:"compared,omitempty"` // with another intake
	Repairs  []repair.Candidate `json:"repairs,omitempty"`
	Problems []mapping.Problem  `json:"problems,omitempty"` // cells that can't be read
	Claimed  claim.Claimed      `json:"claimed,omitempty"`
	Asking   *vehicle.Money     `json:"asking,omitempty"`
	Odometer *vehicle.Distance  `json:"odometer,omitempty"`
	Lot      string             `json:"lot,omitempty"`
	Edited   []Value            `json:"edited,omitempty"`
	Decision Decision           `json:"decision,omitempty"`

	cells []string    // as they stand in the file
	lot   mapping.Lot // with edits
	hint  int         // model year to decode with
	own   Status      // by itself, without the other rows and the hub
	why   string      // its message
}

// Severity is the gravest of the findings, "" where there is none.
func (r *Row) Severity() claim.Severity {
	worst := claim.Severity("")
	for _, f := range r.Findings {
		switch {
		case f.Severity == claim.Hard:
			return claim.Hard
		case f.Severity == claim.Soft:
			worst = claim.Soft
		case worst == "":
			worst = f.Severity
		}
	}
	return worst
}

// Ref names the row.
func (r *Row) Ref() Ref { return Ref{r.File, r.N} }

// codes are what a row tells of a decode, by vPIC's codes.
var codes = []string{"Make", "Model", "Series", "Trim", "VehicleType", "BodyClass", "FuelTypePrimary", "FuelTypeSecondary", "DriveType", "TransmissionStyle",
	"EngineCylinders", "DisplacementL", "Doors", "GVWR", "PlantCountry", "Manufacturer"}
