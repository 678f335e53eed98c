package list_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/hubcap-dev/hubcap/backend/child"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
)

// TestMain lets the test binary play the child.
func TestMain(m *testing.M) {
	if os.Getenv(list.Child) == "" {
		os.Exit(m.Run())
	}
	if err := list.Serve(os.Stdin, os.Stdout, os.Args[len(os.Args)-1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func runner(t testing.TB) *child.Runner {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return list.NewRunner([]string{exe, "read-list", "--"})
}

// result is all that a list says.
type result struct {
	list.Table
	rows    [][]string
	lines   []int
	skipped list.Skipped
}

func read(t testing.TB, b []byte, o list.Options, run *child.Runner) (result, error) {
	t.Helper()
	r, err := list.Open(t.Context(), bytes.NewReader(b), int64(len(b)), o, run)
	if err != nil {
		return result{}, err
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	out := result{Table: r.Table}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			out.skipped = r.Skipped()
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out.rows, out.lines = append(out.rows, row), append(out.lines, r.Line())
		if r.Row() != len(out.rows) {
			t.Errorf("row %d is numbered %d", len(out.rows), r.Row())
		}
	}
}

const (
	v1 = "1FTEW1EP5FKD00001"
	v2 = "1HGCM82633A004352"
	v3 = "5YJ3E1EB6KF000337"
)

func utf16of(s, order string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if order == "L" {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return b
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		name, in  string
		o         list.Options
		format    string
		encoding  string
		delimiter string
		header    int
		columns   []string
		rows      []string // cells joined by |
	}{
		{"a plain list", "VIN,Year,Make\n" + v1 + ",2015,Ford\n" + v2 + ",2003,Honda\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Year", "Make"}, []string{v1 + "|2015|Ford", v2 + "|2003|Honda"}},
		{"tabs under the name of CSV", "VIN\tYear\n" + v1 + "\t2015\n", list.Options{Name: "a.csv"}, list.TSV, list.UTF8, "\t", 1, []string{"VIN", "Year"}, []string{v1 + "|2015"}},
		{"semicolons and decimal commas", "FIN;Preis\n" + v1 + ";10.000,50\n" + v2 + ";3.250,00\n", list.Options{}, list.CSV, list.UTF8, ";", 1, []string{"FIN", "Preis"}, []string{v1 + "|10.000,50", v2 + "|3.250,00"}},
		{"pipes", "vin|note\n" + v1 + "|a, b; c\n", list.Options{}, list.CSV, list.UTF8, "|", 1, []string{"vin", "note"}, []string{v1 + "|a, b; c"}},
		{"a table of Markdown", "| VIN | Year |\n|---|---|\n| " + v1 + " | 2015 |\n", list.Options{}, list.CSV, list.UTF8, "|", 1, []string{"VIN", "Year"}, []string{v1 + "|2015"}},
		{"columns of blanks", "VIN                Year  Make\n" + v1 + "  2015  Ford\n" + v2 + "  2003  Land Rover\n", list.Options{}, list.Text, list.UTF8, "  ", 1, []string{"VIN", "Year", "Make"}, []string{v1 + "|2015|Ford", v2 + "|2003|Land Rover"}},
		{"Excel's own line", "sep=;\nVIN;Year\n" + v1 + ";2015\n", list.Options{}, list.CSV, list.UTF8, ";", 2, []string{"VIN", "Year"}, []string{v1 + "|2015"}},
		{"one VIN a line", v1 + "\n" + v2 + "\n", list.Options{}, list.Text, list.UTF8, "", 0, []string{""}, []string{v1, v2}},
		{"many VINs in one line", v1 + ", " + v2 + " " + v3, list.Options{}, list.Text, list.UTF8, "", 0, []string{""}, []string{v1, v2, v3}},
		{"no header", v1 + ",2015,Ford\n" + v2 + ",2003,Honda\n", list.Options{}, list.CSV, list.UTF8, ",", 0, []string{"", "", ""}, []string{v1 + "|2015|Ford", v2 + "|2003|Honda"}},
		{"titles and notes above, totals and notes below", "Friday run list\n\nAll sold as is, no warranty of any kind\nLot,VIN,Year,Asking\n1," + v1 + ",2015,\"$10,000\"\n,,,\nLot,VIN,Year,Asking\n2," + v2 + ",2003,3000\n,,,\nGrand Total,,,13000\nPrinted on the 23rd of November,,,\n", list.Options{}, list.CSV, list.UTF8, ",", 4, []string{"Lot", "VIN", "Year", "Asking"}, []string{"1|" + v1 + "|2015|$10,000", "2|" + v2 + "|2003|3000"}},
		{"the first VIN is damaged", "VIN,Year,Make\n1HGCM82633A00435,2003,Honda\n" + v1 + ",2015,Ford\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Year", "Make"}, []string{"1HGCM82633A00435|2003|Honda", v1 + "|2015|Ford"}},
		{"headings nobody knows", "Alpha,Beta,Gamma\n" + v1 + ",2015,Ford\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"Alpha", "Beta", "Gamma"}, []string{v1 + "|2015|Ford"}},
		{"no VIN at all", "Year,Make,Model\n2015,Ford,F-150\n2003,Honda,Accord\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"Year", "Make", "Model"}, []string{"2015|Ford|F-150", "2003|Honda|Accord"}},
		{"units below the header", "VIN,Odometer,Asking\n,mi,USD\n" + v1 + ",1,2\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Odometer", "Asking"}, []string{v1 + "|1|2"}},
		{"ragged rows", "VIN,Year,Make\n" + v1 + "\n" + v2 + ",2003,Honda,extra\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Year", "Make", ""}, []string{v1 + "|||", v2 + "|2003|Honda|extra"}},
		{"quotes over lines", "VIN,Notes\n" + v1 + ",\"one\n\"\"two\"\", three\"\n" + v2 + ",x\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Notes"}, []string{v1 + "|one\n\"two\", three", v2 + "|x"}},
		{"a quote that nothing closes", "VIN,Notes\n" + v1 + ",\"a 6\" lift\n" + v2 + ",\"open\n" + v3 + ",x\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Notes"}, []string{v1 + "|\"a 6\" lift", v2 + "|\"open", v3 + "|x"}},
		{"a NUL and other signs", "VIN,Year\n" + v1 + "\x00,\u200b2015\u00a0\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Year"}, []string{v1 + "|2015"}},
		{"Windows' ends", "VIN,Year\r\n" + v1 + ",2015\r\n\x1a", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Year"}, []string{v1 + "|2015"}},
		{"Macintosh's old ends", "VIN,Year\r" + v1 + ",2015\r" + v2 + ",2003\r", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Year"}, []string{v1 + "|2015", v2 + "|2003"}},
		{"a title above one column", "Friday sale list\n\nVIN\n" + v1 + "\n" + v2 + "\n", list.Options{}, list.Text, list.UTF8, "", 3, []string{"VIN"}, []string{v1, v2}},
		{"UTF-8 with a mark", "\xef\xbb\xbfVIN,Couleur\n" + v1 + ",dorée\n", list.Options{}, list.CSV, list.UTF8, ",", 1, []string{"VIN", "Couleur"}, []string{v1 + "|dorée"}},
		{"UTF-16 with a mark", "\xff\xfe" + string(utf16of("VIN\tFarbe\n"+v1+"\tgrün\n", "L")), list.Options{}, list.TSV, list.UTF16LE, "\t", 1, []string{"VIN", "Farbe"}, []string{v1 + "|grün"}},
		{"UTF-16 without one", string(utf16of("VIN\tFarbe\n"+v1+"\tgrün\n", "B")), list.Options{}, list.TSV, list.UTF16BE, "\t", 1, []string{"VIN", "Farbe"}, []string{v1 + "|grün"}},
		{"Windows-1252", "VIN;Preis\n" + v1 + ";\x80 10.000\n", list.Options{}, list.CSV, list.Windows1252, ";", 1, []string{"VIN", "Preis"}, []string{v1 + "|€ 10.000"}},
		{"Latin-1", "VIN;Farbe\n" + v1 + ";gr\xfcn\n", list.Options{}, list.CSV, list.Latin1, ";", 1, []string{"VIN", "Farbe"}, []string{v1 + "|grün"}},
		{"what somebody says counts", "junk\nVIN;a,b\n" + v1 + ";gr\xfcn,x\n", list.Options{Delimiter: ",", Encoding: "windows-1250", HeaderRow: 1}, list.CSV, "windows-1250", ",", 1, []string{"junk", ""}, []string{"VIN;a|b", v1 + ";grün|x"}},
		{"no header, as somebody says", "VIN,Year\n" + v1 + ",2015\n", list.Options{HeaderRow: -1}, list.CSV, list.UTF8, ",", 0, []string{"", ""}, []string{"VIN|Year", v1 + "|2015"}},
		{"JSON lines", `{"vin":"` + v1 + `","year":2015,"price":10000.50}` + "\n\n" + `{"vin":"` + v2 + `","seller":{"name":"Jo"},"tags":["a","b"],"year":null}` + "\n", list.Options{}, list.JSON, list.UTF8, "", 0, []string{"vin", "year", "price", "seller.name", "tags"}, []string{v1 + "|2015|10000.50||", v2 + "|||Jo|a, b"}},
		{"a JSON array", ` [{"vin":"` + v1 + `","serial":12345678901234567},` + "\n" + `{"vin":"` + v2 + `"}]`, list.Options{}, list.JSON, list.UTF8, "", 0, []string{"vin", "serial"}, []string{v1 + "|12345678901234567", v2 + "|"}},
		{"objects over many lines", "{\n  \"vin\": \"" + v1 + "\",\n  \"year\": 2015\n}\n{\n  \"vin\": \"" + v2 + "\"\n}\n", list.Options{}, list.JSON, list.UTF8, "", 0, []string{"vin", "year"}, []string{v1 + "|2015", v2 + "|"}},
		{"what an API answers", `{"count": 2, "vehicles": [{"vin":"` + v1 + `"}, {"vin":"` + v2 + `"}], "next": null}`, list.Options{}, list.JSON, list.UTF8, "", 0, []string{"vin"}, []string{v1, v2}},
		{"a row with a list of its own", `{"photos":[{"n":1}],"vin":"` + v1 + `"}`, list.Options{}, list.JSON, list.UTF8, "", 0, []string{"photos", "vin"}, []string{`{"n":1}|` + v1}},
		{"a broken JSON line", `{"vin":"` + v1 + `"}` + "\n{\"vin\":\n", list.Options{}, list.JSON, list.UTF8, "", 0, []string{"vin", "unreadable line"}, []string{v1 + "|", `|{"vin":`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(t, []byte(c.in), c.o, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Format != c.format || got.Encoding != c.encoding || got.Delimiter != c.delimiter || got.HeaderRow != c.header || !reflect.DeepEqual(got.Columns, c.columns) {
				t.Errorf("table %+v", got.Table)
			}
			var rows []string
			for _, r := range got.rows {
				rows = append(rows, strings.Join(r, "|"))
			}
			if !reflect.DeepEqual(rows, c.rows) {
				t.Errorf("rows %q, want %q; %+v", rows, c.rows, got.skipped)
			}
		})
	}
}

// What other people's programs write (testdata/make.py), each read in this
// process and in a child.
func TestWorkbooks(t *testing.T) {
	head := []string{"Serial #", "Year", "Make", "Model", "Miles", "Asking", "Sale date", "Lot"}
	for _, c := range []struct {
		file, sheet string
		sheets      int
		header      int
		rows        []string
	}{
		{"lots.xlsx", "Lots & more", 2, 3, []string{v1 + "|2015|Ford|F-150 XLT|82838.4 mi|10000 €|2026-11-23|00123", v2 + "|2003|Honda|Accord|133320 mi|3250.5 €|2026-03-04|00007", v3 + "|2019|Tesla|Model 3|20100 mi|21999 €|2026-01-31|10000"}},
		{"lots.xls", "Lots", 2, 4, []string{v1 + "|2015|Ford|F-150 XLT|82838.4 mi|10000|2026-11-23|00123", v2 + "|2003|Honda|Accord|133320 mi|3250.5|2026-03-04|00007", v3 + "|2019|Tesla|Model 3|20100 mi|21999|2026-01-31|10000"}},
		{"lots.ods", "Lots", 2, 2, []string{v1 + "|2015|Ford|F-150 XLT|82838.4|10000|2026-11-23|00123", v2 + "|2003|Honda|Accord|133320|3250.5|2026-03-04|00007", v3 + "|2019|Tesla|Model 3|20100|21999|2026-01-31|10000"}},
	} {
		for where, run := range map[string]*child.Runner{"here": nil, "in a child": runner(t)} {
			t.Run(c.file+" "+where, func(t *testing.T) {
				b, err := os.ReadFile(filepath.Join("testdata", c.file))
				if err != nil {
					t.Fatal(err)
				}
				got, err := read(t, b, list.Options{Name: "wrong.txt"}, run)
				if err != nil {
					t.Fatal(err)
				}
				if got.Sheet != c.sheet || len(got.Sheets) != c.sheets || got.HeaderRow != c.header || !reflect.DeepEqual(got.Columns, head) {
					t.Errorf("table %+v", got.Table)
				}
				var rows []string
				for _, r := range got.rows {
					rows = append(rows, strings.Join(r, "|"))
				}
				if !reflect.DeepEqual(rows, c.rows) {
					t.Errorf("rows\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(c.rows, "\n"))
				}
			})
		}
	}
}

func TestLongTexts(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "long.xls"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(t, b, list.Options{}, nil)
	if err != nil || len(got.rows) != 300 {
		t.Fatalf("%v, %d rows", err, len(got.rows))
	}
	for i, r := range got.rows {
		want := strings.TrimSpace(strings.Repeat(fmt.Sprintf("Überführt %d ", i), 1+i%25) + strings.Repeat(fmt.Sprintf("ascii only %d", i), i%13))
		if r[1] != want || r[0] != fmt.Sprintf("1HGCM826%d%dA%06d", i%10, i%7+1, i) {
			t.Fatalf("row %d is %q, want %q", i+1, r, want)
		}
	}
}

func TestPDF(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "lots.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(t, b, list.Options{}, runner(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Lot", "VIN", "Year", "Make", "Model", "Odometer", "Asking"}; !reflect.DeepEqual(got.Columns, want) {
		t.Fatalf("columns %q, want %q", got.Columns, want)
	}
	if len(got.rows) != 90 {
		t.Fatalf("%d rows, want 90: %+v", len(got.rows), got.skipped)
	}
	models := []string{"F-150 XLT SuperCrew", "Accord EX", "C 300", "Range Rover Sport"}
	for i, r := range got.rows {
		if r[0] != fmt.Sprint(i+1) || r[1] != fmt.Sprintf("1HGCM8263%dA%06d", i%10, i) || r[4] != models[i%4] {
			t.Errorf("row %d is %q", i+1, r)
		}
	}
}

// Cells of several lines belong to the row that they are nearest to.
func TestWrappedPDF(t *testing.T) {
	for _, name := range []string{"wrapped-top.pdf", "wrapped-middle.pdf"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(t, b, list.Options{}, nil)
		if err != nil || len(got.rows) != 40 || len(got.Columns) != 6 {
			t.Fatalf("%s: %q, %d rows, %v", name, got.Columns, len(got.rows), err)
		}
		models := []string{"Ford F-150 XLT SuperCrew", "Honda Accord EX", "Mercedes-Benz C 300", "Land Rover Range Rover Sport"}
		for i, r := range got.rows {
			notes := "Runs and drives. Minor hail damage on the hood, one key."
			if i%3 == 0 {
				notes = ""
			}
			if r[1] != fmt.Sprint(2001+i%20)+" "+models[i%4] || r[4] != notes {
				t.Errorf("%s: row %d is %q", name, i+1, r)
			}
		}
	}
}

func TestSheetThatWasAskedFor(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "lots.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(t, b, list.Options{Sheet: "cover"}, nil)
	if err != nil || got.Sheet != "Cover" || len(got.rows) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := read(t, b, list.Options{Sheet: "none"}, nil); err == nil || !strings.Contains(err.Error(), `no sheet "none"`) {
		t.Error(err)
	}
}

func TestSampleTakesNothingAway(t *testing.T) {
	in := "VIN,Year\n" + strings.Repeat(v1+",2015\n", 300)
	r, err := list.Open(t.Context(), strings.NewReader(in), int64(len(in)), list.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if s, err := r.Sample(200); err != nil || len(s) != 200 {
		t.Fatalf("%d rows, %v", len(s), err)
	}
	n := 0
	for ; ; n++ {
		if _, err := r.Next(); err != nil {
			break
		}
	}
	if n != 300 || r.Line() != 301 {
		t.Errorf("%d rows up to line %d, want 300 up to 301", n, r.Line())
	}
}
