package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// reopen opens a data folder for as long as fn asks it.
func reopen(t *testing.T, dir string, fn func(h *hub)) {
	t.Helper()
	t.Run("", func(t *testing.T) {
		_, h := openApp(t, dir, nil)
		fn(h)
	})
	if t.Failed() {
		t.FailNow()
	}
}

const lastVIN = "1HGCM82633A004352"

// TestFirstStartFromABackup: a new hub restores another's backup into a copy,
// uses it from the next start on, and could go back.
func TestFirstStartFromABackup(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		t.Skip("a copy takes the place of a folder, not of a database")
	}
	place, dir := t.TempDir(), t.TempDir()
	car := ""
	reopen(t, t.TempDir(), func(h *hub) {
		car = h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": lastVIN, "stock": "OLD"})).body["id"].(string)
		h.want(201, h.attach(car, "title.txt", []byte("title of the car"), ""))
		backedUp(t, h, place)
	})
	entry := map[string]any{"name": "", "kind": "folder", "folder": place}
	reopen(t, dir, func(h *hub) {
		h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "NEW"}))
		h.want(403, h.do("POST", "/api/v1/restores/look", map[string]any{"entry": entry, "secret": "not the passphrase"}))
		look := h.want(200, h.do("POST", "/api/v1/restores/look", map[string]any{"entry": entry, "secret": fourWords}))
		if hubs := look.body["hubs"].([]any); len(hubs) != 1 || !strings.Contains(look.raw, `"to":"`) {
			t.Errorf("look: %s", look.raw)
		}
		made := h.worked("/api/v1/restores", map[string]any{"entry": entry, "secret": fourWords})
		if strings.Contains(made.raw, fourWords) {
			t.Error("the job tells the passphrase")
		}
		name := made.body["result"].(map[string]any)["name"].(string)
		h.want(404, h.do("POST", "/api/v1/backup-copies/switch", map[string]any{"name": "copy-none"}))
		h.want(204, h.do("POST", "/api/v1/backup-copies/switch", map[string]any{"name": name}))
		h.want(409, h.do("DELETE", "/api/v1/backup-copies/"+name, nil))
		if list := h.want(200, h.do("GET", "/api/v1/backup-copies", nil)); !strings.Contains(list.raw, `"next":true`) {
			t.Errorf("copies: %s", list.raw)
		}
		h.want(200, h.do("GET", "/api/v1/vehicles", nil))
	})
	cutOff(t, dir, car)
	reopen(t, dir, func(h *hub) {
		h.want(200, h.do("GET", "/api/v1/vehicles/"+car, nil))
		if list := h.want(200, h.do("GET", "/api/v1/vehicles/"+car+"/attachments", nil)); !strings.Contains(list.raw, "title.txt") {
			t.Errorf("papers: %s", list.raw)
		}
		list := h.want(200, h.do("GET", "/api/v1/backup-copies", nil))
		items := list.body["items"].([]any)
		if len(items) != 1 || strings.Contains(list.raw, `"next":true`) {
			t.Fatalf("copies after the switch: %s", list.raw)
		}
		// Back again.
		h.want(204, h.do("POST", "/api/v1/backup-copies/switch", map[string]any{"name": items[0].(map[string]any)["name"]}))
	})
	reopen(t, dir, func(h *hub) {
		h.want(404, h.do("GET", "/api/v1/vehicles/"+car, nil))
		if list := h.want(200, h.do("GET", "/api/v1/vehicles", nil)); !strings.Contains(list.raw, `"NEW"`) {
			t.Errorf("vehicles: %s", list.raw)
		}
	})
}

// cutOff ends the switch after every step of it, in a copy of the folder, and
// starts it again.
func cutOff(t *testing.T, dir, car string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "restored", "next.json"))
	if err != nil {
		t.Fatal(err)
	}
	var next struct{ Copy, Aside string }
	if err := json.Unmarshal(b, &next); err != nil {
		t.Fatal(err)
	}
	names := []string{"data.db", "local.db", "head", "vault.key", "blobs"}
	for steps := 1; steps <= 2*len(names); steps++ {
		data := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(data, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(data, "vault.key"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(data, "restored", next.Copy, "vault.key"), 0o600); err != nil {
			t.Fatal(err)
		}
		aside := filepath.Join(data, "restored", next.Aside)
		if err := os.MkdirAll(aside, 0o700); err != nil {
			t.Fatal(err)
		}
		for i := range steps {
			name := names[i/2]
			from, to := filepath.Join(data, name), filepath.Join(aside, name)
			if i%2 == 1 {
				from, to = filepath.Join(data, "restored", next.Copy, name), filepath.Join(data, name)
			}
			if err := os.Rename(from, to); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
		reopen(t, data, func(h *hub) { h.want(200, h.do("GET", "/api/v1/vehicles/"+car, nil)) })
	}
}

// TestCopyBesideKeysOfTheEnvironment: a hub whose keys are in its environment
// starts on a copy as before, and refuses one that needs another key.
func TestCopyBesideKeysOfTheEnvironment(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		t.Skip("a copy takes the place of a folder, not of a database")
	}
	place, dir := t.TempDir(), t.TempDir()
	keys := map[string]string{"vault-key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}
	t.Run("", func(t *testing.T) {
		_, h := openApp(t, dir, keys)
		h.want(201, h.do("POST", "/api/v1/providers", map[string]any{"name": "Far", "kind": "openai", "url": "https://models.example.com/v1", "key": "canary-key", "enabled": false}))
		id := backedUp(t, h, place)
		made := h.worked("/api/v1/backups/"+id+"/restore", map[string]any{})
		h.want(204, h.do("POST", "/api/v1/backup-copies/switch", map[string]any{"name": made.body["result"].(map[string]any)["name"]}))
	})
	t.Run("", func(t *testing.T) {
		_, h := openApp(t, dir, keys)
		if v := h.want(200, h.do("GET", "/api/v1/vault", nil)); v.body["where"] != "environment" {
			t.Errorf("vault: %s", v.raw)
		}
		if p := h.want(200, h.do("GET", "/api/v1/providers", nil)); !strings.Contains(p.raw, `"hasKey":true`) {
			t.Errorf("providers: %s", p.raw)
		}
	})
	t.Run("", func(t *testing.T) {
		_, h := openApp(t, t.TempDir(), map[string]string{"vault-key": "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="})
		j := h.want(202, h.do("POST", "/api/v1/restores", map[string]any{"entry": map[string]any{"name": "", "kind": "folder", "folder": place}, "secret": fourWords}))
		if e := h.ended(j.body["id"].(string)); e.body["state"] != "failed" || !strings.Contains(e.raw, "HUBCAP_VAULT_KEY does not hold the key") || strings.Contains(e.raw, "AQEB") {
			t.Errorf("a copy that needs another key: %s", e.raw)
		}
	})
}
