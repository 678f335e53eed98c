package app_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

const tinyModel = "../backend/llm/pack/testdata/tiny.gguf"

// A file is larger than any document, and comes in all the same; by its path
// only programs of this user bring one in.
func TestModelsOverHTTP(t *testing.T) {
	tiny, err := os.ReadFile(tinyModel)
	if err != nil {
		t.Fatal(err)
	}
	a, h := openApp(t, t.TempDir(), map[string]string{"worker": filepath.Join(t.TempDir(), "none")})
	large := append(bytes.Clone(tiny), make([]byte, 4<<20)...)

	put := func(where, contentType string, b []byte) answer {
		t.Helper()
		req, err := http.NewRequest(http.MethodPut, h.url+where, bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Idempotency-Key", "1")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{status: resp.StatusCode, raw: string(raw)}
	}
	if r := put("/api/v1/models/import?file=Large.gguf", "application/octet-stream", large); r.status != http.StatusCreated || !strings.Contains(r.raw, `"name":"large"`) {
		t.Errorf("upload: %d %s", r.status, r.raw)
	}
	if r := put("/api/v1/models/import?file=again.gguf", "application/octet-stream", large); r.status != http.StatusOK || !strings.Contains(r.raw, `"already":true`) {
		t.Errorf("the same again: %d %s", r.status, r.raw)
	}
	if r := put("/api/v1/models/import?file=x.gguf", "application/octet-stream", []byte("<svg>")); r.status != http.StatusUnprocessableEntity || !strings.Contains(r.raw, "GGUF") {
		t.Errorf("no model: %d %s", r.status, r.raw)
	}
	if r := put("/api/v1/models/import", "application/octet-stream", tiny); r.status != http.StatusUnprocessableEntity {
		t.Errorf("without a name: %d %s", r.status, r.raw)
	}
	if r := h.do(http.MethodGet, "/api/v1/models", nil); r.status != http.StatusOK || !strings.Contains(r.raw, `"name":"large"`) || !strings.Contains(r.raw, "make models") {
		t.Errorf("list: %d %s", r.status, r.raw)
	}
	if r := h.do(http.MethodGet, "/api/v1/models/advice", nil); r.status != http.StatusOK || !strings.Contains(r.raw, `"best":true`) {
		t.Errorf("advice: %d %s", r.status, r.raw)
	}

	path, err := filepath.Abs(tinyModel)
	if err != nil {
		t.Fatal(err)
	}
	if r := h.do(http.MethodPost, "/api/v1/models/import", map[string]string{"path": path}); r.status != http.StatusCreated || r.body["name"] != "tiny" {
		t.Errorf("by path, over the socket: %d %s", r.status, r.raw)
	}
	page := httptest.NewUnstartedServer(nil)
	_, port, _ := strings.Cut(page.Listener.Addr().String(), ":")
	page.Config.Handler = gate.New(gate.Options{Port: port, Token: "key", Instance: "x"}).Wrap(a.Handler())
	page.Start()
	t.Cleanup(page.Close)
	byPage := &hub{t, page.URL}
	if r := byPage.do(http.MethodPost, "/api/v1/models/import", map[string]string{"path": path}, "Authorization", "Bearer key"); r.status != http.StatusForbidden {
		t.Errorf("by path, from a page: %d %s", r.status, r.raw)
	}
	if r := byPage.do(http.MethodPut, "/api/v1/models/import?file=x.gguf", "text", "Authorization", "Bearer key"); r.status != http.StatusUnsupportedMediaType {
		t.Errorf("an upload as JSON: %d %s", r.status, r.raw)
	}

	if r := h.do(http.MethodDelete, "/api/v1/models/tiny", nil); r.status != http.StatusNoContent {
		t.Errorf("remove: %d %s", r.status, r.raw)
	}
	if r := h.do(http.MethodGet, "/api/v1/models/tiny", nil); r.status != http.StatusNotFound {
		t.Errorf("after removal: %d %s", r.status, r.raw)
	}
	if r := h.do(http.MethodPost, "/api/v1/models/tiny/restore", nil); r.status != http.StatusOK || r.body["name"] != "tiny" {
		t.Errorf("restore: %d %s", r.status, r.raw)
	}
	if r := h.do(http.MethodDelete, "/api/v1/models/all-minilm-l6-v2-f16", nil); r.status != http.StatusForbidden {
		t.Errorf("removal of a built-in pack: %d %s", r.status, r.raw)
	}
}

// With the real worker a model answers once before it is on the shelf, and
// one that can't is not on it.
func TestImportIsTriedByTheRealWorker(t *testing.T) {
	worker, err := filepath.Abs("../build/bin/hubcap-worker")
	if err != nil {
		t.Fatal(err)
	}
	packs := []string{"../build/models/smollm2-135m-instruct-q4_1.gguf", "../build/models/all-minilm-l6-v2-f16.gguf"}
	for _, f := range append(packs, worker) {
		if _, err := os.Stat(f); err != nil {
			if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") != "" {
				t.Fatalf("%s is not built; run: make worker models", f)
			}
			t.Skipf("%s is not built (make worker models)", f)
		}
	}
	dir := t.TempDir()
	cfg, err := config.Load("", nil, map[string]string{"data": dir, "models": t.TempDir(), "worker": worker, "threads": "1"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.OpenModels(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, p := range packs {
		if a, err := m.Import(t.Context(), p); err != nil || !a.Tried {
			t.Errorf("%s: %+v, %v", p, a, err)
		}
	}
	if _, err := m.Import(t.Context(), tinyModel); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "does not run here") {
		t.Errorf("a model without weights: %v, want Invalid", err)
	}
	list, err := m.List(t.Context())
	if err != nil || len(list) != 4 {
		t.Errorf("%d models, want two of the catalogue and two brought in: %v", len(list), err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "models", ".incoming-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
