package app_test

import (
	"fmt"
	"strings"
	"testing"
)

// rows are the items of a page, in a short form.
func (h *hub) rows(path string, form func(map[string]any) string) string {
	h.t.Helper()
	var out []string
	for _, i := range h.want(200, h.do("GET", path, nil)).body["items"].([]any) {
		out = append(out, form(i.(map[string]any)))
	}
	return strings.Join(out, " ")
}

func deeds(m map[string]any) string {
	s := m["deed"].(string)
	for _, t := range m["touched"].([]any) {
		for _, f := range t.(map[string]any)["fields"].([]any) {
			s += fmt.Sprint("/", f)
		}
	}
	if m["vehicles"].(float64) > 1 {
		s += fmt.Sprint("*", m["vehicles"])
	}
	if m["undoable"] == true {
		s += "+"
	}
	return s
}

func thrown(m map[string]any) string {
	v := m["vehicle"].(map[string]any)
	s := fmt.Sprint(m["collection"], ":", v["vin"], "/", m["records"])
	if v["gone"] == true {
		s += "!"
	}
	return s
}

func (h *hub) expect(what, got, want string) {
	h.t.Helper()
	if got != want {
		h.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func TestActivityUndoAndRedo(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "A7"}))
	id := v.body["id"].(string)
	edit := h.want(200, h.do("PUT", "/api/v1/vehicles/"+id, map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "B8", "asking": map[string]any{"minor": 990000, "currency": "USD"}}, "If-Match", "1"))
	batch := edit.header.Get("Hubcap-Batch")
	h.want(201, h.do("POST", "/api/v1/vehicles/"+id+"/readings", map[string]any{"date": "2026-01-02", "odometer": map[string]any{"value": "12", "unit": "km"}}))
	h.want(201, h.do("POST", "/api/v1/vehicles/"+id+"/notes", map[string]any{"text": "seen"}))
	all, one := "/api/v1/activity", "/api/v1/activity?vehicle="+id
	// The edit is not undoable any more: the note was written over it.
	const want = "edited/notes+ record_added+ edited/asking/stock created"
	h.expect("everything", h.rows(all, deeds), want)
	h.expect("of the vehicle", h.rows(one, deeds), want)

	got := h.want(200, h.do("GET", "/api/v1/activity/"+batch, nil))
	if !strings.Contains(got.raw, `{"path":"/asking/currency","after":"USD"},{"path":"/asking/minor","after":990000},{"path":"/stock","before":"A7","after":"B8"}`) ||
		!strings.Contains(got.raw, `"title":"2015 TOYOTA Camry"`) || strings.Contains(got.raw, "updated") {
		t.Errorf("the edit differs in %s", got.raw)
	}
	h.want(404, h.do("GET", "/api/v1/activity/nothing", nil))

	gone := h.want(200, h.do("DELETE", "/api/v1/vehicles/"+id, nil, "If-Match", "*")).header.Get("Hubcap-Batch")
	h.expect("after the delete", h.rows(one, deeds), "removed+ edited/notes record_added edited/asking/stock created")
	h.expect("the trash", h.rows("/api/v1/trash", thrown), "vehicles:4T1BF1FK9FU226704/1!")
	undo := h.want(200, h.do("POST", "/api/v1/undo/"+gone, nil)).header.Get("Hubcap-Batch")
	h.expect("the trash after the undo", h.rows("/api/v1/trash", thrown), "")
	h.expect("after the undo", h.rows(all+"?limit=2", deeds), "undone+ removed")
	h.want(404, h.do("POST", "/api/v1/undo/"+gone, nil))
	redo := h.want(200, h.do("POST", "/api/v1/undo/"+undo, nil)).header.Get("Hubcap-Batch")
	h.expect("after the redo", h.rows(all+"?limit=3", deeds), "redone+ undone removed")
	h.expect("the trash after the redo", h.rows("/api/v1/trash", thrown), "vehicles:4T1BF1FK9FU226704/1!")
	h.want(200, h.do("POST", "/api/v1/undo/"+redo, nil))
	h.expect("after undoing the redo", h.rows(all+"?limit=1", deeds), "undone+")
	h.want(200, h.do("GET", "/api/v1/vehicles/"+id, nil))
}

