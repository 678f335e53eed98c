package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const fourWords = "four words and one more"

// backedUp sets a backup of a hub up in a folder and waits for its first
// restore test.
func backedUp(t *testing.T, h *hub, place string) (id string) {
	t.Helper()
	entry := map[string]any{"name": "Drive", "kind": "folder", "folder": place}
	tried := h.want(200, h.do("POST", "/api/v1/backups/try", map[string]any{"entry": entry}))
	if tried.body["exists"] != false || strings.Contains(tried.raw, `"ok":false`) {
		t.Fatalf("try: %s", tried.raw)
	}
	b := h.want(201, h.do("POST", "/api/v1/backups", entry))
	id = b.body["id"].(string)
	h.want(422, h.do("POST", "/api/v1/backups/"+id+"/init", map[string]any{"passphrase": "short"}))
	sheet := h.want(200, h.do("POST", "/api/v1/backups/"+id+"/init", map[string]any{"passphrase": fourWords}))
	if sheet.header.Get("Cache-Control") != "no-store" || !strings.Contains(sheet.raw, "<svg") {
		t.Errorf("the sheet: %v", sheet.header)
	}
	words, ask := sheet.body["words"].([]any), sheet.body["ask"].([]any)
	again := []map[string]any{}
	for _, at := range ask {
		again = append(again, map[string]any{"at": at, "word": words[int(at.(float64))-1]})
	}
	h.want(200, h.do("POST", "/api/v1/backups/"+id+"/confirm", map[string]any{"words": again}))
	h.worked("/api/v1/backups/"+id+"/now", map[string]any{"full": true})
	h.worked("/api/v1/backups/"+id+"/test", nil)
	return id
}

// worked starts a job and waits until it is done.
func (h *hub) worked(path string, in any) answer {
	h.t.Helper()
	j := h.want(202, h.do("POST", path, in))
	a := h.ended(j.body["id"].(string))
	if a.body["state"] != "done" {
		h.t.Fatalf("%s: %s", path, a.raw)
	}
	return a
}

