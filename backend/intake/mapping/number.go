package mapping

import (
	"strings"
	"unicode"
)

// decimal reads a number as people write it, "10,000.50" and "10.000,50" alike,
// into digits with a point. What stands around it comes back too. ok is false
// where there is no number, or more than one.
func decimal(s string) (number, before, after string, ok bool) {
	from := strings.IndexFunc(s, digit)
	if from < 0 {
		return "", "", "", false
	}
	to := from
	letters := []rune(s[from:])
	n := 0
	for n < len(letters) {
		r := letters[n]
		next := n+1 < len(letters) && digit(letters[n+1])
		if !digit(r) && !(next && separator(r)) {
			break
		}
		if (r == ' ' || r == '\u00a0' || r == '\u202f') && !threeDigits(letters[n+1:]) {
			break
		}
		n++
	}
	to += len(string(letters[:n]))
	before, number, after = s[:from], s[from:to], s[to:]
	if strings.HasSuffix(before, ".") || strings.HasSuffix(before, ",") { // ".5"
		return "", "", "", false
	}
	if strings.IndexFunc(after, digit) >= 0 {
		return "", "", "", false
	}
	if number, ok = plain(number); !ok {
		return "", "", "", false
	}
	return number, strings.TrimSpace(before), strings.TrimSpace(after), true
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func separator(r rune) bool {
	switch r {
	case '.', ',', '\'', '’', ' ', '\u00a0', '\u202f':
		return true
	}
	return false
}

// threeDigits reports whether a group of thousands comes next.
func threeDigits(r []rune) bool {
	return len(r) >= 3 && digit(r[0]) && digit(r[1]) && digit(r[2]) && (len(r) == 3 || !digit(r[3]))
}

// plain takes the signs between thousands out of a number. The last of two kinds
// of sign is the decimal one; a sign of one kind is it where what follows is no
// group of three, or what precedes is too long for one.
func plain(s string) (string, bool) {
	last, kinds := ' ', map[rune]int{}
	for _, r := range s {
		if separator(r) {
			kinds[r]++
			last = r
		}
	}
	if len(kinds) == 0 {
		return s, true
	}
	at := strings.LastIndex(s, string(last))
	whole, rest := s[:at], s[at+len(string(last)):]
	point := (last == '.' || last == ',') && (kinds[last] == 1 || len(rest) < 3) // "12.345.00" is a slip of the same hand
	if point && len(rest) == 3 {
		point = len(kinds) > 1 || len(whole) > 3 || strings.TrimLeft(whole, "0") == ""
		if len(kinds) > 1 && len(digitsOf(whole)) > 3 && last == ',' && kinds['.'] == 0 {
			point = false // "1 234,567"
		}
	}
	if !point {
		whole, rest = s, ""
	}
	groups := strings.FieldsFunc(whole, separator)
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && len(g) > 3 && len(groups) > 1 {
			return "", false
		}
	}
	whole = digitsOf(whole)
	if rest != "" {
		return whole + "." + rest, true
	}
	return whole, true
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if digit(r) {
			return r
		}
		return -1
	}, s)
}

// lettersOf are a text's letters in lower case, without the rest.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// thousand multiplies a number in digits with a point by a thousand.
func thousand(number string) string {
	whole, rest, _ := strings.Cut(number, ".")
	for len(rest) < 3 {
		rest += "0"
	}
	whole += rest[:3]
	if rest = strings.TrimRight(rest[3:], "0"); rest != "" {
		return whole + "." + rest
	}
	return whole
}
