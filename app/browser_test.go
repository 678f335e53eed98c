package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hubcap-dev/hubcap/internal/pgtest"
)

// The flows of the browser on a hub over PostgreSQL; `make test` asks for them
// when the hub and its pages are built.
func TestBrowserFlowsOnPostgreSQL(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_BROWSER") == "" {
		t.Skip("set HUBCAP_TEST_BROWSER to drive the built hub by a browser (make test)")
	}
	var own pgtest.Cluster
	t.Cleanup(own.Remove)
	own.Database(t, "") // begins the server
	args := []string{"--test", "--test-concurrency=2", "--test-reporter=spec"}
	for _, flow := range []string{"main_job", "rooms", "live", "door"} {
		args = append(args, filepath.Join("..", "e2e", flow+".test.mjs"))
	}
	node := exec.CommandContext(t.Context(), "node", args...)
	node.Env = append(os.Environ(), "HUBCAP_E2E_DB="+own.URL("postgres"))
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
