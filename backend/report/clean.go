package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxText is how many letters of one text are printed at most: a cell of a
// list may hold 64 KiB.
const maxText = 1500

// missing stands for a letter that the font does not have.
const missing = '□'

// clean makes a stranger's text fit for the page: one line, composed letters,
// nothing that is not seen or that turns the order of the rest, and a box for
// each letter that the font lacks.
func (p *press) clean(text string) string {
	var b strings.Builder
	n, blank := 0, false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "\ufffd")) {
		switch {
		case r == '\u00a0': // holds a number and its unit together
		case unicode.IsSpace(r):
			blank = b.Len() > 0
			continue
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Mn, unicode.Me):
			continue
		case !p.has(r):
			r = missing
		}
		if n++; n > maxText {
			b.WriteString("…")
			break
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// has reports whether the font of all but VINs has a letter.
func (p *press) has(r rune) bool {
	if r > 0xffff {
		return false
	}
	i, err := p.covers.GlyphIndex(&p.buf, r)
	return err == nil && i != 0
}
