package report

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Style is how the reader of a document writes numbers, days and distances.
// The zero value writes as the United States do, with days as 2026-11-22.
type Style struct {
	Distance string // "mi" or "km"; "" leaves each in the unit in which it was read
	Numbers  string // "comma", "dot" or "space"; all else is comma
	Dates    string // "dmy" or "mdy"; all else is 2026-11-22
}

// whole writes a whole number in groups of three.
func (s Style) whole(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	mark := map[string]string{"dot": ".", "space": "\u00a0"}[s.Numbers]
	if mark == "" {
		mark = ","
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return sign + digits
}

// signs are currencies whose sign nobody mistakes for another's.
var signs = map[string]string{"USD": "$", "EUR": "€", "GBP": "£"}

// Money writes an amount, without its minor part where that is none:
// "$12,500", "CHF 12,500.50".
func (s Style) Money(m *vehicle.Money) string {
	if m == nil {
		return ""
	}
	amount := strings.TrimSuffix(m.String(), " "+m.Currency) // "12500.50"
	integer, minor, _ := strings.Cut(amount, ".")
	n, err := strconv.ParseInt(integer, 10, 64)
	if err != nil {
		return m.String()
	}
	out := s.whole(n)
	if strings.Trim(minor, "0") != "" {
		point := "."
		if s.Numbers == "dot" || s.Numbers == "space" {
			point = ","
		}
		out += point + minor
	}
	if sign, ok := signs[m.Currency]; ok {
		return sign + out
	}
	return m.Currency + "\u00a0" + out
}

// Odometer writes a distance in whole units.
func (s Style) Odometer(d vehicle.Distance) string {
	unit := s.Distance
	if unit == "" {
		unit = d.Unit
	}
	per := 1000.0
	if unit == "mi" {
		per = 1609.344 // the international mile
	}
	return s.whole(int64(math.Round(float64(d.Meters)/per))) + "\u00a0" + unit
}

// Day writes a day.
func (s Style) Day(t time.Time) string {
	switch s.Dates {
	case "dmy":
		return t.Format("02/01/2006")
	case "mdy":
		return t.Format("01/02/2006")
	}
	return t.Format(time.DateOnly)
}
