package search_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/embedded/models"
)

// judged is a set of notes and questions of our own. Each question is judged:
// the notes of its subject answer it, all others do not.
type judged struct {
	Docs    []struct{ ID, Text string }
	Queries []struct {
		Query    string
		Relevant []string
	}
}

// realModel is MiniLM in the real worker; the test is skipped where they are
// not built, and fails where they must be.
func realModel(t testing.TB) *local.Client {
	t.Helper()
	root := filepath.Join("..", "..")
	pack, _ := models.Find(models.MiniLM)
	path, err := pack.Locate(filepath.Join(root, "build", "models"))
	program := filepath.Join(root, "build", "bin", "hubcap-worker")
	if _, werr := os.Stat(program); err != nil || werr != nil {
		if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") != "" {
			t.Fatal("the worker or its pack is missing: ", err, werr)
		}
		t.Skip("the model worker or its pack is not built (make worker models)")
	}
	c := local.Open(local.Options{Programs: []string{program}, Model: pack.Title, Locate: func() (string, error) { return path, nil }, Embed: true, Context: 256, Threads: 1})
	t.Cleanup(c.Close)
	return c
}

// Recall at five on 60 judged questions: what words find alone, what meanings
// find alone, and the blend, which must be worth having.
func TestJudgedQuestions(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "judged.json"))
	if err != nil {
		t.Fatal(err)
	}
	var set judged
	if err := json.Unmarshal(b, &set); err != nil {
		t.Fatal(err)
	}
	if len(set.Queries) != 60 {
		t.Fatalf("%d questions, want 60", len(set.Queries))
	}
	model := realModel(t)
	db, err := mem.Open(schemas, mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ix := meaning.Open(filepath.Join(t.TempDir(), "meaning"), db, meaning.Options{
		Model: func(context.Context) (meaning.Model, bool) {
			return meaning.Model{Print: "MiniLM", Embedder: model}, model.State().Usable()
		},
		Look: 20 * time.Millisecond,
		Sources: []meaning.Source{{Schema: cars.Schema(), Pieces: func(r store.Reader, key string) (store.Place, []meaning.Piece, error) {
			d, err := cars.Get(r, key)
			if err != nil {
				return store.Place{}, nil, err
			}
			return d.Place, []meaning.Piece{{Field: "note", Text: d.Value.Note}}, nil
		}}},
	})
	ctx, cancel := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { _ = ix.Run(ctx) })
	defer func() {
		cancel()
		run.Wait()
		_ = ix.Close()
	}()
	words := newBench(t, db, t.TempDir(), search.Options{})
	blend := newBench(t, db, t.TempDir(), search.Options{Near: ix.Near})
	var docs []any
	for _, d := range set.Docs {
		docs = append(docs, car{ID: d.ID, Note: d.Text})
	}
	words.put(docs...)
	blend.last = words.last
	for deadline := time.Now().Add(time.Minute); ix.State().At != db.Head(); {
		if time.Now().After(deadline) {
			t.Fatalf("the meanings stay at %+v", ix.State())
		}
		<-time.After(10 * time.Millisecond)
	}

	recall := func(find func(q string) []string) float64 {
		sum := 0.0
		for _, q := range set.Queries {
			got := find(q.Query)
			hits := 0
			for _, k := range got[:min(5, len(got))] {
				if slices.Contains(q.Relevant, k) {
					hits++
				}
			}
			sum += float64(hits) / float64(min(5, len(q.Relevant)))
		}
		return sum / float64(len(set.Queries))
	}
	by := func(b *bench) func(string) []string {
		return func(q string) []string {
			var out []string
			for _, h := range b.search(all, search.Request{Query: q, Limit: 5}).Hits {
				out = append(out, h.Key)
			}
			return out
		}
	}
	alone := recall(by(words))
	meant := recall(func(q string) []string {
		found, err := ix.Near(ctx, all, meaning.Request{Kind: "cars", Text: q, Limit: 5, Least: 0.01})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range found {
			out = append(out, m.Key)
		}
		return out
	})
	both := recall(by(blend))
	t.Logf("recall at 5 on %d questions over %d notes: words %.2f, meanings %.2f, both %.2f", len(set.Queries), len(set.Docs), alone, meant, both)
	for _, least := range []float32{0.2, meaning.Alike, 0.3, 0.4} {
		right, wrong := 0, 0
		for _, q := range set.Queries {
			found, err := ix.Near(ctx, all, meaning.Request{Kind: "cars", Text: q.Query, Limit: 50, Least: least})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range found {
				if slices.Contains(q.Relevant, m.Key) {
					right++
				} else {
					wrong++
				}
			}
		}
		t.Logf("from a cosine of %.2f: %d right of %d, %d wrong", least, right, 4*len(set.Queries), wrong)
	}
	if both < alone || both < 0.3 {
		t.Errorf("the blend finds %.2f, words alone %.2f", both, alone)
	}
}
