package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
)

// hub is an open app behind its handler, as the unix socket serves it.
type hub struct {
	t   *testing.T
	url string
}

func openApp(t *testing.T, dir string, settings map[string]string) (*app.App, *hub) {
	t.Helper()
	flags := map[string]string{"data": dir, "models": t.TempDir()} // no pack: rules word the briefings
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		flags["db"] = databaseOf(t, dir)
	}
	for k, v := range settings {
		flags[k] = v
	}
	cfg, err := config.Load("", nil, flags)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(context.Background(), cfg, app.Options{Version: "test", ReadPaper: readPaper()})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(gate.Local(a.Handler()))
	t.Cleanup(func() {
		s.Close()
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return a, &hub{t, s.URL}
}

type answer struct {
	status int
	header http.Header
	body   map[string]any
	raw    string
}

func (h *hub) do(method, path string, body any, header ...string) answer {
	h.t.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			h.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, h.url+path, r)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.body) // not every answer is an object
	return a
}

func (h *hub) want(status int, a answer) answer {
	h.t.Helper()
	if a.status != status {
		h.t.Fatalf("status %d, want %d: %s", a.status, status, a.raw)
	}
	return a
}

// search asks until the answer holds the write at seq: on a loaded machine the
// index may take longer than the 300 ms that one request waits, and says so.
func (h *hub) search(q, seq string) answer {
	h.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		a := h.want(200, h.do("GET", "/api/v1/search?q="+q+"&after="+seq, nil))
		if !a.body["stale"].(bool) {
			return a
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("the search stays behind change %s: %s", seq, a.raw)
		}
	}
}

// The main job over the wire: saved, found by its last six, by a word of a
// note written a moment ago, and briefed.
func TestSavedIsFoundAndBriefed(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "A7"}))
	id := v.body["id"].(string)

	for _, q := range []string{"226704", "camry", "a7", "make:toyota", "2267O4", "camrt"} {
		if got := h.search(q, v.header.Get("Hubcap-Seq")); got.body["total"].(float64) != 1 {
			t.Errorf("search %q after the save: %s", q, got.raw)
		}
	}
	note := h.want(201, h.do("POST", "/api/v1/vehicles/"+id+"/notes", map[string]any{"text": "smells of mothballs"}))
	got := h.search("mothballs", note.header.Get("Hubcap-Seq"))
	if got.body["total"].(float64) != 1 || !strings.Contains(got.raw, `"match":true`) {
		t.Errorf("a word of a note written a moment ago: %s", got.raw)
	}
	brief := h.want(200, h.do("POST", "/api/v1/vehicles/"+id+"/insights", nil))
	if !strings.Contains(brief.raw, "event: insight") || !strings.Contains(brief.raw, "Camry") || !strings.Contains(brief.raw, `"way":"rules"`) {
		t.Errorf("briefing without a model: %s", brief.raw)
	}
	briefings := func() int {
		return len(h.want(200, h.do("GET", "/api/v1/vehicles/"+id+"/insights", nil)).body["items"].([]any))
	}
	if briefings() != 1 {
		t.Errorf("%d saved briefings, want one", briefings())
	}
	gone := h.want(200, h.do("DELETE", "/api/v1/vehicles/"+id, nil, "If-Match", "*"))
	if briefings() != 0 {
		t.Error("the briefing outlived its vehicle")
	}
	h.want(200, h.do("POST", "/api/v1/undo/"+gone.header.Get("Hubcap-Batch"), nil))
	if briefings() != 1 {
		t.Error("undo brought the vehicle back without its briefing")
	}
}

