package mapping

import (
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// minorDigits are the currencies that Hubcap offers, with the digits of their
// minor unit (ISO 4217), as in package vehicle.
var minorDigits = map[string]int{
	"USD": 2, "CAD": 2, "MXN": 2, "EUR": 2, "GBP": 2, "CHF": 2, "AUD": 2, "NZD": 2,
	"SEK": 2, "NOK": 2, "DKK": 2, "PLN": 2, "CZK": 2, "JPY": 0, "KRW": 0, "AED": 2,
}

// signs are how currencies are written. Those that several share are in family.
var signs = map[string]string{
	"us$": "USD", "u$s": "USD", "c$": "CAD", "ca$": "CAD", "can$": "CAD", "cad$": "CAD", "mx$": "MXN", "a$": "AUD", "au$": "AUD", "nz$": "NZD",
	"€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "zł": "PLN", "zl": "PLN", "kč": "CZK", "fr": "CHF", "sfr": "CHF", "¥": "JPY", "₩": "KRW", "dhs": "AED", "dh": "AED",
	"dollars": "USD", "dollar": "USD", "pesos": "MXN",
}

// family are signs of several currencies: the list's own, if it is one of them,
// else the first.
var family = map[string][]string{
	"$": {"USD", "CAD", "MXN", "AUD", "NZD"}, "kr": {"SEK", "NOK", "DKK"}, "¥": {"JPY"},
}

// currency reads a sign or code; "" is that there is none, ok false that it is
// none that Hubcap knows.
func currency(s, own string) (code string, ok bool) {
	s = strings.ToLower(strings.Trim(s, " .,:;-–—*()\u00a0"))
	if s == "" {
		return "", true
	}
	if all, shared := family[s]; shared {
		for _, c := range all {
			if c == own {
				return c, true
			}
		}
		return all[0], true
	}
	if c, known := signs[s]; known {
		return c, true
	}
	_, known := minorDigits[strings.ToUpper(s)]
	return strings.ToUpper(s), known
}

// money reads an amount: "$10,000", "10.000,00 €", "12.5k", "USD 9,500 OBO".
// problem says why it can't be read.
func money(s, own string) (m *vehicle.Money, problem string) {
	number, before, after, ok := decimal(s)
	switch {
	case !ok && strings.IndexFunc(s, digit) >= 0:
		return nil, "This is more than one amount, or none."
	case !ok:
		return nil, "This is no amount."
	case strings.HasSuffix(before, "-") || strings.HasPrefix(before, "-") || strings.HasPrefix(before, "(") && strings.HasSuffix(after, ")"):
		return nil, "The amount is negative."
	}
	after = strings.TrimSuffix(strings.TrimSuffix(after, "-"), "–") // "9.500,-"
	words := strings.FieldsFunc(after, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '/' || r == ',' })
	code := own
	if c, ok := currency(before, own); ok && c != "" {
		code = c
	} else if !ok {
		for _, w := range strings.Fields(before) { // "Asking: USD"
			if c, ok := currency(w, own); ok && c != "" {
				code = c
			}
		}
	}
	for _, w := range words {
		switch lower := strings.ToLower(w); {
		case lower == "k" || strings.HasPrefix(lower, "k") && len(lower) > 1 && len(words) == 1 && signs[lower[1:]] != "":
			number = thousand(number)
			if c, ok := currency(lower[1:], own); ok && c != "" {
				code = c
			}
		default:
			if c, ok := currency(w, own); ok && c != "" {
				code = c
			}
		}
	}
	digits, known := minorDigits[code]
	if !known {
		return nil, "The currency " + strconv.Quote(code) + " is not one that Hubcap knows."
	}
	minor, ok := inMinor(number, digits)
	if !ok {
		return nil, "The amount is too large."
	}
	return &vehicle.Money{Minor: minor, Currency: code}, ""
}

// inMinor turns digits with a point into minor units, rounded.
func inMinor(number string, digits int) (int64, bool) {
	whole, rest, _ := strings.Cut(number, ".")
	for len(rest) < digits+1 {
		rest += "0"
	}
	n, err := strconv.ParseInt(whole+rest[:digits], 10, 64)
	if err != nil || n > 1e13 {
		return 0, false
	}
	if rest[digits] >= '5' {
		n++
	}
	return n, true
}
