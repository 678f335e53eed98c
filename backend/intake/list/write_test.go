package list_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/hubcap-dev/hubcap/backend/intake/list"
)

func seq(rows ...[]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// What is written reads back as it was, by us and by excelize.
func TestWriteXLSX(t *testing.T) {
	rows := [][]string{
		{v1, "=1+1", "00123", "1E5"}, {"5YJ3E1EB6KF000337", "a <b> & \"c\" _x000D_", "two\nlines", ""},
		{"", "", "", "x"}, {v2, strings.Repeat("é", 40_000), "\x01", "🚗"},
	}
	var b bytes.Buffer
	if err := list.WriteXLSX(&b, "Lots: [1]/2", []string{"VIN", "Notes", "Lot", "Code"}, seq(rows...)); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetName(0)
	theirs, err := f.GetRows(name)
	if err != nil || name != "Lots   1  2" {
		t.Fatalf("sheet %q, %v", name, err)
	}
	ours, err := read(t, b.Bytes(), list.Options{}, nil)
	if err != nil || ours.HeaderRow != 1 || len(ours.rows) != len(rows) {
		t.Fatalf("%+v, %d rows, %v", ours.Table, len(ours.rows), err)
	}
	for i, r := range rows {
		for j, want := range r {
			switch {
			case i == 3 && j == 1:
				want = strings.Repeat("é", 32_767)
			case want == "\x01":
				want = "\uFFFD"
			}
			if got := ours.rows[i][j]; got != want {
				t.Errorf("row %d, cell %d: %.40q, want %.40q", i, j, got, want)
			}
			if want != "" && theirs[i+1][j] != want {
				t.Errorf("excelize, row %d, cell %d: %.40q, want %.40q", i, j, theirs[i+1][j], want)
			}
		}
		if formula, err := f.GetCellFormula(name, fmt.Sprintf("B%d", i+2)); formula != "" || err != nil {
			t.Errorf("a formula %q, %v", formula, err)
		}
	}
}

func TestWriteXLSXStops(t *testing.T) {
	want := errors.New("no more")
	err := list.WriteXLSX(&bytes.Buffer{}, "", nil, func(yield func([]string, error) bool) { yield(nil, want) })
	if !errors.Is(err, want) {
		t.Error(err)
	}
}

// What excelize writes, in its ways of writing.
func TestExcelizeWorkbooks(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(f.SetSheetRow("Sheet1", "A1", &[]any{"VIN", "Asking", "Sale date", "Zip", "Running", "Serial"}))
	check(f.SetSheetRow("Sheet1", "A2", &[]any{v1, 10000.1 + 0.2, 46349, 501, true, 12345678901234567.0}))
	check(f.SetCellFormula("Sheet1", "F3", "1+1"))
	check(f.SetCellStr("Sheet1", "A3", "5E12345678E123456"))
	for cell, code := range map[string]string{"B2": `"$"#,##0.00`, "C2": "[$-409]d-mmm-yy;@", "D2": "00000"} {
		s, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		check(err)
		check(f.SetCellStyle("Sheet1", cell, cell, s))
	}
	var b bytes.Buffer
	check(f.Write(&b))
	got, err := read(t, b.Bytes(), list.Options{}, nil)
	check(err)
	if want := []string{v1, "10000.3", "2026-11-23", "00501", "TRUE", "1.23456789012345E+16"}; fmt.Sprint(got.rows[0]) != fmt.Sprint(want) || got.rows[1][0] != "5E12345678E123456" {
		t.Errorf("%q, want %q", got.rows, want)
	}
}

// A sheet that is hidden is not what somebody looks at.
func TestHiddenSheet(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(f.SetSheetRow("Sheet1", "A1", &[]any{"VIN", "Year"}))
	check(f.SetSheetRow("Sheet1", "A2", &[]any{v1, 2015}))
	_, err := f.NewSheet("Old")
	check(err)
	for i := range 9 {
		check(f.SetSheetRow("Old", fmt.Sprintf("A%d", i+1), &[]any{v2, 2003}))
	}
	check(f.SetSheetVisible("Old", false))
	var b bytes.Buffer
	check(f.Write(&b))
	got, err := read(t, b.Bytes(), list.Options{}, nil)
	check(err)
	if got.Sheet != "Sheet1" || len(got.Sheets) != 2 || len(got.rows) != 1 {
		t.Errorf("%+v", got)
	}
	if got, err := read(t, b.Bytes(), list.Options{Sheet: "Old"}, nil); err != nil || len(got.rows) != 9 {
		t.Errorf("%+v, %v", got, err)
	}
}

// tenThousand is a list of 10,000 rows and 20 columns.
func tenThousand() ([]string, [][]string) {
	header := strings.Split("VIN,Year,Make,Model,Trim,Odometer,Asking,Lot,Stock,Color,Body,Engine,Fuel,Drive,Transmission,Title,Condition,Location,Seller,Notes", ",")
	var rows [][]string
	for i := range 10_000 {
		rows = append(rows, strings.Split(fmt.Sprintf("1HGCM8263%dA%06d,2015,Ford,F-150,XLT,%d mi,%d,%d,S%d,Black,Pickup,3.5L V6,Gas,4WD,Automatic,Clean,3.%d,Denver,ACME Motors,some notes on lot %d", i%10, i, i*7, i+3000, i, i, i%10, i), ","))
	}
	return header, rows
}

func BenchmarkXLSX10000(b *testing.B) {
	header, rows := tenThousand()
	var f bytes.Buffer
	if err := list.WriteXLSX(&f, "x", header, seq(rows...)); err != nil {
		b.Fatal(err)
	}
	for name, run := range map[string]bool{"here": false, "child": true} {
		b.Run(name, func(b *testing.B) {
			r := runner(b)
			if !run {
				r = nil
			}
			for b.Loop() {
				if got, err := read(b, f.Bytes(), list.Options{}, r); err != nil || len(got.rows) != 10_000 {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCSV10000(b *testing.B) {
	header, rows := tenThousand()
	var f bytes.Buffer
	for _, r := range append([][]string{header}, rows...) {
		f.WriteString(strings.Join(r, ",") + "\n")
	}
	for b.Loop() {
		if got, err := read(b, f.Bytes(), list.Options{}, nil); err != nil || len(got.rows) != 10_000 {
			b.Fatal(err, len(got.rows))
		}
	}
}

func BenchmarkWriteXLSX10000(b *testing.B) {
	header, rows := tenThousand()
	for b.Loop() {
		if err := list.WriteXLSX(&bytes.Buffer{}, "x", header, seq(rows...)); err != nil {
			b.Fatal(err)
		}
	}
}
