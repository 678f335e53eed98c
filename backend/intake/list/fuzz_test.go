package list_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
)

// tried reads anything in this process: it may be refused, and never fails in
// another way, ends the process or gives a row of another width. It returns how
// many rows were read.
func tried(t testing.TB, b []byte, o list.Options) int {
	refused := func(err error) {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Remedy == "" {
			t.Fatalf("%v, want a refusal with a remedy", err)
		}
	}
	r, err := list.Open(t.Context(), bytes.NewReader(b), int64(len(b)), o, nil)
	if err != nil {
		refused(err)
		return 0
	}
	defer r.Close()
	for n := range 10_000 {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			refused(err)
			return n
		}
		if len(row) < len(r.Table.Columns) || len(row) > list.MaxColumns+1 {
			t.Fatalf("%d cells for %d columns", len(row), len(r.Table.Columns))
		}
	}
	return 10_000
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"VIN,Year\n" + v1 + ",2015\n", "sep=;\na;b\n\"x\ny\";1\n", "|a|b|\n|---|---|\n", v1 + " " + v2, "\xff\xfeV\x00", "a\tb\n\"\"\"\t1", `{"vin":"x"}`, `[{"a":{"b":[1,"2"]}},3]`, "\xef\xbb\xbfVIN\n"} {
		f.Add([]byte(s), "", 0)
	}
	f.Fuzz(func(t *testing.T, b []byte, delimiter string, header int) {
		tried(t, b, list.Options{Delimiter: delimiter, HeaderRow: header})
	})
}

// FuzzXLSX and FuzzODS give a sheet's XML, which is where the parsing is: what is
// packed is seldom changed into something that unpacks.
func FuzzXLSX(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><t>x&amp;_x000D_</t></is></c><c s="1"><v>45000.5</v></c></row></sheetData></worksheet>`), []byte(`<sst><si><t>VIN</t><rPh><t>y</t></rPh></si></sst>`), []byte(`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d-mmm-yy;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`))
	f.Add([]byte(`<!-- > --><a b='>'><![CDATA[x]]></a>`), []byte("<"), []byte("&#x;"))
	f.Fuzz(func(t *testing.T, sheet, shared, styles []byte) {
		tried(t, xlsxOf(t, part{name: "xl/worksheets/sheet1.xml", text: string(sheet)}, part{name: "xl/sharedStrings.xml", text: string(shared)}, part{name: "xl/styles.xml", text: string(styles)}), list.Options{})
	})
}

func FuzzODS(f *testing.F) {
	f.Add([]byte(`<table name="a"><table-row><table-cell value-type="float" value="1.5"><p>1,5 €</p></table-cell><table-cell number-columns-repeated="3"/></table-row></table>`))
	f.Add([]byte(`<table><table-row number-rows-repeated="3"><table-cell value-type="date" date-value="2026-11-23T00:00:00"><annotation><p>n</p></annotation><p>x<s/>y</p></table-cell></table-row></table>`))
	f.Fuzz(func(t *testing.T, content []byte) { tried(t, odsOf(t, string(content), "", 0), list.Options{}) })
}

func FuzzXLS(f *testing.F) {
	for _, name := range []string{"lots.xls"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 8 {
			copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
		}
		tried(t, b, list.Options{})
	})
}

// FuzzPDF draws words, each line "x y size word": where they stand is all that
// says where a table's rows and columns are. What is broken about a PDF itself
// is the library's matter, and that it ends is the limited child's.
func FuzzPDF(f *testing.F) {
	table := "40 700 9 VIN\n260 700 9 Year\n330 700 9 Model\n"
	for i, v := range []string{v1, v2, v1} {
		y := 680 - 14*i
		table += fmt.Sprintf("40 %d 9 %s\n260 %d 9 2015\n330 %d 9 Camry\n330 %d 5 Hybrid\n", y, v, y, y, y-6)
	}
	if rows := drawn(f, table); rows != 3 {
		f.Fatalf("the seed has %d rows, want 3", rows)
	}
	f.Add(table)
	f.Add(strings.ReplaceAll(table, "\n40 ", "\n-1e30 "))
	f.Add(strings.ReplaceAll(table, " 9 ", " 0 "))
	f.Add(strings.ReplaceAll(table, "330 ", "41 "))
	f.Fuzz(func(t *testing.T, words string) { drawn(t, words) })
}

func drawn(t testing.TB, words string) int {
	var content strings.Builder
	content.WriteString("BT\n")
	for line := range strings.Lines(words) {
		var x, y, size float64
		var word string
		if n, _ := fmt.Sscan(line, &x, &y, &size, &word); n == 4 && content.Len() < 1<<16 {
			fmt.Fprintf(&content, "/F1 %f Tf 1 0 0 1 %f %f Tm <%X> Tj\n", size, x, y, word)
		}
	}
	content.WriteString("ET")
	return tried(t, pageOf(content.String()), list.Options{})
}

// pageOf is a PDF of one page that content draws.
func pageOf(content string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, body := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content),
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	xref := b.Len()
	b.WriteString("xref\n0 6\n0000000000 65535 f \n")
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", xref)
	return b.Bytes()
}

// FuzzChild plays a child that was taken over.
func FuzzChild(f *testing.F) {
	f.Add([]byte("\x01\x02\x01a\x00"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			cells, rest, err := list.TakeRow(b)
			if err != nil {
				return
			}
			if len(rest) >= len(b) || len(cells) > list.MaxColumns+1 {
				t.Fatal("a row of nothing")
			}
			b = rest
		}
	})
}
