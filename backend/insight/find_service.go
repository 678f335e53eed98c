package insight

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// What "due soon" means.
const (
	soonDays   = 30
	soonMeters = 1_000_000
)

// findService says which services are overdue or due soon. When each kind is
// due is vehicle.History.Due's to say; distance counts only while the
// odometer is not in doubt.
func findService(f *Facts) []Finding {
	if f.History.Vehicle.Stage == vehicle.Sold {
		return nil
	}
	if len(f.History.Services) == 0 {
		return []Finding{{Kind: Quality, Subject: "service", Metric: "service records", Value: "0", Severity: Info, Records: f.vehicleRecord(), Method: "no service record is on file"}}
	}
	marks := f.History.Marks()
	byDistance := len(marks) > 0 && !vehicle.Doubted(marks)
	revs := map[string]int64{}
	for _, s := range f.History.Services {
		revs[s.Record.ID] = s.Rev
	}
	var out []Finding
	var seen []Record
	var kinds, missing []string
	for _, d := range f.History.Due(f.today()) {
		if d.NothingOnFile {
			missing = append(missing, serviceNoun(d.Kind))
			continue
		}
		kinds = append(kinds, serviceNoun(d.Kind))
		done := Record{vehicle.ServicesName, d.Record, revs[d.Record]}
		seen = append(seen, done)
		if !byDistance {
			d.MetersLeft = nil
		}
		x, ok := due(f, d)
		if !ok {
			continue
		}
		x.Records = []Record{done}
		if x.Unit == f.Unit {
			x.Records = append(x.Records, record(marks[len(marks)-1]))
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return -cmp.Compare(lateness(a, f), lateness(b, f)) })
	if len(kinds) > 0 && len(out) == 0 {
		subject := "services"
		if len(kinds) == 1 {
			subject = kinds[0]
		}
		out = append(out, Finding{Kind: OnTime, Subject: subject, Metric: "services", Value: strconv.Itoa(len(kinds)), N: len(kinds), Direction: Within, Severity: Info,
			Records: unique(seen), Method: "every kind of service with a record, against its interval"})
	}
	if len(missing) > 0 {
		out = append(out, Finding{Kind: Unrecorded, Subject: list(missing, "or"), Metric: "services without a record", Value: strconv.Itoa(len(missing)), N: len(missing), Severity: Info,
			Records: f.vehicleRecord(), Method: "kinds of service that apply to the vehicle and stand in no record"})
	}
	return out
}

// due turns what is due into a finding: overdue by distance or by time,
// whichever is further past, else due soon.
func due(f *Facts, d vehicle.Due) (Finding, bool) {
	x := Finding{Kind: ServiceDue, Subject: serviceNoun(d.Kind), Metric: string(d.Kind), Severity: Info, Dates: []string{string(d.Last)}}
	distance := func(dir Direction, meters int64) (Finding, bool) {
		x.Value, x.Unit, x.Reference, x.Direction = whole(meters, f.Unit), f.Unit, whole(d.Interval.Kilometers*1000, f.Unit), dir
		x.Method = "last done, plus the interval, against the last odometer reading"
		return x, x.Value != "0"
	}
	days := func(dir Direction, n int) (Finding, bool) {
		x.Value, x.Unit, x.Reference, x.Direction = strconv.Itoa(n), "days", strconv.Itoa(d.Interval.Months), dir
		x.Dates = append(x.Dates, string(d.On))
		x.Method = "last done, plus the interval in months, against today"
		return x, true
	}
	overDistance, overTime := -1.0, -1.0 // shares of the interval
	if d.MetersLeft != nil && *d.MetersLeft < 0 && whole(-*d.MetersLeft, f.Unit) != "0" {
		overDistance = float64(-*d.MetersLeft) / float64(d.Interval.Kilometers*1000)
	}
	if d.DaysLeft != nil && *d.DaysLeft < 0 {
		overTime = float64(-*d.DaysLeft) / (float64(d.Interval.Months) * 30.4)
	}
	switch {
	case overDistance >= 0 && overDistance >= overTime:
		x.Severity = Warning
		return distance(Overdue, -*d.MetersLeft)
	case overTime >= 0:
		x.Severity = Warning
		return days(Overdue, -*d.DaysLeft)
	case d.MetersLeft != nil && *d.MetersLeft >= 0 && *d.MetersLeft <= soonMeters && d.Interval.Kilometers*1000 > 2*soonMeters:
		return distance(Due, *d.MetersLeft)
	case d.DaysLeft != nil && *d.DaysLeft <= soonDays:
		return days(Due, *d.DaysLeft)
	}
	return Finding{}, false
}

// lateness orders services: overdue before due, then by how many days or
// distance past, one day standing for 50 km.
func lateness(x Finding, f *Facts) float64 {
	v := decimal(x.Value)
	if x.Unit == f.Unit {
		v = v * metersPer(f.Unit) / 50_000
	}
	if x.Direction == Overdue {
		return 1e6 + v
	}
	return -v
}

func unique(r []Record) []Record {
	s := slices.Clone(r)
	slices.SortFunc(s, func(a, b Record) int {
		return cmp.Or(cmp.Compare(a.Collection, b.Collection), cmp.Compare(a.Key, b.Key))
	})
	return slices.Compact(s)
}

// serviceNoun names the work, not the part: "the oil change is overdue".
func serviceNoun(k vehicle.ServiceKind) string {
	if n, ok := serviceNouns[k]; ok {
		return n
	}
	if info, ok := vehicle.KindOf(k); ok {
		return info.Name
	}
	return string(k)
}

var serviceNouns = map[vehicle.ServiceKind]string{
	"oil": "oil change", "tires": "tire rotation", "brakes": "brake inspection", "brake_fluid": "brake fluid change",
	"air_filter": "engine air filter change", "cabin_filter": "cabin air filter change", "coolant": "coolant change",
	"transmission": "transmission fluid change", "spark_plugs": "spark plug change", "battery": "battery test", "inspection": "annual inspection",
}
