package cli_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestModelScripts runs testdata/model*.txtar: the model commands beside a
// running hub and without one, against a registry on loopback.
func TestModelScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/model*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	tiny, err := filepath.Abs("../../backend/llm/pack/testdata/tiny.gguf")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(tiny)
	if err != nil {
		t.Fatal(err)
	}
	registry := httptest.NewServer(smallRegistry(b))
	t.Cleanup(registry.Close)
	testscript.Run(t, testscript.Params{
		Files:         scripts,
		UpdateScripts: update(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("HUBCAP_MODELS", filepath.Join(env.WorkDir, "no-models"))
			env.Setenv("HUBCAP_WORKER", filepath.Join(env.WorkDir, "no-worker"))
			env.Setenv("TINY", tiny)
			env.Setenv("REGISTRY", registry.URL)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"await": await},
	})
}

// smallRegistry serves tiny:1b, whose file is model.
func smallRegistry(model []byte) http.Handler {
	sum := sha256.Sum256(model)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v2/library/tiny/manifests/1b":
			fmt.Fprintf(w, `{"schemaVersion":2,"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":%q,"size":%d}]}`, digest, len(model))
		case strings.HasSuffix(r.URL.Path, "/blobs/"+digest):
			_, _ = w.Write(model)
		default:
			http.NotFound(w, r)
		}
	})
}
