package report

import "fmt"

// mark is a piece of a cell: text in a face, broken into lines.
type mark struct {
	text  string
	style string
	size  float64
	level int // of ink
	most  int // lines
	boxed int // 1: white on black, 2: black in a frame; for single words
}

// below is what a frame needs beneath it.
func (m *mark) below() float64 {
	if m.boxed > 0 {
		return 1.4
	}
	return 0
}

type column struct {
	head  string
	share float64 // of the table's width
}

// table sets rows below each other over as many pages as they need, with its
// heads on each.
type table struct {
	p       *press
	columns []column
	y       float64
}

const (
	cellGap = 2.5  // between columns
	bottom  = 16.0 // of a page, for its number
	step    = 0.42 // from line to line, millimetres a point
)

// newTable begins a table at y, on a new page where it would begin at the end
// of this one.
func (p *press) newTable(y float64, columns ...column) *table {
	t := &table{p, columns, y}
	if y > p.h-bottom-30 {
		t.turn()
	} else {
		t.heads()
	}
	return t
}

func (t *table) width() float64 { return t.p.w - 2*margin }

func (t *table) heads() {
	x := margin
	t.p.ink(grey)
	t.p.face(bold, 8)
	for _, c := range t.columns {
		w := c.share * t.width()
		t.p.line(x, t.y+3.5, t.p.cut(c.head, w-cellGap))
		x += w
	}
	t.y += 5.5
	t.p.f.SetDrawColor(black, black, black)
	t.p.f.SetLineWidth(0.4)
	t.p.f.Line(margin, t.y, t.p.w-margin, t.y)
}

// turn goes on at a new page.
func (t *table) turn() {
	t.p.f.AddPage()
	t.p.banner()
	t.y = 20
	t.heads()
}

type set struct {
	mark
	lines []string
}

// row sets one row of cells; it stands on one page.
func (t *table) row(cells ...[]mark) {
	ready := make([][]set, len(cells))
	tall := 0.0
	for i, marks := range cells {
		w := t.columns[i].share*t.width() - cellGap
		high := 0.0
		for _, m := range marks {
			lines := t.p.broken(w, m.style, m.size, max(1, m.most), m.text)
			ready[i] = append(ready[i], set{m, lines})
			high += float64(len(lines))*m.size*step + m.below()
		}
		tall = max(tall, high)
	}
	tall = max(tall+3, 8)
	if t.y+tall > t.p.h-bottom {
		t.turn()
	}
	x := margin
	for i, sets := range ready {
		y := t.y + 1.2
		for _, s := range sets {
			for _, l := range s.lines {
				y += s.size * step
				t.p.mark(x, y-s.size*0.08, s.mark, l)
			}
			y += s.below()
		}
		x += t.columns[i].share * t.width()
	}
	t.y += tall
	t.p.hair(margin, t.y, t.width())
}

func (p *press) mark(x, y float64, m mark, line string) {
	p.face(m.style, m.size)
	p.ink(m.level)
	if m.boxed > 0 {
		w, h := p.f.GetStringWidth(line)+3, m.size*step+1
		how := "D"
		p.f.SetDrawColor(black, black, black)
		p.f.SetLineWidth(0.3)
		if m.boxed == 1 {
			how = "FD"
			p.f.SetFillColor(black, black, black)
			p.f.SetTextColor(255, 255, 255)
		}
		p.f.Rect(x, y-m.size*0.34, w, h, how)
		x += 1.5
	}
	p.line(x, y, line)
}

// numbered sets the foot of each page: a word on the left, its number on the
// right.
func (p *press) numbered(foot string) {
	n := p.f.PageNo()
	for i := 1; i <= n; i++ {
		p.f.SetPage(i)
		p.hair(margin, p.h-12, p.w-2*margin)
		p.ink(grey)
		p.fit(margin, p.h-8, p.w-2*margin-30, plain, 8, 6, foot)
		p.face(plain, 8)
		p.lineRight(p.w-margin, p.h-8, fmt.Sprintf("Page %d of %d", i, n))
	}
}

// foot is what stands at the foot of a sheet.
func (p *press) foot() string {
	text := "Decoded with NHTSA vPIC"
	if p.head.Release != "" {
		text += " " + p.head.Release
	}
	text += ". Not a title and not an accident history."
	if p.head.By != "" {
		text += " Printed by " + p.head.By + "."
	}
	return text
}

// paragraph sets a text over the page's width and returns where it ends.
func (p *press) paragraph(y float64, style string, size float64, level, most int, text string) float64 {
	p.ink(level)
	for _, l := range p.broken(p.w-2*margin, style, size, most, text) {
		y += size * step
		p.line(margin, y, l)
	}
	return y
}
