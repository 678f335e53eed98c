package retain

import (
	"fmt"
	"time"
)

// rules keeps the points that the policy's counts choose, newest first.
func (h *history) rules(p Policy) {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	for _, r := range []struct {
		name  string
		count int
		slot  func(t time.Time, i int) string
	}{
		{"of the last", p.Last, func(_ time.Time, i int) string { return fmt.Sprint(i) }},
		{"hourly", p.Hourly, func(t time.Time, _ int) string { return t.UTC().Format("2006-01-02 15h UTC") }},
		{"daily", p.Daily, func(t time.Time, _ int) string { return t.Format(time.DateOnly) }},
		{"weekly", p.Weekly, func(t time.Time, _ int) string { y, w := t.ISOWeek(); return fmt.Sprintf("%d-W%02d", y, w) }},
		{"monthly", p.Monthly, func(t time.Time, _ int) string { return t.Format("2006-01") }},
		{"yearly", p.Yearly, func(t time.Time, _ int) string { return t.Format("2006") }},
	} {
		taken := map[string]bool{}
		for i := len(h.points) - 1; i >= 0 && len(taken) < r.count; i-- {
			slot := r.slot(h.points[i].Time.In(zone), i)
			if taken[slot] {
				continue
			}
			taken[slot] = true
			if r.name == "of the last" {
				h.keepPoint(i, fmt.Sprintf("one of the last %d", r.count))
			} else {
				h.keepPoint(i, fmt.Sprintf("%s %d of %d, %s", r.name, len(taken), r.count, slot))
			}
		}
	}
}
