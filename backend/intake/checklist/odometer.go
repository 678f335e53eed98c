package checklist

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// How far cars are driven in a year, in metres. The mean in the United States is
// 13,476 miles (FHWA, "Average Annual Miles per Driver by Age Group", 2022);
// below the one and above the other something is to be explained.
const (
	mile        = 1609
	littleAYear = 2_000 * mile
	muchAYear   = 30_000 * mile
	nothing     = 100 * mile // of a car of some years: what is typed where nobody looked
)

// odometer are the rules C5 to C7.
func (j *judge) odometer() {
	d, most := j.lot.Odometer, j.wishes.MaxOdometerMeters
	switch j.lot.OdometerSays {
	case mapping.TMU:
		j.say("C7", Look, "The list says that the true mileage is unknown: pay for the condition, not for the odometer.")
	case mapping.Exempt:
		j.exempt()
	case mapping.Inoperable:
		j.say("C7", Look, "The odometer could not be read: its mileage is unknown.")
	}
	if d == nil {
		if most > 0 && j.lot.OdometerSays == "" {
			j.say("C5", Look, "The list gives no odometer to hold against your wish.")
		}
		return
	}
	if most > 0 {
		if d.Meters > most {
			j.say("C5", Leave, "The odometer shows %s, more than the %s that you wish.", distance(d), asWritten(most, d.Unit))
		} else {
			j.say("C5", Buy, "The odometer shows %s, within your wish.", distance(d))
		}
	}
	j.plausible(d)
}

// exempt: the seller of an old vehicle need not state the odometer. Those of
// model year 2010 or older are exempt after 10 years, newer ones after 20 (49
// CFR 580.17(a)(3)); heavy ones always.
func (j *judge) exempt() {
	year := j.year()
	years := 20
	if year <= 2010 {
		years = 10
	}
	if year != 0 && j.now.Year()-year < years && !j.heavy() {
		j.say("C7", Look, "The list calls the odometer exempt, but one of model year %d is not (49 CFR 580.17): ask why.", year)
		return
	}
	j.say("C7", Look, "The odometer is exempt from disclosure: its mileage is not vouched for.")
}

// plausible is the rule C6.
func (j *judge) plausible(d *vehicle.Distance) {
	year := j.year()
	if year == 0 || !j.driven() {
		return
	}
	// A model year begins in the autumn before.
	months := (j.now.Year()-year)*12 + int(j.now.Month()) + 3
	if months < 6 {
		return
	}
	inYear := d.Meters * 12 / int64(max(months, 12))
	switch {
	case months >= 36 && d.Meters < nothing:
		j.say("C6", Look, "The odometer shows %s on a vehicle of model year %d: that is a placeholder, or the odometer was replaced.", distance(d), year)
	case months >= 48 && inYear < littleAYear:
		j.say("C6", Look, "The odometer shows %s, about %s a year: little for model year %d. Ask for proof.", distance(d), asWritten(inYear, d.Unit), year)
	case inYear > muchAYear && !j.heavy():
		j.say("C6", Look, "The odometer shows %s, about %s a year: much for model year %d. It was a taxi or a fleet car, or a digit is too many.", distance(d), asWritten(inYear, d.Unit), year)
	}
}

// driven reports whether it is a vehicle of which people drive so much.
func (j *judge) driven() bool {
	switch strings.ToUpper(j.element("VehicleType")) {
	case "MOTORCYCLE", "TRAILER", "LOW SPEED VEHICLE (LSV)", "OFF ROAD VEHICLE":
		return false
	}
	return true
}

// heavy reports whether it weighs over 16,000 lb (49 CFR 580.17(a)(1)), which
// vPIC tells by class: 5 and more. Such trucks and buses run all day.
func (j *judge) heavy() bool {
	class := j.element("GVWR")
	for _, c := range []string{"Class 5", "Class 6", "Class 7", "Class 8"} {
		if strings.HasPrefix(class, c) {
			return true
		}
	}
	return strings.EqualFold(j.element("VehicleType"), "BUS")
}

func distance(d *vehicle.Distance) string {
	whole, _, _ := strings.Cut(d.Value, ".")
	return grouped(whole) + " " + d.Unit
}

// asWritten writes metres in a list's own unit.
func asWritten(meters int64, unit string) string {
	if unit == "mi" {
		meters = meters * 1000 / 1609
	}
	return fmt.Sprintf("%s %s", grouped(strconv.FormatInt((meters+500)/1000, 10)), unit)
}

func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
