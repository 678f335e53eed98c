package storetest

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// serial: transactions are as if one ran after another. What one has read
// (a document, or that there is none) still holds when it is committed.
func serial(t *testing.T, e Engine) {
	b := open(t, e)
	b.insert(Car{ID: "counter", Note: "0"})
	const writers, rounds = 8, 5
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range rounds {
				err := b.try(all, func(tx store.Tx) error {
					d, err := Cars.Get(tx, "counter")
					if err != nil {
						return err
					}
					n, err := strconv.Atoi(d.Value.Note)
					if err != nil {
						return err
					}
					d.Value.Note = fmt.Sprint(n + 1)
					if _, err := Cars.Put(tx, &d.Value, store.AnyRev); err != nil {
						return err
					}
					// The first of a make is made by who finds none.
					name := fmt.Sprint("make", i)
					p, err := Cars.Query(tx, store.Query{Index: "make_year", Prefix: store.Values(store.String(name)), Limit: 1})
					if err != nil || len(p.Items) > 0 {
						return err
					}
					_, err = Cars.Insert(tx, &Car{ID: fmt.Sprint(name, "-", n), Make: name})
					return err
				})
				if err != nil {
					t.Errorf("a writer: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if d, _ := b.get(all, "counter"); d.Value.Note != fmt.Sprint(writers*rounds) || d.Rev != 1+writers*rounds {
		t.Errorf("the counter stands at %s, revision %d, want %d: updates are lost", d.Value.Note, d.Rev, writers*rounds)
	}
	for i := range rounds {
		q := store.Query{Index: "make_year", Prefix: store.Values(store.String(fmt.Sprint("make", i)))}
		if got := b.keys(all, q); len(got) != 1 {
			t.Errorf("%d writers found no make%d and made it: %v", len(got), i, got)
		}
	}
}
