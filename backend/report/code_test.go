package report_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"github.com/ledongthuc/pdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/hubcap-dev/hubcap/backend/report"
)

// drawn paints the black boxes of a document's first page, at the dots that a
// label printer has.
func drawn(t *testing.T, b []byte, dpi float64) *image.Gray {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	page := r.Page(1)
	box := page.V.Key("MediaBox")
	if box.IsNull() {
		box = page.V.Key("Parent").Key("MediaBox")
	}
	scale := dpi / 72
	w, h := int(box.Index(2).Float64()*scale), int(box.Index(3).Float64()*scale)
	img := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	for _, c := range page.Content().Rect {
		x0, x1 := int(c.Min.X*scale+0.5), int(c.Max.X*scale+0.5)
		y0, y1 := int(c.Min.Y*scale+0.5), int(c.Max.Y*scale+0.5)
		if y1 < y0 {
			y0, y1 = y1, y0
		}
		draw.Draw(img, image.Rect(x0, h-y1, x1, h-y0), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	return img
}

// decoded reads the one code on a page by a program that is not ours.
func decoded(t *testing.T, img image.Image, code report.Code) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	readers := map[report.Code]gozxing.Reader{report.QR: qrcode.NewQRCodeReader(), report.Code128: oned.NewCode128Reader(), report.Code39: oned.NewCode39Reader()}
	got, err := readers[code].Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatalf("read the %s: %v", code, err)
	}
	return got.GetText()
}

func TestCodesAreReadBack(t *testing.T) {
	for _, template := range report.Templates() {
		dpi := 300.0
		if strings.HasPrefix(template.ID, "57") {
			dpi = 203 // of the printers that have these rolls
		}
		for _, code := range template.Codes {
			t.Run(template.ID+" "+string(code), func(t *testing.T) {
				var b bytes.Buffer
				if err := report.Labels(&b, head(report.A4), template, code, 1, each(truck())); err != nil {
					t.Fatal(err)
				}
				want := "1FTEW1EG5FFB12345"
				if code == report.QR {
					want = truck().Address
				}
				if got := decoded(t, drawn(t, b.Bytes(), dpi), code); got != want {
					t.Errorf("%s on %s: got %q, want %q", code, template.Name, got, want)
				}
			})
		}
	}
}
