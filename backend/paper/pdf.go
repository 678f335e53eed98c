package paper

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ledongthuc/pdf"
)

const (
	maxPages  = 300
	maxGlyphs = 200_000 // of a page that are put in order
)

// errEnough says that no more text is wanted.
var errEnough = errors.New("enough")

// document reads the text of a PDF, page by page.
func document(b []byte, pages func(int), give func(page string) error) error {
	r, err := openPDF(b)
	if err != nil {
		return err
	}
	n, err := guarded(func() (int, error) { return r.NumPage(), nil })
	if err != nil || n < 1 {
		return fmt.Errorf("its pages can't be found")
	}
	pages(n)
	trouble := error(nil)
	for i := 1; i <= min(n, maxPages); i++ {
		text, err := guarded(func() (string, error) { return pageText(r.Page(i)), nil })
		if err != nil && trouble == nil {
			trouble = fmt.Errorf("page %d can't be read: %w", i, err)
		}
		if err := give(text); err != nil {
			return err
		}
	}
	if n > maxPages && trouble == nil {
		trouble = fmt.Errorf("the text of its first %d of %d pages was read", maxPages, n)
	}
	return trouble
}

// openPDF is pdf.NewReader for files with something before or behind: mail
// programs and scanners leave bytes there.
func openPDF(b []byte) (*pdf.Reader, error) {
	if end := bytes.LastIndex(b, []byte("%%EOF")); end > 0 {
		b = b[:end+len("%%EOF")]
	}
	r, err := guarded(func() (*pdf.Reader, error) { return pdf.NewReader(bytes.NewReader(b), int64(len(b))) })
	switch {
	case errors.Is(err, pdf.ErrInvalidPassword):
		return nil, fmt.Errorf("it is locked with a password")
	case err != nil:
		return nil, fmt.Errorf("its text can't be read: %w", err)
	}
	return r, nil
}

// guarded turns a panic of the library, which a broken file causes, into an
// error.
func guarded[T any](do func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the file is broken: %.80v", p)
		}
	}()
	return do()
}

// pageText puts a page's letters into lines as they stand on it, with a blank
// where there is a gap and more where there is a column.
func pageText(p pdf.Page) string {
	var glyphs []pdf.Text
	for _, t := range p.Content().Text {
		if t.S != "\n" && !math.IsNaN(t.X+t.Y) && len(glyphs) < maxGlyphs {
			glyphs = append(glyphs, t)
		}
	}
	// Letters of one line may differ a little in height; sorted, each line
	// begins with its highest one.
	slices.SortStableFunc(glyphs, func(a, b pdf.Text) int { return cmp.Compare(b.Y, a.Y) })
	var out strings.Builder
	for len(glyphs) > 0 {
		first, n := glyphs[0], 1
		for n < len(glyphs) && first.Y-glyphs[n].Y < 0.3*max(first.FontSize, 4) {
			n++
		}
		line := glyphs[:n]
		slices.SortStableFunc(line, func(a, b pdf.Text) int { return cmp.Compare(a.X, b.X) })
		writeLine(&out, line)
		glyphs = glyphs[n:]
	}
	return out.String()
}

func writeLine(out *strings.Builder, line []pdf.Text) {
	var b strings.Builder
	for i, t := range line {
		if i > 0 {
			last := line[i-1]
			gap := (t.X - last.X - last.W) / max(t.FontSize, 4)
			switch {
			case last.W == 0 && t.X == last.X: // a font without widths: one string
			case gap > 2:
				b.WriteString("  ")
			case gap > 0.2:
				b.WriteByte(' ')
			}
		}
		b.WriteString(t.S)
	}
	if s := strings.TrimSpace(b.String()); s != "" {
		out.WriteString(s)
		out.WriteByte('\n')
	}
}
