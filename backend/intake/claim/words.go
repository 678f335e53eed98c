package claim

import "unicode/utf8"

// A phrase is a cell's text without case, signs and blanks, with the places of
// its words: "Town & Country" is TOWNANDCOUNTRY of three. Any run of words is
// then a slice, which is what the vocabulary is asked with.
type phrase struct {
	b       []byte
	room    [96]byte
	start   [maxWords]int
	decimal [maxWords]bool // the word was written with a point between digits
	n       int
}

// maxWords bounds the words that are read of one cell; lists put whole
// descriptions there.
const maxWords = 16

// read takes a text apart. It keeps nothing of an earlier one.
func (p *phrase) read(s string) {
	p.b, p.n = p.room[:0], 0
	open := false
	begin := func() bool {
		if !open {
			if p.n == maxWords {
				return false
			}
			p.start[p.n], p.decimal[p.n] = len(p.b), false
			p.n++
			open = true
		}
		return true
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			i += size
			if a := plainLetter(r); a != 0 {
				if !begin() {
					return
				}
				p.b = append(p.b, a)
			} else {
				open = false
			}
			continue
		}
		i++
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
			fallthrough
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			if !begin() {
				return
			}
			p.b = append(p.b, c)
		case c == '&':
			open = false
			if !begin() {
				return
			}
			p.b = append(p.b, "AND"...)
			open = false
		case c == '\'':
		case c == '.' && open && i < len(s) && isDigit(s[i]) && isDigit(p.b[len(p.b)-1]):
			p.decimal[p.n-1] = true
		default:
			open = false
		}
	}
}

// span is the text of the words from i to before j.
func (p *phrase) span(i, j int) []byte {
	if j >= p.n {
		return p.b[p.start[i]:]
	}
	return p.b[p.start[i]:p.start[j]]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// plainLetter is the letter under an accent, 0 for what is no Latin letter.
func plainLetter(r rune) byte {
	switch {
	case r >= 'À' && r <= 'Å', r >= 'à' && r <= 'å':
		return 'A'
	case r == 'Ç', r == 'ç':
		return 'C'
	case r >= 'È' && r <= 'Ë', r >= 'è' && r <= 'ë', r == 'ě':
		return 'E'
	case r >= 'Ì' && r <= 'Ï', r >= 'ì' && r <= 'ï':
		return 'I'
	case r == 'Ñ', r == 'ñ':
		return 'N'
	case r >= 'Ò' && r <= 'Ö', r >= 'ò' && r <= 'ö', r == 'Ø', r == 'ø':
		return 'O'
	case r >= 'Ù' && r <= 'Ü', r >= 'ù' && r <= 'ü':
		return 'U'
	case r == 'Š', r == 'š':
		return 'S'
	}
	return 0
}

// compact is a text's letters and digits in upper case, as phrases have them.
func compact(s string) string {
	var p phrase
	p.read(s)
	return string(p.b)
}

// splitWords are a text's words, compacted.
func splitWords(s string) []string {
	var p phrase
	p.read(s)
	out := make([]string, p.n)
	for i := range out {
		out[i] = string(p.span(i, i+1))
	}
	return out
}

// near reports whether two names differ by at most max slips of the pen: a
// letter wrong, missing, too many, or two exchanged.
func near(a []byte, b string, max int) bool {
	if len(a)-len(b) > max || len(b)-len(a) > max || len(b) > 31 || len(a) > 31 {
		return false
	}
	var rows [3][32]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, up, up2 := &rows[i%3], &rows[(i-1)%3], &rows[(i+1)%3]
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			v := min(up[j]+1, row[j-1]+1, up[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				v = min(v, up2[j-2]+1)
			}
			row[j] = v
			least = min(least, v)
		}
		if least > max {
			return false
		}
	}
	return rows[len(a)%3][len(b)] <= max
}

// shortens reports whether the word abbreviates the longer one: the same first
// letter, the others in order ("LMTD" of LIMITED).
func shortens(word []byte, long string) bool {
	if len(word) < 2 || len(word) >= len(long) || word[0] != long[0] {
		return false
	}
	i := 0
	for j := 0; j < len(long) && i < len(word); j++ {
		if long[j] == word[i] {
			i++
		}
	}
	return i == len(word)
}
