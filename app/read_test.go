package app_test

import (
	"strings"
	"testing"
)

// What stands behind a briefing, and what pasted text says, over HTTP.
func TestExplainQuoteAndRead(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	id, _ := v.body["id"].(string)
	at := "/api/v1/vehicles/" + id
	h.want(201, h.do("POST", at+"/services", map[string]any{"date": "2025-03-01", "items": []map[string]any{{"kind": "brakes"}}, "note": "Front brake pads at 2 mm. Customer informed."}))

	for _, row := range []struct {
		name, method, path string
		body               any
		status             int
		says               []string
	}{
		{"explain", "POST", at + "/insights/explain", map[string]any{"finding": "F1"}, 200, []string{`"rule"`, `"evidence"`}},
		{"explain what is not there", "POST", at + "/insights/explain", map[string]any{"finding": "F77"}, 404, []string{"read its briefing again"}},
		{"outgoing", "GET", at + "/insights/outgoing", nil, 200, []string{`"prompt":"F1 (`, `"engines":[]`}},
		{"notes", "GET", at + "/notes/summary", nil, 200, []string{"Front brake pads at 2 mm.", `"collection":"service_records"`, "No AI"}},
		{"read", "POST", "/api/v1/records/read", map[string]any{"text": "Oak Garage\nInvoice 77\nDate: 2026-03-01\nOil change\nTotal $81.20"}, 200, []string{`"value":"2026-03-01"`, `"value":"81.20"`, `"kind":"oil"`}},
		{"read nothing", "POST", "/api/v1/records/read", map[string]any{"text": " "}, 422, []string{"paste the invoice"}},
		{"categorise", "POST", "/api/v1/records/categorise", map[string]any{"text": "brake fluid flushed"}, 200, []string{`"kind":"brake_fluid"`, `"by":"terms"`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := h.want(row.status, h.do(row.method, row.path, row.body)).raw
			for _, s := range row.says {
				if !strings.Contains(got, s) {
					t.Errorf("the answer lacks %s: %s", s, got)
				}
			}
			if row.name == "outgoing" && (strings.Contains(got, "4T1BF1FK9FU226704") || strings.Contains(got, "Camry")) {
				t.Errorf("a value would leave: %s", got)
			}
		})
	}
}
