package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Read makes of a row's cells what they say.
func (m *Mapping) Read(cells []string) Lot { return m.ReadEdited(cells, nil) }

// ReadEdited is Read of a row in which somebody changed something; that need
// not have a column.
func (m *Mapping) ReadEdited(cells []string, edits []Text) Lot {
	r := reading{m: m, lot: Lot{Claimed: claim.Claimed{}}}
	done := make([]bool, len(edits))
	// What holds several things at once comes last: it fills what is blank.
	for _, combined := range []bool{false, true} {
		for i := range m.Columns {
			c := &m.Columns[i]
			if isCombined(c.Target) != combined || c.Index < 0 {
				continue
			}
			text := ""
			if c.Index < len(cells) {
				text = cells[c.Index]
			}
			for j, e := range edits {
				if e.Target == c.Target && e.Name == c.Name && (!c.Target.many() || c.Target == Custom) {
					text, done[j] = e.Text, true
				}
			}
			r.take(c, text)
		}
		if combined {
			break
		}
		for j, e := range edits {
			if !done[j] && !isCombined(e.Target) {
				r.take(&Column{Index: -1, Target: e.Target, Name: e.Name}, e.Text)
				done[j] = true
			}
		}
	}
	for j, e := range edits {
		if !done[j] {
			r.take(&Column{Index: -1, Target: e.Target, Name: e.Name}, e.Text)
		}
	}
	return r.lot
}

func isCombined(t Target) bool { return t == Vehicle || t == Engine || t == Style }

// reading is a lot in the making.
type reading struct {
	m   *Mapping
	lot Lot
}

func (r *reading) problem(c *Column, text, reason string) {
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	r.lot.Problems = append(r.lot.Problems, Problem{Column: c.Index, Header: c.Header, Text: text, Reason: reason})
}

// take reads one cell.
func (r *reading) take(c *Column, text string) {
	text = plainText(text)
	l := &r.lot
	if c.Target == Title && strings.EqualFold(text, "none") { // there is no title
		l.Title = text
		return
	}
	if blank(text) {
		return
	}
	switch c.Target {
	case VIN:
		var problem string
		if l.VIN, problem = vinCell(text); problem != "" {
			r.problem(c, text, problem)
		}
	case Odometer:
		d, says, problem := odometer(text, cmp.Or(c.Unit, r.m.DistanceUnit, "mi"))
		if l.Odometer, l.OdometerSays = d, says; problem != "" {
			r.problem(c, text, problem)
		}
	case Asking:
		amount, problem := money(text, cmp.Or(c.Currency, r.m.Currency, "USD"))
		if l.Asking = amount; problem != "" {
			r.problem(c, text, problem)
		}
	case Date:
		d, ok := day(text, cmp.Or(r.m.DateOrder, "mdy"))
		if l.Date = d; !ok {
			r.problem(c, text, "This is no day.")
		}
	case "year":
		l.Claimed[claim.Year] = yearCell(text)
	case "cylinders", "doors":
		l.Claimed[claim.Field(c.Target)] = r.cut(c, strings.TrimSuffix(text, ".0"), maxClaim) // a program's idea of a whole number
	case Vehicle:
		year, make, model := splitVehicle(text)
		if own := l.Claimed[claim.Make]; own != "" && make != "" && !sameMake(own, make) {
			model = strings.TrimSpace(make + " " + model) // a model that is called like another's make: Hyundai Genesis, Dodge Ram
		}
		l.fill(claim.Year, year)
		l.fill(claim.Make, make)
		l.fill(claim.Model, model)
	case Engine:
		displacement, count, fuel := splitEngine(text)
		l.fill(claim.Displacement, displacement)
		l.fill(claim.Cylinders, count)
		l.fill(claim.Fuel, fuel)
	case Style:
		doors, drive, body := splitStyle(text)
		l.fill(claim.Doors, doors)
		l.fill(claim.Drive, drive)
		l.fill(claim.Body, body)
	case Notes:
		l.Notes = r.cut(c, strings.TrimPrefix(l.Notes+"; "+text, "; "), maxNote)
	case Tags:
		for _, t := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' }) {
			if t = strings.TrimSpace(t); t == "" || slices.Contains(l.Tags, t) {
				continue
			}
			if len(l.Tags) == maxTags {
				r.problem(c, text, fmt.Sprintf("A vehicle has at most %d tags: those after them were left out.", maxTags))
				break
			}
			l.Tags = append(l.Tags, r.cut(c, t, maxTag))
		}
	case Custom:
		if name := strings.TrimSpace(c.Name); name != "" {
			if l.Custom == nil {
				l.Custom = map[string]string{}
			}
			l.Custom[name] = r.cut(c, text, vehicle.MaxFieldValue)
		}
	case Skip:
	default:
		if p := l.plain(c.Target); p != nil {
			*p = r.cut(c, text, longest(c.Target))
		} else {
			l.Claimed[claim.Field(c.Target)] = r.cut(c, text, maxClaim)
		}
	}
}

// What a vehicle can hold, in characters, as package vehicle checks it: what is
// longer is cut and said, so that it never costs the row.
const (
	maxPlate = 20
	maxShort = 60 // stock number and colour
	maxClaim = 100
	maxTag   = 40
	maxTags  = 50
	maxNote  = 10_000
)

func longest(t Target) int {
	switch t {
	case Plate:
		return maxPlate
	case Stock, Color:
		return maxShort
	}
	return vehicle.MaxFieldValue
}

// cut shortens a text to what a vehicle can hold, and says so.
func (r *reading) cut(c *Column, text string, most int) string {
	if len(text) <= most || utf8.RuneCountInString(text) <= most {
		return text
	}
	r.problem(c, text, fmt.Sprintf("The text has more than %d characters, and was cut.", most))
	return strings.TrimSpace(string([]rune(text)[:most]))
}

// plainText is a cell without what is no text.
func plainText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", ""))
}

// fill claims what no column of its own claims.
func (l *Lot) fill(f claim.Field, text string) {
	if utf8.RuneCountInString(text) > maxClaim {
		text = string([]rune(text)[:maxClaim])
	}
	if text != "" && l.Claimed[f] == "" {
		l.Claimed[f] = text
	}
}

// plain is where a target's text goes as it is; nil for others.
func (l *Lot) plain(t Target) *string {
	switch t {
	case LotNumber:
		return &l.Lot
	case Stock:
		return &l.Stock
	case Plate:
		return &l.Plate
	case Title:
		return &l.Title
	case Condition:
		return &l.Condition
	case Color:
		return &l.Color
	case Location:
		return &l.Location
	case Seller:
		return &l.Seller
	}
	return nil
}

// yearCell takes off what spreadsheets put to a year: "2015.0", "2015-01-01".
func yearCell(s string) string {
	if y, rest, cut := strings.Cut(s, "."); cut && fourDigits.MatchString(y) && strings.Trim(rest, "0") == "" {
		return y
	}
	if y, rest, cut := strings.Cut(s, "-"); cut && fourDigits.MatchString(y) && strings.Trim(rest, "01-") == "" {
		return y
	}
	if y, ok := yearWord(s); ok {
		return y
	}
	return s
}
