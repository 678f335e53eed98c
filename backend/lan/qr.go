package lan

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the empty margin that a QR code needs around it (ISO/IEC 18004).
const quiet = 4

// dots are the modules of a QR code, dark ones true, with its margin.
func dots(text string) ([][]bool, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("make the QR code: %w", err)
	}
	size := code.Bounds().Dx()
	rows := make([][]bool, size+2*quiet)
	for y := range rows {
		rows[y] = make([]bool, size+2*quiet)
	}
	for y := range size {
		for x := range size {
			rows[y+quiet][x+quiet] = color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128
		}
	}
	return rows, nil
}

// SVG is a QR code as a picture, dark on white in every theme, since readers
// expect it so.
func SVG(text string) ([]byte, error) {
	rows, err := dots(text)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, len(rows), len(rows), len(rows), len(rows))
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1H%dz", from, y, x-from, from)
		}
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String()), nil
}

// Blocks is a QR code for a terminal, two rows of dots in a line. It is drawn
// light on dark, so that it reads on a dark screen; readers take both.
func Blocks(text string) (string, error) {
	rows, err := dots(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for y := 2; y < len(rows)-2; y += 2 { // half of the margin is enough on a dark screen
		for x := 2; x < len(rows)-2; x++ {
			switch upper, lower := !rows[y][x], y+1 >= len(rows) || !rows[y+1][x]; {
			case upper && lower:
				b.WriteRune('█')
			case upper:
				b.WriteRune('▀')
			case lower:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}
