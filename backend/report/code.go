package report

import (
	"fmt"
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/code39"
	"github.com/boombuler/barcode/qr"
)

// Code is a sort of bar code.
type Code string

const (
	QR      Code = "qr"      // ISO/IEC 18004, of the record's address
	Code128 Code = "code128" // ISO/IEC 15417, of the VIN
	Code39  Code = "code39"  // ISO/IEC 16388, of the VIN; what makers put into the door frame
)

// quietQR is the empty margin that readers of QR codes need, in modules; those
// of bar codes need ten.
const quietQR = 4

// bars draws a bar code of a text from x, y within a width and height. What is
// beside it stays empty for ten modules: the caller sees to it.
func (p *press) bars(kind Code, text string, x, y, width, height float64) (err error) {
	var c barcode.Barcode
	if kind == Code39 {
		c, err = code39.Encode(text, false, false)
	} else {
		c, err = code128.Encode(text)
	}
	if err != nil {
		return fmt.Errorf("make the bar code: %w", err)
	}
	n := c.Bounds().Dx()
	p.modules(c, n, 1, x, y, width/float64(n), height)
	return nil
}

// dots draws a QR code of a text as a square from x, y, margin included.
func (p *press) dots(text string, x, y, side float64) error {
	c, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("make the QR code: %w", err)
	}
	n := c.Bounds().Dx()
	module := side / float64(n+2*quietQR)
	p.modules(c, n, n, x+quietQR*module, y+quietQR*module, module, module)
	return nil
}

// modules fills the dark ones of rows of modules, neighbours in one piece. The
// pieces of two rows overlap a hair, or readers of PDFs would draw light lines
// between them.
func (p *press) modules(c barcode.Barcode, columns, rows int, x, y, width, height float64) {
	p.f.SetFillColor(black, black, black)
	over := 0.0
	if rows > 1 {
		over = height * 0.02
	}
	for row := range rows {
		for at := 0; at < columns; at++ {
			if !dark(c, at, row) {
				continue
			}
			first := at
			for at+1 < columns && dark(c, at+1, row) {
				at++
			}
			p.f.Rect(x+float64(first)*width, y+float64(row)*height, float64(at+1-first)*width, height+over, "F")
		}
	}
}

func dark(c barcode.Barcode, x, y int) bool {
	return color.GrayModel.Convert(c.At(x, y)).(color.Gray).Y < 128
}

// coded is a VIN as the bar codes take it: its letters and digits. A partial
// one, with blanks or stars, has no bar code.
func coded(vin string) bool {
	if vin == "" || len(vin) > 17 {
		return false
	}
	for _, r := range vin {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}
