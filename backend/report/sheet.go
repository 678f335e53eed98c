package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Sheet writes the buy/pass sheet of a list: the rows of v in their order, one
// line a lot, with room to write beside each. It is the buyer's own: it shows
// what they wish for and would pay.
func Sheet(w io.Writer, head Head, i *intake.Intake, l *intake.Look, v *intake.View) error {
	width, height := head.Paper.size()
	p, err := newPress(head, "Buy/pass sheet: "+i.Name, height, width) // lying
	if err != nil {
		return err
	}
	p.files = several(i)
	p.f.AddPage()
	p.banner()
	p.ink(black)
	p.fit(margin, 26, p.w-2*margin, bold, 18, 12, "Buy / pass: "+i.Name)
	y := p.paragraph(28, plain, 9, grey, 2, shown(head.Style, i, l, v))
	t := p.newTable(y+4, column{"Lot", 0.06}, column{"Vehicle", 0.21}, column{"Claims that differ", 0.18}, column{"Verdict", 0.065},
		column{"Why", 0.245}, column{"Price", 0.09},
		column{"Notes", 0.15})
	for n := range v.Rows {
		r := &v.Rows[n]
		t.row(p.lot(r), named(head.Style, r), claims(r), verdict(r), reasons(r), priced(head.Style, r, i.Wishes.Ceiling), nil)
	}
	if len(v.Rows) == 0 {
		p.paragraph(t.y+4, plain, 10, grey, 1, "No row of the list is shown.")
	}
	p.numbered(p.foot())
	return p.write(w)
}

// shown says which rows stand on the sheet.
func shown(s Style, i *intake.Intake, l *intake.Look, v *intake.View) string {
	count := map[string]int{}
	for n := range v.Rows {
		count[v.Rows[n].Verdict.Verdict]++
	}
	parts := []string{fmt.Sprintf("%s of %s lots", s.whole(int64(len(v.Rows))), s.whole(int64(v.Total))),
		fmt.Sprintf("buy %d, look at %d, pass on %d", count[checklist.Buy], count[checklist.Look], count[checklist.Leave])}
	var only []string
	for _, x := range l.Statuses {
		only = append(only, string(x))
	}
	for _, x := range []string{string(l.Severity), string(l.Field), l.Verdict, l.Compared, l.Text} {
		if x != "" {
			only = append(only, x)
		}
	}
	if len(only) > 0 {
		parts = append(parts, "only "+strings.Join(only, ", "))
	}
	if len(l.Sort) > 0 {
		parts = append(parts, "by "+l.Sort[0].By)
	}
	if c := i.Wishes.Ceiling; c != nil {
		parts = append(parts, "ceiling "+s.Money(c))
	}
	return strings.Join(parts, "  ·  ")
}

func (p *press) lot(r *intake.Row) []mark {
	out := []mark{{text: r.Lot, style: bold, size: 11, most: 2}}
	if r.Lot == "" {
		out[0] = mark{text: fmt.Sprintf("row %d", r.N), size: 8, level: grey}
	}
	if name := p.files[r.File]; name != "" {
		out = append(out, mark{text: name, size: 7, level: grey, most: 2})
	}
	return out
}

// nameOf is what a row's vehicle is by its VIN, else by the list's words.
func nameOf(r *intake.Row) (name string, said bool) {
	join := func(year, maker, model string) string {
		if strings.EqualFold(maker, model) {
			model = ""
		}
		return strings.Join(strings.Fields(year+" "+maker+" "+model), " ")
	}
	if r.Decoded["Make"] != "" || r.Decoded["Model"] != "" {
		return join(r.Decoded["ModelYear"], r.Decoded["Make"], r.Decoded["Model"]), false
	}
	return join(r.Claimed[claim.Year], r.Claimed[claim.Make], r.Claimed[claim.Model]), true
}

func named(s Style, r *intake.Row) []mark {
	name, said := nameOf(r)
	var out []mark
	if name != "" {
		out = append(out, mark{text: name, style: bold, size: 10, most: 2})
	}
	if said && name != "" {
		out = append(out, mark{text: "as the list says", size: 8, level: grey})
	}
	id := r.VIN
	if id == "" {
		id = "no VIN"
	}
	if r.Odometer != nil {
		id += "  " + s.Odometer(*r.Odometer)
	}
	return append(out, mark{text: id, style: mono, size: 8, most: 2})
}

// mostFindings is how many of a row stand on the sheet.
const mostFindings = 4

func claims(r *intake.Row) []mark {
	var out []mark
	more := 0
	for _, hard := range []bool{true, false} {
		for _, f := range r.Findings {
			if f.Severity == claim.Untestable || (f.Severity == claim.Hard) != hard {
				continue
			}
			if len(out) == mostFindings {
				more++
				continue
			}
			style := plain
			if hard {
				style = bold
			}
			out = append(out, mark{text: differs(f), style: style, size: 8.5, most: 2})
		}
	}
	if more > 0 {
		out = append(out, mark{text: fmt.Sprintf("and %d more", more), size: 8, level: grey})
	}
	if len(out) == 0 && r.Status != intake.Fixable && r.Status != intake.Invalid {
		return []mark{{text: "none found", size: 8.5, level: grey}}
	}
	return out
}

func differs(f claim.Finding) string {
	decoded := f.Decoded
	if decoded == "" {
		decoded = "not reported"
	}
	return fmt.Sprintf("%s: list %s, VIN %s", fieldName(f.Field), f.Claimed, decoded)
}

func fieldName(f claim.Field) string {
	if f == "gvwr" {
		return "GVWR"
	}
	return title(string(f))
}

// mostRules is how many rules that speak against a lot stand on the sheet.
const mostRules = 3

func verdict(r *intake.Row) []mark {
	words := map[string]mark{
		checklist.Buy:   {text: "BUY", boxed: 1},
		checklist.Look:  {text: "LOOK", boxed: 2},
		checklist.Leave: {text: "PASS", level: grey},
	}
	m := words[r.Verdict.Verdict]
	m.style, m.size = bold, 9
	return []mark{m}
}

// reasons are the rules that speak against a lot in full, and those that speak
// for it by their names.
func reasons(r *intake.Row) []mark {
	var out []mark
	var good []string
	more := 0
	for _, l := range r.Verdict.Lines {
		switch {
		case l.Verdict == checklist.Buy:
			good = append(good, l.Rule)
		case len(out) == mostRules:
			more++
		default:
			out = append(out, mark{text: l.Rule + "  " + l.Text, size: 8, most: 3})
		}
	}
	if more > 0 {
		out = append(out, mark{text: fmt.Sprintf("and %d more", more), size: 8, level: grey})
	}
	if len(good) > 0 {
		out = append(out, mark{text: "for it: " + strings.Join(good, ", "), size: 8, level: grey, most: 2})
	}
	return out
}

func priced(s Style, r *intake.Row, ceiling *vehicle.Money) []mark {
	var out []mark
	if r.Asking == nil {
		out = append(out, mark{text: "no price", size: 8.5, level: grey})
	} else {
		out = append(out, mark{text: s.Money(r.Asking), style: bold, size: 10, most: 2})
	}
	if r.Compared != nil && r.Compared.State == "price" {
		out = append(out, mark{text: "was " + s.Money(r.Compared.Before), size: 8, level: grey})
	}
	if ceiling != nil {
		out = append(out, mark{text: "up to " + s.Money(ceiling), size: 8, level: grey})
	}
	return out
}
