package search

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is one word of a text, with where it stands in it.
type word struct {
	folded     string
	start, end int // bytes
}

// split cuts a text into words: runs of letters and digits, folded. Two runs
// joined by one of "-./'" count as one word too, without the mark, so that
// F-150 is found by f-150, f150 and 150.
func split(text string) []word {
	var out []word
	start, last := -1, -1 // of this run; index in out of the run before, when a mark joins them
	flush := func(end int) {
		if start < 0 {
			return
		}
		w := word{fold(text[start:end]), start, end}
		if w.folded == "" {
			start = -1
			return
		}
		out = append(out, w)
		if last >= 0 && len(out[last].folded)+len(w.folded) <= maxWord {
			before := out[last]
			out = append(out, word{before.folded + w.folded, before.start, end})
			last = len(out) - 2
		} else {
			last = len(out) - 1
		}
		start = -1
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) && start >= 0:
			if start < 0 {
				start = i
			}
		case start >= 0:
			flush(i)
			if !strings.ContainsRune("-./'", r) {
				last = -1
			}
		default:
			last = -1
		}
	}
	flush(len(text))
	return out
}

// maxWord is the longest word indexed whole, in bytes; the rest is cut off.
const maxWord = 64

// foldedWords are the words of a text without their places.
func foldedWords(text string) []string {
	ws := split(text)
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = w.folded
	}
	return out
}

// fold makes letters comparable: lower case, no accents.
func fold(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || 'A' <= s[i] && s[i] <= 'Z' {
			ascii = false
			break
		}
	}
	if !ascii {
		var b strings.Builder
		for _, r := range norm.NFKD.String(s) {
			switch {
			case unicode.Is(unicode.Mn, r):
			case r == 'ß':
				b.WriteString("ss")
			default:
				b.WriteRune(unicode.ToLower(r))
			}
		}
		s = b.String()
	}
	if len(s) > maxWord {
		cut := maxWord
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return s
}

// foldWhole folds a value that is matched as a whole.
func foldWhole(s string) string { return fold(strings.Join(strings.Fields(s), " ")) }

// minStart and minEnd are the shortest start and end of a VIN that are looked
// for: a WMI has three characters, and people read off the last four to eight.
const (
	minStart = 3
	minEnd   = 4
)

// foldVIN folds a VIN or a part of one: upper case, only letters and digits,
// and the letters no VIN holds read as the digits they look like (49 CFR
// 565.15 leaves out I, O and Q).
func foldVIN(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c == 'o' || c == 'O' || c == 'q' || c == 'Q':
			b = append(b, '0')
		case c == 'i' || c == 'I':
			b = append(b, '1')
		case 'a' <= c && c <= 'z':
			b = append(b, c-'a'+'A')
		case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '*':
			b = append(b, c)
		}
	}
	return string(b)
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
