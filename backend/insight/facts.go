package insight

import (
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Facts are all that a briefing may rest on. Find is a pure function of them.
type Facts struct {
	Saved    bool            // History holds a saved vehicle; else there is only the decode
	VIN      string          // as decoded: upper case, at most 17 characters
	Decode   Decode          //
	History  vehicle.History // records by date
	Siblings []Sibling       // vehicles like this one, in scope, without itself
	Now      time.Time
	Unit     string // "km" or "mi": the unit that distances are said in
	Bare     bool   // gathered without costs, for somebody who may not see them
	// Claims says how each claim stands beside the VIN: absent where they
	// agree. Nil is that nobody compared them; the simple words of
	// find_claims.go are compared then.
	Claims map[claim.Field]claim.Severity
}

// Decode is what the VIN says, as far as a buyer cares. Blank is unknown,
// never "no".
type Decode struct {
	Release string // vPIC release, "2026_10"
	Clock   time.Time

	Make, Model, Series, Trim string
	Year                      int // 0 is unknown
	VehicleType, BodyClass    string
	Fuel, FuelSecondary       string
	Electrification           string
	Drive                     string
	Transmission, Speeds      string
	Cylinders, Configuration  string
	DisplacementL             string

	ErrorCodes   []int // vPIC element 143
	SuggestedVIN string
	Invalid      []Character // the characters of error code 400
	Known        int         // characters of the VIN that are given
	Expected     string      // the check digit that the VIN would need; empty if it can't be computed
	YearHint     int         // the model year given to the decoder; 0 is none
}

// Character is one place in a VIN.
type Character struct {
	Position int // from 1
	Char     string
}

// Sibling is a vehicle of the same make and model with a model year within
// two, reduced to what is compared. Records in doubt are left out by whoever
// gathers: see Usable.
type Sibling struct {
	ID  string
	Rev int64

	Meters int64 // its last odometer reading; 0 is none, or one in doubt

	Cost     int64 // minor units per 1,000 km; 0 is unknown
	Currency string
}

// SiblingOf reduces a vehicle with its history to what is compared.
func SiblingOf(h *vehicle.History) Sibling {
	s := Sibling{ID: h.Vehicle.ID, Rev: h.Rev}
	marks := h.Marks()
	if len(marks) == 0 || vehicle.Doubted(marks) {
		return s
	}
	s.Meters = marks[len(marks)-1].Meters
	if c, ok := h.Cost(); ok {
		s.Cost, s.Currency = c.MinorPer1000Km(), c.Currency
	}
	return s
}

func (f *Facts) today() vehicle.Date { return vehicle.DateOf(f.Now) }

// vehicleRecord is the proof of everything that rests on the VIN or on what
// is claimed.
func (f *Facts) vehicleRecord() []Record {
	if !f.Saved {
		return []Record{}
	}
	return []Record{{vehicle.VehiclesName, f.History.Vehicle.ID, f.History.Rev}}
}
