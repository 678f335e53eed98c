package list

import (
	"strings"
	"unicode"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// tidy makes of a cell's text what the rest can work with: no control
// characters, plain blanks, nothing at its ends.
func tidy(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return strings.Trim(s, " ")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r == '\r', r == 0x2028, r == 0x2029:
			return '\n'
		case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0, r == 0x00ad, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069, r == 0xfeff:
			return -1
		case unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD"))
	return strings.TrimSpace(s)
}

// vinLike says how much a cell looks like a VIN: 2 with the right check digit,
// 1 in its shape, else 0.
func vinLike(s string) int {
	if len(s) < 17 || len(s) > 40 {
		return 0
	}
	var b [17]byte
	n, digits := 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ' ', c == '-', c == '*', c == '\'':
			continue
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c >= '0' && c <= '9':
			digits++
		case c < 'A' || c > 'Z':
			return 0
		}
		if n == len(b) {
			return 0
		}
		b[n] = c
		n++
	}
	if n != len(b) || digits < 4 {
		return 0
	}
	if want, ok := vin.CheckDigit(string(b[:])); ok && byte(want) == b[8] {
		return 2
	}
	return 1
}

// numeric reports whether a cell is a number, an amount or a day.
func numeric(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsLetter(r):
			return false
		}
	}
	return digits > 0
}
