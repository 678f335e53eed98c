package vehicle

import (
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Date is a civil day, "2026-11-22": no clock, no zone. It sorts as text.
type Date string

// DateOf returns the UTC day of t.
func DateOf(t time.Time) Date { return Date(t.UTC().Format(time.DateOnly)) }

// Time returns midnight UTC of the day, the zero time if d is not a date.
func (d Date) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// AddMonths returns the same day n months later, or the last day of that
// month if it is shorter.
func (d Date) AddMonths(n int) Date {
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DateOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// DaysUntil returns the whole days from d to e, negative if e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.Time().Sub(d.Time()).Hours() / 24) }

func (d Date) check(field string, now time.Time) error {
	t, err := time.Parse(time.DateOnly, string(d))
	switch {
	case err != nil:
		return fault.InvalidField(field, "is not a date", "write YYYY-MM-DD, such as 2026-11-22")
	case t.Year() < 1900:
		return fault.InvalidField(field, "is before 1900", "check the year")
	case t.After(now.UTC().AddDate(0, 0, 1)):
		return fault.InvalidField(field, "is in the future", "give the day on which it happened")
	}
	return nil
}