func TestWritesAreGuardedByRevisionAndKey(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	body := map[string]any{"vin": "4T1BF1FK9FU226704"}
	v := h.want(201, h.do("POST", "/api/v1/vehicles", body, "Idempotency-Key", "k1"))
	again := h.want(201, h.do("POST", "/api/v1/vehicles", body, "Idempotency-Key", "k1"))
	if again.body["id"] != v.body["id"] {
		t.Error("a repeated write saved a second vehicle")
	}
	path := "/api/v1/vehicles/" + v.body["id"].(string)
	h.want(422, h.do("PUT", path, body))
	first := h.want(200, h.do("PUT", path, map[string]any{"vin": "4T1BF1FK9FU226704", "plate": "ONE"}, "If-Match", v.header.Get("ETag")))
	stale := h.want(412, h.do("PUT", path, map[string]any{"vin": "4T1BF1FK9FU226704", "plate": "TWO"}, "If-Match", v.header.Get("ETag")))
	if !strings.Contains(stale.raw, "Read it again") {
		t.Errorf("the refusal says no remedy: %s", stale.raw)
	}
	h.want(200, h.do("DELETE", path, nil, "If-Match", first.header.Get("ETag")))
	h.want(404, h.do("GET", path, nil))
}

func TestUndoOverTheWire(t *testing.T) {
	_, h := openApp(t, t.TempDir(), map[string]string{"sample": "true"})
	gone := h.want(200, h.do("DELETE", "/api/v1/sample", nil))
	if n := h.search("", gone.header.Get("Hubcap-Seq")); n.body["total"].(float64) != 0 {
		t.Errorf("after the removal %v vehicles are found", n.body["total"])
	}
	u := h.want(200, h.do("POST", "/api/v1/undo/"+gone.header.Get("Hubcap-Batch"), nil))
	if n := h.search("", u.header.Get("Hubcap-Seq")); n.body["total"] != gone.body["vehicles"] {
		t.Errorf("after the undo %v vehicles are found, want %v", n.body["total"], gone.body["vehicles"])
	}
	h.want(404, h.do("POST", "/api/v1/undo/"+gone.header.Get("Hubcap-Batch"), nil))
}

func TestProblemsNameFieldAndRemedy(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	path := "/api/v1/vehicles/" + v.body["id"].(string)
	cases := []struct {
		name         string
		a            answer
		status       int
		pointer, say string
	}{
		{"unknown field", h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "1", "colour": "s3cret"}), 422, "/colour", "unexpected"},
		{"domain rule", h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "1", "yearHint": 1700}), 422, "/yearHint", "1900"},
		{"record", h.do("POST", path+"/fuel", map[string]any{"date": "2026-11-01", "volume": map[string]any{"value": "x", "unit": "L"}}), 422, "/volume/value", "decimal"},
		{"query", h.do("GET", "/api/v1/vehicles?limit=0", nil), 422, "limit", ""},
		{"search operator", h.do("GET", "/api/v1/search?q=colour:red", nil), 422, "/q", "use one of"},
		{"cursor", h.do("GET", "/api/v1/vehicles?cursor=xyz", nil), 422, "", ""},
		{"no such vehicle", h.do("GET", "/api/v1/vehicles/none", nil), 404, "", "no such vehicle"},
		{"no such address", h.do("GET", "/api/v1/none", nil), 404, "", "nothing at this address"},
		{"no such method", h.do("PATCH", path, map[string]any{}), 405, "", ""},
		{"too large", h.do("POST", path+"/notes", map[string]any{"text": strings.Repeat("x", 2<<20)}), 413, "", "larger"},
		{"nothing to undo", h.do("POST", "/api/v1/undo/none", nil), 404, "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.a.status != c.status || !strings.HasPrefix(c.a.header.Get("Content-Type"), "application/problem+json") {
				t.Fatalf("status %d, type %q, want %d as problem+json: %s", c.a.status, c.a.header.Get("Content-Type"), c.status, c.a.raw)
			}
			if c.pointer != "" && !strings.Contains(c.a.raw, fmt.Sprintf("%q", c.pointer)) || !strings.Contains(c.a.raw, c.say) {
				t.Errorf("the problem names neither %q nor %q: %s", c.pointer, c.say, c.a.raw)
			}
			if strings.Contains(c.a.raw, "s3cret") {
				t.Errorf("the problem echoes the input: %s", c.a.raw)
			}
		})
	}
}

