package vehicle

import "github.com/hubcap-dev/hubcap/backend/store"

// Stage is where a vehicle stands with its owner.
type Stage string

const (
	Seen   Stage = "seen"    // looked at, not bought
	Bought Stage = "bought"  // ours
	InWork Stage = "in_work" // in the workshop
	Listed Stage = "listed"  // offered for sale
	Sold   Stage = "sold"    // gone
)

// Stages returns the lifecycle in its order.
func Stages() []Stage { return []Stage{Seen, Bought, InWork, Listed, Sold} }

// Vehicle is one vehicle as Hubcap keeps it.
type Vehicle struct {
	ID       string `json:"id" readOnly:"true"` // UUIDv7
	VIN      string `json:"vin"`                // as the decoder normalises it; partial VINs are kept too
	YearHint int    `json:"yearHint"`           // the model year that a person gave to the decoder; 0 is none

	Decoded Decoded `json:"decoded"` // what the VIN says, with its stamp
	Claimed Claimed `json:"claimed"` // what a seller, a file or a person says

	Plate  string   `json:"plate"`
	Stock  string   `json:"stock"` // stock or unit number
	Color  string   `json:"color,omitempty"`
	Stage  Stage    `json:"stage"`
	Asking *Money   `json:"asking,omitempty"` // nil is unknown
	Paid   *Money   `json:"paid,omitempty"`
	Tags   []string `json:"tags"`
	Notes  []Note   `json:"notes"`

	// SoldFor is the price at which it went, nil where that is unknown.
	SoldFor *Money `json:"soldFor,omitempty"`

	// Reached holds the day on which each stage was reached, as far as that
	// is known; none of a stage after the one it stands at.
	Reached map[Stage]Date `json:"reached,omitempty"`

	// Fields are this owner's own fields, by their names: the columns of a
	// list that Hubcap has no field for.
	Fields map[string]string `json:"fields,omitempty"`

	// From is the list that the vehicle came from, nil where it came by hand.
	From *Origin `json:"from,omitempty"`

	// Intervals are this vehicle's own service intervals, by kind.
	Intervals map[ServiceKind]Interval `json:"intervals,omitempty"`

	// Cover is the photo that stands for the vehicle in lists: the id of an
	// attachment, "" where there is none.
	Cover string `json:"cover,omitempty" readOnly:"true"`

	Placed

	Sample  bool            `json:"sample"` // part of the sample fleet
	Created store.Timestamp `json:"created"`
	Updated store.Timestamp `json:"updated"`
}

// Placed says where in the organisation a vehicle belongs; its records carry
// the same, so that a scope is matched on each of them.
type Placed struct {
	Location string `json:"location,omitempty" readOnly:"true"`
	Group    string `json:"group,omitempty" readOnly:"true"`
	Owner    string `json:"owner,omitempty" readOnly:"true"` // a principal's id, once accounts exist
}

func (p Placed) place() store.Place {
	return store.Place{Location: p.Location, Group: p.Group, Owner: p.Owner}
}

// Decoded is the decoder's answer as it stood when the vehicle was saved or
// last re-decoded: the fields that lists, search and comparisons use. The
// whole answer is decoded afresh from the VIN where it is shown.
type Decoded struct {
	Release string          `json:"release"` // vPIC release, "2026_10"
	Clock   store.Timestamp `json:"clock"`   // the decoder's now

	Make          string `json:"make"`
	Model         string `json:"model"`
	Year          int    `json:"year"` // model year; 0 is unknown
	Series        string `json:"series"`
	Trim          string `json:"trim"`
	VehicleType   string `json:"vehicleType"`
	BodyClass     string `json:"bodyClass"`
	Fuel          string `json:"fuel"`
	FuelSecondary string `json:"fuelSecondary"`
	Drive         string `json:"drive"`
	Transmission  string `json:"transmission"`
	Cylinders     string `json:"cylinders"`
	Displacement  string `json:"displacementL"` // litres, as vPIC gives it
	Manufacturer  string `json:"manufacturer"`
	ErrorCodes    []int  `json:"errorCodes"` // vPIC element 143; empty or [0] is clean
	SuggestedVIN  string `json:"suggestedVIN"`
}

// Claimed is what somebody says about the vehicle. Empty is not claimed.
type Claimed struct {
	Year         int    `json:"year,omitempty"`
	Make         string `json:"make,omitempty"`
	Model        string `json:"model,omitempty"`
	Series       string `json:"series,omitempty"`
	Trim         string `json:"trim,omitempty"`
	BodyClass    string `json:"bodyClass,omitempty"`
	Fuel         string `json:"fuel,omitempty"`
	Drive        string `json:"drive,omitempty"`
	Transmission string `json:"transmission,omitempty"`
	Cylinders    string `json:"cylinders,omitempty"`    // the last four as the list has them:
	Displacement string `json:"displacement,omitempty"` // "3.5L" says more than a number
	Doors        string `json:"doors,omitempty"`
	GVWR         string `json:"gvwr,omitempty"`
	Source       string `json:"source,omitempty"` // "auction list 2026-11-20"
}

// Origin names the row of the list that a vehicle came from.
type Origin struct {
	Intake string `json:"intake,omitempty" maxLength:"36" doc:"id of the intake"`
	File   string `json:"file,omitempty" maxLength:"255" doc:"name of the file as it was given"`
	Row    int    `json:"row,omitempty" minimum:"0" doc:"row of the file, from 1 after its header"`
}

// Note is a dated remark.
type Note struct {
	ID   string          `json:"id"`
	Text string          `json:"text"`
	At   store.Timestamp `json:"at"`
}

// Title names the vehicle as its papers would: "2015 FORD F-150", or its VIN
// where the VIN says too little.
func (v *Vehicle) Title() string { return v.Decoded.Title(v.VIN) }
