package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// sampled is how many rows are looked at.
const sampled = 200

// guess is one reading of a column.
type guess struct {
	column  int
	target  Target
	percent int
	why     string
}

// Guess says which column is what, by the headings and by a sample of the rows
// (up to 200 are looked at).
func Guess(header []string, sample [][]string, o Defaults) Mapping {
	m := Mapping{Columns: make([]Column, len(header)), Currency: cmp.Or(o.Currency, "USD"), DistanceUnit: cmp.Or(o.DistanceUnit, "mi"), Fingerprint: Fingerprint(header)}
	sample = sample[:min(len(sample), sampled)]
	natures := make([]nature, len(header))
	var all []guess
	for i, h := range header {
		cells := make([]string, 0, len(sample))
		for _, r := range sample {
			if i < len(r) {
				cells = append(cells, r[i])
			}
		}
		natures[i] = natureOf(cells)
		m.Columns[i] = Column{Index: i, Header: h}
		all = append(all, readings(i, h, &natures[i])...)
	}
	slices.SortStableFunc(all, func(a, b guess) int { return cmp.Compare(b.percent, a.percent) })
	taken := map[Target]int{}
	settle := func(g guess) {
		c := &m.Columns[g.column]
		if c.Target != "" {
			return
		}
		if first, ok := taken[g.target]; ok && !g.target.many() {
			if c.Why == "" {
				c.Why = fmt.Sprintf("It may be the %s too, which column %s fits better.", word(g.target), label(header, first))
			}
			return
		}
		taken[g.target] = g.column
		c.Target, c.Percent, c.Why = g.target, g.percent, g.why
	}
	for _, g := range all {
		// A description of the whole vehicle is for lists without columns for it.
		if g.target == Vehicle && g.percent < 95 && has(taken, "make") && has(taken, "model") {
			continue
		}
		settle(g)
	}
	apart(&m, natures, taken)
	m.rest(natures)
	m.units(natures, o)
	return m
}

func has(taken map[Target]int, t Target) bool { _, ok := taken[t]; return ok }

// apart gives up a description of the whole vehicle where make and model have
// columns of their own, and takes a model that begins with its make for one where
// the make has none.
func apart(m *Mapping, natures []nature, taken map[Target]int) {
	if at, ok := taken["model"]; ok && !has(taken, "make") && !has(taken, Vehicle) && natures[at].vehicle >= 60 {
		c := &m.Columns[at]
		c.Target, c.Percent, c.Why = Vehicle, 85, fmt.Sprintf("It is called %q, and %d of 100 cells begin with a make.", c.Header, natures[at].vehicle)
	}
	at, ok := taken[Vehicle]
	if ok && has(taken, "make") && has(taken, "model") && has(taken, "year") {
		c := &m.Columns[at]
		*c = Column{Index: c.Index, Header: c.Header}
	}
}

// readings are what a column may be.
func readings(i int, h string, n *nature) []guess {
	var out []guess
	say := func(t Target, percent int, format string, args ...any) {
		out = append(out, guess{i, t, min(percent, 99), fmt.Sprintf(format, args...)})
	}
	t, sure := headed(h)
	if n.shape >= 30 {
		switch {
		case t == VIN:
			say(VIN, 97, "It is called %q, and %d of 100 cells look like VINs.", h, n.shape)
		case n.shape >= 50 || n.vin >= 30:
			say(VIN, 80+n.shape/10+n.vin/20, "%d of 100 cells look like VINs, %d with the right check digit, whatever the heading says.", n.shape, n.vin)
		}
	}
	if t != "" {
		t = byCells(t, n)
		switch fit := n.fits(t); {
		case n.full == 0:
			say(t, sure-15, "It is called %q; its cells are blank.", h)
		case fit < 0:
			say(t, sure, "It is called %q.", h)
		case fit >= 60:
			say(t, sure+4, "It is called %q, and its cells fit.", h)
		case fit >= 20 || loose(t):
			say(t, sure-5, "It is called %q.", h)
		case t == VIN:
			say(t, 60, "It is called %q, but its cells do not look like whole VINs.", h)
		default:
			say(t, sure-40, "It is called %q, but only %d of 100 cells fit.", h, fit)
		}
	}
	if n.full >= 2 || n.full == 1 && h == "" {
		out = append(out, byContent(i, n, h == "")...)
	}
	return out
}

// byCells narrows what a heading says by what stands below it: a "Model" may
// hold year and make too, a "Body" the doors and the drive.
func byCells(t Target, n *nature) Target {
	switch {
	case t == "model" && n.dated >= 60, (t == "make" || t == Title || t == Notes || t == "year") && n.vehicle >= 60:
		return Vehicle
	case t == Vehicle && n.make >= 60:
		return "make"
	case t == "body" && n.style >= 25:
		return Style
	case t == "body" && n.body < 10 && n.drive >= 60:
		return "drive"
	case t == "displacement" && n.engine >= 40, t == "cylinders" && n.engine >= 40:
		return Engine
	case t == Engine && n.cylinders >= 60 && n.liters == 0:
		return "cylinders"
	case t == Engine && n.liters >= 80 && n.engine == 0:
		return "displacement"
	case t == "transmission" && n.drive >= 60 && n.gears < 20:
		return "drive"
	case t == "drive" && n.gears >= 60 && n.drive < 20:
		return "transmission"
	case t == Title && n.title < 10 && n.text >= 60:
		return Notes
	case t == Asking && n.distance >= 60, t == LotNumber && n.distance >= 60:
		return Odometer
	case t == Odometer && n.money >= 60:
		return Asking
	}
	return t
}