// Without its pack, or with a damaged one, the model says so and what to do,
// and briefings are worded by rules.
func TestModelSaysWhatItLacks(t *testing.T) {
	worker := filepath.Join(t.TempDir(), "hubcap-worker")
	if err := os.WriteFile(worker, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	empty, damaged := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "smollm2-135m-instruct-q4_1.gguf"), []byte("GGUF, but no more"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ worker, models, say string }{
		"no pack":      {worker, empty, "make models"},
		"damaged pack": {worker, damaged, "make models"},
		"no worker":    {filepath.Join(empty, "none"), empty, "make worker"},
	} {
		t.Run(name, func(t *testing.T) {
			_, h := openApp(t, t.TempDir(), map[string]string{"worker": c.worker, "models": c.models})
			deadline := time.Now().Add(10 * time.Second)
			for {
				m := h.want(200, h.do("GET", "/api/v1/model", nil))
				if reason, _ := m.body["reason"].(string); strings.Contains(reason, c.say) {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("the model does not say %q: %s", c.say, m.raw)
				}
			}
			brief := h.want(200, h.do("POST", "/api/v1/insights", map[string]any{"vin": "4T1BF1FK9FU226704"}))
			if !strings.Contains(brief.raw, "Camry") || !strings.Contains(brief.raw, `"way":"rules"`) {
				t.Errorf("briefing: %s", brief.raw)
			}
		})
	}
}

func TestHealthMetricsAndDocument(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	h.want(200, h.do("GET", "/healthz", nil))
	h.want(200, h.do("GET", "/readyz", nil))
	h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	m := h.want(200, h.do("GET", "/metrics", nil)).raw
	for _, name := range []string{`hubcap_http_requests_total{class="POST /api/v1/vehicles",status="201"} 1`, "hubcap_store_commit_seconds_count", "hubcap_log_sequence 3", "hubcap_worker_state", "hubcap_searches_queued 0", `hubcap_follower_lag_changes{follower="search"}`} {
		if !strings.Contains(m, name) {
			t.Errorf("metrics lack %s", name)
		}
	}
	if strings.Contains(m, "4T1BF1FK9FU226704") {
		t.Error("a VIN stands in the metrics")
	}
	d := h.want(200, h.do("GET", "/api/v1/openapi.json", nil))
	if d.body["openapi"] != "3.1.0" {
		t.Errorf("openapi is %v", d.body["openapi"])
	}
}

func TestDataOutlivesARestart(t *testing.T) {
	dir := t.TempDir()
	a, h := openApp(t, dir, nil)
	h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	_, h = openApp(t, dir, nil)
	deadline := time.Now().Add(10 * time.Second)
	for {
		got := h.want(200, h.do("GET", "/api/v1/search?q=226704", nil))
		if got.body["total"].(float64) == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after a restart it is not found: %s", got.raw)
		}
	}
}

func TestSecondHubOnTheSameFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	openApp(t, dir, nil)
	cfg, err := config.Load("", nil, map[string]string{"data": dir})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := app.Open(context.Background(), cfg, app.Options{}); err == nil {
		b.Close()
		t.Fatal("two hubs opened one folder")
	} else if !strings.Contains(err.Error(), dir) {
		t.Errorf("the refusal %q does not name the folder", err)
	}
}

// A removal of the sample fleet that begins while it still comes takes all of
// it.
func TestSampleIsRemovedWhole(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	loaded := make(chan answer)
	go func() { loaded <- h.do("POST", "/api/v1/sample", nil) }()
	eventually(t, "the first vehicles", func() bool {
		return len(h.do("GET", "/api/v1/vehicles", nil).body["items"].([]any)) > 0
	})
	h.want(200, h.do("DELETE", "/api/v1/sample", nil))
	h.want(201, <-loaded)
	if left := h.want(200, h.do("GET", "/api/v1/vehicles", nil)).body["items"].([]any); len(left) != 0 {
		t.Errorf("%d vehicles of the sample are left", len(left))
	}
}
