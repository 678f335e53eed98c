package app_test

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// withModels opens a hub with the real worker and packs; the test is skipped
// where they are not built, and fails where they must be.
func withModels(t *testing.T) *hub {
	t.Helper()
	worker, packs := filepath.Join("..", "build", "bin", "hubcap-worker"), filepath.Join("..", "build", "models")
	for _, path := range []string{worker, filepath.Join(packs, "all-minilm-l6-v2-f16.gguf")} {
		if _, err := os.Stat(path); err != nil {
			if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") != "" {
				t.Fatal(err)
			}
			t.Skip("the model worker or its packs are not built (make worker models)")
		}
	}
	_, h := openApp(t, t.TempDir(), map[string]string{"worker": worker, "models": packs})
	return h
}

// eventually asks until the answer is as wished.
func eventually(t *testing.T, what string, ask func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(90 * time.Second); !ask(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("not within 90 s: ", what)
		}
	}
}

// A note is found by what it means, minutes after nobody did anything but
// save it: the model was checked, it embeds, and the search says why.
func TestSavedNoteIsFoundByItsMeaning(t *testing.T) {
	h := withModels(t)
	for vin, note := range map[string]string{
		"1FTFW1EF0FF107919": "Front pads worn, metal on metal when it brakes.",
		"5KBCT1A33E1768185": "Title and registration are in the glove box.",
	} {
		id := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": vin})).body["id"].(string)
		h.want(201, h.do("POST", "/api/v1/vehicles/"+id+"/notes", map[string]any{"text": note}))
	}
	find := func(q string) (vin, field string, alike float64) {
		a := h.want(200, h.do("GET", "/api/v1/search?q="+url.QueryEscape(q), nil))
		items := a.body["items"].([]any)
		if len(items) == 0 {
			return "", "", 0
		}
		first := items[0].(map[string]any)
		reasons := first["reasons"].([]any)
		last := reasons[len(reasons)-1].(map[string]any)
		alike, _ = last["alike"].(float64)
		return first["vehicle"].(map[string]any)["vin"].(string), last["field"].(string), alike
	}
	eventually(t, "the worn pads, found by their noise", func() bool {
		vin, field, alike := find("squealing brakes")
		return vin == "1FTFW1EF0FF107919" && field == "note" && alike > 0
	})
	if vin, _, alike := find("ownership papers"); vin != "5KBCT1A33E1768185" || alike == 0 {
		t.Errorf("ownership papers: %s, alike %v", vin, alike)
	}
	// What is removed is found no more.
	list := h.want(200, h.do("GET", "/api/v1/vehicles?vin=1FTFW1EF0FF107919", nil)).body["items"].([]any)
	id := list[0].(map[string]any)["id"].(string)
	h.want(200, h.do("DELETE", "/api/v1/vehicles/"+id, nil, "If-Match", "*"))
	eventually(t, "nothing of the removed vehicle", func() bool {
		vin, _, _ := find("squealing brakes")
		return vin != "1FTFW1EF0FF107919"
	})
}

// A finding is explained with what notes say of the same: of the vehicle and
// of similar ones, never of others, and each with its record.
func TestExplanationListsRelatedRecords(t *testing.T) {
	h := withModels(t)
	save := func(vin, note string) string {
		id := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": vin})).body["id"].(string)
		h.want(201, h.do("POST", "/api/v1/vehicles/"+id+"/notes", map[string]any{"text": note}))
		return id
	}
	own := save("1FTFW1EF0FF107919", "Brake fluid is dark, to be flushed.")
	h.want(201, h.do("POST", "/api/v1/vehicles/"+own+"/notes", map[string]any{"text": "Title and registration are in the glove box."}))
	done := map[string]any{"date": "2019-03-01", "items": []any{map[string]any{"kind": "brake_fluid"}}, "note": "brake fluid flushed"}
	h.want(201, h.do("POST", "/api/v1/vehicles/"+own+"/services", done))
	similar := save("1FTFW1EF0FF107920", "Spongy pedal: air in the brake fluid.")
	other := save("5KBCT1A33E1768185", "Brake fluid is dark, to be flushed soon.")

	finding := ""
	h.want(200, h.do("POST", "/api/v1/vehicles/"+own+"/insights", nil))
	saved := h.want(200, h.do("GET", "/api/v1/vehicles/"+own+"/insights", nil)).body["items"].([]any)[0].(map[string]any)
	for _, f := range saved["briefing"].(map[string]any)["findings"].([]any) {
		if f := f.(map[string]any); f["kind"] == "service" && f["metric"] == "brake_fluid" {
			finding = f["id"].(string)
		}
	}
	var related []any
	eventually(t, "the notes about brake fluid", func() bool {
		related = h.want(200, h.do("POST", "/api/v1/vehicles/"+own+"/insights/explain", map[string]any{"finding": finding})).body["related"].([]any)
		return len(related) == 2
	})
	for i, want := range []struct {
		vehicle, text string
		own           bool
	}{{own, "Brake fluid is dark, to be flushed.", true}, {similar, "Spongy pedal: air in the brake fluid.", false}} {
		r := related[i].(map[string]any)
		if r["vehicle"] != want.vehicle || r["text"] != want.text || r["own"] != want.own || r["date"] == "" || r["alike"].(float64) < 37 {
			t.Errorf("related %d: %v, want %+v", i, r, want)
		}
		if rec := r["record"].(map[string]any); rec["collection"] != "vehicles" || rec["key"] != want.vehicle || rec["rev"].(float64) < 1 {
			t.Errorf("related %d stands in %v", i, rec)
		}
	}
	if a, b := related[0].(map[string]any), related[1].(map[string]any); a["vehicle"] == other || b["vehicle"] == other {
		t.Error("another model's note is shown")
	}
}
