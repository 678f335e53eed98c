package postgres_test

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// benchCar is about as large as a vehicle: 1.5 KB.
func benchCar(i int) storetest.Car {
	price := int64(i % 40_000)
	return storetest.Car{
		ID: fmt.Sprintf("01961f2e-7c4b-7a31-8f00-%012d", i), VIN: fmt.Sprintf("1FTFW1ET%09d", i), Make: []string{"Ford", "BMW", "Audi"}[i%3],
		Year: int64(1990 + i%36), Price: &price, Stock: fmt.Sprint("S", i), Seen: store.Moment(time.UnixMicro(int64(i))),
		Note: strings.Repeat("front brakes worn, ", 60), Location: fmt.Sprint("lot", i%5),
	}
}

func fill(tb testing.TB, db store.DB, from, to int) {
	tb.Helper()
	for ; from < to; from += 1000 {
		_, err := db.Update(tb.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			for i := from; i < min(from+1000, to); i++ {
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
}

// rows is how many vehicles the figures are taken over: HUBCAP_TEST_ROWS,
// 10,000 if not set.
func rows(b *testing.B) int {
	n := 10_000
	if s := os.Getenv("HUBCAP_TEST_ROWS"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			b.Fatal(err)
		}
	}
	return n
}

func benchDB(b *testing.B, n int) *postgres.DB {
	b.Helper()
	db := mustOpen(b, cluster.URL(database(b)), postgres.Options{})
	began := time.Now()
	fill(b, db, 0, n)
	b.Logf("%d vehicles written in %v", n, time.Since(began).Round(time.Millisecond))
	return db
}

func BenchmarkGet(b *testing.B) {
	n := rows(b)
	db := benchDB(b, n)
	b.ResetTimer()
	i := 0
	for b.Loop() {
		i = (i + 7919) % n
		err := db.View(b.Context(), all, func(r store.Reader) error {
			_, err := storetest.Cars.Get(r, fmt.Sprintf("01961f2e-7c4b-7a31-8f00-%012d", i))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkList30 takes a page from the middle of an index, under a scope and
// without, and the page after a cursor.
func BenchmarkList30(b *testing.B) {
	db := benchDB(b, rows(b))
	audi := store.Query{Index: "make_year", Prefix: store.Values(store.String("Audi")), Reverse: true, Limit: 30}
	for _, c := range []struct {
		name  string
		scope store.Scope
		next  bool
	}{{"all", all, false}, {"cursor", all, true}, {"scoped", all.At("lot1", "lot2", "lot3", "lot4"), false}} {
		b.Run(c.name, func(b *testing.B) {
			q := audi
			page := func() {
				err := db.View(b.Context(), c.scope, func(r store.Reader) error {
					p, err := storetest.Cars.Query(r, q)
					if err == nil && len(p.Items) != 30 {
						b.Fatal(len(p.Items))
					}
					if c.next && q.Cursor == "" {
						q.Cursor = p.Next
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			page()
			for b.Loop() {
				page()
			}
		})
	}
}

func BenchmarkCreate(b *testing.B) {
	for _, writers := range []int{1, 16, 128} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db := benchDB(b, rows(b))
			next := atomic.Int64{}
			next.Store(10_000_000)
			b.SetParallelism((writers + 1) / 2) // times GOMAXPROCS, which is two here
			b.ResetTimer()
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
		})
	}
}

// BenchmarkImport writes 100,000 vehicles, 1,000 an Update; -benchtime 1x.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		db := mustOpen(b, cluster.URL(database(b)), postgres.Options{})
		began := time.Now()
		for from := 0; from < 100_000; from += 1000 {
			fill(b, db, from, from+1000)
		}
		b.ReportMetric(100_000/time.Since(began).Seconds(), "vehicles/s")
	}
}
