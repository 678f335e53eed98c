//go:build unix

package audit_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// BenchmarkCreate is a durable create of a document of about 900 bytes, with
// and without its entry, by one writer and by many.
func BenchmarkCreate(b *testing.B) {
	engines := map[string]func(b *testing.B) store.DB{
		"bolt": func(b *testing.B) store.DB {
			db, err := bolt.Open(b.Context(), b.TempDir(), schemas(), bolt.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { db.Close() })
			return db
		},
		"postgres": func(b *testing.B) store.DB { return inDatabase(b) },
	}
	for _, engine := range []string{"bolt", "postgres"} {
		for _, writers := range []int{1, 16} {
			for _, kept := range []bool{false, true} {
				b.Run(fmt.Sprintf("%s/writers=%d/audit=%v", engine, writers, kept), func(b *testing.B) {
					h := newHouse(b, engines[engine](b), nil)
					db := h.raw
					if kept {
						db = h.db
					}
					var n atomic.Int64
					create := func() {
						id := fmt.Sprintf("01961f2e-7c4b-7a31-8f00-%012d", n.Add(1))
						c := storetest.Car{ID: id, VIN: "4T1BF1FK9FU226704", Make: "TOYOTA", Year: 2015, Stock: id, Note: strings.Repeat("note ", 20), Location: "north", Group: "used",
							Extra: map[string]any{"decoded": strings.Repeat("0123456789", 10), "colour": "silver", "plant": "Georgetown", "list": []any{"a", "b", strings.Repeat("x", 300)}}}
						_, err := db.Update(b.Context(), store.Write{Scope: all, Actor: ann, Batch: id}, func(tx store.Tx) error {
							_, err := storetest.Cars.Insert(tx, &c)
							return err
						})
						if err != nil {
							b.Error(err)
						}
					}
					b.SetParallelism(max(1, writers/2)) // of two cores
					b.ResetTimer()
					began := cpu()
					defer func() { b.ReportMetric(float64((cpu()-began).Microseconds())/float64(b.N), "cpu-µs/op") }()
					if writers == 1 {
						for b.Loop() {
							create()
						}
						return
					}
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							create()
						}
					})
				})
			}
		}
	}
}

// BenchmarkVerify is a look at the whole chain, an entry at a time.
func BenchmarkVerify(b *testing.B) {
	h := inMemory(b)
	for i := range 2000 {
		h.put(fmt.Sprint(i))
	}
	b.ResetTimer()
	for b.Loop() {
		h.whole(2000)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/2000, "µs/entry")
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
