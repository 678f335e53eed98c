package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// maxName is how many letters the name of a custom field may have.
const maxName = 60

// Check refuses a mapping that was written by hand and can't be right for a
// list of so many columns: Invalid, with the fields and what to do.
func (m *Mapping) Check(columns int) error {
	var wrong []fault.Field
	say := func(at, problem, remedy string, args ...any) {
		wrong = append(wrong, fault.Field{Pointer: at, Problem: problem, Remedy: fmt.Sprintf(remedy, args...)})
	}
	if len(m.Columns) == 0 {
		say("/columns", "names no column", `name at least the VIN: {"columns": [{"index": 0, "target": "vin"}]}`)
	}
	seen, taken, custom := map[int]bool{}, map[Target]int{}, 0
	for i := range m.Columns {
		c, at := &m.Columns[i], fmt.Sprintf("/columns/%d", i)
		switch {
		case c.Index < 0 || c.Index >= columns:
			say(at+"/index", "is not a column of the list", "use 0 to %d: columns are counted from 0", columns-1)
		case seen[c.Index]:
			say(at+"/index", "is named twice", "give each column one target")
		}
		seen[c.Index] = true
		if !slices.Contains(Targets(), c.Target) {
			say(at+"/target", "is not a target", "use one of %s", targetNames())
		} else if first, ok := taken[c.Target]; ok && !c.Target.many() {
			say(at+"/target", fmt.Sprintf("is that of column %d too", first), `use "custom" with a name, or "skip", for one of the two`)
		} else if !ok {
			taken[c.Target] = c.Index
		}
		if c.Target == Custom {
			custom++
			if n := utf8.RuneCountInString(strings.TrimSpace(c.Name)); n == 0 || n > maxName || strings.ContainsFunc(c.Name, func(r rune) bool { return r < ' ' }) {
				say(at+"/name", "is blank, too long or of several lines", "give the field a name of up to %d letters", maxName)
			}
		}
		checkUnit(at+"/unit", c.Unit, say)
		checkCurrency(at+"/currency", c.Currency, say)
		if c.Percent < 0 || c.Percent > 100 {
			say(at+"/percent", "is not a percentage", "leave it out, or give 0 to 100")
		}
	}
	if custom > vehicle.MaxFields {
		say("/columns", "has too many custom fields", `use "skip" for some: a vehicle has at most %d`, vehicle.MaxFields)
	}
	checkUnit("/distanceUnit", m.DistanceUnit, say)
	checkCurrency("/currency", m.Currency, say)
	if m.DateOrder != "" && m.DateOrder != "ymd" && m.DateOrder != "mdy" && m.DateOrder != "dmy" {
		say("/dateOrder", "is not an order of days", `use "ymd", "mdy" or "dmy"`)
	}
	if len(wrong) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Message: "the mapping is not valid", Remedy: wrong[0].Remedy, Fields: wrong}
}

func targetNames() string {
	var names []string
	for _, t := range Targets() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

func checkUnit(at, unit string, say func(string, string, string, ...any)) {
	if unit != "" && unit != "km" && unit != "mi" {
		say(at, "is not a unit of distance", `use "km" or "mi"`)
	}
}

func checkCurrency(at, code string, say func(string, string, string, ...any)) {
	if _, known := minorDigits[code]; code != "" && !known {
		say(at, "is not a currency that Hubcap knows", `use an ISO 4217 code such as "USD"`)
	}
}
