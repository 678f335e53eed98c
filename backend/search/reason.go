package search

import (
	"strings"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/search/meaning"
)

// Reason says where a hit was found: a piece of the field's text as it is in
// the store now, and which bytes of it matched.
type Reason struct {
	Field string
	In    string // what the text stands in, as a file's page; "" is the document itself
	Text  string
	Marks [][2]int // byte offsets into Text, from and to
	Alike float32  // the cosine, where the text means like the question; 0 where its words were found
}

// means is the reason of a hit by meaning.
func means(m meaning.Match) Reason {
	r := cutOut(m.Field, m.Text, [][2]int{{0, 0}})
	return Reason{Field: r.Field, Text: r.Text, Alike: m.Score}
}

const (
	maxReasons = 3
	snippet    = 120 // bytes of a long text around its first mark
)

// reasons finds the query's words in a document.
func (ix *Index) reasons(d *Document, q Query, typos bool) []Reason {
	var out []Reason
	for _, f := range ix.o.Fields {
		for i, text := range d.Texts[f.Name] {
			if len(out) == maxReasons {
				return out
			}
			marks := ix.marks(f, text, q, typos)
			if len(marks) > 0 {
				r := cutOut(f.Name, text, marks)
				if in := d.In[f.Name]; i < len(in) {
					r.In = in[i]
				}
				out = append(out, r)
			}
		}
	}
	return out
}

func (ix *Index) marks(f Field, text string, q Query, typos bool) (marks [][2]int) {
	var words []word
	if f.Kind != VIN {
		words = split(text)
	}
	for _, c := range q.Clauses {
		switch {
		case c.Not || c.Field == has || c.Range != nil || c.Field != "" && c.Field != f.Name:
		case f.Kind == VIN:
			if c.Field == "" && !isVINPart(c.Raw) {
				continue
			}
			v := foldVIN(text)
			if len(v) != len(text) || len(c.Whole) < minStart {
				continue
			}
			if strings.HasPrefix(v, c.Whole) {
				marks = append(marks, [2]int{0, len(c.Whole)})
			} else if len(c.Whole) >= minEnd && strings.HasSuffix(v, c.Whole) {
				marks = append(marks, [2]int{len(v) - len(c.Whole), len(v)})
			}
		case c.Field != "" && f.Kind == Word:
			if strings.HasPrefix(foldWhole(text), c.Whole) {
				marks = append(marks, [2]int{0, len(text)})
			}
		default:
			looked := c.Words
			if len(c.Words) > 1 && !c.Quote {
				looked = append(looked[:len(looked):len(looked)], strings.Join(strings.FieldsFunc(fold(c.Raw), isMark), ""))
			}
			for _, w := range words {
				for _, l := range looked {
					if w.folded == l || !c.Quote && len(l) >= minPrefix && strings.HasPrefix(w.folded, l) ||
						typos && !c.Quote && len(l) >= minTypo && oneOff(w.folded, l) {
						marks = append(marks, [2]int{w.start, w.end})
						break
					}
				}
			}
		}
	}
	return merge(marks)
}

// oneOff reports whether two words differ by one letter: put in, left out,
// changed.
func oneOff(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		return i == len(x) || string(x[i+1:]) == string(y[i+1:])
	}
	return string(x[i:]) == string(y[i+1:])
}

// merge sorts marks and joins those that overlap.
func merge(marks [][2]int) [][2]int {
	if len(marks) < 2 {
		return marks
	}
	for i := 1; i < len(marks); i++ {
		for j := i; j > 0 && marks[j][0] < marks[j-1][0]; j-- {
			marks[j], marks[j-1] = marks[j-1], marks[j]
		}
	}
	out := marks[:1]
	for _, m := range marks[1:] {
		last := &out[len(out)-1]
		if m[0] <= last[1] {
			last[1] = max(last[1], m[1])
		} else {
			out = append(out, m)
		}
	}
	return out
}

// cutOut takes the piece of a long text around its first mark.
func cutOut(field, text string, marks [][2]int) Reason {
	if len(text) <= snippet {
		return Reason{Field: field, Text: text, Marks: marks}
	}
	from := max(0, marks[0][0]-snippet/3)
	to := min(len(text), max(from+snippet, marks[0][1]))
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	before, after := "", ""
	if from > 0 {
		before = "…"
	}
	if to < len(text) {
		after = "…"
	}
	r := Reason{Field: field, Text: before + text[from:to] + after}
	for _, m := range marks {
		if m[0] >= from && m[1] <= to {
			r.Marks = append(r.Marks, [2]int{m[0] - from + len(before), m[1] - from + len(before)})
		}
	}
	return r
}
