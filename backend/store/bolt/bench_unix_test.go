//go:build unix

package bolt_test

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

func fill(tb testing.TB, db store.DB, n int) {
	tb.Helper()
	for from := 0; from < n; from += 2000 {
		fillOnce(tb, db, from, min(from+2000, n))
	}
}

// fillOnce writes some vehicles in one Update.
func fillOnce(tb testing.TB, db store.DB, from, to int) {
	tb.Helper()
	_, err := db.Update(tb.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		for i := from; i < to; i++ {
			c := benchCar(i)
			if _, err := storetest.Cars.Insert(tx, &c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func benchDB(b *testing.B, n int) *bolt.DB {
	b.Helper()
	db, err := open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	fill(b, db, n)
	return db
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func reportCPU(b *testing.B, began time.Duration) {
	b.ReportMetric(float64((cpu()-began).Microseconds())/float64(b.N), "cpu-µs/op")
}

func BenchmarkGet(b *testing.B) {
	db := benchDB(b, 20_000)
	b.ResetTimer()
	began, i := cpu(), 0
	for b.Loop() {
		i = (i + 7919) % 20_000
		err := db.View(b.Context(), all, func(r store.Reader) error {
			_, err := storetest.Cars.Get(r, fmt.Sprintf("01961f2e-7c4b-7a31-8f00-%012d", i))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	reportCPU(b, began)
}

func BenchmarkList30(b *testing.B) {
	db := benchDB(b, 20_000)
	b.ResetTimer()
	began := cpu()
	for b.Loop() {
		err := db.View(b.Context(), all.At("lot1", "lot2", "lot3", "lot4"), func(r store.Reader) error {
			p, err := storetest.Cars.Query(r, store.Query{Index: "make_year", Prefix: store.Values(store.String("Audi")), Reverse: true, Limit: 30})
			if err == nil && len(p.Items) != 30 {
				b.Fatal(len(p.Items))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	reportCPU(b, began)
}

func BenchmarkCreate(b *testing.B) {
	for _, writers := range []int{1, 16, 128} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db := benchDB(b, 20_000)
			next := atomic.Int64{}
			next.Store(1_000_000)
			b.SetParallelism((writers + 1) / 2) // times GOMAXPROCS, which is two here
			b.ResetTimer()
			began := cpu()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					c := benchCar(int(next.Add(1)))
					_, err := db.Update(b.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
						_, err := storetest.Cars.Insert(tx, &c)
						return err
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
			reportCPU(b, began)
		})
	}
}

// BenchmarkImport writes 100,000 vehicles, 1,000 an Update; -benchtime 1x.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		db := benchDB(b, 0)
		began := time.Now()
		for from := 0; from < 100_000; from += 1000 {
			fillOnce(b, db, from, from+1000)
		}
		b.ReportMetric(100_000/time.Since(began).Seconds(), "vehicles/s")
	}
}

// BenchmarkOpen opens a store of HUBCAP_TEST_OPEN vehicles (100,000 if not set).
func BenchmarkOpen(b *testing.B) {
	n := 100_000
	if s := os.Getenv("HUBCAP_TEST_OPEN"); s != "" {
		fmt.Sscan(s, &n)
	}
	dir := b.TempDir()
	db, err := open(dir)
	if err != nil {
		b.Fatal(err)
	}
	fill(b, db, n)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	if info, err := os.Stat(dir + "/data.db"); err == nil {
		b.Logf("%d vehicles: %d MiB", n, info.Size()>>20)
	}
	b.ResetTimer()
	for b.Loop() {
		db, err := open(dir)
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