// loose are targets whose cells are worded in more ways than are known here.
func loose(t Target) bool {
	switch t {
	case "make", "body", "fuel", "drive", "transmission", Color, Title, Engine, Vehicle:
		return true
	}
	return false
}

// byContent are guesses by the cells alone. bare is a column without a heading,
// of which more can be believed.
func byContent(i int, n *nature, bare bool) []guess {
	var out []guess
	most := 58
	if bare {
		most = 72
	}
	for _, x := range []struct {
		t    Target
		fit  int
		what string
	}{
		{Vehicle, n.vehicle, "name a year and a make, or a make and a model"}, {"year", n.year, "are years"}, {"make", n.make, "are makes"},
		{Odometer, n.distance, "are distances with a unit"}, {Asking, n.money, "are amounts with a currency"}, {Engine, n.engine, "describe engines"},
		{Style, n.style, "describe bodies with doors or drive"}, {Date, n.day, "are days"},
		{"fuel", n.fuel, "are fuels"}, {"drive", n.drive, "are drive types"}, {"transmission", n.gears, "are transmissions"}, {"body", n.body, "are bodies"}, {Color, n.color, "are colors"},
	} {
		if x.fit >= 70 {
			sure := most
			if x.t == Vehicle && n.dated >= 70 { // nothing else looks like "2015 Ford F-150"
				sure = 85
			}
			out = append(out, guess{i, x.t, sure * x.fit / 100, fmt.Sprintf("%d of 100 cells %s.", x.fit, x.what)})
		}
	}
	return out
}

// rest gives the columns that nobody knows a place: a field of their own, or
// none.
func (m *Mapping) rest(natures []nature) {
	names, custom := map[string]bool{}, 0
	for i := range m.Columns {
		c := &m.Columns[i]
		switch {
		case c.Target != "":
		case natures[i].full == 0:
			c.Target, c.Percent, c.Why = Skip, 90, "Its cells are blank."
		case strings.TrimSpace(c.Header) == "":
			c.Target, c.Percent, c.Why = Skip, 50, strings.TrimSpace("It has no heading, and its cells do not tell what it is. "+c.Why)
		case custom == vehicle.MaxFields:
			c.Target, c.Percent, c.Why = Skip, 50, fmt.Sprintf("A vehicle has at most %d fields of its own.", vehicle.MaxFields)
		default:
			c.Target, c.Percent, c.Name = Custom, 50, fieldName(c.Header, names)
			c.Why = strings.TrimSpace("Hubcap has no place of its own for it, so it becomes a field. " + c.Why)
			custom++
		}
	}
}

// fieldName makes a heading the name of a field that no other has.
func fieldName(h string, names map[string]bool) string {
	letters := []rune(strings.Join(strings.Fields(h), " "))
	name := string(letters[:min(len(letters), maxName-4)])
	for n := 2; names[strings.ToLower(name)]; n++ {
		name = string(letters[:min(len(letters), maxName-4)]) + " " + strconv.Itoa(n)
	}
	names[strings.ToLower(name)] = true
	return name
}

// units finds out currency, unit of distance and order of days from headings and
// cells.
func (m *Mapping) units(natures []nature, o Defaults) {
	for i := range m.Columns {
		c := &m.Columns[i]
		switch c.Target {
		case Odometer:
			for _, w := range headingWords(c.Header) {
				if u := headingUnits[w]; u != "" && (w != "mileage" || o.DistanceUnit == "") {
					c.Unit = u
				}
			}
		case Asking:
			for _, w := range strings.Fields(c.Header) {
				w = strings.Trim(w, "()[]:")
				if code, ok := currency(w, m.Currency); ok && code != "" {
					c.Currency = code
				}
			}
			if code := commonCurrency(natures[i].cells, m.Currency); c.Currency == "" && code != "" && code != m.Currency {
				c.Currency = code
			}
		case Date:
			m.DateOrder = orderOf(natures[i].cells)
		}
	}
	if m.DateOrder == "" {
		m.DateOrder = "mdy"
		if m.Currency != "USD" && m.Currency != "CAD" {
			m.DateOrder = "dmy"
		}
	}
}

// commonCurrency is the one that most cells name, "" if most name none.
func commonCurrency(cells []string, own string) string {
	counts := map[string]int{}
	for _, c := range cells {
		if _, before, after, ok := decimal(c); ok {
			for _, s := range []string{before, after} {
				if code, ok := currency(s, own); ok && code != "" {
					counts[code]++
				}
			}
		}
	}
	for code, n := range counts {
		if n*2 > len(cells) {
			return code
		}
	}
	return ""
}

// word is a target for a person.
func word(t Target) string {
	switch t {
	case VIN:
		return "VIN"
	case LotNumber:
		return "lot number"
	case Asking:
		return "asking price"
	case Vehicle:
		return "whole vehicle"
	case "gvwr":
		return "GVWR"
	}
	return string(t)
}

func label(header []string, i int) string {
	if h := strings.TrimSpace(header[i]); h != "" {
		return strconv.Quote(h)
	}
	return strconv.Itoa(i + 1)
}
