package insight

import (
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// costWarning is how far above the median running costs become a warning.
const costWarning = FarAbove

// findCost is service and fuel cost over distance, with the reason where it
// can't be said.
func findCost(f *Facts) []Finding {
	if f.Bare {
		return nil // that none are recorded would not be true
	}
	marks := f.History.Marks()
	c, ok := f.History.Cost()
	if !ok || len(vehicle.Jumps(marks)) > 0 {
		why := whyNoCost(f, marks)
		return []Finding{{Kind: NotEnough, Subject: "cost", Metric: "cost per distance", Value: why, Severity: Info, Records: whyRecords(f, marks, why),
			Method: "service and fuel cost over the odometer span; at least two readings and 1,000 km"}}
	}
	unit := c.Currency + "/1000 " + f.Unit
	x := Finding{Kind: Cost, Subject: "cost", Metric: "cost per distance", Value: perThousand(c.MinorPer1000Km(), c.Currency, f.Unit), Unit: unit, Severity: Info,
		Dates: []string{string(marks[0].Date), string(marks[len(marks)-1].Date)}, Records: costRecords(f, marks),
		Method: "service and fuel cost over the odometer span"}
	if c.Minor == 0 {
		return []Finding{{Kind: NotEnough, Subject: "cost", Metric: "cost per distance", Value: noCosts, Severity: Info, Records: x.Records, Method: x.Method}}
	}
	var others []int64
	for _, s := range f.Siblings {
		if s.Cost > 0 && s.Currency == c.Currency {
			others = append(others, s.Cost)
			x.Records = append(x.Records, Record{vehicle.VehiclesName, s.ID, s.Rev})
		}
	}
	x.N = len(others)
	if len(others) >= MinSiblings {
		mid := median(others)
		x.Reference = perThousand(mid, c.Currency, f.Unit)
		x.Direction = compare(float64(c.MinorPer1000Km()), float64(mid))
		x.Method += "; median of " + siblingMethod + ", in the same currency"
		if x.Direction == costWarning {
			x.Severity = Warning
		}
	}
	return []Finding{x}
}

func perThousand(minorPer1000Km int64, currency, unit string) string {
	if unit == "mi" {
		minorPer1000Km = int64(float64(minorPer1000Km)*metersPer("mi")/1000 + 0.5)
	}
	return money(minorPer1000Km, currency)
}

// Why there is no cost per distance, in the words that stand in Value.
const (
	tooFewReadings = "fewer than two odometer readings"
	doubtedReading = "the odometer readings are in doubt"
	shortSpan      = "the odometer span is under 1,000 km"
	noCosts        = "no costs are recorded"
	manyCurrencies = "the costs are in several currencies"
)

func whyNoCost(f *Facts, marks []vehicle.Mark) string {
	currencies := map[string]bool{}
	for _, s := range f.History.Services {
		for c := range s.Record.Cost() {
			currencies[c] = true
		}
	}
	for _, r := range f.History.Fuels {
		if r.Record.Cost != nil {
			currencies[r.Record.Cost.Currency] = true
		}
	}
	switch {
	case len(marks) < 2:
		return tooFewReadings
	case vehicle.Doubted(marks):
		return doubtedReading
	case marks[len(marks)-1].Meters-marks[0].Meters < vehicle.MinSpanMeters:
		return shortSpan
	case len(currencies) > 1:
		return manyCurrencies
	}
	return noCosts
}

// whyRecords prove the reason: the readings in doubt, those at both ends, or
// everything that might have cost something.
func whyRecords(f *Facts, marks []vehicle.Mark, why string) []Record {
	out := f.vehicleRecord()
	switch why {
	case doubtedReading:
		for _, r := range append(vehicle.Rollbacks(marks), vehicle.Jumps(marks)...) {
			out = append(out, record(r.Before), record(r.After))
		}
	case tooFewReadings:
		for _, m := range marks {
			out = append(out, record(m))
		}
	case shortSpan:
		out = append(out, record(marks[0]), record(marks[len(marks)-1]))
	default:
		return costRecords(f, marks)
	}
	return unique(out)
}

// costRecords are the marks at both ends and all records that cost.
func costRecords(f *Facts, marks []vehicle.Mark) []Record {
	out := f.vehicleRecord()
	if len(marks) > 0 {
		out = append(out, record(marks[0]))
		if len(marks) > 1 {
			out = append(out, record(marks[len(marks)-1]))
		}
	}
	for _, s := range f.History.Services {
		out = append(out, Record{vehicle.ServicesName, s.Record.ID, s.Rev})
	}
	for _, r := range f.History.Fuels {
		out = append(out, Record{vehicle.FuelsName, r.Record.ID, r.Rev})
	}
	return unique(out)
}
