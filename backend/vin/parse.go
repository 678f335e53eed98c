package vin

import (
	"strings"
)

// A Parts is a VIN taken apart by position, without any table: what can be
// said while it is being typed. Parts that are not there yet are empty.
type Parts struct {
	Given string
	VIN   string // trimmed, upper case, at most 17 characters
	// Length is the count of characters given, also those after the 17th.
	Length int

	WMI        string // positions 1-3, and 12-14 of small builders: who made it
	VDS        string // positions 4-9: what it is, check digit included
	VIS        string // positions 10-17: which one it is
	CheckDigit string // position 9
	YearCode   string // position 10
	Plant      string // position 11
	Serial     string // positions 12-17; 15-17 of small builders
	Region     string // part of the world, from position 1 (ISO 3780)

	// SmallBuilder: position 3 is '9', for makers of fewer than 1,000 vehicles
	// a year (49 CFR 565.15(a)), who share a WMI and are told apart by
	// positions 12-14.
	SmallBuilder bool
	// ModelYears are the years that position 10 can stand for, later first.
	ModelYears []int
	// Expected is the right check digit, empty when it can't be computed.
	Expected string
	Problems []Problem
}

// A ProblemKind names what is wrong with a VIN's form.
type ProblemKind string

// The kinds of problem.
const (
	ProblemShort      ProblemKind = "short"       // fewer than 17 characters
	ProblemLong       ProblemKind = "long"        // more than 17
	ProblemCharacter  ProblemKind = "character"   // I, O, Q or no letter or digit
	ProblemYearCode   ProblemKind = "year_code"   // U, Z and 0 stand for no year
	ProblemCheckDigit ProblemKind = "check_digit" // does not fit the rest
)

// A Problem is one thing wrong with the form. Position counts from 1; 0 when
// the whole VIN is meant.
type Problem struct {
	Kind      ProblemKind
	Position  int
	Character string
	// Instead is what belongs there, when that is certain.
	Instead string
}

// Parse takes a VIN apart. It never fails: what is wrong stands in Problems.
// '*' stands for an unknown character and is no problem.
func Parse(s string) Parts {
	var q query
	q.normalise(s)
	p := Parts{Given: s, Length: len([]rune(strings.TrimSpace(s)))}
	part := func(from, to int) string {
		var b []byte
		for i := from - 1; i < min(to, q.n); i++ {
			b = q.appendChar(b, i)
		}
		return string(b)
	}
	p.VIN = part(1, 17)
	p.WMI = string(q.appendWMI(nil))
	p.VDS, p.VIS = part(4, 9), part(10, 17)
	p.CheckDigit, p.YearCode, p.Plant = part(9, 9), part(10, 10), part(11, 11)
	p.SmallBuilder = q.n >= 3 && q.v[2] == '9'
	p.Serial = part(12, 17)
	if p.SmallBuilder {
		p.Serial = part(15, 17)
	}
	if q.n > 0 {
		p.Region = region(q.v[0])
	}
	if q.n >= 10 {
		p.ModelYears = YearCandidates(rune(q.v[9]))
	}
	p.Problems = q.problems(p.Length)
	if e, ok := CheckDigit(string(q.v[:q.n])); ok {
		p.Expected = string(e)
		if got := q.v[8]; got != '*' && byte(e) != got && digitValue[got] != noValue {
			p.Problems = append(p.Problems, Problem{ProblemCheckDigit, 9, string(got), string(e)})
		}
	}
	return p
}

func (q *query) problems(length int) (all []Problem) {
	switch {
	case length < 17:
		all = append(all, Problem{Kind: ProblemShort})
	case length > 17:
		all = append(all, Problem{Kind: ProblemLong, Position: 18})
	}
	for i := range q.n {
		c := q.v[i]
		if c == '*' {
			continue
		}
		what := Problem{Position: i + 1, Character: string(q.appendChar(nil, i))}
		switch {
		case digitValue[c] == noValue:
			what.Kind = ProblemCharacter
			switch c {
			case 'I':
				what.Instead = "1"
			case 'O', 'Q':
				what.Instead = "0"
			}
		case i == 8 && c != 'X' && c > '9':
			what.Kind = ProblemCharacter
		case i == 9 && yearOf[c] == 0:
			what.Kind = ProblemYearCode
		default:
			continue
		}
		all = append(all, what)
	}
	return all
}

// region is the part of the world that ISO 3780 gives to the first character.
func region(c byte) string {
	switch {
	case c >= 'A' && c <= 'C':
		return "Africa"
	case c == 'H' || c == 'L' || c == 'J' || c == 'K' || c == 'M' || c == 'N' || c == 'P' || c == 'R':
		return "Asia"
	case c >= 'S' && c <= 'Z':
		return "Europe"
	case c >= '1' && c <= '5' || c == '7':
		return "North America"
	case c == '6':
		return "Oceania"
	case c == '8' || c == '9':
		return "South America"
	}
	return ""
}
