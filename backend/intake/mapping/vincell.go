package mapping

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// powers is how spreadsheets write a number that is too long for them.
var powers = regexp.MustCompile(`^[0-9][.,]?[0-9]*E\+[0-9]{2}$`)

// vinLength is the length of a VIN (49 CFR 565.13(b)).
const vinLength = 17

// vinCell finds the VIN in a cell: without what scanners, spreadsheets and people
// put around it, in upper case. What is inside stays as it is, right or wrong.
func vinCell(s string) (found, problem string) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if powers.MatchString(s) {
		return s, "A spreadsheet made a number of this VIN; its last digits are lost. Ask for the list with that column as text."
	}
	s = strings.Trim(s, "'\"`´’‘“”=")
	if strings.HasPrefix(s, "*") && strings.HasSuffix(s, "*") && len(s) > 2 { // start and stop of Code 39
		s = s[1 : len(s)-1]
	}
	whole := compact(s)
	if v, ok := asVIN(whole); ok {
		return v, ""
	}
	var all []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;:/|()[]<>#\n\t=\"'", r) }) {
		if v, ok := asVIN(compact(w)); ok && !contains(all, v) {
			all = append(all, v)
		}
	}
	switch {
	case len(all) == 1:
		return all[0], ""
	case len(all) > 1:
		return all[0], fmt.Sprintf("There are %d VINs in this cell; the first one is taken.", len(all))
	}
	for _, label := range []string{"VIN NUMBER", "VINNR", "VIN NO", "VIN#", "VIN", "FIN", "SERIAL", "CHASSIS", "S/N", "SN"} {
		if rest, ok := strings.CutPrefix(s, label); ok && strings.IndexFunc(rest, letterOrDigit) > 0 {
			rest = compact(strings.TrimLeft(rest, " .:#-="))
			if v, ok := asVIN(rest); ok {
				return v, ""
			}
			whole = rest
			break
		}
	}
	for _, r := range whole {
		if !letterOrDigit(r) && r != '*' {
			return s, ""
		}
	}
	return whole, ""
}

func contains(all []string, s string) bool {
	for _, x := range all {
		if x == s {
			return true
		}
	}
	return false
}

func letterOrDigit(r rune) bool { return r >= 'A' && r <= 'Z' || digit(r) }

// compact leaves out what people put between the parts of a VIN.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '.', '_', '–', '\u00a0', '\t', '\n', '\u00ad':
			return -1
		}
		return r
	}, s)
}

// asVIN reports whether letters have the shape of a VIN; the I that import bar
// codes begin with (AIAG B-10: the data identifier) is taken off.
func asVIN(s string) (string, bool) {
	if len(s) == vinLength+1 && s[0] == 'I' {
		if v, ok := asVIN(s[1:]); ok {
			return v, true
		}
	}
	if len(s) != vinLength {
		return "", false
	}
	digits, stars := 0, 0
	for _, r := range s {
		switch {
		case digit(r):
			digits++
		case r == '*':
			stars++
		case !letterOrDigit(r):
			return "", false
		}
	}
	return s, digits >= 3 && stars <= 8
}

// passes reports whether a VIN's check digit is right.
func passes(v string) bool {
	want, ok := vin.CheckDigit(v)
	return ok && len(v) == vinLength && byte(want) == v[8]
}
