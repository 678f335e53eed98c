package report_test

import (
	"bytes"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/paper"
	"github.com/hubcap-dev/hubcap/backend/report"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

var update = flag.Bool("update", false, "write the golden files again")

var made = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func head(p report.Paper) report.Head {
	return report.Head{Organisation: "Müller & Söhne Autohaus", By: "Ana", Made: made, Release: "2026_10", Paper: p, Style: report.Style{Distance: "mi"}}
}

func truck() report.Subject {
	return report.Subject{
		Vehicle: vehicle.Vehicle{ID: "0193a1f2-0000-7000-8000-000000000001", VIN: "1FTEW1EG5FFB12345", Stock: "A-1041", Color: "Oxford White",
			Asking: &vehicle.Money{Minor: 1245000, Currency: "USD"},
			Decoded: vehicle.Decoded{Release: "2026_10", Make: "FORD", Model: "F-150", Year: 2015, Series: "F-Series", VehicleType: "TRUCK", BodyClass: "Pickup",
				Fuel: "Gasoline", Drive: "4WD/4-Wheel Drive/4x4", Cylinders: "6", Displacement: "3.5", Manufacturer: "FORD MOTOR COMPANY"}},
		Odometer: &vehicle.Mark{Date: "2026-11-20", Odometer: vehicle.Distance{Value: "82838", Unit: "mi", Meters: 133314840}},
		Address:  "https://hub.local:8443/vehicles/0193a1f2-0000-7000-8000-000000000001",
	}
}

func odd(change func(*report.Subject)) report.Subject {
	s := truck()
	change(&s)
	return s
}

func each(s ...report.Subject) iter.Seq2[report.Subject, error] {
	return func(yield func(report.Subject, error) bool) {
		for _, x := range s {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// read is the document's text by the hub's own reader of papers.
func read(t *testing.T, b []byte) string {
	t.Helper()
	var out strings.Builder
	page := 1
	_, err := paper.Words(b, func(l paper.Line) error {
		if l.Page > page {
			page = l.Page
			out.WriteString("\f\n")
		}
		for i, w := range l.Words {
			if i > 0 {
				out.WriteString(" | ")
			}
			out.WriteString(w.Text)
		}
		out.WriteString("\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// keep leaves a document where somebody wants to look at it.
func keep(t *testing.T, name string, b []byte) {
	if dir := os.Getenv("HUBCAP_TEST_PRINTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStickers(t *testing.T) {
	long := strings.Repeat("Straßenbahnfahrzeugwerkstätten ", 40)
	tests := []struct {
		name  string
		paper report.Paper
		of    report.Subject
	}{
		{"letter", report.Letter, truck()},
		{"a4", report.A4, truck()},
		{"unknown", report.A4, odd(func(s *report.Subject) {
			*s = report.Subject{Vehicle: vehicle.Vehicle{VIN: "ABC123", Claimed: vehicle.Claimed{Year: 1972, Make: "Škoda", Model: "Москвич Κάτι"}}}
		})},
		{"nothing", report.Letter, report.Subject{}},
		{"long", report.Letter, odd(func(s *report.Subject) {
			s.Decoded.Model, s.Decoded.Trim, s.Decoded.BodyClass, s.Color, s.Stock = long, long, long, strings.Repeat("W", 3000), long
			s.Asking = &vehicle.Money{Minor: 999_999_999_999_999, Currency: "JPY"}
		})},
		{"hostile", report.Letter, odd(func(s *report.Subject) {
			s.Decoded.Model, s.Stock = "\u202egnp.exe\u0000\n(x) Tj ET\\) 宝马 🚗", "</script><img src=x>\xff\xfe {nb} 1"
		})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.Stickers(&b, head(tt.paper), each(tt.of)); err != nil {
				t.Fatal(err)
			}
			keep(t, "sticker-"+tt.name+".pdf", b.Bytes())
			golden(t, "sticker-"+tt.name+".txt", read(t, b.Bytes()))
		})
	}
}

func TestNothingToPrint(t *testing.T) {
	if err := report.Stickers(&bytes.Buffer{}, head(report.A4), each()); !fault.Is(err, fault.NotFound) {
		t.Errorf("no vehicle: got %v, want that there is nothing to print", err)
	}
}
