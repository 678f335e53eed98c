package paper

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ledongthuc/pdf"
)

// Word is letters of a PDF without a gap between them.
type Word struct {
	Text        string
	LeftPoints  float64 // from the left edge of the page; 72 to the inch
	RightPoints float64
}

// Line is the words at one height of a page, from left to right.
type Line struct {
	Page       int     // from 1
	DownPoints float64 // the page's own measure, growing downwards
	SizePoints float64 // of the letters
	Words      []Word
}

// Words calls line for every line of a PDF's pages, from the top, for those who
// read tables: what stands below what tells the columns. It returns how many
// pages there are; lines of pages that can't be read are left out, and err says
// so at the end. It runs without limits: call it in a child.
func Words(b []byte, line func(Line) error) (pages int, err error) {
	r, err := openPDF(b)
	if err != nil {
		return 0, err
	}
	n, err := guarded(func() (int, error) { return r.NumPage(), nil })
	if err != nil || n < 1 {
		return 0, fmt.Errorf("its pages can't be found")
	}
	var trouble error
	for i := 1; i <= min(n, maxPages); i++ {
		lines, err := guarded(func() ([]Line, error) { return pageLines(r.Page(i), i), nil })
		if err != nil && trouble == nil {
			trouble = fmt.Errorf("page %d can't be read: %w", i, err)
		}
		for _, l := range lines {
			if err := line(l); err != nil {
				return n, err
			}
		}
	}
	if n > maxPages && trouble == nil {
		trouble = fmt.Errorf("it has %d pages, of which the first %d were read", n, maxPages)
	}
	return n, trouble
}

func pageLines(p pdf.Page, page int) []Line {
	var glyphs []pdf.Text
	for _, t := range p.Content().Text {
		if t.S != "\n" && !math.IsNaN(t.X+t.Y+t.W) && !math.IsInf(t.X+t.Y+t.W, 0) && len(glyphs) < maxGlyphs {
			glyphs = append(glyphs, t)
		}
	}
	slices.SortStableFunc(glyphs, func(a, b pdf.Text) int { return cmp.Compare(b.Y, a.Y) })
	var out []Line
	for len(glyphs) > 0 {
		first, n := glyphs[0], 1
		for n < len(glyphs) && first.Y-glyphs[n].Y < 0.3*max(first.FontSize, 4) {
			n++
		}
		run := glyphs[:n]
		slices.SortStableFunc(run, func(a, b pdf.Text) int { return cmp.Compare(a.X, b.X) })
		if words := wordsOf(run); len(words) > 0 {
			out = append(out, Line{Page: page, DownPoints: -first.Y, SizePoints: max(first.FontSize, 4), Words: words})
		}
		glyphs = glyphs[n:]
	}
	return out
}

// letterWidth is what a letter takes, in sizes of its font, where the font does
// not say.
const letterWidth = 0.5

func wordsOf(line []pdf.Text) []Word {
	var out []Word
	var text strings.Builder
	var word Word
	unmeasured := false
	end := func() {
		if word.Text = strings.TrimSpace(clean(text.String())); word.Text != "" {
			out = append(out, word)
		}
		text.Reset()
	}
	for i, t := range line {
		size := max(t.FontSize, 4)
		width := t.W
		if width == 0 {
			width = letterWidth * size * float64(len([]rune(t.S)))
		}
		switch {
		case i > 0 && line[i-1].W == 0 && t.X == line[i-1].X && text.Len() > 0:
			// A font without widths: letters of one string share a place.
			text.WriteString(t.S)
			word.RightPoints += width
			unmeasured = true
			continue
		case strings.TrimSpace(t.S) == "":
			if text.Len() > 0 {
				end()
			}
			continue
		case text.Len() > 0 && t.X-word.RightPoints > 0.2*size, unmeasured:
			end()
		}
		unmeasured = false
		if text.Len() == 0 {
			word = Word{LeftPoints: t.X}
		}
		text.WriteString(t.S)
		word.RightPoints = t.X + width
	}
	end()
	for i := range out[:max(0, len(out)-1)] {
		out[i].RightPoints = min(out[i].RightPoints, max(out[i].LeftPoints, out[i+1].LeftPoints-1))
	}
	return out
}
