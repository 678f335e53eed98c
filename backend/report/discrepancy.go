package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
)

// Discrepancies writes what a list says beside what its VINs say, to be sent
// to who made the list. Nothing of the buyer is in it: no wish, no ceiling, no
// verdict.
func Discrepancies(w io.Writer, head Head, i *intake.Intake, v *intake.View) error {
	width, height := head.Paper.size()
	p, err := newPress(head, "Discrepancy report: "+i.Name, width, height)
	if err != nil {
		return err
	}
	p.f.AddPage()
	p.banner()
	p.ink(black)
	p.fit(margin, 27, p.w-2*margin, bold, 20, 13, "Discrepancy report")
	p.files = several(i)
	files := make([]string, len(i.Files))
	for n := range i.Files {
		files[n] = i.Files[n].Name
	}
	y := p.paragraph(29, plain, 10, grey, 2, i.Name+"  ·  "+strings.Join(files, ", "))
	y = p.summary(y+5, v)
	y = p.paragraph(y+3, plain, 9, grey, 4, "Each VIN was decoded with NHTSA vPIC, release "+head.Release+", and held against the other columns of the list. "+
		"A contradiction is a claim that a vehicle with this VIN can't fulfil: either the claim or the VIN was written down wrong. "+
		"What a VIN does not say is not listed.")

	y = p.findings(y+8, "What the VINs contradict", v.Rows, claim.Hard)
	y = p.broke(y, v.Rows)
	y = p.twice(y, v.Rows)
	y = p.findings(y, "Differences that may have a plain reason", v.Rows, claim.Soft)
	if none(v.Rows) {
		p.paragraph(y, bold, 11, black, 1, "Nothing was found: list and VINs agree.")
	}
	p.numbered(p.foot())
	return p.write(w)
}

// several are the names of a list's files by their numbers, none where it has
// but one.
func several(i *intake.Intake) map[int]string {
	if len(i.Files) < 2 {
		return nil
	}
	out := map[int]string{}
	for n := range i.Files {
		out[i.Files[n].N] = i.Files[n].Name
	}
	return out
}

func none(rows []intake.Row) bool {
	for n := range rows {
		r := &rows[n]
		if s := r.Severity(); s == claim.Hard || s == claim.Soft || wrong(r) || r.Status == intake.Duplicate {
			return false
		}
	}
	return true
}

func wrong(r *intake.Row) bool { return r.Status == intake.Fixable || r.Status == intake.Invalid }

// summary sets the counts in one band.
func (p *press) summary(y float64, v *intake.View) float64 {
	var hard, soft int
	for n := range v.Rows {
		has := func(s claim.Severity) bool {
			return slices.ContainsFunc(v.Rows[n].Findings, func(f claim.Finding) bool { return f.Severity == s })
		}
		if has(claim.Hard) {
			hard++
		}
		if has(claim.Soft) {
			soft++
		}
	}
	c := &v.Counts
	band := []struct {
		n    int
		text string
	}{{v.Total, "rows in the list"}, {hard, "with a contradiction"}, {c.Status[intake.Fixable] + c.Status[intake.Invalid], "VINs that can't be right"},
		{c.Status[intake.Duplicate], "VINs listed again"}, {soft, "with other differences"}}
	wide := (p.w - 2*margin) / float64(len(band))
	p.f.SetDrawColor(black, black, black)
	p.f.SetLineWidth(0.3)
	p.f.Rect(margin, y, p.w-2*margin, 17, "D")
	for i, b := range band {
		x := margin + float64(i)*wide
		p.ink(black)
		p.fit(x+3, y+8.5, wide-6, bold, 17, 10, p.head.Style.whole(int64(b.n)))
		p.ink(grey)
		p.fit(x+3, y+13.5, wide-5, plain, 8.5, 6, b.text)
	}
	y += 20
	var fields []string
	for _, f := range claim.Fields() {
		if n := c.Field[f]; n > 0 {
			fields = append(fields, fmt.Sprintf("%s %d", strings.ToLower(fieldName(f)), n))
		}
	}
	if len(fields) > 0 {
		y = p.paragraph(y, plain, 9, black, 2, "By field: "+strings.Join(fields, "  ·  "))
	}
	return y
}

