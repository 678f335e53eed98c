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
	Notes     Target = "notes" // of several columns one after the other
	Tags      Target = "tags"
	Date      Target = "date"
	Custom    Target = "custom" // kept under the column's Name
	Skip      Target = "skip"   // not read
)

// Targets are all targets, in the order in which people read them.
func Targets() []Target {
	all := []Target{VIN, Vehicle}
	for _, f := range claim.Fields() {
		all = append(all, Target(f))
	}
	return append(all, Engine, Style, Odometer, Asking, LotNumber, Stock, Plate, Title, Condition, Color, Location, Seller, Notes, Tags, Date, Custom, Skip)
}

// many reports whether several columns may have the target.
func (t Target) many() bool { return t == Notes || t == Tags || t == Custom || t == Skip }

// Column is what one column of a list is.
type Column struct {
	Index    int    `json:"index" minimum:"0"` // from 0
	Header   string `json:"header"`
	Target   Target `json:"target"`
	Name     string `json:"name,omitempty"`                    // of the custom field
	Unit     string `json:"unit,omitempty" enum:"km,mi"`       // of an odometer, where the cells do not say; "" is the mapping's
	Currency string `json:"currency,omitempty"`                // of money, where the cells do not say; "" is the mapping's
	Percent  int    `json:"percent" minimum:"0" maximum:"100"` // how sure a guess is
	Why      string `json:"why,omitempty"`                     // one sentence
}

// Mapping is how a list's columns are read. It is what --map reads and what is
// kept as a template. Columns that it does not name are not read.
type Mapping struct {
	Columns      []Column `json:"columns"`
	Currency     string   `json:"currency,omitempty"`                     // ISO 4217; "" is USD
	DistanceUnit string   `json:"distanceUnit,omitempty" enum:"km,mi"`    // "" is mi
	DateOrder    string   `json:"dateOrder,omitempty" enum:"ymd,mdy,dmy"` // of days such as 03/04/2026; "" is mdy
	Fingerprint  string   `json:"fingerprint,omitempty"`
}

// Defaults are what a list means where it does not say.
type Defaults struct {
	Currency     string // ISO 4217
	DistanceUnit string // km or mi
}

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
	// that can be trusted: TMU, Exempt or Inoperable. Odometer is nil then.
	OdometerSays string    `json:"odometerSays,omitempty" enum:"tmu,exempt,inoperable"`
	Problems     []Problem `json:"problems,omitempty"`
}

// What an odometer's cell may say instead of a distance.
const (
	TMU        = "tmu"        // true mileage unknown, not actual
	Exempt     = "exempt"     // 49 CFR 580.17: too old for an odometer statement
	Inoperable = "inoperable" // it can't be read
)

// Problem is a cell that can't be read. It is kept and said, and blocks nothing.
type Problem struct {
	Column int    `json:"column"` // from 0; -1 of an edit without a column
	Header string `json:"header"`
	Text   string `json:"text"`
	Reason string `json:"reason"` // one sentence
}

// Text is a text that somebody put in the place of a cell's.
type Text struct {
	Target Target
	Name   string // of the custom field
	Text   string
}
