package app_test

import (
	"strings"
	"testing"
)

// TestTwoHubsOneBackup: of two hubs on one database one ships; the other says
// so, and goes on when the first one ends.
func TestTwoHubsOneBackup(t *testing.T) {
	place := t.TempDir()
	settings := map[string]string{"db": databaseOf(t, t.TempDir()), "vault-key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}
	_, second := openApp(t, t.TempDir(), settings)
	id := ""
	t.Run("", func(t *testing.T) {
		_, first := openApp(t, t.TempDir(), settings)
		id = backedUp(t, first, place)
		first.want(201, first.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
		// It knows of the target, looks for its lease and waits.
		j := second.want(202, second.do("POST", "/api/v1/backups/"+id+"/now", map[string]any{}))
		if e := second.ended(j.body["id"].(string)); e.body["state"] != "failed" || !strings.Contains(e.raw, "another hub") {
			t.Errorf("the second hub ships too: %s", e.raw)
		}
		if st := second.want(200, second.do("GET", "/api/v1/backups/"+id, nil)); st.body["phase"] != "waiting" || st.body["green"] != true {
			t.Errorf("the second hub says: %s", st.raw)
		}
		first.worked("/api/v1/backups/"+id+"/now", map[string]any{})
	})
	second.want(201, second.do("POST", "/api/v1/vehicles", map[string]any{"vin": lastVIN}))
	second.worked("/api/v1/backups/"+id+"/now", map[string]any{})
	second.worked("/api/v1/backups/"+id+"/test", nil)
	if st := second.want(200, second.do("GET", "/api/v1/backups/"+id, nil)); st.body["phase"] != "shipping" || st.body["green"] != true {
		t.Errorf("after the first one ended: %s", st.raw)
	}
}
