package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Fingerprint names a list's headings, so that a mapping is found again.
func Fingerprint(header []string) string {
	var names []string
	for _, h := range header {
		if n := strings.Join(headingWords(h), " "); n != "" {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		names = []string{fmt.Sprintf("%d columns", len(header))}
	}
	slices.Sort(names)
	sum := sha256.Sum256([]byte(strings.Join(names, "\x1f")))
	return hex.EncodeToString(sum[:12])
}

// headingWords are a heading's words in lower case: "ModelYear", "MODEL_YEAR" and
// "Model Year:" are the same.
func headingWords(h string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
		}
		word = word[:0]
	}
	letters := []rune(h)
	for i, r := range letters {
		switch {
		case r == '#':
			end()
			words = append(words, "#")
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		default:
			camel := i > 0 && unicode.IsUpper(r) && (unicode.IsLower(letters[i-1]) || unicode.IsUpper(letters[i-1]) && i+1 < len(letters) && unicode.IsLower(letters[i+1]))
			if camel {
				end()
			}
			word = append(word, r)
		}
	}
	end()
	return words
}
