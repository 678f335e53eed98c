package paper_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/paper"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// Files that are made to harm: each is kept without what could not be read,
// with a sentence that says why, and the reader goes on.
func TestHostileFiles(t *testing.T) {
	race.Skip(t)
	deep := 200_000
	for _, c := range []struct {
		name, file string
		b          []byte
		why        string // what the sentence holds
	}{
		{"a picture of 60,000 × 60,000 points", "a.png", claims(60000, 60000), "60000 × 60000 points, too large"},
		{"a picture that is cut off", "a.png", claims(3000, 3000), "can't be read"},
		{"a JPEG of nothing", "a.jpg", []byte("\xff\xd8\xff\xe1\xff\xff"), "can't be read"},
		{"a page that unpacks to 2 GB", "a.pdf", pdfOf(object{1, "<< /Type /Catalog /Pages 2 0 R >>"}, object{2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"},
			object{3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"}, object{4, stream(deflated("(x) Tj 1 0 0 1 0 0 Tm ", 100_000_000), "/Filter /FlateDecode")}), "too"},
		{"a page tree that holds itself", "a.pdf", pdfOf(object{1, "<< /Type /Catalog /Pages 2 0 R >>"}, object{2, "<< /Type /Pages /Kids [2 0 R] /Count 1000000 >>"}), ""},
		{"a billion pages", "a.pdf", pdfOf(object{1, "<< /Type /Catalog /Pages 2 0 R >>"}, object{2, "<< /Type /Pages /Kids [] /Count 1000000000 >>"}), "first 300 of"},
		{"arrays within arrays", "a.pdf", pdfOf(object{1, "<< /Type /Catalog /Pages 2 0 R >>"}, object{2, "<< /Type /Pages /Kids " + strings.Repeat("[", deep) + strings.Repeat("]", deep) + " /Count 1 >>"}), ""},
		{"directories within directories", "a.pdf", pdfOf(object{1, strings.Repeat("<< /A ", 3_000_000) + "1"}), ""},
		{"no end", "a.pdf", []byte("%PDF-1.4\n1 0 obj\n<< /Length 99999999999 >>\nstream\n"), "can't be read"},
		{"a table of itself", "a.pdf", []byte("%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Prev 9 >>\n" + strings.Repeat("% nothing\n", 20) + "startxref\n9\n%%EOF\n"), "took too"},
		{"a great table", "a.pdf", []byte("%PDF-1.4\nxref\n0 2000000000\ntrailer\n<< /Size 2000000000 >>\n" + strings.Repeat("% nothing\n", 20) + "startxref\n9\n%%EOF\n"), "can't be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, c.b, c.file)
			if r.Small != nil || r.Trouble == "" && len(strings.Join(r.Text, "")) > 0 || !strings.Contains(r.Trouble, c.why) {
				t.Errorf("%+v with %d bytes of text; want trouble with %q", r.Facts, len(strings.Join(r.Text, "")), c.why)
			}
			t.Logf("%d bytes: %s", len(c.b), r.Trouble)
		})
	}
	if r := read(t, paperOf("still here"), "b.pdf"); r.Trouble != "" || len(r.Text) != 1 {
		t.Errorf("afterwards: %+v", r)
	}
}

// hungry plays a child that was taken over: it wants all there is.
func hungry(name string) {
	done := make(chan error)
	in, w := io.Pipe()
	go func() { done <- paper.Serve(in, io.Discard, name, soon) }()
	_, _ = w.Write([]byte("x")) // Serve reads: its limits hold
	switch name {
	case "hungry for memory":
		var all [][]byte
		for {
			b := make([]byte, 64<<20)
			for i := range b {
				b[i] = 1
			}
			all = append(all, b)
			runtime.KeepAlive(all)
		}
	case "hungry for files":
		err := os.WriteFile(os.TempDir()+"/hubcap-paper-probe", []byte("x"), 0o600)
		_ = os.Remove(os.TempDir() + "/hubcap-paper-probe")
		fmt.Fprintln(os.Stderr, err)
		if err == nil {
			os.Exit(0)
		}
		os.Exit(1)
	case "hungry for time":
		for {
			runtime.KeepAlive(name)
		}
	case "hungry to talk":
		// A frame of 2 GB, and then noise without an end.
		_, _ = os.Stdout.Write([]byte{'t', 0x7f, 0xff, 0xff, 0xff})
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<20)); err != nil {
				os.Exit(1)
			}
		}
	}
}

// The limits themselves, on Linux by the kernel: the fault is live, since
// without them the child would take what it wants.
func TestChildIsLimited(t *testing.T) {
	race.Skip(t)
	if runtime.GOOS != "linux" {
		t.Skip("the kernel's limits are Linux's")
	}
	for name, want := range map[string]string{"hungry for memory": "too much memory", "hungry for time": "took too long", "hungry for files": "could not be read", "hungry to talk": "could not be read"} {
		t.Run(name, func(t *testing.T) {
			if r := read(t, paperOf("x"), name); !strings.Contains(r.Trouble, want) {
				t.Errorf("trouble %q, want %q", r.Trouble, want)
			}
		})
	}
}

// FuzzPaper reads anything without limits: it may say what is wrong, and
// never fails or ends the process.
func FuzzPaper(f *testing.F) {
	f.Add(paperOf("a page", "another"), "a.pdf")
	f.Add(photo(f, 8, 4, 6), "a.jpg")
	f.Add(pngOf(f, 3, 3), "a.png")
	f.Add([]byte("date;km\n1;2"), "a.csv")
	f.Add([]byte("\xff\xfe<\x00"), "a")
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), "a.gif")
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		if len(b) > 64<<10 || bytes.HasPrefix(b, []byte("%PDF")) && len(b) > 2000 {
			t.Skip("long files are for the limited child")
		}
		if err := paper.Examine(bytes.NewReader(b), io.Discard, name); err != nil {
			t.Error(err)
		}
	})
}
