package list_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// part is one part of an archive; again repeats what its text ends with.
type part struct {
	name, text, again string
	times             int
}

func zipOf(t testing.TB, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, p.text); err != nil {
			t.Fatal(err)
		}
		block := []byte(strings.Repeat(p.again, 1000))
		for range p.times / 1000 {
			if _, err := w.Write(block); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	bookXML  = `<workbook xmlns:r="x"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`
	bookRels = `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
)

func xlsxOf(t testing.TB, parts ...part) []byte {
	t.Helper()
	return zipOf(t, append([]part{{name: "xl/workbook.xml", text: bookXML}, {name: "xl/_rels/workbook.xml.rels", text: bookRels}}, parts...)...)
}

func sheetOf(t testing.TB, text, again string, times int) []byte {
	t.Helper()
	return xlsxOf(t, part{"xl/worksheets/sheet1.xml", text, again, times})
}

func odsOf(t testing.TB, content string, again string, times int) []byte {
	t.Helper()
	return zipOf(t, part{name: "mimetype", text: "application/vnd.oasis.opendocument.spreadsheet"}, part{"content.xml", content, again, times})
}

// compound is a compound file with one entry after the root, made of nothing.
func compound(name string, damage func(b []byte)) []byte {
	b := make([]byte, 512*4)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(b[30:], 9)
	le.PutUint32(b[48:], 1) // directory
	le.PutUint32(b[60:], 0xfffffffe)
	le.PutUint32(b[68:], 0xfffffffe)
	for i := 76; i < 512; i += 4 {
		le.PutUint32(b[i:], 0xffffffff)
	}
	le.PutUint32(b[76:], 0) // table
	for i := 512; i < 1024; i += 4 {
		le.PutUint32(b[i:], 0xfffffffe)
	}
	dir := func(i int, name string, kind byte, start, size uint32) {
		e := b[1024+128*i:]
		for j, c := range name {
			le.PutUint16(e[2*j:], uint16(c))
		}
		le.PutUint16(e[64:], uint16(2*len(name)+2))
		e[66] = kind
		le.PutUint32(e[116:], start)
		le.PutUint32(e[120:], size)
	}
	dir(0, "Root Entry", 5, 0xfffffffe, 0)
	dir(1, name, 2, 2, 8000)
	damage(b)
	return b
}

func scanned() []byte {
	b := []byte("%PDF-1.4\n")
	var at []int
	for i, body := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R >>"} {
		at = append(at, len(b))
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	xref := len(b)
	b = append(b, "xref\n0 4\n0000000000 65535 f \n"...)
	for _, n := range at {
		b = fmt.Appendf(b, "%010d 00000 n \n", n)
	}
	return fmt.Appendf(b, "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", xref)
}

// Files that are no lists, or made to harm: each is refused with a sentence that
// names what it is and one that says what to do, and the next one is read.
func TestHostileFiles(t *testing.T) {
	race.Skip(t)
	run := runner(t)
	for _, c := range []struct {
		name string
		b    []byte
		why  string
	}{
		{"nothing", nil, "is empty"},
		{"blanks", []byte(" \n\n\t\n"), "No rows"},
		{"a web page", []byte("<!DOCTYPE html><table><tr><td>" + v1), "web page"},
		{"a web page called XLS", []byte("\xef\xbb\xbf  <table border=1><tr><td>" + v1), "web page"},
		{"a web page in UTF-16", append([]byte("\xff\xfe"), utf16of("<html><body>"+v1, "L")...), "web page"},
		{"XML of Excel 2003", []byte(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>`), "Excel 2003"},
		{"a photo", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), "picture"},
		{"a drawing", []byte("<svg onload='x'>"), "drawing"},
		{"a program", []byte("MZ\x90\x00\x03\x00\x00\x00"), "program"},
		{"bytes", bytes.Repeat([]byte("\x01\x02\x03\xff\x00"), 1000), "no text, no workbook"},
		{"gzip", []byte("\x1f\x8b\x08\x00"), "compressed"},
		{"RTF", []byte(`{\rtf1 ` + v1), "RTF"},
		{"a ZIP archive", zipOf(t, part{name: "list.csv", text: v1}), "ZIP archive"},
		{"Word", zipOf(t, part{name: "word/document.xml"}), "Word document"},
		{"a binary workbook", zipOf(t, part{name: "xl/workbook.bin"}), ".xlsb"},
		{"Numbers", zipOf(t, part{name: "Index/Document.iwa"}), "Numbers"},
		{"OpenDocument text", zipOf(t, part{name: "mimetype", text: "application/vnd.oasis.opendocument.text"}), "not a spreadsheet"},
		{"a cut off archive", sheetOf(t, "<worksheet/>", "", 0)[:100], "damaged"},
		{"a workbook without its sheet", xlsxOf(t), "is not in the file"},
		{"a locked workbook", compound("EncryptedPackage", func([]byte) {}), "locked"},
		{"a mail", compound("__properties_version1.0", func([]byte) {}), "mail"},
		{"old Word", compound("WordDocument", func([]byte) {}), "Word document"},
		{"an empty old workbook", compound("Workbook", func([]byte) {}), "older than Excel 5"},
		{"sectors in a circle", compound("Workbook", func(b []byte) { binary.LittleEndian.PutUint32(b[512+8:], 2) }), "older than Excel 5"},
		{"a table of sectors in a circle", compound("Workbook", func(b []byte) { binary.LittleEndian.PutUint32(b[68:], 0) }), ""},
		{"1 GB of rows", sheetOf(t, "<worksheet><sheetData>", strings.Repeat("<row/>", 160), 1_000_000), "blank rows"},
		{"a cell of 300 MB", sheetOf(t, `<worksheet><sheetData><row><c t="str"><v>`, strings.Repeat("x", 300), 1_000_000), "more than 1 MB"},
		{"a tag of 300 MB", sheetOf(t, `<worksheet><sheetData><row a="`, strings.Repeat("x", 300), 1_000_000), "more than 1 MB"},
		{"a comment of 300 MB", sheetOf(t, `<worksheet><!--`, strings.Repeat("x", 300), 1_000_000), ""},
		{"nests 40 million deep", sheetOf(t, `<worksheet>`, strings.Repeat("<a>", 40), 1_000_000), "No rows"},
		{"entities of entities", sheetOf(t, `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><worksheet>&c;</worksheet>`, "", 0), "document type"},
		{"a file of this machine", sheetOf(t, `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet>&b;</worksheet>`, "", 0), "document type"},
		{"a column at the end", sheetOf(t, `<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>`, "", 0), "more than 1000 columns"},
		{"texts of 300 MB", xlsxOf(t, part{"xl/worksheets/sheet1.xml", "<worksheet/>", "", 0}, part{"xl/sharedStrings.xml", "<sst>", "<si><t>" + strings.Repeat("x", 300) + "</t></si>", 1_000_000}), "unpack to more"},
		{"a cell that repeats itself 16,000 times", odsOf(t, `<office:table table:name="a"><table-row><table-cell table:number-columns-repeated="16000"><p>x</p></table-cell></table-row></table>`, "", 0), "more than 1000 columns"},
		{"a row that repeats itself a billion times", odsOf(t, `<table name="a"><table-row number-rows-repeated="1000000000"><table-cell number-columns-repeated="900"><p>`+strings.Repeat("x", 5000)+`</p></table-cell></table-row></table>`, "", 0), "unpack to more"},
		{"a locked ODS", zipOf(t, part{name: "mimetype", text: "application/vnd.oasis.opendocument.spreadsheet"}, part{name: "META-INF/manifest.xml", text: "<manifest:encryption-data/>"}), "locked"},
		{"a scanned PDF", scanned(), "pictures of text"},
		{"a PDF of nothing", []byte("%PDF-1.4\n1 0 obj\n<< /Length 99999999999 >>\nstream\n"), "can't be read"},
		{"a PDF whose table is itself", []byte("%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Prev 9 >>\n" + strings.Repeat("% nothing\n", 20) + "startxref\n9\n%%EOF\n"), "took too long"},
		{"a line of 60 MB", append([]byte("VIN,Year\n"), bytes.Repeat([]byte("x"), 60<<20)...), "Line 2 is longer than 1 MB"},
		{"a line of 60 MB of commas", append([]byte("VIN,Year\n"), bytes.Repeat([]byte(","), 60<<20)...), "Line 2 is longer than 1 MB"},
		{"a cell of 100 KB", []byte("VIN,Year\n" + strings.Repeat("x", 100_000) + ",1\n"), "Cell 1 in line 2"},
		{"16,384 columns", []byte(strings.Repeat("a,", 16_383) + "b\n"), "16384 columns"},
		{"too large", make([]byte, list.MaxBytes+1), "more than 64 MB"},
		{"JSON that is cut off", []byte(`[{"vin":"` + v1 + `"},`), "can't be read"},
		{"JSON that nests", []byte(`{"a":` + strings.Repeat("[", 500_000)), "not a JSON object"},
		{"JSON of numbers", []byte("[1,2,3]"), "not a JSON object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(t, c.b, list.Options{Name: "list.csv"}, run)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Remedy == "" || !strings.Contains(err.Error(), c.why) {
				t.Errorf("%d rows, %v; want a refusal with %q", len(got.rows), err, c.why)
			}
			t.Logf("%d bytes: %v", len(c.b), err)
		})
	}
	b, err := os.ReadFile(filepath.Join("testdata", "lots.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(t, b, list.Options{}, run); err != nil || len(got.rows) != 3 {
		t.Errorf("afterwards: %d rows, %v", len(got.rows), err)
	}
}

// Nothing but lists from here: formulas and scripts are text.
func TestCellsStayText(t *testing.T) {
	in := fmt.Sprintf("VIN,Notes\n%s,=cmd|' /C calc'!A0\n%s,<script>alert(1)</script>\n", v1, v2)
	got, err := read(t, []byte(in), list.Options{Name: "<img src=x>.csv"}, nil)
	if err != nil || got.rows[0][1] != "=cmd|' /C calc'!A0" || got.rows[1][1] != "<script>alert(1)</script>" {
		t.Errorf("%q, %v", got.rows, err)
	}
}

func TestCloseEndsTheChild(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "long.xls"))
	if err != nil {
		t.Fatal(err)
	}
	run := runner(t)
	for range 20 { // more than there are places
		r, err := list.Open(t.Context(), bytes.NewReader(b), int64(len(b)), list.Options{}, run)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); err == nil {
			t.Fatal("a closed reader gives rows")
		}
	}
}
