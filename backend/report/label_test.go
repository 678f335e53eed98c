package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/report"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

func TestLabels(t *testing.T) {
	few := []report.Subject{truck(), odd(func(s *report.Subject) { s.Stock = "" }), odd(func(s *report.Subject) {
		s.Decoded.Model, s.Decoded.Trim, s.Stock = strings.Repeat("Tourenwagen ", 9), "Élégance Ж", strings.Repeat("9", 40)
	}), {Vehicle: vehicle.Vehicle{VIN: "5YJ3E1*B6K", Stock: "7"}}}
	for _, template := range report.Templates() {
		for _, code := range template.Codes {
			t.Run(template.ID+" "+string(code), func(t *testing.T) {
				var b bytes.Buffer
				if err := report.Labels(&b, head(report.A4), template, code, min(2, template.PerPage()), each(few...)); err != nil {
					t.Fatal(err)
				}
				keep(t, "label-"+template.ID+"-"+string(code)+".pdf", b.Bytes())
				if template.ID == "5160" || template.ID == "62x29" {
					golden(t, "label-"+template.ID+"-"+string(code)+".txt", read(t, b.Bytes()))
				}
				for _, want := range []string{"1FTEW1EG5FFB12345", "5YJ3E1*B6K", "2015 FORD"} {
					if got := read(t, b.Bytes()); !strings.Contains(strings.ReplaceAll(got, " | ", " "), want) {
						t.Errorf("%s with %s: got\n%s\nwant %s in it", template.ID, code, got, want)
					}
				}
			})
		}
	}
}

func TestLabelsOverSheets(t *testing.T) {
	many := make([]report.Subject, 31)
	for i := range many {
		many[i] = truck()
	}
	template, err := report.TemplateOf("5160")
	if err != nil {
		t.Fatal(err)
	}
	for start, pages := range map[int]int{1: 2, 29: 2, 30: 2} {
		var b bytes.Buffer
		if err := report.Labels(&b, head(report.Letter), template, report.QR, start, each(many...)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(read(t, b.Bytes()), "\f") + 1; got != pages {
			t.Errorf("31 labels from place %d: got %d pages, want %d", start, got, pages)
		}
	}
	for _, start := range []int{0, -1, 31} {
		if err := report.Labels(&bytes.Buffer{}, head(report.Letter), template, report.QR, start, each(truck())); !fault.Is(err, fault.Invalid) {
			t.Errorf("start %d: got %v, want a refusal", start, err)
		}
	}
	small, err := report.TemplateOf("57x32")
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Labels(&bytes.Buffer{}, head(report.Letter), small, report.Code39, 1, each(truck())); !fault.Is(err, fault.Invalid) {
		t.Errorf("Code 39 on a small label: got %v, want a refusal", err)
	}
	if _, err := report.TemplateOf("9999"); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unknown template: got %v, want a refusal", err)
	}
}
