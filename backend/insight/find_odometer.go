package insight

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// What a year of driving comes to in the US: FHWA, Highway Statistics 2009,
// table VM-1M (revised April 2011), "average kilometers traveled per
// vehicle", the last edition in kilometres.
const (
	lightDutyMetersAYear  = 18_054_000
	motorcycleMetersAYear = 4_221_000
	yearSource            = "FHWA Highway Statistics 2009, table VM-1M"
)

// Thresholds of comparisons, as shares of the reference.
const (
	nearShare = 0.10 // within it: "near"
	farShare  = 0.50 // beyond it: "far above", "far below"
)

// MinSiblings is how many similar vehicles a comparison needs.
const MinSiblings = 5

// compare says how a value stands to a reference.
func compare(value, reference float64) Direction {
	r := value / reference
	switch {
	case r > 1+farShare:
		return FarAbove
	case r > 1+nearShare:
		return Above
	case r < 1-farShare:
		return FarBelow
	case r < 1-nearShare:
		return Below
	}
	return Near
}

func record(m vehicle.Mark) Record { return Record{m.Collection, m.Key, m.Rev} }

// findOdometer reads the marks of the odometer: what it says, whether it can
// be true, and how it compares.
func findOdometer(f *Facts) []Finding {
	marks := f.History.Marks()
	if len(marks) == 0 {
		return append([]Finding{{Kind: Quality, Subject: "odometer", Metric: "readings", Value: "0", Severity: Info, Records: f.vehicleRecord(),
			Method: "no reading, service or fuel record holds an odometer value"}}, siblingCount(f)...)
	}
	last := marks[len(marks)-1]
	var out []Finding
	out = append(out, rollbacks(f, marks)...)
	for _, j := range vehicle.Jumps(marks) {
		out = append(out, Finding{Kind: Jump, Subject: "odometer", Metric: "rise", Value: whole(j.After.Meters-j.Before.Meters, f.Unit), Unit: f.Unit, Severity: Warning,
			Dates: []string{string(j.Before.Date), string(j.After.Date)}, Records: []Record{record(j.Before), record(j.After)},
			Method: "more than " + strconv.Itoa(vehicle.JumpMetersADay/1000) + " km a day between two readings"})
	}
	out = append(out, Finding{Kind: Odometer, Subject: "odometer", Metric: "last reading", Value: asRead(last.Odometer, f.Unit), Unit: f.Unit, Severity: Info,
		Dates: []string{string(last.Date)}, Records: []Record{record(last)}, Method: "the latest odometer value in any record"})
	if vehicle.Doubted(marks) {
		return out // nothing is compared with a reading in doubt
	}
	out = append(out, perYear(f, last)...)
	return append(out, siblingOdometers(f, last)...)
}

// rollbacks turns the pairs of Rollbacks into one finding an event: all
// readings under the same high mark belong to the same event, which is told
// by its first.
func rollbacks(f *Facts, marks []vehicle.Mark) []Finding {
	var out []Finding
	var told string
	for _, r := range vehicle.Rollbacks(marks) {
		if r.Before.Key == told {
			continue
		}
		told = r.Before.Key
		out = append(out, Finding{Kind: Rollback, Subject: "odometer", Metric: "reading", Value: asRead(r.After.Odometer, f.Unit), Unit: f.Unit,
			Reference: asRead(r.Before.Odometer, f.Unit), Direction: Below, Severity: Critical,
			Dates: []string{string(r.Before.Date), string(r.After.Date)}, Records: []Record{record(r.Before), record(r.After)},
			Method: "a reading below the highest one before it"})
	}
	// The largest drop first: it is the one that is told in full.
	slices.SortStableFunc(out, func(a, b Finding) int { return -cmp.Compare(drop(a), drop(b)) })
	return out
}

func drop(f Finding) float64 { return decimal(f.Reference) - decimal(f.Value) }

func decimal(s string) float64 {
	v, _ := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	return v
}

// perYear spreads the last reading over the vehicle's age, from 1 January of
// its model year. A vehicle under a year old has no yearly figure.
func perYear(f *Facts, last vehicle.Mark) []Finding {
	if f.Decode.Year == 0 || f.Decode.VehicleType == "TRAILER" || yearDisputed(f) {
		return nil
	}
	start := vehicle.Date(strconv.Itoa(f.Decode.Year) + "-01-01")
	days := start.DaysUntil(last.Date)
	if days < 365 || last.Meters == 0 {
		return nil
	}
	yearly := float64(last.Meters) * 365.25 / float64(days)
	x := Finding{Kind: PerYear, Subject: "vehicle", Metric: "distance a year", Value: hundreds(yearly, f.Unit), Unit: f.Unit, Severity: Info,
		Dates: []string{string(last.Date)}, Records: append(f.vehicleRecord(), record(last)),
		Method: "last reading over the years since 1 January of the model year, rounded to the hundred"}
	if x.Value == "0" {
		return nil
	}
	usual := int64(0)
	switch {
	case f.Decode.VehicleType == "MOTORCYCLE":
		usual = motorcycleMetersAYear
	case f.Decode.VehicleType == "PASSENGER CAR", strings.HasPrefix(f.Decode.VehicleType, "MULTIPURPOSE"), bodyWord(&f.Decode) == "pickup":
		usual = lightDutyMetersAYear
	}
	if usual > 0 {
		x.Reference, x.Direction = whole(usual, f.Unit), compare(yearly, float64(usual))
		x.Method += "; US average by " + yearSource
	}
	return []Finding{x}
}

// yearDisputed is a claim of another model year: then age is not computed.
func yearDisputed(f *Facts) bool {
	c := f.History.Vehicle.Claimed.Year
	return c > 0 && c != f.Decode.Year
}

func siblingOdometers(f *Facts, last vehicle.Mark) []Finding {
	var meters []int64
	records := []Record{record(last)}
	for _, s := range f.Siblings {
		if s.Meters > 0 {
			meters = append(meters, s.Meters)
			records = append(records, Record{vehicle.VehiclesName, s.ID, s.Rev})
		}
	}
	if len(meters) < MinSiblings {
		return siblingCount(f)
	}
	mid := median(meters)
	return []Finding{{Kind: Siblings, Subject: "vehicle", Metric: "odometer", Value: asRead(last.Odometer, f.Unit), Unit: f.Unit, Reference: whole(mid, f.Unit), N: len(meters),
		Direction: compare(float64(last.Meters), float64(mid)), Severity: Info, Dates: []string{string(last.Date)}, Records: records,
		Method: "median of the last readings of " + siblingMethod}}
}

const siblingMethod = "vehicles of the same make and model, model year within two, readings not in doubt"

// siblingCount says that there are too few similar vehicles to compare with.
// Where there are enough, it is this vehicle's own reading that is missing,
// which is said elsewhere.
func siblingCount(f *Facts) []Finding {
	n := 0
	records := f.vehicleRecord()
	for _, s := range f.Siblings {
		if s.Meters > 0 {
			n++
			records = append(records, Record{vehicle.VehiclesName, s.ID, s.Rev})
		}
	}
	if n >= MinSiblings {
		return nil
	}
	return []Finding{{Kind: NoComparison, Subject: "similar vehicles", Metric: "similar vehicles", Value: strconv.Itoa(n), Reference: strconv.Itoa(MinSiblings), N: n,
		Severity: Info, Records: records, Method: "a comparison needs " + strconv.Itoa(MinSiblings) + " " + siblingMethod}}
}

// median of an even count is the mean of the middle two, rounded down.
func median(v []int64) int64 {
	s := slices.Sorted(slices.Values(v))
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}
