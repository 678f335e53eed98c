package report

import (
	"io"
	"iter"
	"strings"
)

// Labels writes labels of vehicles, from the place start on the first sheet:
// 1 is its first label, so that a sheet that was begun is used up.
func Labels(w io.Writer, head Head, t Template, code Code, start int, of iter.Seq2[Subject, error]) error {
	if err := t.check(code, start); err != nil {
		return err
	}
	p, err := newPress(head, "Labels", t.pageW, t.pageH)
	if err != nil {
		return err
	}
	at := start - 1
	for s, err := range of {
		if err != nil {
			return err
		}
		if on := at % t.PerPage(); on == 0 || p.f.PageNo() == 0 {
			p.f.AddPage()
		}
		on := at % t.PerPage()
		x, y := t.left+float64(on%t.Columns)*t.across, t.top+float64(on/t.Columns)*t.down
		if err := p.tag(&s, &t, code, x, y); err != nil {
			return err
		}
		at++
	}
	if p.f.PageNo() == 0 {
		return errNothing()
	}
	return p.write(w)
}

// tag sets one label. Beside a QR code stand the name, the stock number and
// the VIN; a bar code takes the label's whole width instead, since a narrow one
// can't be read.
func (p *press) tag(s *Subject, t *Template, code Code, x, y float64) error {
	x, y = x+t.paddingX, y+t.padY
	wide, tall := t.width-2*t.paddingX, t.height-2*t.padY
	if code == QR && s.Address != "" {
		side := min(tall, 26, wide*0.42)
		if err := p.dots(s.Address, x+wide-side, y+(tall-side)/2, side); err != nil {
			return err
		}
		p.words(s, x, y, wide-side-1.5, tall)
		return nil
	}
	if code == QR || !coded(s.VIN) {
		p.words(s, x, y, wide, tall)
		return nil
	}
	k := max(1, min(1.5, tall/26)) // larger letters on larger labels
	words := 11.5 * k              // of height, for the lines above the bars
	p.ink(black)
	room := wide
	if s.Stock != "" {
		text, size := p.fitted(wide*0.4, bold, 10*k, 6, s.Stock)
		p.face(bold, size)
		p.lineRight(x+wide, y+3.6*k, text)
		room -= p.f.GetStringWidth(text) + 3
	}
	name, _ := s.title()
	p.fit(x, y+3.6*k, room, bold, 10*k, 6, name)
	p.fit(x, y+8.8*k, wide, mono, 11*k, 6, s.VIN)
	return p.bars(code, s.VIN, x, y+words, wide, min(tall-words, 22))
}

// words sets what a label says, down its height.
func (p *press) words(s *Subject, x, y, wide, tall float64) {
	size := 8.0
	if tall > 30 {
		size = 10
	}
	name, _ := s.title()
	lines := p.broken(wide, bold, size, 2, name)
	p.ink(black)
	step := size * 0.43 // from one line to the next
	at := y + step*0.8
	for _, l := range lines {
		p.line(x, at, l)
		at += step
	}
	p.ink(grey)
	if v := strings.TrimSpace(s.Decoded.Trim); v != "" && tall > 20 {
		p.fit(x, at, wide, plain, size-1, 5, v)
		at += step
	}
	p.ink(black)
	if s.Stock != "" {
		p.fit(x, at+step*0.3, wide, bold, size+3, 7, s.Stock)
	}
	p.fit(x, y+tall-0.6, wide, mono, size+1.5, 5, s.VIN)
}
