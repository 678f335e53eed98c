package list

import (
	"io"
	"math"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/paper"
)

const (
	maxPDFLines = 200_000
	pageWidth   = 4_000 // points that are looked at; A0 is 3,370 long
	far         = 1e9   // points: not on one page
)

// openPDF reads the table that is drawn on the pages of a PDF: words that stand
// below one another, with blank paper between the columns.
func openPDF(r io.ReaderAt, size int64) (source, error) {
	b := make([]byte, size)
	if n, err := r.ReadAt(b, 0); int64(n) < size {
		return nil, err
	}
	var lines []paper.Line
	pages, err := paper.Words(b, func(l paper.Line) error {
		if len(lines) == maxPDFLines {
			return refuse("The PDF has more than %d lines of text.", maxPDFLines).WithRemedy("Ask for the list as .xlsx or .csv.")
		}
		lines = append(lines, l)
		return nil
	})
	letters := 0
	for _, l := range lines {
		for _, w := range l.Words {
			letters += len(w.Text)
		}
	}
	switch {
	case err != nil && len(lines) == 0:
		f := refuse("The PDF can't be read: %s.", firstLine(err.Error())).WithRemedy("Ask for the list as .xlsx or .csv.")
		f.Err = err
		return nil, f
	case letters < 20*pages && letters < 400:
		return nil, refuse("This PDF holds pictures of text: it was scanned, and there is nothing in it to read.").WithRemedy("Ask for the list as .xlsx, .csv or a PDF made by a program, or type the VINs.")
	case err != nil:
		f := refuse("Only a part of the PDF can be read: %s.", firstLine(err.Error())).WithRemedy("Ask for the list as .xlsx or .csv.")
		f.Err = err
		return nil, f
	}
	rows := tableOf(lines)
	if len(rows) == 0 {
		return nil, refuse("No table with VINs was found in the PDF.").WithRemedy("Copy its text and paste it, or ask for the list as .xlsx or .csv.")
	}
	return &pdfRows{rows}, nil
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "its text can't be read: "), "\n")
	return strings.TrimSuffix(s, ".")
}

type pdfRows struct{ rows []row }

func (p *pdfRows) close() {}

func (p *pdfRows) next() (row, error) {
	if len(p.rows) == 0 {
		return row{}, io.EOF
	}
	r := p.rows[0]
	p.rows = p.rows[1:]
	return r, nil
}

// tableOf makes rows of the lines of a table. A PDF holds no table by itself: the
// lines with a VIN show where the columns are.
func tableOf(lines []paper.Line) []row {
	var sure []paper.Line // lines that surely belong to the table
	header := -1
	for i, l := range lines {
		if lineHasVIN(l) {
			if len(sure) == 0 {
				header = headerAbove(lines[:i])
			}
			sure = append(sure, l)
		}
	}
	if len(sure) == 0 {
		return nil
	}
	if header >= 0 {
		sure = append(sure, lines[header])
	}
	bounds := columnsOf(sure)
	pitch := rowPitch(sure)
	var out []row
	var before []string // of the next row, from lines that stand above its VIN
	last := -1          // line of the row above
	for i, l := range lines {
		cells := cellsOf(l, bounds)
		full := count(cells)
		switch {
		case lineHasVIN(l), i == header, full*2 > len(cells) && full > 1:
			out = append(out, row{merged(before, cells), i + 1})
			before, last = nil, i
		case i <= header || last < 0:
		default:
			// The second line of some cells: it belongs to the row that is nearer,
			// if it is nearer than rows are to one another.
			up, down := drop(lines[last], l), far
			if i+1 < len(lines) && (lineHasVIN(lines[i+1]) || before != nil) {
				down = drop(l, lines[i+1])
			}
			near := min(1.4*l.SizePoints, 0.7*pitch)
			switch {
			case up <= down && up <= near:
				out[len(out)-1].cells = merged(out[len(out)-1].cells, cells)
				last = i
			case down <= near:
				before = merged(before, cells)
			default:
				before = nil
			}
		}
	}
	return out
}

// merged puts the words of a second line behind those of the first.
func merged(above, below []string) []string {
	if above == nil {
		return below
	}
	out := make([]string, len(above))
	for i := range above {
		out[i] = strings.TrimSpace(above[i] + " " + below[i])
	}
	return out
}

// rowPitch is how far rows are apart, in points: the middle one of all.
func rowPitch(sure []paper.Line) float64 {
	var all []float64
	for i := range sure[:max(0, len(sure)-1)] {
		if d := drop(sure[i], sure[i+1]); d < far {
			all = append(all, d)
		}
	}
	if len(all) == 0 {
		return far
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// drop is how far a line stands below another, in points; far where it does
// not.
func drop(above, below paper.Line) float64 {
	if d := below.DownPoints - above.DownPoints; above.Page == below.Page && d > 0 {
		return d
	}
	return far
}

func lineHasVIN(l paper.Line) bool {
	for _, w := range l.Words {
		if vinLike(w.Text) > 0 {
			return true
		}
	}
	return false
}

// headerAbove finds the line with most headings, the lowest of several.
func headerAbove(lines []paper.Line) int {
	best, most := -1, 1
	for i := max(0, len(lines)-15); i < len(lines); i++ {
		known := 0
		for _, w := range lines[i].Words {
			if heading(w.Text) == 2 {
				known++
			}
		}
		if known >= most {
			best, most = i, known
		}
	}
	return best
}

// columnsOf finds the blank stripes that go through all lines, and returns where
// each column after the first begins.
func columnsOf(lines []paper.Line) []float64 {
	var covered [pageWidth]int
	sizes := make([]float64, 0, len(lines))
	from, to := pageWidth, 0
	for _, l := range lines {
		sizes = append(sizes, l.SizePoints)
		for _, w := range l.Words {
			a := int(max(0, min(w.LeftPoints, pageWidth-1)))
			z := int(max(0, min(math.Ceil(w.RightPoints), pageWidth-1)))
			from, to = min(from, a), max(to, z)
			for x := a; x < z; x++ {
				covered[x]++
			}
		}
	}
	slices.Sort(sizes)
	// A blank between words is a quarter of the letters' size. Many lines hide
	// it; few may leave it open by chance.
	narrow := 0.6 * sizes[len(sizes)/2]
	if len(lines) > 20 {
		narrow = 0.3 * sizes[len(sizes)/2]
	}
	few := len(lines) / 50 // a text that runs over into the next column
	var bounds []float64
	for x := from; x < to; {
		if covered[x] > few {
			x++
			continue
		}
		end := x
		for end < to && covered[end] <= few {
			end++
		}
		if float64(end-x) >= narrow {
			bounds = append(bounds, float64(x+end)/2)
		}
		x = end
	}
	return bounds
}

func cellsOf(l paper.Line, bounds []float64) []string {
	cells := make([]string, len(bounds)+1)
	for _, w := range l.Words {
		middle := min((w.LeftPoints+w.RightPoints)/2, w.LeftPoints+l.SizePoints)
		c, _ := slices.BinarySearch(bounds, middle)
		if cells[c] != "" {
			cells[c] += " "
		}
		cells[c] += w.Text
	}
	return cells
}
