package app_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"
)

// A publisher's file is sent, brought in by a job, and said of the vehicles of
// its models; what is something else is refused and changes nothing.
func TestRecallsAreSaidOfAVehiclesModel(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	id := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "1FTFW1EF0FF107919"})).body["id"].(string)
	path := "/api/v1/vehicles/" + id + "/reference"
	if a := h.want(200, h.do("GET", path, nil)); !strings.Contains(a.raw, `"recalls":[]`) || !strings.Contains(a.raw, `"sources":[]`) {
		t.Errorf("with nothing brought in: %s", a.raw)
	}
	bring := func(name string, content []byte) answer {
		req, err := http.NewRequest("PUT", h.url+"/api/v1/reference/import?file="+name, bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/octet-stream")
		return h.ended(h.want(202, h.answer(req)).body["id"].(string))
	}
	for _, name := range []string{"FLAT_RCL.sample.txt", "vehicles.sample.csv"} {
		b, err := os.ReadFile("../backend/reference/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if e := bring(name, b); e.body["state"] != "done" {
			t.Fatalf("%s: %s", name, e.raw)
		}
	}
	got := h.want(200, h.do("GET", path, nil))
	recalls := got.body["recalls"].([]any)
	if len(recalls) != 2 || recalls[0].(map[string]any)["campaign"] != "90V002000" || got.body["year"] != 2015.0 {
		t.Errorf("recalls: %s", got.raw)
	}
	if e := got.body["economy"].(map[string]any); e["rated"] != 3.0 || len(e["entries"].([]any)) >= 3 {
		t.Errorf("economy is not narrowed to the vehicle: %v", e)
	}
	if a := h.want(200, h.do("GET", "/api/v1/reference/model?make=toyota&model=camry&year=2015", nil)); !strings.Contains(a.raw, `"90V009000"`) {
		t.Errorf("by model: %s", a.raw)
	}
	if e := bring("list.csv", []byte("VIN,Year\n1,2\n")); e.body["state"] != "failed" || !strings.Contains(e.raw, "neither NHTSA") {
		t.Errorf("a list: %s", e.raw)
	}
	if a := h.want(200, h.do("DELETE", "/api/v1/reference/recalls", nil)); strings.Contains(a.raw, `"recalls"`) || !strings.Contains(a.raw, `"economy"`) {
		t.Errorf("recalls removed: %s", a.raw)
	}
	h.want(404, h.do("DELETE", "/api/v1/reference/recalls", nil))
}
