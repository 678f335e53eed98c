package insight

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Gaps of records worth saying, and worth a warning, in months.
const (
	gapMonths     = 12
	gapWarnMonths = 24
)

// findGaps looks for the longest time without any record, and for how long
// there has been none.
func findGaps(f *Facts) []Finding {
	type dated struct {
		date vehicle.Date
		rec  Record
	}
	var all []dated
	for _, m := range f.History.Marks() {
		all = append(all, dated{m.Date, record(m)})
	}
	for _, s := range f.History.Services {
		all = append(all, dated{s.Record.Date, Record{vehicle.ServicesName, s.Record.ID, s.Rev}})
	}
	for _, r := range f.History.Fuels {
		all = append(all, dated{r.Record.Date, Record{vehicle.FuelsName, r.Record.ID, r.Rev}})
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b dated) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.rec.Collection, b.rec.Collection), cmp.Compare(a.rec.Key, b.rec.Key))
	})
	gap := func(from, to dated, d Direction, months int) Finding {
		x := Finding{Kind: Gap, Subject: "records", Metric: "months without a record", Value: strconv.Itoa(months), Unit: "months", Direction: d, Severity: Info,
			Dates: []string{string(from.date)}, Records: []Record{from.rec}, Method: "whole months between two records that follow each other"}
		if d == Between {
			x.Dates, x.Records = append(x.Dates, string(to.date)), append(x.Records, to.rec)
		}
		if months >= gapWarnMonths {
			x.Severity = Warning
		}
		return x
	}
	var out []Finding
	longest, at := 0, 0
	for i := 1; i < len(all); i++ {
		if m := months(all[i-1].date, all[i].date); m > longest {
			longest, at = m, i
		}
	}
	if longest >= gapMonths {
		out = append(out, gap(all[at-1], all[at], Between, longest))
	}
	if end := all[len(all)-1]; f.History.Vehicle.Stage != vehicle.Sold {
		if m := months(end.date, f.today()); m >= gapMonths {
			out = append(out, gap(end, dated{}, Since, m))
		}
	}
	return out
}

// months counts whole months from a to b.
func months(a, b vehicle.Date) int {
	at, bt := a.Time(), b.Time()
	n := (bt.Year()-at.Year())*12 + int(bt.Month()-at.Month())
	for n > 0 && a.AddMonths(n) > b {
		n--
	}
	return max(n, 0)
}
