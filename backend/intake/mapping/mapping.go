// Package mapping says which column of a list is what, and reads the cells.
package mapping

import (
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// A Target is what a column's cells are taken for: one of the fields of claim,
// or one of the constants.
type Target string

// The targets besides the fields of claim ("year", "make" and so on).
const (
	VIN       Target = "vin"
	Vehicle   Target = "vehicle" // year, make, model and trim in one: "2015 Ford F-150 XLT"
	Engine    Target = "engine"  // "3.5L V6": displacement, cylinders, fuel
	Style     Target = "style"   // "4D SUV AWD": doors, body, drive
	Odometer  Target = "odometer"
	Asking    Target = "asking"
	LotNumber Target = "lot"
	Stock     Target = "stock"
	Plate     Target = "plate"
	Title     Target = "title"
	Condition Target = "condition"
	Color     Target = "color"
	Location  Target = "location"
	Seller    Target = "seller"
	Notes     Target = "notes"
	Tags      Target = "tags"
	Date      Target = "date"
	Custom    Target = "custom" // kept under the column's Name
	Skip      Target = "skip"   // not read
)

// Column is what one column of a list is.
type Column struct {
	Index    int    `json:"index"` // from 0
	Header   string `json:"header"`
	Target   Target `json:"target"`
	Name     string `json:"name,omitempty"`                    // of the custom field
	Unit     string `json:"unit,omitempty" enum:"km,mi"`       // of an odometer, where the cells do not say; "" is the mapping's
	Currency string `json:"currency,omitempty"`                // of money, where the cells do not say; "" is the mapping's
	Percent  int    `json:"percent" minimum:"0" maximum:"100"` // how sure a guess is; 100 of what somebody set
	Why      string `json:"why,omitempty"`                     // one sentence
}

// Mapping is how a list's columns are read. It is what --map reads and what is
// kept as a template.
type Mapping struct {
	Columns      []Column `json:"columns"`
	Currency     string   `json:"currency,omitempty"`                     // ISO 4217
	DistanceUnit string   `json:"distanceUnit,omitempty" enum:"km,mi"`    //
	DateOrder    string   `json:"dateOrder,omitempty" enum:"ymd,mdy,dmy"` // of days such as 03/04/2026
	Fingerprint  string   `json:"fingerprint,omitempty"`
}

// Defaults are what a list means where it does not say.
type Defaults struct {
	Currency     string // ISO 4217
	DistanceUnit string // km or mi
}

// Guess says which column is what, by the headings and by a sample of the rows
// (up to 200 are looked at).
func Guess(header []string, sample [][]string, o Defaults) Mapping { return Mapping{} }

// Fingerprint names a list's headings, so that a mapping is found again.
func Fingerprint(header []string) string { return "" }

// Lot is one row as the mapping reads it.
type Lot struct {
	VIN      string            `json:"vin"`
	Claimed  claim.Claimed     `json:"claimed,omitempty"`
	Odometer *vehicle.Distance `json:"odometer,omitempty"`
	Asking   *vehicle.Money    `json:"asking,omitempty"`

	Lot       string `json:"lot,omitempty"`
	Stock     string `json:"stock,omitempty"`
	Plate     string `json:"plate,omitempty"`
	Title     string `json:"title,omitempty"`
	Condition string `json:"condition,omitempty"`
	Color     string `json:"color,omitempty"`
	Location  string `json:"location,omitempty"`
	Seller    string `json:"seller,omitempty"`
	Notes     string `json:"notes,omitempty"`

	Tags   []string          `json:"tags,omitempty"`
	Date   vehicle.Date      `json:"date,omitempty"`
	Custom map[string]string `json:"custom,omitempty"`

	// OdometerSays is what stands in the odometer's cell instead of a number
	// that can be trusted: "tmu" or "exempt".
	OdometerSays string    `json:"odometerSays,omitempty"`
	Problems     []Problem `json:"problems,omitempty"`
}

// Problem is a cell that can't be read. It is kept and said, and blocks nothing.
type Problem struct {
	Column int    `json:"column"` // from 0; -1 of an edit without a column
	Header string `json:"header"`
	Text   string `json:"text"`
	Reason string `json:"reason"`
}

// Text is a text that somebody put in the place of a cell's.
type Text struct {
	Target Target
	Name   string // of the custom field
	Text   string
}

// Read makes of a row's cells what they say.
func (m *Mapping) Read(cells []string) Lot { return Lot{} }

// ReadEdited is Read of a row in which somebody changed something; that need
// not have a column.
func (m *Mapping) ReadEdited(cells []string, edits []Text) Lot { return Lot{} }

// Check refuses a mapping that was written by hand and can't be right for a
// list of so many columns: Invalid, with the field and what to do.
func (m *Mapping) Check(columns int) error { return nil }
