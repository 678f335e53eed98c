package app_test

import (
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/internal/s3test"
)

// TestBackupIntoABucket: a bucket by a credential that may not delete, beside
// one that may, through the hub's one way out.
func TestBackupIntoABucket(t *testing.T) {
	var server s3test.Server
	t.Cleanup(server.Remove)
	bucket := server.Bucket(t, s3test.Locked)
	writer, pruner := server.Writer(t, bucket), server.Pruner(t, bucket)
	entry := func(secret string) map[string]any {
		return map[string]any{"name": "Far", "kind": "s3", "prefix": "hub/one", "secret": secret, "pruneSecret": pruner.Secret, "lockDays": 1,
			"s3": map[string]any{"endpoint": server.URL(t), "bucket": bucket, "region": s3test.Region, "pathStyle": true, "accessKey": writer.Key, "pruneAccessKey": pruner.Key}}
	}
	_, closed := openApp(t, t.TempDir(), map[string]string{"net.allow": "10.9.9.9"})
	if tried := closed.want(200, closed.do("POST", "/api/v1/backups/try", map[string]any{"entry": entry(writer.Secret)})); !strings.Contains(tried.raw, `"ok":false`) || !strings.Contains(tried.raw, "net.allow") {
		t.Errorf("an inside address that nobody allowed: %s", tried.raw)
	}
	_, h := openApp(t, t.TempDir(), map[string]string{"net.allow": "loopback"})
	wrong := h.want(200, h.do("POST", "/api/v1/backups/try", map[string]any{"entry": entry("canary-wrong")}))
	if !strings.Contains(wrong.raw, `"field":"/secret"`) || strings.Contains(wrong.raw, "canary") {
		t.Errorf("a wrong secret: %s", wrong.raw)
	}
	tried := h.want(200, h.do("POST", "/api/v1/backups/try", map[string]any{"entry": entry(writer.Secret)}))
	if strings.Contains(tried.raw, `"ok":false`) || !strings.Contains(tried.raw, "may not delete") || !strings.Contains(tried.raw, "object lock") {
		t.Errorf("try: %s", tried.raw)
	}
	h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	id := h.want(201, h.do("POST", "/api/v1/backups", entry(writer.Secret))).body["id"].(string)
	h.want(200, h.do("POST", "/api/v1/backups/"+id+"/init", map[string]any{"passphrase": fourWords}))
	h.worked("/api/v1/backups/"+id+"/now", map[string]any{"full": true})
	h.worked("/api/v1/backups/"+id+"/verify", map[string]any{"all": true})
	h.worked("/api/v1/backups/"+id+"/test", nil)
	h.worked("/api/v1/backups/"+id+"/prune", nil)
	h.worked("/api/v1/backups/"+id+"/restore", map[string]any{})
	st := h.want(200, h.do("GET", "/api/v1/backups/"+id, nil))
	if st.body["green"] != true || st.body["where"] != "s3://"+bucket+"/hub/one" || strings.Contains(st.raw, writer.Secret) || strings.Contains(st.raw, pruner.Secret) {
		t.Errorf("status: %s", st.raw)
	}
	// A new address wants its secret again: the old one is for the old address.
	e := entry("")
	delete(e, "secret")
	e["s3"].(map[string]any)["endpoint"] = "https://elsewhere.example.com"
	h.want(409, h.do("PUT", "/api/v1/backups/"+id, e, "If-Match", "*"))
	if tried := h.want(200, h.do("POST", "/api/v1/backups/try", map[string]any{"id": id, "entry": e})); !strings.Contains(tried.raw, `"ok":false`) {
		t.Errorf("the saved secret goes to another address: %s", tried.raw)
	}
	again := entry(writer.Secret)
	again["name"] = "Another"
	h.want(409, h.do("POST", "/api/v1/backups", again))
}
