package paper_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/paper"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// soon is less processor time than the hub gives.
var soon = paper.Limits{CPUSeconds: 2}

// TestMain lets the test binary play the child.
func TestMain(m *testing.M) {
	if os.Getenv(paper.Child) == "" {
		os.Exit(m.Run())
	}
	name := os.Args[len(os.Args)-1]
	if strings.HasPrefix(name, "hungry") {
		hungry(name)
	}
	if err := paper.Serve(os.Stdin, os.Stdout, name, soon); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func reader(t testing.TB) *paper.Reader {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return paper.NewReader([]string{exe, "read-paper"})
}

func read(t testing.TB, b []byte, name string) paper.Result {
	t.Helper()
	r, err := reader(t).Read(t.Context(), bytes.NewReader(b), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

func TestDetect(t *testing.T) {
	for _, c := range []struct{ name, head, want string }{
		{"a.jpg", "\xff\xd8\xff\xe0....", paper.JPEG},
		{"a.jpg", "\x89PNG\r\n\x1a\n....", paper.PNG}, // by its content, not its name
		{"a", "GIF89a....", paper.GIF},
		{"a", "RIFF\x00\x00\x00\x00WEBPVP8 ", paper.WebP},
		{"a", "RIFF\x00\x00\x00\x00WAVE", paper.Opaque},
		{"a", "\x00\x00\x00\x18ftypheic", paper.HEIC},
		{"a", "\x00\x00\x00\x18ftypavif", paper.AVIF},
		{"a", "\x00\x00\x00\x18ftypisom", paper.Opaque},
		{"a.txt", "%PDF-1.7\n", paper.PDF},
		{"a.txt", "Invoice 17\nTotal 12.00", paper.Text},
		{"a.csv", "date;km\n2026-01-01;10", paper.CSV},
		{"a.txt", "\xef\xbb\xbfwith a mark", paper.Text},
		{"a.txt", "\xff\xfeI\x00n\x00", paper.Text},
		{"a.txt", "Stra\xdfe 5, Z\xfcrich und noch mehr Text", paper.Text},
		{"a.html", "<!doctype html><p>", paper.HTML},
		{"a.txt", "  \n<p onclick=x>", paper.HTML},
		{"a.txt", "hello <script>alert(1)</script>", paper.HTML},
		{"a.png", "<?xml version='1.0'?><svg onload='x'>", paper.SVG},
		{"a.txt", "\xff\xfe<\x00s\x00v\x00g\x00", paper.SVG},
		{"a.txt", "PK\x03\x04", paper.Opaque},
		{"a", "", paper.Opaque},
		{"a.exe", "MZ\x90\x00\x03", paper.Opaque},
	} {
		if got := paper.Detect([]byte(c.head), c.name); got != c.want {
			t.Errorf("%q is %s, want %s", c.head, got, c.want)
		}
	}
}

func TestPhotoIsTurnedAndTellsNoPlace(t *testing.T) {
	race.Skip(t)
	for turn, want := range map[int]string{0: "left", 1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"} {
		r := read(t, photo(t, 2000, 1000, turn), "front.jpg")
		w, h := 2000, 1000
		if turn >= 5 {
			w, h = h, w
		}
		if r.Media != paper.JPEG || r.Width != w || r.Height != h || r.Trouble != "" {
			t.Errorf("turn %d: %+v, want %d × %d", turn, r.Facts, w, h)
		}
		for side, b := range map[int][]byte{paper.SmallSide: r.Small, paper.ViewSide: r.View} {
			img, err := jpeg.Decode(bytes.NewReader(b))
			if err != nil {
				t.Fatalf("turn %d, side %d: %v", turn, side, err)
			}
			if got := img.Bounds(); max(got.Dx(), got.Dy()) != side || (got.Dx() > got.Dy()) != (w > h) {
				t.Errorf("turn %d: %v, want a longer side of %d", turn, got, side)
			}
			if got := redSide(img); got != want {
				t.Errorf("turn %d, side %d: red is %s, want %s", turn, side, got, want)
			}
			if bytes.Contains(b, []byte("GPS")) || bytes.Contains(b, []byte("Exif")) {
				t.Errorf("turn %d, side %d: EXIF went along", turn, side)
			}
		}
	}
}

// redSide says on which side a picture is red.
func redSide(img image.Image) string {
	b := img.Bounds()
	red := func(x, y int) bool { r, _, bl, _ := img.At(x, y).RGBA(); return r > bl }
	cx, cy := b.Dx()/2, b.Dy()/2
	switch {
	case red(cx/2, cy) && !red(cx+cx/2, cy):
		return "left"
	case !red(cx/2, cy) && red(cx+cx/2, cy):
		return "right"
	case red(cx, cy/2) && !red(cx, cy+cy/2):
		return "top"
	case !red(cx, cy/2) && red(cx, cy+cy/2):
		return "bottom"
	}
	return "nowhere"
}

func TestSmallPicturesDoNotGrow(t *testing.T) {
	r := read(t, pngOf(t, 40, 20), "a.png")
	img, err := jpeg.Decode(bytes.NewReader(r.Small))
	if err != nil || img.Bounds().Dx() != 40 || r.Width != 40 {
		t.Fatalf("%v, %+v", err, r.Facts)
	}
	if v, _, _, _ := img.At(3, 3).RGBA(); v < 0xf000 {
		t.Errorf("what is transparent is %x, want white", v)
	}
}

func TestTextOfPapers(t *testing.T) {
	invoice := "Brake Shop (Berlin)\nInvoice 0312\nFront pads          120.00\nTotal 120.00"
	for _, c := range []struct {
		name  string
		b     []byte
		media string
		want  []string
	}{
		{"invoice.pdf", paperOf(invoice, "second page"), paper.PDF, []string{strings.Join(strings.Fields(invoice), " "), "second page"}},
		{"mailed.pdf", append(paperOf("with a tail"), "\r\n--boundary--\r\n"...), paper.PDF, []string{"with a tail"}},
		{"a.txt", []byte("one\r\ntwo\x07"), paper.Text, nil}, // a control character: no text
		{"b.txt", []byte("one\r\ntwo \u202egnp.exe"), paper.Text, []string{"one two gnp.exe"}},
		{"c.txt", []byte("\xff\xfeO\x00i\x00l\x00"), paper.Text, []string{"Oil"}},
		{"d.csv", []byte("date;work\n2026-01-02;\xd6lwechsel und Bremsen vorn\n"), paper.CSV, []string{"date;work 2026-01-02;Ölwechsel und Bremsen vorn"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, c.b, c.name)
			if c.want == nil {
				if r.Media != paper.Opaque || r.Text != nil {
					t.Errorf("%+v", r)
				}
				return
			}
			if r.Media != c.media || r.Trouble != "" || len(r.Text) != len(c.want) {
				t.Fatalf("%+v with %d texts", r.Facts, len(r.Text))
			}
			for i, want := range c.want {
				if got := strings.Join(strings.Fields(r.Text[i]), " "); got != want {
					t.Errorf("text %d is %q, want %q", i, got, want)
				}
			}
		})
	}
	r := read(t, paperOf(invoice), "invoice.pdf")
	if lines := strings.Split(strings.TrimSpace(r.Text[0]), "\n"); len(lines) != 4 || r.Pages != 1 {
		t.Errorf("%d pages, lines %q; want the paper's four", r.Pages, lines)
	}
}

func TestOpaqueFilesStartNoChild(t *testing.T) {
	r := paper.NewReader([]string{"/nonexistent"})
	got, err := r.Read(t.Context(), strings.NewReader("<svg onload=alert(1)>"), "x.svg")
	if err != nil || got.Media != paper.SVG || got.Small != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadEndsWithItsRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader(t).Read(ctx, bytes.NewReader(paperOf("x")), "x.pdf"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was canceled", err)
	}
}

func BenchmarkPhoto12MP(b *testing.B) {
	p := photo(b, 4000, 3000, 6)
	r := reader(b)
	for b.Loop() {
		if got, err := r.Read(b.Context(), bytes.NewReader(p), "a.jpg"); err != nil || got.Trouble != "" {
			b.Fatal(err, got.Trouble)
		}
	}
}
