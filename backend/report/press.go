package report

import (
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/sfnt"
)

// The faces: Liberation Sans (SIL OFL 1.1), which has Latin, Greek and Cyrillic
// letters and is as wide as Arial, and Go Mono (BSD-3-Clause).
const (
	plain = ""
	bold  = "B"
	mono  = "M" // for VINs: its 0 can't be taken for an O
)

// The greys that still print well on a worn drum.
const (
	black = 0
	grey  = 85  // lesser words: 7:1 on white
	rule  = 150 // lines
)

const margin = 14.0 // of sheets, in millimetres

// press is a document in the making. All lengths are millimetres, all sizes of
// letters points.
type press struct {
	f      *fpdf.Fpdf
	head   Head
	w, h   float64 // of a page
	covers *sfnt.Font
	buf    sfnt.Buffer
	files  map[int]string // of the list that is printed, where it has several
}

// newPress begins a document of pages of w by h.
func newPress(head Head, title string, w, h float64) (*press, error) {
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: w, Ht: h}})
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	f.SetCellMargin(0)
	f.SetCatalogSort(true)
	f.SetCreationDate(head.Made)
	f.SetModificationDate(head.Made)
	f.SetCreator("Hubcap", true)
	f.SetLang("en")
	f.SetDisplayMode("fullpage", "single")
	for style, ttf := range map[string][]byte{plain: liberationsansregular.TTF, bold: liberationsansbold.TTF} {
		f.AddUTF8FontFromBytes("Sans", style, ttf)
	}
	f.AddUTF8FontFromBytes("Mono", "", gomono.TTF)
	covers, err := sfnt.Parse(liberationsansregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	p := &press{f: f, head: head, w: w, h: h, covers: covers}
	f.SetTitle(p.clean(title), true)
	f.SetAuthor(p.clean(head.Organisation), true)
	return p, f.Error()
}

// write ends the document.
func (p *press) write(w io.Writer) error {
	if err := p.f.Output(w); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}

// face chooses the letters of what is set next.
func (p *press) face(style string, size float64) {
	if style == mono {
		p.f.SetFont("Mono", "", size)
		return
	}
	p.f.SetFont("Sans", style, size)
}

func (p *press) ink(level int) { p.f.SetTextColor(level, level, level) }

// line sets one line whose baseline is y, as it is, in the face chosen.
func (p *press) line(x, y float64, text string) { p.f.Text(x, y, text) }

// lineRight sets a line that ends at x.
func (p *press) lineRight(x, y float64, text string) { p.f.Text(x-p.f.GetStringWidth(text), y, text) }

// fit sets a line of at most width, smaller down to least where it is too
// long, then cut.
func (p *press) fit(x, y, width float64, style string, size, least float64, text string) {
	text, size = p.fitted(width, style, size, least, text)
	p.face(style, size)
	p.line(x, y, text)
}

func (p *press) fitted(width float64, style string, size, least float64, text string) (string, float64) {
	text = p.clean(text)
	p.face(style, size)
	if w := p.f.GetStringWidth(text); w > width {
		size = max(least, size*width/w*0.995)
		p.face(style, size)
		text = p.cut(text, width)
	}
	return text, size
}

// cut shortens a clean text to a width in the face chosen.
func (p *press) cut(text string, width float64) string {
	if p.f.GetStringWidth(text) <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes) // of runes that fit beside the dots
	for low < high {
		mid := (low + high + 1) / 2
		if p.f.GetStringWidth(string(runes[:mid])+"…") <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return strings.TrimRight(string(runes[:low]), " ") + "…"
}

// broken breaks a text into at most most lines of a width; the last one is cut.
func (p *press) broken(width float64, style string, size float64, most int, text string) []string {
	text = p.clean(text)
	p.face(style, size)
	var out []string
	for text != "" {
		if len(out) == most-1 {
			return append(out, p.cut(text, width))
		}
		n := p.lineOf(text, width)
		out = append(out, strings.TrimRight(text[:n], " "))
		text = strings.TrimLeft(text[n:], " ")
	}
	return out
}

// lineOf is how many bytes of a text stand on a line: whole words, or as many
// letters as fit of a word that is longer than the line.
func (p *press) lineOf(text string, width float64) int {
	end := 0
	for at := 0; at < len(text); {
		next := len(text)
		if i := strings.IndexByte(text[at:], ' '); i >= 0 {
			next = at + i + 1
		}
		if p.f.GetStringWidth(strings.TrimRight(text[:next], " ")) > width {
			break
		}
		at, end = next, next
	}
	if end > 0 {
		return end
	}
	for i, r := range text {
		if i > 0 && p.f.GetStringWidth(text[:i+len(string(r))]) > width {
			return i
		}
	}
	return len(text)
}

// hair draws a thin line across.
func (p *press) hair(x, y, width float64) {
	p.f.SetDrawColor(rule, rule, rule)
	p.f.SetLineWidth(0.2)
	p.f.Line(x, y, x+width, y)
}

// banner sets the head of a sheet: whose, when, of which vPIC release.
func (p *press) banner() {
	right := []string{p.head.Style.Day(p.head.Made)}
	if p.head.Release != "" {
		right = append(right, "vPIC "+p.head.Release)
	}
	p.ink(grey)
	p.face(plain, 9)
	stamp := strings.Join(right, "  ·  ")
	width := p.f.GetStringWidth(stamp)
	p.lineRight(p.w-margin, 13, stamp)
	p.ink(black)
	p.fit(margin, 13, p.w-2*margin-width-6, bold, 10, 7, p.head.Organisation)
	p.hair(margin, 16, p.w-2*margin)
}
