package reference

import (
	"strings"
	"unicode"
)

// words splits a name into its words in capitals, without signs: "F-150
// SuperCrew" is F150, SUPERCREW. Publishers differ in signs and blanks.
func words(name string) []string {
	fields := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '/' || r == ',' || r == '(' || r == ')' })
	out := fields[:0]
	for _, f := range fields {
		f = strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToUpper(r)
			}
			return -1
		}, f)
		if f != "" {
			out = append(out, f)
		}
	}
	return out
}

// compact joins the words of a name.
func compact(name string) string { return strings.Join(words(name), "") }

// modelWords are a model's words without the make before them: of "MAZDA
// CX-5" under MAZDA it is CX5.
func modelWords(makeKey, model string) []string {
	w := words(model)
	joined := ""
	for i := range w {
		joined += w[i]
		if joined == makeKey && i+1 < len(w) {
			return w[i+1:]
		}
		if len(joined) > len(makeKey) {
			break
		}
	}
	return w
}

// boundary reports whether the first words come to exactly n bytes, and
// whether those are all words.
func boundary(w []string, n int) (at, whole bool) {
	sum := 0
	for i := range w {
		sum += len(w[i])
		if sum >= n {
			return sum == n, sum == n && i == len(w)-1
		}
	}
	return false, false
}
