//go:build unix

package search_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
)

// BenchmarkSearch asks an index of HUBCAP_TEST_SEARCH vehicles (10,000 if not set;
// the bars are at 100,000) and reports the slowest in a hundred.
func BenchmarkSearch(b *testing.B) {
	n := 10_000
	if s := os.Getenv("HUBCAP_TEST_SEARCH"); s != "" {
		fmt.Sscan(s, &n)
	}
	db, err := bolt.Open(b.Context(), b.TempDir(), schemas, bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	makes := []string{"Ford", "BMW", "Audi", "Toyota", "Honda", "Tesla", "Volvo", "Kia"}
	words := strings.Fields("front rear brakes worn new tyres rust tailgate engine oil leak fixed battery replaced rotor pads alignment done inspection passed failed windshield chip dent door left right clutch noise vibration at speed")
	for from := 0; from < n; from += 1000 {
		_, err := db.Update(b.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			for i := from; i < from+1000; i++ {
				h := uint32(i) * 2654435761
				var note []string
				for j := range 12 {
					note = append(note, words[(h>>(j%20)+uint32(j*7))%uint32(len(words))])
				}
				c := car{
					ID: fmt.Sprintf("01961f2e-7c4b-7a31-8f00-%012d", i), VIN: fmt.Sprintf("1FTFW1ET%09d", h%1e9), Make: makes[h%8], Model: fmt.Sprint("Model ", h%97),
					Year: int64(1995 + h%30), Cost: int64(h % 5_000_000), Tags: []string{[]string{"fleet", "auction", "retail"}[h%3]}, Note: strings.Join(note, " "),
					Due: store.Moment(now.AddDate(0, 0, int(h%700)-350)), Location: fmt.Sprint("lot", h%5),
				}
				if _, err := cars.Insert(tx, &c); err != nil {
					return err
				}
				for j := range 3 {
					s := job{ID: fmt.Sprint(c.ID, "-", j), Car: c.ID, Text: strings.Join(note[j:j+5], " ")}
					if _, err := jobs.Insert(tx, &s); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	dir := b.TempDir()
	began := time.Now()
	bench := newBench(b, db, dir, search.Options{Fresh: time.Hour})
	bench.search(all, search.Request{})
	b.Logf("%d vehicles with 3 records each indexed in %v, %d MiB", n, time.Since(began).Round(time.Millisecond), size(dir)>>20)
	bench.stop()
	bench.run()
	for _, c := range []struct {
		name string
		r    search.Request
	}{
		{"selective/vin6", search.Request{Query: "%06d"}},
		{"selective/words", search.Request{Query: "make:ford model:\"model %d\" clutch"}},
		{"selective/typo", search.Request{Query: "vibratoin %06d"}},
		{"broad/word", search.Request{Query: "brakes"}},
		{"broad/make", search.Request{Query: "ford"}},
		{"broad/twoWords", search.Request{Query: "rust engine"}},
		{"broad/prefix", search.Request{Query: "re"}},
		{"broad/phrase", search.Request{Query: `"new tyres"`}},
		{"sorted/facets", search.Request{Query: "year:2005..2015", Sort: "-cost", Facets: []string{"make", "year", "tag"}}},
		{"sorted/facetsAll", search.Request{Sort: "-year", Facets: []string{"make", "year", "tag", "model"}}},
		{"sorted/scope", search.Request{Query: "cost:>1000", Sort: "due", Facets: []string{"make", "year"}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			scope := all
			if strings.HasSuffix(c.name, "scope") {
				scope = all.At("lot1", "lot2")
			}
			var took []time.Duration
			i := 0
			for b.Loop() {
				i++
				r := c.r
				r.Kind = "cars"
				if i%20 == 0 { // a write goes on all the while, and counts grow old
					seq, err := db.Update(b.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
						_, err := cars.Put(tx, &car{ID: "written", Note: fmt.Sprint(i)}, store.AnyRev)
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
					r.After = seq
				}
				if strings.Contains(r.Query, "%") {
					r.Query = fmt.Sprintf(r.Query, uint32(i)*7919%97)
				}
				began := time.Now()
				if _, err := bench.ix.Search(b.Context(), scope, r); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
	b.Run("follow", func(b *testing.B) { // one write, then found
		began := cpu()
		for i := 0; b.Loop(); i++ {
			bench.put(car{ID: fmt.Sprint("written", i%50), Note: fmt.Sprint("unheard", i)})
			if res := bench.search(all, search.Request{Query: fmt.Sprint("unheard", i)}); res.Total != 1 {
				b.Fatal(res.Total)
			}
		}
		b.ReportMetric(float64((cpu()-began).Microseconds())/float64(b.N), "cpu-µs/op")
	})
	b.Run("open", func(b *testing.B) {
		bench.stop()
		if err := bench.ix.Close(); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			ix, err := search.Open(dir, db, search.Options{Fields: fields, Sources: []search.Source{source()}})
			if err != nil || ix.At().Seq == 0 {
				b.Fatal(err)
			}
			if err := ix.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func size(dir string) (n int64) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if e.IsDir() {
			n += size(dir + "/" + e.Name())
		} else if info, err := e.Info(); err == nil {
			n += info.Size()
		}
	}
	return n
}
