package local_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
)

// realEmbedder opens the built worker with the pack of meanings.
func realEmbedder(t testing.TB) *local.Client {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	program, pack := filepath.Join(root, "build", "bin", "hubcap-worker"), filepath.Join(root, "build", "models", "all-minilm-l6-v2-f16.gguf")
	for _, f := range []string{program, pack} {
		if _, err := os.Stat(f); err != nil {
			if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") != "" {
				t.Fatalf("%s is not built; run: make worker models", f)
			}
			t.Skipf("%s is not built (make worker models)", f)
		}
	}
	c := local.Open(local.Options{
		Programs: []string{program}, Model: "MiniLM", Threads: 1, Embed: true, Locate: func() (string, error) { return pack, nil },
	})
	t.Cleanup(c.Close)
	return c
}

func settled(t testing.TB, c *local.Client) {
	t.Helper()
	for {
		changed := c.Changed()
		switch s := c.State(); s.Condition {
		case llm.Ready:
			return
		case llm.Failed, llm.Missing:
			t.Fatalf("the model is not ready: %+v", s)
		}
		<-changed
	}
}

func cosine(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// The pack's vectors are those of the published model: testdata holds what
// float32 arithmetic over the published weights gives.
func TestRealVectorsMatchThePublishedModel(t *testing.T) {
	c := realEmbedder(t)
	settled(t, c)
	b, err := os.ReadFile("testdata/minilm-float32.json")
	if err != nil {
		t.Fatal(err)
	}
	var want []struct {
		Text   string
		Vector []float32
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, w := range want {
		texts = append(texts, w.Text)
	}
	r, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want {
		alone, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: texts[i : i+1]})
		if err != nil {
			t.Fatal(err)
		}
		for how, v := range map[string][]float32{"among others": r.Vectors[i], "alone": alone.Vectors[0]} {
			if got := cosine(v, w.Vector); got < 0.999 {
				t.Errorf("%q %s: cosine %.5f with the published model", w.Text, how, got)
			}
			if n := cosine(v, v); math.Abs(n-1) > 1e-5 {
				t.Errorf("%q %s: length² %.6f", w.Text, how, n)
			}
		}
	}
}

func TestRealNeighbours(t *testing.T) {
	c := realEmbedder(t)
	settled(t, c)
	notes := []string{
		"Replaced front brake pads and rotors", "Oil change with a new filter", "Battery dead after a week of frost, jump started",
		"Windshield cracked by a stone on the motorway", "Coolant leaked from the water pump", "New winter tyres mounted and balanced",
	}
	n, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: notes})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{
		"squeaking noise while braking": 0, "motor lubricant changed": 1, "the car would not start on a cold morning": 2,
		"damaged glass": 3, "engine overheating": 4, "rubber for snow": 5,
	} {
		q, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: []string{query}})
		if err != nil {
			t.Fatal(err)
		}
		best := 0
		for i := range notes {
			if cosine(q.Vectors[0], n.Vectors[i]) > cosine(q.Vectors[0], n.Vectors[best]) {
				best = i
			}
		}
		if best != want {
			t.Errorf("%q is nearest to %q, want %q", query, notes[best], notes[want])
		}
	}
}

// A long text is cut, an odd one is answered, many come back in their order.
func TestRealEmbedEdges(t *testing.T) {
	c := realEmbedder(t)
	settled(t, c)
	long := strings.Repeat("brake pads and rotors ", 5000)
	odd := []string{"", " ", "a\x00b", "\xff\xfe", "<b>&\u2028</b>", "🚗", strings.Repeat("x", 1000), long}
	r, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: odd})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Vectors) != len(odd) || r.Cut != 2 {
		t.Errorf("%d vectors, %d cut; want %d and 2", len(r.Vectors), r.Cut, len(odd))
	}
	short, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: []string{"brake pads and rotors"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := cosine(short.Vectors[0], r.Vectors[len(odd)-1]); got < 0.5 {
		t.Errorf("the cut text lost its meaning: cosine %.3f", got)
	}
	var many []string
	for i := range 100 {
		many = append(many, odd[5], notesOf[i%len(notesOf)])
	}
	m, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: many})
	if err != nil || len(m.Vectors) != len(many) {
		t.Fatalf("%d vectors for %d texts: %v", len(m.Vectors), len(many), err)
	}
	for i := 0; i < len(many); i += 2 * len(notesOf) {
		if got := cosine(m.Vectors[1], m.Vectors[i+1]); got < 0.9999 {
			t.Errorf("the same text at place %d has another vector: cosine %.6f", i+1, got)
		}
	}
	if none, err := c.Embed(t.Context(), llm.EmbedRequest{}); err != nil || len(none.Vectors) != 0 {
		t.Errorf("no texts: %v, %v", none, err)
	}
	if _, err := c.Chat(t.Context(), llm.ChatRequest{Prompt: "hello"}, nil); err == nil {
		t.Error("a model of meanings chats")
	}
	if _, err := c.Chat(t.Context(), llm.ChatRequest{Prompt: strings.Repeat("x", 1<<20)}, nil); !fault.Is(err, fault.Limited) {
		t.Errorf("a text beyond any frame: %v, want Limited", err)
	}
	if s := c.State(); s.Restarts != 0 {
		t.Errorf("the worker was replaced: %+v", s)
	}
}

var notesOf = []string{
	"Replaced front brake pads and rotors at the dealer in Springfield.", "Oil change, filter, wipers.",
	"Customer reports a rattle from the rear left at low speed over cobblestones; tightened the exhaust hanger.",
	"Checked the battery: 12.4 V at rest.", "New tyres 225/45 R17, wheel alignment.",
}

// BenchmarkEmbed prints what a text costs, one at a time and many at once, at
// one thread of the worker.
func BenchmarkEmbed(b *testing.B) {
	c := realEmbedder(b)
	settled(b, c)
	for _, n := range []int{1, 32, 256} {
		b.Run(map[int]string{1: "one", 32: "batch32", 256: "batch256"}[n], func(b *testing.B) {
			texts := slices.Repeat(notesOf, n/len(notesOf)+1)[:n]
			at := time.Now()
			for b.Loop() {
				if _, err := c.Embed(b.Context(), llm.EmbedRequest{Texts: texts}); err != nil {
					b.Fatal(err)
				}
			}
			took := time.Since(at)
			b.ReportMetric(float64(n*b.N)/took.Seconds(), "texts/s")
			b.ReportMetric(took.Seconds()*1000/float64(n*b.N), "ms/text")
			b.ReportMetric(float64(c.State().RSSBytes>>20), "worker-MB")
		})
	}
}
