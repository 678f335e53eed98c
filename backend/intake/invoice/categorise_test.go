package invoice_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/invoice"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/embedded/models"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// notes are the check set: 60 of our own, with their kind.
func notes(t *testing.T) (kinds, texts []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "notes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		k, text, _ := strings.Cut(l, "|")
		if _, ok := vehicle.KindOf(vehicle.ServiceKind(k)); !ok {
			t.Fatalf("%q is no kind of service", k)
		}
		kinds, texts = append(kinds, k), append(texts, text)
	}
	return kinds, texts
}

// Trade terms name the kind or keep silent; they are hardly ever wrong.
func TestTradeTerms(t *testing.T) {
	kinds, texts := notes(t)
	right, silent := 0, 0
	for i, text := range texts {
		switch got := invoice.Suggest(t.Context(), text, nil); got.Kind {
		case kinds[i]:
			right++
		case "":
			silent++
		default:
			t.Logf("%q is %s, want %s", text, got.Kind, kinds[i])
		}
	}
	t.Logf("%d notes: %d right, %d silent, %d wrong", len(texts), right, silent, len(texts)-right-silent)
	if len(texts) != 60 || right < 45 || len(texts)-right-silent > 2 {
		t.Errorf("%d of %d right, %d silent", right, len(texts), silent)
	}
}

// An embedder that fails or answers too little costs the suggestion only.
func TestMeaningIsASuggestion(t *testing.T) {
	fixed := func(_ context.Context, texts []string) ([][]float32, error) {
		out := make([][]float32, len(texts))
		for i, s := range texts {
			out[i] = []float32{1, 0}
			if strings.Contains(s, "start") {
				out[i] = []float32{0, 1}
			}
		}
		return out, nil
	}
	c := invoice.Suggest(t.Context(), "needs a start", fixed)
	if c.Kind != "" || c.By != "meaning" || len(c.Similar) == 0 || c.Similar[0].Kind != "battery" {
		t.Errorf("%+v", c)
	}
	few := func(context.Context, []string) ([][]float32, error) { return nil, nil }
	if c := invoice.Suggest(t.Context(), "hello", few); c.Kind != "" || len(c.Similar) != 0 {
		t.Errorf("%+v", c)
	}
}

// The same notes by a real embedder alone, and behind the terms.
func TestRealMeaning(t *testing.T) {
	race.Skip(t)
	if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") == "" {
		t.Skip("set HUBCAP_TEST_WORKER_REQUIRED to try a real model (make eval)")
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	pack, _ := models.Find(models.MiniLM)
	c := local.Open(local.Options{
		Programs: []string{filepath.Join(root, "build", "bin", "hubcap-worker")}, Model: pack.Title, Threads: 1, Embed: true, Timeout: time.Minute,
		Locate: func() (string, error) { return pack.Locate(filepath.Join(root, "build", "models")) },
	})
	t.Cleanup(c.Close)
	embed := func(ctx context.Context, texts []string) ([][]float32, error) {
		r, err := c.Embed(ctx, llm.EmbedRequest{Texts: texts})
		return r.Vectors, err
	}
	kinds, texts := notes(t)
	alone, both, three := 0, 0, 0
	for i, text := range texts {
		s, err := invoice.Similar(t.Context(), text, embed)
		if err != nil {
			t.Fatal(err)
		}
		if len(s) > 0 && s[0].Kind == kinds[i] {
			alone++
		}
		g := invoice.Suggest(t.Context(), text, embed)
		if g.Kind == kinds[i] || len(g.Similar) > 0 && g.Similar[0].Kind == kinds[i] {
			both++
		}
		for _, n := range append(g.Similar, invoice.Nearby{Kind: g.Kind}) {
			if n.Kind == kinds[i] {
				three++
				break
			}
		}
	}
	t.Logf("%d notes: %d by meaning alone, %d by terms and then meaning, %d with the right one among those offered", len(texts), alone, both, three)
}
