package app_test

import (
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/vpic/dump/dumptest"
)

// answering serves an app as its unix socket does.
func answering(t *testing.T, a *app.App) string {
	t.Helper()
	s := httptest.NewServer(gate.Local(a.Handler()))
	t.Cleanup(s.Close)
	return s.URL
}

// ended waits for a job's end.
func (h *hub) ended(id string) answer {
	h.t.Helper()
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for deadline := time.Now().Add(3 * time.Minute); ; <-t.C {
		a := h.want(200, h.do("GET", "/api/v1/jobs/"+id, nil))
		switch a.body["state"] {
		case "done", "failed", "canceled":
			return a
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("the job does not end: %s", a.raw)
		}
	}
}

// allEnded waits until no job is open.
func (h *hub) allEnded() {
	h.t.Helper()
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for deadline := time.Now().Add(time.Minute); ; <-t.C {
		if a := h.want(200, h.do("GET", "/api/v1/jobs", nil)); len(a.body["items"].([]any)) == 0 {
			return
		}
		if time.Now().After(deadline) {
			h.t.Fatal("a job does not end")
		}
	}
}

// TestVpicUpdate: a release is brought into a running hub, which decodes by
// it at once; saved vehicles stay as they are until somebody accepts what
// changed, in one batch that is taken back in one.
func TestVpicUpdate(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a whole index")
	}
	from, err := dumptest.ReadArchive("../embedded/vpic/vpic_2026_10.tar.zst")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range from["lookups"].Rows {
		if strings.HasPrefix(r, "model\t") && strings.HasSuffix(r, "\tCamry") {
			from["lookups"].Rows[i] = r + " Nova"
		}
	}
	dump := filepath.Join(t.TempDir(), "vPICList_lite_2026_11.sql")
	f, err := os.Create(dump)
	if err != nil {
		t.Fatal(err)
	}
	w := dumptest.Writer{From: from}
	if err := errors.Join(w.Write(f), f.Close()); err != nil {
		t.Fatal(err)
	}
	from = nil

	_, h := openApp(t, t.TempDir(), nil)
	save := func(vin string) string {
		return h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": vin})).body["id"].(string)
	}
	camry, second, honda := save("4T1BF1FK9FU226704"), save("4T1BF1FK9FU226705"), save("1HGCM82633A004352")
	saved := func(id string) (model, release string) {
		d := h.want(200, h.do("GET", "/api/v1/vehicles/"+id, nil)).body["decoded"].(map[string]any)
		return d["model"].(string), d["release"].(string)
	}
	says := func(release, model string) {
		t.Helper()
		a := h.want(200, h.do("GET", "/api/v1/decode?vin=4T1BF1FK9FU226704", nil))
		if s := a.body["summary"].(map[string]any); s["model"] != model || a.body["release"] != release || s["release"] != release {
			t.Errorf("decode says %v of %v, want %s of %s", s["model"], a.body["release"], model, release)
		}
		if m := h.want(200, h.do("GET", "/api/v1/meta", nil)); m.body["release"] != release {
			t.Errorf("meta names the release %v, want %s", m.body["release"], release)
		}
	}

	j := h.want(202, h.do("POST", "/api/v1/vpic/update", map[string]any{"path": dump}))
	if a := h.ended(j.body["id"].(string)); a.body["state"] != "done" || a.body["result"].(map[string]any)["release"] != "2026_11" {
		t.Fatalf("update: %s", a.raw)
	}
	says("2026_11", "Camry Nova")
	h.allEnded()
	for _, id := range []string{camry, second} {
		if m, r := saved(id); m != "Camry" || r != "2026_10" {
			t.Errorf("a saved vehicle was overwritten: %s of %s", m, r)
		}
	}
	list := func() []any {
		return h.want(200, h.do("GET", "/api/v1/vpic/changes", nil)).body["items"].([]any)
	}
	rows := list()
	if len(rows) != 2 {
		t.Fatalf("changes: %v", rows)
	}
	first := rows[0].(map[string]any)
	change := first["changes"].([]any)[0].(map[string]any)
	if first["from"] != "2026_10" || first["to"] != "2026_11" || change["element"] != "model" || change["before"] != "Camry" || change["after"] != "Camry Nova" {
		t.Errorf("change: %v", first)
	}

	a := h.want(200, h.do("POST", "/api/v1/vpic/changes/accept", map[string]any{"vehicles": []string{camry, honda}}))
	if a.body["accepted"] != 1.0 || a.body["stale"] != 1.0 {
		t.Errorf("accepted: %s", a.raw)
	}
	if m, r := saved(camry); m != "Camry Nova" || r != "2026_11" {
		t.Errorf("accepted and %s of %s", m, r)
	}
	h.want(200, h.do("POST", "/api/v1/undo/"+a.header.Get("Hubcap-Batch"), nil))
	if m, r := saved(camry); m != "Camry" || r != "2026_10" {
		t.Errorf("taken back and %s of %s", m, r)
	}
	if rows := list(); len(rows) != 2 {
		t.Errorf("what was taken back does not wait again: %v", rows)
	}

	// All at once: looked at again, then one batch, one undo.
	j = h.want(202, h.do("POST", "/api/v1/vpic/redecode", nil))
	if a := h.ended(j.body["id"].(string)); a.body["result"].(map[string]any)["changed"] != 2.0 {
		t.Errorf("redecode: %s", a.raw)
	}
	j = h.want(202, h.do("POST", "/api/v1/vpic/changes/accept-all", nil))
	done := h.ended(j.body["id"].(string))
	if r := done.body["result"].(map[string]any); r["accepted"] != 2.0 || r["stale"] != 0.0 {
		t.Errorf("accept all: %s", done.raw)
	}
	if left := list(); len(left) != 0 {
		t.Errorf("left to accept: %v", left)
	}
	h.want(200, h.do("POST", "/api/v1/undo/"+j.body["id"].(string), nil))
	for _, id := range []string{camry, second} {
		if m, _ := saved(id); m != "Camry" {
			t.Errorf("taken back and still %s", m)
		}
	}

	// Back to the built-in release; what another release would change is
	// listed no more.
	a = h.want(200, h.do("POST", "/api/v1/vpic/revert", nil))
	if a.body["release"] != "2026_10" || a.body["built_in"] != true || a.body["previous"] != "2026_11" {
		t.Errorf("revert: %s", a.raw)
	}
	says("2026_10", "Camry")
	h.allEnded()
	if left := list(); len(left) != 0 {
		t.Errorf("left to accept: %v", left)
	}
}