// TestBackupAndBack: what was backed up comes back in a copy that opens what
// was sealed, a vehicle comes back by itself, and a file.
func TestBackupAndBack(t *testing.T) {
	dir, place := t.TempDir(), t.TempDir()
	_, h := openApp(t, dir, nil)
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "A7"}))
	car := v.body["id"].(string)
	h.want(201, h.do("POST", "/api/v1/providers", map[string]any{"name": "Far", "kind": "openai", "url": "https://models.example.com/v1", "key": "canary-key", "enabled": false}))
	paper := h.want(201, h.attach(car, "title.txt", []byte("title of the car, its engine and its keys"), "")).body["id"].(string)
	id := backedUp(t, h, place)

	st := h.want(200, h.do("GET", "/api/v1/backups/"+id, nil))
	if st.body["green"] != true || len(st.body["alerts"].([]any)) > 0 {
		t.Errorf("status: %s", st.raw)
	}
	for _, secret := range []string{"canary", fourWords, "hv1.", "AGE-SECRET"} {
		if strings.Contains(st.raw, secret) {
			t.Errorf("the status tells %s", secret)
		}
	}
	if trail := h.want(200, h.do("GET", "/api/v1/audit", nil)); !strings.Contains(trail.raw, "backup.set_up") || strings.Contains(trail.raw, fourWords) {
		t.Errorf("the trail: %s", trail.raw)
	}
	if m := h.want(200, h.do("GET", "/metrics", nil)); !strings.Contains(m.raw, `hubcap_backup_green{target="`+id+`"} 1`) {
		t.Errorf("metrics: %s", m.raw)
	}
	if e := h.want(200, h.do("POST", "/api/v1/backups/estimate", map[string]any{"preset": "nightly"})); e.body["classA"].(float64) <= 0 {
		t.Errorf("estimate: %s", e.raw)
	}
	before := time.Now()

	// The key is changed: backups carry the new one too.
	h.want(200, h.do("POST", "/api/v1/vault/rotate", nil))

	// The vehicle is thrown away and comes back from the moment before.
	for time.Now().UnixMicro() == before.UnixMicro() {
		continue
	}
	h.want(200, h.do("PUT", "/api/v1/vehicles/"+car, map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "changed"}, "If-Match", "*"))
	h.want(200, h.do("DELETE", "/api/v1/vehicles/"+car, nil, "If-Match", "*"))
	h.worked("/api/v1/backups/"+id+"/now", map[string]any{})
	back := h.worked("/api/v1/backups/"+id+"/restore-vehicle", map[string]any{"vehicle": "4t1bf1fk9fu226704", "at": before.UTC().Format("2006-01-02T15:04:05.000000Z")})
	if got := h.want(200, h.do("GET", "/api/v1/vehicles/"+car, nil)); got.body["stock"] != "A7" {
		t.Errorf("the vehicle that came back: %s", got.raw)
	}
	if got := h.want(200, h.do("GET", "/api/v1/vehicles/"+car+"/attachments", nil)); !strings.Contains(got.raw, paper) {
		t.Errorf("its papers: %s", got.raw)
	}
	batch := back.body["result"].(map[string]any)["batch"].(string)
	h.want(200, h.do("POST", "/api/v1/undo/"+batch, nil))
	h.want(404, h.do("GET", "/api/v1/vehicles/"+car, nil))
	h.worked("/api/v1/backups/"+id+"/restore-vehicle", map[string]any{"vehicle": car, "at": before.UTC().Format("2006-01-02T15:04:05.000000Z")})
	missing := h.want(202, h.do("POST", "/api/v1/backups/"+id+"/restore-vehicle", map[string]any{"vehicle": "1HGCM82633A004352"}))
	if e := h.ended(missing.body["id"].(string)); e.body["state"] != "failed" || !strings.Contains(e.raw, "has no vehicle") {
		t.Errorf("a vehicle that is not there: %s", e.raw)
	}

	// A file that is gone from this disk comes back.
	sha := h.want(200, h.do("GET", "/api/v1/vehicles/"+car+"/attachments/"+paper, nil)).body["sha256"].(string)
	blob := filepath.Join(dir, "blobs", sha[:2], sha)
	if err := os.Remove(blob); err != nil {
		t.Fatal(err)
	}
	h.want(204, h.do("POST", "/api/v1/backups/"+id+"/restore-file", map[string]any{"sha256": sha}))
	if _, err := os.Stat(blob); err != nil {
		t.Error("the file did not come back:", err)
	}

	// A copy beside: the same, and what is sealed in it opens.
	h.worked("/api/v1/backups/"+id+"/now", map[string]any{})
	made := h.worked("/api/v1/backups/"+id+"/restore", map[string]any{})
	copied := made.body["result"].(map[string]any)["path"].(string)
	list := h.want(200, h.do("GET", "/api/v1/backup-copies", nil))
	if items := list.body["items"].([]any); len(items) != 1 || !strings.Contains(list.raw, `"collection":"vehicles"`) {
		t.Errorf("copies: %s", list.raw)
	}
	if os.Getenv("HUBCAP_TEST_DB") == "" {
		elsewhere := filepath.Join(t.TempDir(), "copy")
		if err := os.Rename(copied, elsewhere); err != nil {
			t.Fatal(err)
		}
		_, other := openApp(t, elsewhere, nil)
		other.want(200, other.do("GET", "/api/v1/vehicles/"+car, nil))
		other.want(200, other.do("POST", "/api/v1/vault/rotate", nil)) // the backup carried the ring of before the change too
		if r := other.want(200, other.do("POST", "/api/v1/vault/rotate", nil)); r.body["resealed"].(float64) < 2 {
			t.Errorf("what was sealed did not open in the copy: %s", r.raw)
		}
		if st := other.want(200, other.do("GET", "/api/v1/backups", nil)); !strings.Contains(st.raw, "paused_after_restore") {
			t.Errorf("the copy's backup: %s", st.raw)
		}
	} else {
		h.want(204, h.do("DELETE", "/api/v1/backup-copies/"+filepath.Base(copied), nil))
	}
}
