package search

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Query is what a person typed, understood. All of its clauses must hold.
type Query struct {
	Clauses []Clause
}

// Clause is one part of a query.
type Clause struct {
	Not   bool
	Field string    // "" for free words; has for has:field
	Words []string  // folded; in this order when Phrase
	Whole string    // folded; for Word fields, and of a VIN
	Raw   string    // as typed, without quotes
	Quote bool      // it was quoted: no look-alikes, no typos
	Range *Interval // Number and Date
}

// Interval is From <= v <= To in the document's integers; seconds for dates.
type Interval struct{ From, To float64 }

const has = "has"

// maxClauses keeps a pasted novel from becoming a query.
const maxClauses = 32

// Parse understands a query:
//
//	brakes 2015            both words, anywhere
//	"front pads"           these words in this order
//	-rust                  without the word
//	make:ford  -make:bmw   an operator; any declared field
//	model:"model s"        a value with blanks
//	year:2015..2018        a range; also 2015.. and ..2018
//	cost:>1000             also >=, <, <=
//	due:<30d               days (d), weeks (w), months (m), years (y) from now
//	seen:2026-03           a day, a month or a year
//	has:note               there is one
//
// It fails with fault.Invalid, naming the operator and what to write instead.
func Parse(q string, fields []Field, now time.Time) (Query, error) {
	p := parser{fields: fields, now: now}
	for rest := q; ; {
		var part string
		if part, rest = cut(rest); part == "" {
			break
		}
		if len(p.out.Clauses) == maxClauses {
			return Query{}, invalid(fmt.Sprintf("has more than %d parts", maxClauses), "ask for less at once")
		}
		if err := p.clause(part); err != nil {
			return Query{}, err
		}
	}
	return p.out, nil
}

func invalid(problem, remedy string) error { return fault.InvalidField("/q", problem, remedy) }

// cut takes the first part: up to a blank outside quotes.
func cut(s string) (part, rest string) {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	quoted := false
	for i, r := range s {
		switch {
		case r == '"':
			quoted = !quoted
		case unicode.IsSpace(r) && !quoted:
			return s[:i], s[i:]
		}
	}
	return s, ""
}

type parser struct {
	fields []Field
	now    time.Time
	out    Query
}

func (p *parser) clause(part string) error {
	c := Clause{}
	if rest, ok := strings.CutPrefix(part, "-"); ok && rest != "" {
		c.Not, part = true, rest
	}
	name, value, operator := strings.Cut(part, ":")
	if operator && isName(name) {
		return p.operator(c, strings.ToLower(name), value)
	}
	c.Raw, c.Quote = unquote(part)
	c.Words = foldedWords(c.Raw)
	c.Whole = foldVIN(c.Raw)
	if len(c.Words) == 0 {
		return nil // marks only: nothing to look for
	}
	p.out.Clauses = append(p.out.Clauses, c)
	return nil
}

// isName tells an operator from a text with a colon in it, such as 12:30.
func isName(s string) bool {
	for i, r := range s {
		if !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && r != '_') {
			return false
		}
	}
	return s != ""
}

// unquote takes quotes off. A quote that is never closed ends at the end.
func unquote(s string) (text string, quoted bool) {
	return strings.ReplaceAll(s, `"`, ""), strings.Contains(s, `"`)
}

func (p *parser) operator(c Clause, name, value string) error {
	c.Field = name
	c.Raw, c.Quote = unquote(value)
	if name == has {
		c.Raw = strings.ToLower(c.Raw)
		if !slices.ContainsFunc(p.fields, func(f Field) bool { return f.Name == c.Raw }) {
			return invalid(fmt.Sprintf("the operator has: does not know %q", c.Raw), "write has: and one of "+p.names())
		}
		p.out.Clauses = append(p.out.Clauses, c)
		return nil
	}
	i := slices.IndexFunc(p.fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return invalid(fmt.Sprintf("there is no operator %s:", name),
			fmt.Sprintf("use one of %s, or quote the text: \"%s:%s\"", p.names(), name, c.Raw))
	}
	f := p.fields[i]
	if strings.TrimSpace(c.Raw) == "" {
		return invalid(fmt.Sprintf("the operator %s: has no value", name), "write a value after the colon, without a blank, or has:"+name)
	}
	switch f.Kind {
	case Number, Date:
		r, err := p.interval(f, strings.ToLower(strings.TrimSpace(c.Raw)))
		if err != nil {
			return err
		}
		c.Range = &r
	case Word:
		c.Whole = foldWhole(c.Raw)
	case VIN:
		c.Whole = foldVIN(c.Raw)
		if len(c.Whole) < minStart {
			return invalid(fmt.Sprintf("the operator %s: needs at least %d characters of a VIN", name, minStart), "write its start, or its last four or more")
		}
	case Text:
		c.Words = foldedWords(c.Raw)
		if len(c.Words) == 0 {
			return invalid(fmt.Sprintf("the operator %s: has no word", name), "write letters or digits after the colon")
		}
	}
	p.out.Clauses = append(p.out.Clauses, c)
	return nil
}

