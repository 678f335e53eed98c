package insight_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// raw is a vehicle as its records tell it. What the reader (reader_test.go)
// needs to know is derived here a second time, from the records alone:
// nothing in this file calls the rules of insight or of vehicle's History.
type raw struct {
	vin      string
	result   vin.Result
	vehicle  vehicle.Vehicle
	marks    []mark // odometer values, by date
	services []vehicle.ServiceRecord
	fuels    []vehicle.FuelRecord
	siblings []*raw // as chosen by make, model and year, without this one
	now      time.Time
}

type mark struct {
	date   time.Time
	meters float64
	value  string
	unit   string
}

func date(d vehicle.Date) time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

func newRaw(h vehicle.History, r vin.Result, now time.Time) *raw {
	out := &raw{vin: r.VIN, result: r, vehicle: h.Vehicle, now: now}
	add := func(d vehicle.Date, o *vehicle.Distance) {
		if o == nil {
			return
		}
		v, _ := strconv.ParseFloat(o.Value, 64)
		out.marks = append(out.marks, mark{date(d), v * unitMeters(o.Unit), o.Value, o.Unit})
	}
	for _, x := range h.Readings {
		add(x.Record.Date, &x.Record.Odometer)
	}
	for _, x := range h.Services {
		out.services = append(out.services, x.Record)
		add(x.Record.Date, x.Record.Odometer)
	}
	for _, x := range h.Fuels {
		out.fuels = append(out.fuels, x.Record)
		add(x.Record.Date, x.Record.Odometer)
	}
	slices.SortStableFunc(out.marks, func(a, b mark) int {
		if c := a.date.Compare(b.date); c != 0 {
			return c
		}
		return int(math.Copysign(1, a.meters-b.meters))
	})
	return out
}

func unitMeters(unit string) float64 {
	if unit == "mi" {
		return 1609.344
	}
	return 1000
}

// drops lists where the odometer went back: the highest mark, and the first
// later one below it, once for each such highest mark.
func (r *raw) drops() (out [][2]mark) {
	for i, a := range r.marks {
		highest := true
		for _, b := range r.marks[:i] {
			highest = highest && b.meters <= a.meters+0.6
		}
		if !highest {
			continue
		}
		for _, b := range r.marks[i+1:] {
			if b.meters > a.meters-0.6 {
				break // not lower, so it becomes the highest
			}
			if b.date.After(a.date) {
				out = append(out, [2]mark{a, b})
				break
			}
		}
	}
	return out
}

// leaps lists rises of consecutive marks that nobody drives.
func (r *raw) leaps() (out [][2]mark) {
	for i := 1; i < len(r.marks); i++ {
		a, b := r.marks[i-1], r.marks[i]
		days := math.Max(1, b.date.Sub(a.date).Hours()/24)
		if rise := b.meters - a.meters; rise > 5e6 && rise/days > 2e6 {
			out = append(out, [2]mark{a, b})
		}
	}
	return out
}

func (r *raw) doubted() bool { return len(r.drops()) > 0 || len(r.leaps()) > 0 }

func (r *raw) last() (mark, bool) {
	if len(r.marks) == 0 {
		return mark{}, false
	}
	return r.marks[len(r.marks)-1], true
}

// task is a kind of service as the test knows it: the noun in a sentence,
// and what the record says.
type task struct {
	kind     vehicle.ServiceKind
	noun     string
	interval vehicle.Interval
	done     bool
	last     time.Time
	odometer *vehicle.Distance
}

var nouns = map[vehicle.ServiceKind]string{
	"oil": "oil change", "tires": "tire rotation", "brakes": "brake inspection", "brake_fluid": "brake fluid change", "air_filter": "engine air filter change",
	"cabin_filter": "cabin air filter change", "coolant": "coolant change", "transmission": "transmission fluid change", "spark_plugs": "spark plug change",
	"battery": "battery test", "inspection": "annual inspection",
}

func (r *raw) tasks() (out []task) {
	trailer := r.vehicle.Decoded.VehicleType == "TRAILER"
	electric := r.vehicle.Decoded.Fuel == "Electric" && r.vehicle.Decoded.FuelSecondary == ""
	motorcycle := r.vehicle.Decoded.VehicleType == "MOTORCYCLE"
	for _, k := range vehicle.ServiceKinds() {
		onTrailer := k.Needs == vehicle.Any || k.Needs == vehicle.Axles
		onMotorcycle := k.Needs != vehicle.Cabin && k.Needs != vehicle.Axles
		if trailer && !onTrailer || motorcycle && !onMotorcycle || electric && k.Needs == vehicle.Combustion {
			continue
		}
		t := task{kind: k.Kind, noun: nouns[k.Kind], interval: k.Interval}
		if own, ok := r.vehicle.Intervals[k.Kind]; ok {
			t.interval = own
		}
		if t.interval == (vehicle.Interval{}) {
			continue
		}
		for _, s := range r.services {
			for _, it := range s.Items {
				if it.Kind == k.Kind && !date(s.Date).Before(t.last) {
					t.done, t.last, t.odometer = true, date(s.Date), s.Odometer
				}
			}
		}
		out = append(out, t)
	}
	return out
}