// section sets the head of a table, and returns where that begins.
func (p *press) section(y float64, text string) float64 {
	if y > p.h-bottom-35 {
		p.f.AddPage()
		p.banner()
		y = 20
	}
	return p.paragraph(y+2, bold, 12, black, 1, text) + 2
}

func (p *press) findings(y float64, name string, rows []intake.Row, of claim.Severity) float64 {
	var t *table
	for n := range rows {
		r := &rows[n]
		first := true
		for _, f := range r.Findings {
			if f.Severity != of {
				continue
			}
			if t == nil {
				t = p.newTable(p.section(y, name), column{"Row", 0.09}, column{"Vehicle by its VIN", 0.27}, column{"Field", 0.12}, column{"The list says", 0.16},
					column{"The VIN says", 0.16}, column{"Why", 0.2})
			}
			where, who := []mark(nil), []mark(nil)
			if first {
				where, who, first = p.place(r), identified(r), false
			}
			decoded := mark{text: f.Decoded, style: bold, size: 9, most: 4}
			if f.Decoded == "" {
				decoded = mark{text: "not reported", size: 9, level: grey}
			}
			t.row(where, who, []mark{{text: fieldName(f.Field), size: 9}}, []mark{{text: f.Claimed, style: bold, size: 9, most: 4}}, []mark{decoded},
				[]mark{{text: f.Reason, size: 8, most: 5}})
		}
	}
	if t == nil {
		return y
	}
	return t.y + 6
}

// place is where a row stands in the list.
func (p *press) place(r *intake.Row) []mark {
	out := []mark{{text: fmt.Sprint(r.N), style: bold, size: 9}}
	if name := p.files[r.File]; name != "" {
		out = append(out, mark{text: name, size: 7, level: grey, most: 2})
	}
	if r.Lot != "" {
		out = append(out, mark{text: "lot " + r.Lot, size: 8, level: grey, most: 2})
	}
	return out
}

func identified(r *intake.Row) []mark {
	var out []mark
	if name, said := nameOf(r); name != "" && !said {
		out = append(out, mark{text: name, size: 9, most: 2})
	}
	return append(out, mark{text: r.VIN, style: mono, size: 8.5, most: 2})
}

// broke lists VINs that can't be right.
func (p *press) broke(y float64, rows []intake.Row) float64 {
	var t *table
	for n := range rows {
		r := &rows[n]
		if !wrong(r) {
			continue
		}
		if t == nil {
			t = p.newTable(p.section(y, "VINs that can't be right"), column{"Row", 0.09}, column{"As the list has it", 0.27}, column{"Why", 0.3}, column{"It may have been meant", 0.34})
		}
		var may []mark
		for i, c := range r.Repairs {
			if i == 3 {
				break
			}
			may = append(may, mark{text: c.VIN, style: mono, size: 8.5}, mark{text: c.Title, size: 8, level: grey})
		}
		vin := mark{text: r.VIN, style: mono, size: 8.5, most: 2}
		if r.VIN == "" {
			vin = mark{text: "no VIN", size: 9, level: grey}
		}
		name, _ := nameOf(r)
		t.row(p.place(r), []mark{vin, {text: name, size: 8, level: grey, most: 2}}, []mark{{text: r.Message, size: 8, most: 5}}, may)
	}
	if t == nil {
		return y
	}
	return t.y + 6
}

// twice lists rows whose VIN stands in an earlier row too.
func (p *press) twice(y float64, rows []intake.Row) float64 {
	var t *table
	for n := range rows {
		r := &rows[n]
		if r.Status != intake.Duplicate {
			continue
		}
		if t == nil {
			t = p.newTable(p.section(y, "VINs listed more than once"), column{"Row", 0.09}, column{"Vehicle by its VIN", 0.41}, column{"Also in", 0.5})
		}
		also := r.Message
		if r.SameAs != nil {
			also = strings.TrimSpace(fmt.Sprintf("row %d  %s", r.SameAs.Row, p.files[r.SameAs.File]))
		}
		t.row(p.place(r), identified(r), []mark{{text: also, size: 9, most: 2}})
	}
	if t == nil {
		return y
	}
	return t.y + 6
}
