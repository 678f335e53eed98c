package claim

import "strings"

// said reports whether the word is one of what the VIN says of model, series
// and trim.
func (v *view) said(w []byte) bool {
	return v.saidWord(w) || v.decoded != nil && v.decoded.hasWord(w)
}

// saidWord reports whether the word stands in what the VIN says of series and
// trim.
func (v *view) saidWord(w []byte) bool {
	for _, s := range [...]string{v.series, v.trim, v.series2, v.trim2} {
		if s != "" && hasWord(s, w) {
			return true
		}
	}
	return false
}

// saidWhole reports whether the words are a whole series or trim, or one of
// those that vPIC lists together.
func (v *view) saidWhole(w []byte) bool {
	if len(w) < 2 {
		return false
	}
	for _, s := range [...]string{v.series, v.trim, v.series2, v.trim2} {
		if s == "" {
			continue
		}
		if equalCompact(s, w) {
			return true
		}
		if strings.ContainsAny(s, "/,;(") {
			for part := range alternatives(s) {
				if equalCompact(part, w) {
					return true
				}
			}
		}
	}
	return false
}

// equalCompact compares a text's letters and digits with compacted words.
func equalCompact(s string, w []byte) bool {
	k := 0
	for i := range len(s) {
		b := s[i]
		if b >= 'a' && b <= 'z' {
			b -= 'a' - 'A'
		}
		if b >= 'A' && b <= 'Z' || isDigit(b) {
			if k == len(w) || w[k] != b {
				return false
			}
			k++
		}
	}
	return k == len(w)
}

// hasWord reports whether the compacted word is a word of the text.
func hasWord(s string, w []byte) bool {
	for i := 0; i < len(s); {
		for i < len(s) && !letterOrDigit(s[i]) {
			i++
		}
		j := i
		for j < len(s) && (letterOrDigit(s[j]) || s[j] == '.' || s[j] == '-' && j+1 < len(s) && letterOrDigit(s[j+1])) {
			j++
		}
		if j > i && (equalCompact(s[i:j], w) || hyphened(s[i:j], w)) {
			return true
		}
		i = j
	}
	return false
}

// hyphened looks into "EX-L": its parts, too, are words.
func hyphened(s string, w []byte) bool {
	if !strings.Contains(s, "-") {
		return false
	}
	for part := range strings.SplitSeq(s, "-") {
		if part != "" && equalCompact(part, w) {
			return true
		}
	}
	return false
}

func letterOrDigit(b byte) bool {
	return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || isDigit(b)
}

func (c *Checker) checkTrim(v *view, said string, out *finder) {
	decoded := strings.TrimSpace(v.trim + " " + v.trim2)
	c.checkWords(v, said, "trim", decoded, v.series, v.trimGiven, out)
}

func (c *Checker) checkSeries(v *view, said string, out *finder) {
	decoded := strings.TrimSpace(v.series + " " + v.series2)
	c.checkWords(v, said, "series", decoded, v.trim, v.seriesGiven, out)
}

// checkWords compares a series or trim, in which sellers mix the two: beside
// is the other one. It never contradicts for certain, for both are a seller's
// language.
func (c *Checker) checkWords(v *view, said, what, decoded, beside string, given bool, out *finder) {
	silent := "This VIN does not encode a " + what + "."
	if decoded == "" && beside == "" {
		out.untestable(said, "", silent)
		return
	}
	c.find(v)
	switch c.sellersWords(v, said) {
	case agreeing:
		return
	case otherWords:
		out.untestable(said, decoded, "The list names no "+what+" here.")
		return
	}
	if decoded == "" || !given {
		out.untestable(said, either(decoded, beside), silent)
		return
	}
	out.differ(v, false, said, decoded, "The VIN says "+decoded+".")
}

const (
	agreeing = iota
	otherWords
	contrary
)

// sellersWords reads a cell of series or trim: agreeing where any word of it
// is what the VIN says, cut short or not.
func (c *Checker) sellersWords(v *view, said string) int {
	var p phrase
	p.read(said)
	if p.n == 0 {
		return otherWords
	}
	for length := min(p.n, 4); length > 0; length-- {
		for i := 0; i+length <= p.n; i++ {
			w := p.span(i, i+length)
			if v.saidWhole(w) || v.decoded != nil && len(w) > 1 && (v.decoded.has(w) || rootOf(v.decoded, w)) {
				return agreeing
			}
		}
	}
	other := true
	for i := range p.n {
		w := p.span(i, i+1)
		if v.said(w) && !c.justNoise(w) || v.abbreviated(w) {
			return agreeing
		}
		other = other && (c.words.elsewhere(w, v.makeKey) || p.decimal[i] || engineWord(w))
	}
	if other {
		return otherWords
	}
	return contrary
}

func (c *Checker) justNoise(w []byte) bool { return len(w) > 1 && c.words.noise[""][string(w)] }

// abbreviated: "LTD" of Limited, "PREM" of Premium, or a word joined of two.
func (v *view) abbreviated(w []byte) bool {
	if len(w) < 3 {
		return false
	}
	for _, s := range [...]string{v.series, v.trim, v.series2, v.trim2} {
		var p phrase
		p.read(s)
		for i := range p.n {
			x := string(p.span(i, i+1))
			if len(x) > 2 && (shortens(w, x) && len(x) > 4 || strings.HasPrefix(string(w), x) || len(w) > 4 && near(w, x, 1)) {
				return true
			}
		}
		if len(p.b) > 3 && (strings.Contains(string(p.b), string(w)) || strings.Contains(string(w), string(p.b))) {
			return true
		}
	}
	return false
}
