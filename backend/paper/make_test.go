package paper_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// object is a PDF object's number and body.
type object struct {
	n    int
	body string
}

// pdfOf writes a PDF of objects; 1 is the catalogue.
func pdfOf(objects ...object) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	at := map[int]int{}
	most := 0
	for _, o := range objects {
		at[o.n] = b.Len()
		most = max(most, o.n)
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", o.n, o.body)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", most+1)
	for i := 1; i <= most; i++ {
		fmt.Fprintf(&b, "%010d 00000 n \n", at[i])
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", most+1, xref)
	return b.Bytes()
}

// paperOf is a PDF with a page for each text, whose lines stand below one
// another.
func paperOf(pages ...string) []byte {
	objects := []object{{1, "<< /Type /Catalog /Pages 2 0 R >>"}, {3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}}
	var kids []string
	for i, page := range pages {
		var s strings.Builder
		s.WriteString("BT /F1 11 Tf 72 740 Td\n")
		for _, line := range strings.Split(page, "\n") {
			fmt.Fprintf(&s, "(%s) Tj 0 -14 Td\n", strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(line))
		}
		s.WriteString("ET")
		n := 4 + 2*i
		kids = append(kids, fmt.Sprintf("%d 0 R", n))
		objects = append(objects,
			object{n, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", n+1)},
			object{n + 1, stream(s.String(), "")})
	}
	objects = append(objects, object{2, fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(pages))})
	return pdfOf(objects...)
}

func stream(s, dict string) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(s), dict, s)
}

// deflated packs n times a text.
func deflated(text string, n int) string {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression)
	block := bytes.Repeat([]byte(text), 1000)
	for range n / 1000 {
		_, _ = w.Write(block)
	}
	_ = w.Close()
	return b.String()
}

// photo is a JPEG, red on its left half, with an orientation and a place in
// its EXIF.
func photo(t testing.TB, w, h, turn int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{B: 255, A: 255}
			if x < w/2 {
				c = color.RGBA{R: 255, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	if turn == 0 {
		return b.Bytes()
	}
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00")
	tiff = append(tiff, byte(turn), 0, 0, 0, 0, 0, 0)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	exif = append(exif, "GPS 52.5200N 13.4050E"...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(head, exif...), b.Bytes()[2:]...)
}

func pngOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claims is a PNG that says it is so large, in a few bytes.
func claims(w, h int) []byte {
	chunk := func(kind string, data []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		b = append(append(b, kind...), data...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)), uint32(h))
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 6, 0, 0, 0))...)
	b = append(b, chunk("IDAT", []byte(deflated("\x00", 1_000_000)))...)
	return append(b, chunk("IEND", nil)...)
}