func (p *parser) names() string {
	var names []string
	for _, f := range p.fields {
		names = append(names, f.Name+":")
	}
	return strings.Join(append(names, "has:"), ", ")
}

// interval reads 5, >5, >=5, <5, <=5, 5..9, 5.. and ..9 of numbers or dates.
func (p *parser) interval(f Field, s string) (Interval, error) {
	all := Interval{math.Inf(-1), math.Inf(1)}
	read := p.number
	if f.Kind == Date {
		read = p.date
	}
	r := all
	from, to, isRange := strings.Cut(s, "..")
	if isRange {
		if from == "" && to == "" {
			return r, p.badValue(f, s)
		}
		for _, end := range []struct {
			text string
			set  func(Interval)
		}{{from, func(v Interval) { r.From = v.From }}, {to, func(v Interval) { r.To = v.To }}} {
			if end.text == "" {
				continue
			}
			v, ok := read(f, end.text)
			if !ok {
				return r, p.badValue(f, end.text)
			}
			end.set(v)
		}
		if r.From > r.To {
			return r, invalid(fmt.Sprintf("the range of %s: ends before it begins", f.Name), fmt.Sprintf("write %s:%s..%s", f.Name, to, from))
		}
		return r, nil
	}
	text := strings.TrimLeft(s, "<>=")
	v, ok := read(f, text)
	if !ok {
		return r, p.badValue(f, text)
	}
	switch s[:len(s)-len(text)] {
	case "", "=":
		r = v
	case ">":
		r.From = math.Nextafter(v.To, math.Inf(1))
	case ">=":
		r.From = v.From
	case "<":
		r.To = math.Nextafter(v.From, math.Inf(-1))
	case "<=":
		r.To = v.To
	default:
		return r, p.badValue(f, s)
	}
	return r, nil
}

func (p *parser) badValue(f Field, s string) error {
	if f.Kind == Date {
		return invalid(fmt.Sprintf("%q is not a date for %s:", s, f.Name),
			fmt.Sprintf("write a day (%s:2026-03-31), a month, a year, or a time from now (%s:<30d, 4w, 6m, 1y)", f.Name, f.Name))
	}
	units := ""
	for _, u := range sortedUnits(f) {
		if u != "" {
			units += ", " + u
		}
	}
	if units != "" {
		units = " with no unit or with " + units[2:]
	}
	return invalid(fmt.Sprintf("%q is not a number for %s:", s, f.Name),
		fmt.Sprintf("write digits%s: %s:1000, %s:>1000 or %s:1000..2000", units, f.Name, f.Name, f.Name))
}

func sortedUnits(f Field) []string {
	var units []string
	for u := range f.Units {
		units = append(units, u)
	}
	slices.Sort(units)
	return units
}

// number reads digits with an optional decimal part and unit.
func (p *parser) number(f Field, s string) (Interval, bool) {
	digits := strings.TrimRightFunc(s, unicode.IsLetter)
	unit := s[len(digits):]
	factor, ok := f.Units[unit]
	if !ok {
		if unit != "" || f.Units != nil {
			return Interval{}, false
		}
		factor = 1
	}
	if digits == "" || len(digits) > 20 || strings.Trim(digits, "-0123456789.") != "" {
		return Interval{}, false
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return Interval{}, false
	}
	n = math.Round(n * factor)
	return Interval{n, n}, true
}

// date reads a day, month or year, or a time from now; a date is all of its
// day.
func (p *parser) date(_ Field, s string) (Interval, bool) {
	for _, l := range []struct {
		layout             string
		years, months, day int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.ParseInLocation(l.layout, s, time.UTC); err == nil {
			return Interval{float64(t.Unix()), float64(t.AddDate(l.years, l.months, l.day).Unix() - 1)}, true
		}
	}
	today := p.now.UTC().Truncate(24 * time.Hour)
	if s == "today" || s == "now" {
		s = "0d"
	}
	if len(s) < 2 {
		return Interval{}, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n > 10_000 || n < -10_000 {
		return Interval{}, false
	}
	switch s[len(s)-1] {
	case 'd':
		today = today.AddDate(0, 0, n)
	case 'w':
		today = today.AddDate(0, 0, 7*n)
	case 'm':
		today = today.AddDate(0, n, 0)
	case 'y':
		today = today.AddDate(n, 0, 0)
	default:
		return Interval{}, false
	}
	return Interval{float64(today.Unix()), float64(today.AddDate(0, 0, 1).Unix() - 1)}, true
}
