package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// fleet opens a hub with the sample fleet and waits until it is found.
func fleet(t *testing.T) (*hub, []string) {
	_, h := openApp(t, t.TempDir(), map[string]string{"sample": "true"})
	var ids []string
	for _, v := range h.want(200, h.do("GET", "/api/v1/vehicles?limit=200", nil)).body["items"].([]any) {
		ids = append(ids, v.(map[string]any)["id"].(string))
	}
	h.until("/api/v1/search?limit=1", func(a answer) bool { return a.body["total"] == float64(len(ids)) })
	return h, ids
}

// until asks until the answer is as meant.
func (h *hub) until(path string, is func(answer) bool) answer {
	h.t.Helper()
	var a answer
	eventually(h.t, "GET "+path, func() bool { a = h.want(200, h.do("GET", path, nil)); return is(a) })
	return a
}

func TestTheListIsSortedByMoreThanOneField(t *testing.T) {
	h, ids := fleet(t)
	var got []string
	for at := 0; at < len(ids); at += 20 {
		for _, i := range h.want(200, h.do("GET", fmt.Sprintf("/api/v1/search?sort=stage,-year&limit=20&offset=%d", at), nil)).body["items"].([]any) {
			v := i.(map[string]any)["vehicle"].(map[string]any)
			got = append(got, fmt.Sprintf("%s %04d", v["stage"], 9999-int(v["decoded"].(map[string]any)["year"].(float64))))
		}
	}
	if len(got) != len(ids) || !slices.IsSorted(got) {
		t.Errorf("%d rows of %d, by stage and from the newest year: %v", len(got), len(ids), got)
	}
	first := h.want(200, h.do("GET", "/api/v1/search?limit=1&sort=-odometer", nil)).body["items"].([]any)[0].(map[string]any)
	if first["odometer"].(float64) < 1000 || first["read"] == "" {
		t.Errorf("the highest odometer: %v", first)
	}
	for _, bad := range []string{"sort=year,vin,make,model,stock", "sort=year,nothing", "offset=-1", "offset=100001"} {
		if a := h.do("GET", "/api/v1/search?"+bad, nil); a.status != 422 && a.status != 400 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}

func TestManyVehiclesAreChangedOverTheWire(t *testing.T) {
	h, ids := fleet(t)
	change := map[string]any{"location": "Back lot", "addTags": []string{"tuesday"}}
	few := h.want(200, h.do("POST", "/api/v1/vehicles/bulk", map[string]any{"ids": ids[:3], "change": change}))
	if few.body["changed"] != 3.0 || few.header.Get("Hubcap-Batch") == "" || few.body["job"] != nil {
		t.Errorf("three: %s", few.raw)
	}
	h.until("/api/v1/search?q="+url.QueryEscape(`location:"Back lot" tag:tuesday`)+"&limit=1&after="+few.header.Get("Hubcap-Seq"), func(a answer) bool { return a.body["total"] == 3.0 })
	h.want(200, h.do("POST", "/api/v1/undo/"+few.header.Get("Hubcap-Batch"), nil))

	byQuery := h.want(200, h.do("POST", "/api/v1/vehicles/bulk", map[string]any{"query": "stage:sold", "change": map[string]any{"fields": map[string]any{"Lane": "B12"}}}))
	if n := byQuery.body["changed"].(float64); n < 2 {
		t.Errorf("by a search: %s", byQuery.raw)
	}

	more := slices.Clone(ids)
	for i := range 201 {
		more = append(more, fmt.Sprintf("no-such-%d", i))
	}
	started := h.want(200, h.do("POST", "/api/v1/vehicles/bulk", map[string]any{"ids": more, "change": change}))
	id := started.body["job"].(map[string]any)["id"].(string)
	done := h.ended(id)
	result, _ := done.body["result"].(map[string]any)
	if done.body["state"] != "done" || result["changed"] != float64(len(ids)) || result["missing"] != 201.0 {
		t.Errorf("the job: %s", done.raw)
	}
	if got := h.rows("/api/v1/activity?limit=1", deeds); !strings.HasPrefix(got, "bulk_edited/") || !strings.HasSuffix(got, fmt.Sprintf("*%d+", len(ids))) {
		t.Errorf("activity: %s", got)
	}
	if u := h.want(200, h.do("POST", "/api/v1/undo/"+id, nil)); u.body["kept"] != 0.0 {
		t.Errorf("undo of the job: %s", u.raw)
	}
	for _, bad := range []map[string]any{{"ids": ids[:1], "change": map[string]any{}}, {"change": change}, {"ids": ids[:1], "query": "", "change": change}} {
		if a := h.do("POST", "/api/v1/vehicles/bulk", bad); a.status != 422 {
			t.Errorf("%v: %d %s", bad, a.status, a.raw)
		}
	}
}

func TestExportIsWhatTheListShows(t *testing.T) {
	h, ids := fleet(t)
	h.want(200, h.do("POST", "/api/v1/vehicles/bulk", map[string]any{"ids": ids[:1], "change": map[string]any{"fields": map[string]any{"Lane, row": "=B12"}}}))
	const what = "q=stage%3Alisted&sort=-year%2Cmake&columns=year&columns=make&columns=price&columns=stage&columns=field%3ALane%2C%20row"
	rows, err := csv.NewReader(strings.NewReader(h.want(200, h.do("GET", "/api/v1/vehicles/export?"+what, nil)).raw)).ReadAll()
	if err != nil || strings.Join(rows[0], "|") != "VIN|stock|plate|odometer (mi)|year|make|asking|stage|Lane, row" {
		t.Fatalf("header %v, %v", rows[0], err)
	}
	for i, r := range rows[1:] {
		if r[7] != "listed" || r[0] == "" || i > 0 && r[4] > rows[i][4] {
			t.Errorf("row %v after %v", r, rows[i])
		}
	}
	var objects []map[string]string
	if err := json.Unmarshal([]byte(h.want(200, h.do("GET", "/api/v1/vehicles/export?format=json&"+what, nil)).raw), &objects); err != nil || len(objects) != len(rows)-1 || objects[0]["vin"] != rows[1][0] {
		t.Errorf("as JSON: %v, %v", objects, err)
	}
	book := h.want(200, h.do("GET", "/api/v1/vehicles/export?format=xlsx", nil)).raw
	if z, err := zip.NewReader(bytes.NewReader([]byte(book)), int64(len(book))); err != nil || len(z.File) < 4 {
		t.Errorf("as a workbook: %v", err)
	}
	all := h.want(200, h.do("GET", "/api/v1/vehicles/export?columns=field%3ALane%2C%20row", nil)).raw
	if n := strings.Count(all, "\n"); n != len(ids)+1 || !strings.Contains(all, "'=B12") {
		t.Errorf("%d lines, want one a vehicle and none a formula", n)
	}
	for _, bad := range []string{"columns=nothing", "sort=nothing", "format=pdf"} {
		if a := h.do("GET", "/api/v1/vehicles/export?"+bad, nil); a.status != 422 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}

func TestViewsAndMergesOverTheWire(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	v := h.want(201, h.do("POST", "/api/v1/views", map[string]any{"name": "Trucks", "query": "make:ford", "sort": "-year", "columns": []string{"vin", "year"}, "shared": true}))
	if v.body["mine"] != true || v.header.Get("ETag") == "" {
		t.Errorf("a view: %s", v.raw)
	}
	path := "/api/v1/views/" + v.body["id"].(string)
	h.want(200, h.do("PUT", path, map[string]any{"name": "Fords", "query": "make:ford", "sort": "", "columns": []string{}, "shared": false}, "If-Match", v.header.Get("ETag")))
	if all := h.want(200, h.do("GET", "/api/v1/views", nil)); !strings.Contains(all.raw, `"name":"Fords"`) {
		t.Errorf("the views: %s", all.raw)
	}
	h.want(204, h.do("DELETE", path, nil))
	h.want(404, h.do("DELETE", path, nil))

	var ids []string
	for _, plate := range []string{"ONE", "TWO"} {
		ids = append(ids, h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "plate": plate})).body["id"].(string))
	}
	merged := h.want(200, h.do("POST", "/api/v1/vehicles/"+ids[0]+"/merge", map[string]any{"other": ids[1], "take": []string{"plate"}}, "If-Match", "*"))
	if merged.body["plate"] != "TWO" {
		t.Errorf("merged: %s", merged.raw)
	}
	h.want(404, h.do("GET", "/api/v1/vehicles/"+ids[1], nil))
	h.want(200, h.do("POST", "/api/v1/undo/"+merged.header.Get("Hubcap-Batch"), nil))
	h.want(200, h.do("GET", "/api/v1/vehicles/"+ids[1], nil))
}
