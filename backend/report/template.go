package report

import (
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Template is a sheet of labels, or one label of a printer that has them on a
// roll.
type Template struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Sheet   bool   `json:"sheet" doc:"false: each label is a page of its own, for a label printer"`
	Columns int    `json:"columns"`
	Rows    int    `json:"rows"`
	Codes   []Code `json:"codes" enum:"qr,code128,code39" doc:"that can be read from a label this wide"`
	Size    string `json:"size" doc:"of one label, for a person"`

	width, height  float64 // of a label, in millimetres
	left, top      float64 // of the first one on the sheet
	across, down   float64 // from one to the next
	pageW, pageH   float64
	paddingX, padY float64 // that stays empty within a label
}

// Templates are the labels that Hubcap prints on, sheets first. The measures
// of sheets are those that their makers print on the box; other makers sell
// the same grids under other numbers.
func Templates() []Template {
	const in = 25.4
	sheet := func(id, name, size string, p Paper, columns, rows int, width, height, left, top, across, down float64) Template {
		w, h := p.size()
		return Template{ID: id, Name: name, Size: size, Sheet: true, Columns: columns, Rows: rows, width: width, height: height, left: left, top: top,
			across: across, down: down, pageW: w, pageH: h, paddingX: 2.5, padY: 1.8, Codes: codes(width - 5)}
	}
	single := func(id, name, size string, width, height float64) Template {
		return Template{ID: id, Name: name, Size: size, Columns: 1, Rows: 1, width: width, height: height, pageW: width, pageH: height, paddingX: 2.2, padY: 1.5, Codes: codes(width - 4.4)}
	}
	return []Template{
		sheet("5160", "Avery 5160, Letter", "2 5/8 × 1 in", Letter, 3, 10, 2.625*in, 1*in, 0.1875*in, 0.5*in, 2.75*in, 1*in),
		sheet("5163", "Avery 5163, Letter", "4 × 2 in", Letter, 2, 5, 4*in, 2*in, 0.15625*in, 0.5*in, 4.1875*in, 2*in),
		sheet("L7160", "Avery L7160, A4", "63.5 × 38.1 mm", A4, 3, 7, 63.5, 38.1, 7.25, 15.15, 66, 38.1),
		sheet("L7163", "Avery L7163, A4", "99.1 × 38.1 mm", A4, 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),
		single("62x29", "Label printer, 62 × 29 mm", "62 × 29 mm", 62, 29),
		single("89x36", "Label printer, 89 × 36 mm", "89 × 36 mm", 89, 36),
		single("57x32", "Label printer, 2 1/4 × 1 1/4 in", "2 1/4 × 1 1/4 in", 2.25*in, 1.25*in),
	}
}

// TemplateOf finds a template.
func TemplateOf(id string) (Template, error) {
	for _, t := range Templates() {
		if t.ID == id {
			return t, nil
		}
	}
	return Template{}, fault.InvalidField("template", "is not a sheet of labels that Hubcap knows", "use one that the list of templates names")
}

// check refuses a place that the sheet does not have and a code that does not
// fit.
func (t *Template) check(code Code, start int) error {
	if start < 1 || start > t.PerPage() {
		return fault.InvalidField("start", "is not a label of the sheet", "give 1 for the first label, up to the number of labels on a sheet")
	}
	if !slices.Contains(t.Codes, code) {
		return fault.InvalidField("code", "does not fit on these labels: its bars would be too thin to read", "use qr or code128")
	}
	return nil
}

// PerPage is how many labels a page has.
func (t *Template) PerPage() int { return t.Columns * t.Rows }

// thin is the narrowest module that hand scanners and printers of 203 dots to
// the inch are sure of, in millimetres.
const thin = 0.22

// codes are those that a width has room for. A VIN is 247 modules in Code 39.
func codes(width float64) []Code {
	if width/247 < thin {
		return []Code{QR, Code128}
	}
	return []Code{QR, Code128, Code39}
}
