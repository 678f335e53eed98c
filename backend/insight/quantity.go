package insight

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// metersPer holds the exact lengths that distances are said in
// (international mile, 1959 agreement).
func metersPer(unit string) float64 {
	if unit == "mi" {
		return 1609.344
	}
	return 1000
}

// whole is meters in unit, rounded to a whole number, as a decimal.
func whole(meters int64, unit string) string {
	per := big.NewRat(1000, 1)
	if unit == "mi" {
		per = big.NewRat(1609344, 1000)
	}
	v := new(big.Rat).Quo(new(big.Rat).SetInt64(meters), per)
	return v.FloatString(0)
}

// hundreds is whole, rounded to the hundred: what "about" stands for.
func hundreds(meters float64, unit string) string {
	return strconv.FormatInt(int64(meters/metersPer(unit)/100+0.5)*100, 10)
}

// asRead is a mark in its own unit if that is the one spoken, else
// converted.
func asRead(d vehicle.Distance, unit string) string {
	if d.Unit == unit {
		return trimZeros(d.Value)
	}
	return whole(d.Meters, unit)
}

func trimZeros(s string) string {
	if i, frac, ok := strings.Cut(s, "."); ok {
		frac = strings.TrimRight(frac, "0")
		s = strings.TrimLeft(i, "0")
		if s == "" {
			s = "0"
		}
		if frac != "" {
			s += "." + frac
		}
		return s
	}
	s = strings.TrimLeft(s, "0")
	if s == "" {
		return "0"
	}
	return s
}

// group puts commas into a decimal: "82838.4" is "82,838.4".
func group(s string) string {
	i, frac, point := strings.Cut(s, ".")
	var b strings.Builder
	for n, c := range i {
		if n > 0 && (len(i)-n)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if point {
		b.WriteString("." + frac)
	}
	return b.String()
}

// amount is a decimal with its unit, as a person reads it.
func amount(value, unit string) string {
	if unit == "" {
		return value
	}
	return group(value) + " " + unit
}

// money writes minor units per 1,000 of a distance as a decimal: every
// currency here has two digits but the yen and the won (ISO 4217).
func money(minor int64, currency string) string {
	s, _, _ := strings.Cut(vehicle.Money{Minor: minor, Currency: currency}.String(), " ")
	return s
}

// day writes a date without the traps of numeric months: "3 March 2026".
func day(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return fmt.Sprintf("%d %s %d", t.Day(), t.Month(), t.Year())
}

var numberWords = []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"}

// count writes a small number as a word, a large one in digits.
func count(n int) string {
	if n >= 0 && n < len(numberWords) {
		return numberWords[n]
	}
	return strconv.Itoa(n)
}

// times is how often something happened: "twice", "three times".
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return count(n) + " times"
}

// list joins words with commas and a last joint: "a, b and c".
func list(words []string, joint string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + joint + " " + words[len(words)-1]
}

// article puts a or an before a phrase, by how it is spoken.
func article(phrase string) string {
	if vowelSound(phrase) {
		return "an " + phrase
	}
	return "a " + phrase
}

// vowelSound looks at numbers first (8, 11, 18 and 80 to 89 are spoken with
// a vowel), then at single letters of an abbreviation, then at the first
// letter with the exceptions that vehicle names have.
func vowelSound(phrase string) bool {
	word, _, _ := strings.Cut(phrase, " ")
	digits := word
	for i, c := range word {
		if c < '0' || c > '9' {
			digits = word[:i]
			break
		}
	}
	switch {
	case strings.HasPrefix(digits, "8"):
		return true
	case digits == "11" || digits == "18":
		return true
	case len(digits) == 4 && (digits[:2] == "11" || digits[:2] == "18"):
		return true
	case digits != "":
		return false
	}
	if len(word) <= 3 && word == strings.ToUpper(word) && word != "MAN" { // spoken letter by letter: "an SUV"
		return strings.ContainsRune("AEFHILMNORSX", rune(word[0]))
	}
	lower := strings.ToLower(word)
	for _, consonant := range []string{"uni", "use", "uti", "eu", "one"} {
		if strings.HasPrefix(lower, consonant) {
			return false
		}
	}
	return lower != "" && strings.ContainsRune("aeiou", rune(lower[0]))
}

// capital upper-cases the first letter.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
