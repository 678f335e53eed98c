package vehicle

import (
	"cmp"
	"slices"
)

// Due is when a service kind is due on a vehicle, and from what that follows.
type Due struct {
	Kind     ServiceKind `json:"kind"`
	Name     string      `json:"name"`
	Interval Interval    `json:"interval"`

	// Last is the day of the last record of the kind, "" where there is none:
	// then nothing is due, and nothing is known.
	Last          Date      `json:"last,omitempty"`
	LastOdometer  *Distance `json:"lastOdometer,omitempty"`
	Record        string    `json:"record,omitempty" doc:"id of the last service record of the kind"`
	On            Date      `json:"on,omitempty" doc:"due on this day at the latest; left out where the interval has no months"`
	AtMeters      int64     `json:"atMeters,omitempty" doc:"due at this odometer; left out where it can't be said"`
	DaysLeft      *int      `json:"daysLeft,omitempty" doc:"negative when overdue"`
	MetersLeft    *int64    `json:"metersLeft,omitempty" doc:"at the last known odometer; negative when overdue"`
	Overdue       bool      `json:"overdue"`
	NothingOnFile bool      `json:"nothingOnFile" doc:"no record of the kind"`
}

// Due lists every service kind that has an interval on the vehicle, overdue
// ones first, then by what is left, then those without any record.
func (h *History) Due(today Date) []Due {
	marks := h.Marks()
	doubted := Doubted(marks)
	out := []Due{}
	for _, info := range ServiceKinds() {
		interval, ok := h.Vehicle.IntervalFor(info.Kind)
		if !ok {
			continue
		}
		d := Due{Kind: info.Kind, Name: info.Name, Interval: interval}
		last := h.last(info.Kind)
		if last == nil {
			d.NothingOnFile = true
			out = append(out, d)
			continue
		}
		d.Last, d.LastOdometer, d.Record = last.Date, last.Odometer, last.ID
		if interval.Months > 0 {
			d.On = last.Date.AddMonths(interval.Months)
			left := today.DaysUntil(d.On)
			d.DaysLeft, d.Overdue = &left, left < 0
		}
		if interval.Kilometers > 0 && last.Odometer != nil && len(marks) > 0 && !doubted {
			d.AtMeters = last.Odometer.Meters + interval.Kilometers*1000
			left := d.AtMeters - marks[len(marks)-1].Meters
			d.MetersLeft = &left
			d.Overdue = d.Overdue || left < 0
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Due) int { return cmp.Compare(a.pressure(), b.pressure()) })
	return out
}

// pressure orders due services: the part of the interval that is left, the
// smaller of both sides, in thousandths.
func (d *Due) pressure() int64 {
	if d.NothingOnFile {
		return 1 << 40
	}
	p := int64(1 << 30)
	if d.DaysLeft != nil {
		p = min(p, int64(*d.DaysLeft)*1000/int64(d.Interval.Months*30))
	}
	if d.MetersLeft != nil {
		p = min(p, *d.MetersLeft/d.Interval.Kilometers)
	}
	return p
}

// last is the newest service record that holds the kind.
func (h *History) last(k ServiceKind) *ServiceRecord {
	for i := len(h.Services) - 1; i >= 0; i-- {
		r := &h.Services[i].Record
		for _, it := range r.Items {
			if it.Kind == k {
				return r
			}
		}
	}
	return nil
}