// dueDate is the day on which a task's months are over.
func (t task) dueDate() (time.Time, bool) {
	if t.interval.Months == 0 {
		return time.Time{}, false
	}
	y, m, d := t.last.Date()
	due := time.Date(y, m+time.Month(t.interval.Months), d, 0, 0, 0, 0, time.UTC)
	if due.Day() != d { // the month is shorter: its last day
		due = time.Date(y, m+time.Month(t.interval.Months)+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return due, true
}

// left is how many meters a task has left; ok is false where distance does
// not count.
func (t task) left(r *raw) (float64, bool) {
	last, ok := r.last()
	if !ok || t.interval.Kilometers == 0 || t.odometer == nil || r.doubted() {
		return 0, false
	}
	done, _ := strconv.ParseFloat(t.odometer.Value, 64)
	return done*unitMeters(t.odometer.Unit) + float64(t.interval.Kilometers)*1000 - last.meters, true
}

// overdue reports whether a task is past its interval by at least one of the
// units that people read.
func (t task) overdue(r *raw) bool {
	if !t.done {
		return false
	}
	if left, ok := t.left(r); ok && left < -0.5*unitMeters(r.unit()) {
		return true
	}
	due, ok := t.dueDate()
	return ok && due.Before(r.day())
}

func (r *raw) day() time.Time { return r.now.Truncate(24 * time.Hour) }

// unit is what the vehicle's odometer speaks.
func (r *raw) unit() string {
	if m, ok := r.last(); ok {
		return m.unit
	}
	return "km"
}

// cost is what service and fuel came to per 1,000 km, in whole units of
// money.
func (r *raw) cost() (perThousand float64, currency string, ok bool) {
	if len(r.marks) < 2 || r.doubted() {
		return 0, "", false
	}
	first, last := r.marks[0], r.marks[len(r.marks)-1]
	span := last.meters - first.meters
	if span < 1e6 {
		return 0, "", false
	}
	sum := map[string]int64{}
	in := func(d vehicle.Date) bool { return !date(d).Before(first.date) && !date(d).After(last.date) }
	for _, s := range r.services {
		for _, it := range s.Items {
			if it.Cost != nil && in(s.Date) {
				sum[it.Cost.Currency] += it.Cost.Minor
			}
		}
	}
	for _, f := range r.fuels {
		if f.Cost != nil && in(f.Date) {
			sum[f.Cost.Currency] += f.Cost.Minor
		}
	}
	if len(sum) != 1 {
		return 0, "", false
	}
	for c, n := range sum {
		perThousand, currency = float64(n)/100/(span/1e6), c
	}
	return perThousand, currency, perThousand > 0
}

func middle(v []float64) float64 {
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

// siblingCosts and siblingMeters are what similar vehicles have, those in
// doubt left out.
func (r *raw) siblingCosts(currency string) (out []float64) {
	for _, s := range r.siblings {
		if c, cur, ok := s.cost(); ok && cur == currency {
			out = append(out, c)
		}
	}
	return out
}

func (r *raw) siblingMeters() (out []float64) {
	for _, s := range r.siblings {
		if m, ok := s.last(); ok && !s.doubted() && m.meters > 0 {
			out = append(out, m.meters)
		}
	}
	return out
}

// gaps returns the months between records that follow each other, and since
// the last one.
func (r *raw) gaps() (longest, since int) {
	var days []time.Time
	for _, m := range r.marks {
		days = append(days, m.date)
	}
	for _, s := range r.services {
		days = append(days, date(s.Date))
	}
	for _, f := range r.fuels {
		days = append(days, date(f.Date))
	}
	if len(days) == 0 {
		return 0, 0
	}
	slices.SortFunc(days, time.Time.Compare)
	for i := 1; i < len(days); i++ {
		longest = max(longest, wholeMonths(days[i-1], days[i]))
	}
	return longest, wholeMonths(days[len(days)-1], r.day())
}

func wholeMonths(a, b time.Time) (n int) {
	for y, m, d := a.Date(); ; n++ {
		next := time.Date(y, m+time.Month(n+1), d, 0, 0, 0, 0, time.UTC)
		if next.Day() != d {
			next = time.Date(y, m+time.Month(n+2), 0, 0, 0, 0, 0, time.UTC)
		}
		if next.After(b) {
			return n
		}
	}
}

// digit is the check digit by 49 CFR 565.15(c), worked out by hand.
func digit(v string) string {
	if len(v) != 17 {
		return ""
	}
	const letters = "ABCDEFGH.JKLMN.P.R..STUVWXYZ"
	values := map[byte]int{}
	for i, n := 0, 1; i < len(letters); i++ {
		if letters[i] != '.' {
			values[letters[i]] = n
		}
		if n++; n > 9 {
			n = 1
		}
	}
	for i, c := range []byte("STUVWXYZ") {
		values[c] = i + 2
	}
	sum := 0
	for i, w := range []int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2} {
		c := v[i]
		if c >= '0' && c <= '9' {
			sum += int(c-'0') * w
		} else {
			sum += values[c] * w
		}
	}
	return string("0123456789X"[sum%11])
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
