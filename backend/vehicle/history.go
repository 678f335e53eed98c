package vehicle

import (
	"cmp"
	"slices"
)

// History is a vehicle with all its records, each list by date.
type History struct {
	Vehicle  Vehicle
	Rev      int64 // the vehicle's revision
	Readings []Revised[Reading]
	Services []Revised[ServiceRecord]
	Fuels    []Revised[FuelRecord]
}

// Revised is a record with the revision at which it was read.
type Revised[T any] struct {
	Record T
	Rev    int64
}

// Mark is one known state of the odometer, whatever record it stands in.
type Mark struct {
	Date       Date
	Meters     int64
	Odometer   Distance
	Source     ReadingSource
	Collection string // the record's collection, key and revision
	Key        string
	Rev        int64
}

// Marks returns every odometer value in the history, by date; marks of one
// day by value.
func (h *History) Marks() []Mark {
	var m []Mark
	for _, r := range h.Readings {
		m = append(m, Mark{r.Record.Date, r.Record.Odometer.Meters, r.Record.Odometer, r.Record.Source, ReadingsName, r.Record.ID, r.Rev})
	}
	for _, r := range h.Services {
		if o := r.Record.Odometer; o != nil {
			m = append(m, Mark{r.Record.Date, o.Meters, *o, ReadAtService, ServicesName, r.Record.ID, r.Rev})
		}
	}
	for _, r := range h.Fuels {
		if o := r.Record.Odometer; o != nil {
			m = append(m, Mark{r.Record.Date, o.Meters, *o, ReadAtFuel, FuelsName, r.Record.ID, r.Rev})
		}
	}
	slices.SortStableFunc(m, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Meters, b.Meters), cmp.Compare(a.Key, b.Key))
	})
	return m
}

// Step is a pair of marks between which the odometer did what it can't have
// done.
type Step struct{ Before, After Mark }

// Rollbacks returns each mark that is lower than the highest one before it,
// with that highest one.
func Rollbacks(marks []Mark) []Step {
	var out []Step
	var high Mark
	for i, m := range marks {
		if i > 0 && m.Meters < high.Meters && m.Date > high.Date {
			out = append(out, Step{high, m})
		}
		if m.Meters >= high.Meters {
			high = m
		}
	}
	return out
}

// A rise of the odometer is implausible past both of these: two drivers taking turns on a
// highway for 24 hours come to about 2,000 km.
const (
	JumpMetersADay = 2_000_000
	JumpMetersMin  = 5_000_000
)

// Jumps returns pairs of consecutive marks between which nobody can have
// driven. Marks of one day count as a day apart.
func Jumps(marks []Mark) []Step {
	var out []Step
	for i := 1; i < len(marks); i++ {
		a, b := marks[i-1], marks[i]
		days := int64(max(1, a.Date.DaysUntil(b.Date)))
		if rise := b.Meters - a.Meters; rise > JumpMetersMin && rise/days > JumpMetersADay {
			out = append(out, Step{a, b})
		}
	}
	return out
}

// Doubted reports whether the odometer contradicts itself: then no distance
// is compared with it, and nothing is due by it.
func Doubted(marks []Mark) bool { return len(Rollbacks(marks)) > 0 || len(Jumps(marks)) > 0 }

// MinSpanMeters is the least odometer span over which a cost per distance is
// worth saying.
const MinSpanMeters = 1_000_000

// CostPerDistance is service and fuel cost over the odometer span.
type CostPerDistance struct {
	Minor      int64 // total cost in minor units
	Currency   string
	SpanMeters int64
	Services   int // records that were counted
	Fuels      int
}

// MinorPer1000Km returns the cost per 1,000 km, rounded to the minor unit.
func (c CostPerDistance) MinorPer1000Km() int64 {
	return (c.Minor*1_000_000 + c.SpanMeters/2) / c.SpanMeters
}

// Cost returns the cost per distance, and false where the history does not
// hold enough to say it: fewer than two marks, a span under 1,000 km, a
// doubted odometer, no cost at all, or costs in several currencies. Records dated
// outside the span of the marks are left out.
func (h *History) Cost() (CostPerDistance, bool) {
	marks := h.Marks()
	if len(marks) < 2 || Doubted(marks) {
		return CostPerDistance{}, false
	}
	first, last := marks[0], marks[len(marks)-1]
	c := CostPerDistance{SpanMeters: last.Meters - first.Meters}
	if c.SpanMeters < MinSpanMeters {
		return CostPerDistance{}, false
	}
	sum := map[string]int64{}
	within := func(d Date) bool { return d >= first.Date && d <= last.Date }
	for _, r := range h.Services {
		if within(r.Record.Date) {
			for cur, n := range r.Record.Cost() {
				sum[cur] += n
			}
			c.Services++
		}
	}
	for _, r := range h.Fuels {
		if within(r.Record.Date) && r.Record.Cost != nil {
			sum[r.Record.Cost.Currency] += r.Record.Cost.Minor
			c.Fuels++
		}
	}
	if len(sum) != 1 {
		return CostPerDistance{}, false
	}
	for cur, n := range sum {
		c.Currency, c.Minor = cur, n
	}
	return c, true
}
