package meaning

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// filled is an index of n texts in as many documents, with vectors of length
// 1 at random, in files as in memory.
func filled(tb testing.TB, n int) *Index {
	tb.Helper()
	const dims = 384
	f, err := createFiles(filepath.Join(tb.TempDir(), "meaning"), head{formatMark, "random", dims})
	if err != nil {
		tb.Fatal(err)
	}
	ix := &Index{files: f, table: newTable(dims)}
	tb.Cleanup(func() { _ = ix.Close() })
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		v := random(r, dims)
		p := printOf(fmt.Sprint(i))
		if err := f.addVector(p, v); err != nil {
			tb.Fatal(err)
		}
		ix.table.add(p, v)
		ix.table.set("vehicles", "home", fmt.Sprintf("%036d", i), store.Place{Location: "north"}, []pieceRef{{"note", p}})
	}
	return ix
}

func random(r *rand.Rand, dims int) []float32 {
	v := make([]float32, dims)
	var sum float64
	for i := range v {
		v[i] = float32(r.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

// The bar: 100,000 texts in at most 30 ms on two idle cores, with at most
// 60 MB for it (docs/benchmarks/meaning.md).
func BenchmarkNear100k(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ix := filled(b, 100_000)
	runtime.GC()
	runtime.ReadMemStats(&after)
	r := rand.New(rand.NewPCG(3, 4))
	scope := store.Org("home").At("north")
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := ix.find(random(r, 384), scope, Request{Kind: "vehicles", Limit: 20, Least: 0.1}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB")
}

// The coarse search followed by the exact one finds what an exact search over
// everything finds.
func TestCoarseSearchLosesNothing(t *testing.T) {
	ix := filled(t, 5000)
	r := rand.New(rand.NewPCG(5, 6))
	same, all := 0, 0
	for range 50 {
		v := random(r, 384)
		got, err := ix.find(v, store.Org("home"), Request{Kind: "vehicles", Limit: 10, Least: 0.01})
		if err != nil {
			t.Fatal(err)
		}
		var want []candidate
		w := make([]float32, 384)
		for row := range int32(5000) {
			if err := ix.files.vector(row, w); err != nil {
				t.Fatal(err)
			}
			want = append(want, candidate{row, cosine(v, w)})
		}
		slices.SortFunc(want, better)
		for _, h := range got {
			all++
			if slices.ContainsFunc(want[:10], func(p candidate) bool { return p.row == h.row }) {
				same++
			}
		}
	}
	if all != 500 || same < 499 {
		t.Errorf("%d of the %d found are among the ten nearest, want 500", same, all)
	}
}

func FuzzOpenFiles(f *testing.F) {
	ix := filled(f, 3)
	for i := range 3 {
		if err := ix.files.append(line{Kind: "vehicles", Org: "home", Key: "a", Pieces: []linePiece{{"note", int32(i)}}}); err != nil {
			f.Fatal(err)
		}
	}
	pieces, err := os.ReadFile(filepath.Join(ix.files.dir, piecesName))
	if err != nil {
		f.Fatal(err)
	}
	vectors, err := os.ReadFile(filepath.Join(ix.files.dir, vectorsName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pieces, vectors)
	f.Add([]byte("x"), []byte("y"))
	f.Fuzz(func(t *testing.T, pieces, vectors []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{piecesName: pieces, vectorsName: vectors} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if fs, table, _, err := openFiles(dir, "random"); err == nil {
			if len(table.factors) != int(fs.rows) {
				t.Fatal("rows and factors differ")
			}
			_ = fs.close()
		}
	})
}
