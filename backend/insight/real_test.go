package insight_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/embedded/models"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// TestRealModelWrites has a real model try for the job of writing, and prints
// what came of it: SmolLM2, or the GGUF file that HUBCAP_TEST_GGUF names.
// Whatever it writes, what passes must hold; that it earns the job nobody
// asks.
func TestRealModelWrites(t *testing.T) {
	race.Skip(t)
	if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") == "" {
		t.Skip("set HUBCAP_TEST_WORKER_REQUIRED to try a real model (make eval)")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	pack, _ := models.Find(models.SmolLM2)
	o := local.Options{
		Programs: []string{filepath.Join(root, "build", "bin", "hubcap-worker")}, Model: pack.Title, Threads: 1, Form: llm.ChatML, Context: 4096, Timeout: 2 * time.Minute,
		Locate: func() (string, error) { return pack.Locate(filepath.Join(root, "build", "models")) }, MemoryLimit: 2 << 30,
	}
	if file := os.Getenv("HUBCAP_TEST_GGUF"); file != "" {
		o.Model, o.Locate = filepath.Base(file), func() (string, error) { return file, nil }
	}
	c := local.Open(o)
	t.Cleanup(c.Close)
	e := route.Engine{Ref: "pack/real", Title: o.Model, Print: "real", Chatter: c, State: c.State}
	report, err := insight.WriteCheck().Run(t.Context(), &e, func(done, total int) { t.Logf("%d of %d", done, total) })
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: earned %v: %s", o.Model, report.Earned, report.Reason)
	for _, f := range report.Figures {
		t.Logf("%-28s %s %s", f.Name, f.Value, f.Unit)
	}
	reply, err := c.Chat(t.Context(), insight.WriteRequest(insight.Find(randomFacts(randomSource(3)))), nil)
	t.Logf("an answer (%v): %s", err, reply.Text)
}
