package list

import (
	"strings"
	"unicode"
)

// rule reports whether a row only draws a line, as tables of Markdown do.
func rule(cells []string) bool {
	drawn := false
	for _, c := range cells {
		if strings.Trim(c, "-=_:+ ") != "" {
			return false
		}
		drawn = drawn || strings.Count(c, "-")+strings.Count(c, "=")+strings.Count(c, "_") >= 3
	}
	return drawn
}

// totals begin the line below a table that sums it up.
var totals = strings.Fields("total totals subtotal sum count average avg summe gesamt gesamtsumme zwischensumme anzahl suma totales somme")

// total reports whether a row sums others up: it begins with such a word, and
// is mostly blank.
func total(cells []string, columns int) bool {
	if count(cells)*2 > columns && columns > 3 || count(cells) == columns {
		return false
	}
	for _, c := range cells {
		if c == "" {
			continue
		}
		words := strings.FieldsFunc(strings.ToLower(c), func(r rune) bool { return !unicode.IsLetter(r) })
		if len(words) > 1 && words[0] == "grand" {
			words = words[1:]
		}
		if len(words) == 0 || len(words) > 4 {
			return false
		}
		for _, t := range totals {
			if words[0] == t {
				return !hasVIN(cells)
			}
		}
		return false
	}
	return false
}

// note reports whether a row is a sentence below a table and nothing else.
func note(cells []string) bool {
	return count(cells) == 1 && strings.Count(cells[len(cells)-1], " ") >= 2 && !hasVIN(cells) && !holdsVIN(cells[len(cells)-1])
}

func hasVIN(cells []string) bool {
	for _, c := range cells {
		if vinLike(c) > 0 {
			return true
		}
	}
	return false
}

// holdsVIN reports whether one of a sentence's words looks like a VIN, whole or
// not: letters and digits, eight or more.
func holdsVIN(s string) bool {
	for _, w := range strings.Fields(s) {
		digits, letters := 0, 0
		for _, r := range w {
			switch {
			case r >= '0' && r <= '9':
				digits++
			case unicode.IsLetter(r):
				letters++
			}
		}
		if digits >= 3 && digits+letters >= 8 {
			return true
		}
	}
	return false
}

// units reports whether a row below the header says in what the columns are
// measured.
func units(cells []string) bool {
	if count(cells) == 0 {
		return false
	}
	for _, c := range cells {
		switch strings.ToLower(strings.Trim(c, "()[]. ")) {
		case "", "mi", "km", "miles", "usd", "eur", "cad", "gbp", "$", "€", "£", "l", "cc", "lbs", "kg", "text", "yyyy", "hp", "kw":
		default:
			return false
		}
	}
	return true
}
