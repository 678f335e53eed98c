package report

import (
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Paper is a sheet that printers have.
type Paper string

const (
	A4     Paper = "a4"     // ISO 216, 210 x 297 mm
	Letter Paper = "letter" // ANSI A, 8.5 x 11 in
)

// size is a sheet upright, in millimetres.
func (p Paper) size() (w, h float64) {
	if p == Letter {
		return 215.9, 279.4
	}
	return 210, 297
}

// PaperFor is the sheet that somebody who pays in the currency has in the
// printer: Letter where the United States, Canada and Mexico print.
func PaperFor(currency string) Paper {
	if slices.Contains([]string{"USD", "CAD", "MXN"}, currency) {
		return Letter
	}
	return A4
}

// Check refuses a sheet that is none of these.
func (p Paper) Check() error {
	if p != A4 && p != Letter {
		return fault.InvalidField("paper", "is not a size of paper", "use a4 or letter")
	}
	return nil
}

// Head is what all pages of a document say of themselves.
type Head struct {
	Organisation string
	By           string // who prints
	Made         time.Time
	Release      string // of vPIC, "2026_10"
	Paper        Paper
	Style        Style
}
