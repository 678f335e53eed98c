package insight

import (
	"fmt"
	"slices"
)

// maxRecords bounds the evidence of one finding, so that the briefing of a
// taxi with 10,000 fillings still fits into a document.
const maxRecords = 500

// Find returns the findings of f, the most urgent first, numbered F1, F2, …
// It is a pure function: the same facts give the same findings.
//
// Findings that would contradict each other are settled here, before any
// wording: a doubted odometer is compared with nothing, nothing is "on time"
// beside an overdue service, and a vehicle that is sold has no services due.
func Find(f Facts) []Finding {
	var out []Finding
	out = append(out, findVIN(&f)...)
	out = append(out, findSpecs(&f)...)
	if f.Saved {
		out = append(out, findClaims(&f)...)
		out = append(out, findOdometer(&f)...)
		out = append(out, findCost(&f)...)
		out = append(out, findService(&f)...)
		out = append(out, findGaps(&f)...)
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		if d := rank(a.Severity) - rank(b.Severity); d != 0 {
			return d
		}
		return order(a) - order(b)
	})
	for i := range out {
		out[i].ID = fmt.Sprintf("F%d", i+1)
		if out[i].Dates == nil {
			out[i].Dates = []string{}
		}
		if out[i].Records == nil {
			out[i].Records = []Record{}
		}
		if n := len(out[i].Records); n > maxRecords {
			out[i].Method += fmt.Sprintf("; %d records, of which the first %d are listed", n, maxRecords)
			out[i].Records = out[i].Records[:maxRecords:maxRecords]
		}
	}
	return out
}

func rank(s Severity) int {
	switch s {
	case Critical:
		return 0
	case Warning:
		return 1
	default:
		return 2
	}
}

// order is the order of kinds within a severity: the identity of the vehicle
// before its state, what costs money before what is only missing.
func order(f Finding) int {
	kinds := []Kind{CheckDigit, VINError, Rollback, Jump, Identity, Spec, ServiceDue, Cost, PerYear, Siblings,
		OnTime, VINClean, Claim, Gap, Odometer, NotEnough, NoComparison, Quality, Unrecorded}
	i := slices.Index(kinds, f.Kind)
	switch {
	case f.Kind == Claim && f.Direction == Differs:
		return slices.Index(kinds, VINError) // before the odometer: it is about what is being sold
	case f.Direction == Untestable && !f.Severity.Urgent():
		return len(kinds) // of all that is known, what can't be tested matters least
	}
	return i
}