// TestVpicUpdateRefused: a file that is no dump ends the job with its reason
// and remedy, and nothing of it stays.
func TestVpicUpdateRefused(t *testing.T) {
	dir := t.TempDir()
	_, h := openApp(t, dir, nil)
	path := filepath.Join(t.TempDir(), "vPICList_lite_2026_12.sql")
	if err := os.WriteFile(path, []byte("hello;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j := h.want(202, h.do("POST", "/api/v1/vpic/update", map[string]any{"path": path}))
	a := h.ended(j.body["id"].(string))
	if a.body["state"] != "failed" || !strings.Contains(a.raw, "no dump of the vPIC tables") || a.body["remedy"] == nil {
		t.Errorf("by path: %s", a.raw)
	}
	j = h.want(202, h.do("PUT", "/api/v1/vpic/update?file=vPICList_lite_2026_12.zip", map[string]any{"no": "zip"}, "Content-Type", "application/octet-stream"))
	if a = h.ended(j.body["id"].(string)); a.body["state"] != "failed" {
		t.Errorf("sent: %s", a.raw)
	}
	left, err := filepath.Glob(filepath.Join(dir, "vpic", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if a := h.want(200, h.do("GET", "/api/v1/vpic", nil)); a.body["release"] != "2026_10" || a.body["built_in"] != true {
		t.Errorf("info: %s", a.raw)
	}
	h.want(409, h.do("POST", "/api/v1/vpic/revert", nil))
}