// One vehicle out of a bulk delete comes back alone.
func TestTrashOfABulkDelete(t *testing.T) {
	_, h := openApp(t, t.TempDir(), map[string]string{"sample": "true"})
	n := len(h.want(200, h.do("GET", "/api/v1/vehicles?limit=200", nil)).body["items"].([]any))
	h.expect("the sample", h.rows("/api/v1/activity", deeds), fmt.Sprintf("sample_loaded*%d+", n))
	h.want(200, h.do("DELETE", "/api/v1/sample", nil))
	h.expect("its end", h.rows("/api/v1/activity?limit=1", deeds), fmt.Sprintf("sample_removed*%d+", n))
	trash := h.want(200, h.do("GET", "/api/v1/trash?limit=200", nil)).body["items"].([]any)
	if len(trash) != n {
		t.Fatalf("%d in the trash, want %d", len(trash), n)
	}
	first := trash[0].(map[string]any)
	id, batch := first["id"].(string), first["batch"].(string)
	if u := h.want(200, h.do("POST", "/api/v1/undo/"+batch+"?vehicle="+id, nil)); u.body["kept"] != 0.0 || u.body["restored"].(float64) < first["records"].(float64)+1 {
		t.Errorf("bringing back one gave %s, want the vehicle and its %v records", u.raw, first["records"])
	}
	h.want(200, h.do("GET", "/api/v1/vehicles/"+id, nil))
	trash = h.want(200, h.do("GET", "/api/v1/trash?limit=200", nil)).body["items"].([]any)
	if len(trash) != n-1 {
		t.Errorf("%d in the trash after one was brought back, want %d", len(trash), n-1)
	}
	h.expect("one of many is back", h.rows("/api/v1/activity?limit=2", deeds), fmt.Sprintf("undone+ sample_removed*%d+", n))
	u := h.want(200, h.do("POST", "/api/v1/undo/"+batch, nil))
	if u.body["kept"] != 0.0 {
		t.Errorf("bringing back the rest gave %s", u.raw)
	}
	if got := len(h.want(200, h.do("GET", "/api/v1/vehicles?limit=200", nil)).body["items"].([]any)); got != n {
		t.Errorf("%d vehicles are back, want %d", got, n)
	}
	h.expect("the rest", h.rows("/api/v1/activity?limit=3", deeds), fmt.Sprintf("undone*%d+ undone+ sample_removed*%d", n-1, n))
}

// A record waits for its vehicle, and what is purged never comes back.
func TestTrashOfARecordAndPurge(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	id := v.body["id"].(string)
	base := "/api/v1/vehicles/" + id
	r := h.want(201, h.do("POST", base+"/readings", map[string]any{"date": "2026-01-02", "odometer": map[string]any{"value": "12", "unit": "km"}}))
	record := r.body["record"].(map[string]any)["id"].(string)
	one := h.want(200, h.do("DELETE", base+"/readings/"+record, nil, "If-Match", "1")).header.Get("Hubcap-Batch")
	h.expect("a record in the trash", h.rows("/api/v1/trash", thrown), "odometer_readings:4T1BF1FK9FU226704/0")
	whole := h.want(200, h.do("DELETE", base, nil, "If-Match", "1")).header.Get("Hubcap-Batch")
	h.expect("both in the trash", h.rows("/api/v1/trash", thrown), "vehicles:4T1BF1FK9FU226704/0! odometer_readings:4T1BF1FK9FU226704/0!")
	a := h.want(409, h.do("POST", "/api/v1/undo/"+one, nil))
	if a.body["remedy"] == "" {
		t.Errorf("a record without its vehicle: %s", a.raw)
	}
	h.want(200, h.do("POST", "/api/v1/undo/"+whole, nil))
	h.want(200, h.do("POST", "/api/v1/undo/"+one, nil))
	h.expect("nothing in the trash", h.rows("/api/v1/trash", thrown), "")

	h.want(404, h.do("POST", "/api/v1/trash/purge/"+whole+"/"+id, nil))
	whole = h.want(200, h.do("DELETE", base, nil, "If-Match", "*")).header.Get("Hubcap-Batch")
	h.want(204, h.do("POST", "/api/v1/trash/purge/"+whole+"/"+id, nil))
	h.expect("the trash after the purge", h.rows("/api/v1/trash", thrown), "")
	if got := h.rows("/api/v1/activity?vehicle="+id, deeds); strings.Contains(got, "+") || !strings.HasPrefix(got, "purged") {
		t.Errorf("activity after the purge: %s; want that nothing can be taken back", got)
	}
	if u := h.do("POST", "/api/v1/undo/"+whole, nil); u.status == 200 && u.body["restored"] != 0.0 {
		t.Errorf("the undo of what was purged gave %d %s", u.status, u.raw)
	}
	h.want(404, h.do("GET", base, nil))
}
