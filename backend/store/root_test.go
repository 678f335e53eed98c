package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// The root tells two stores apart by any one document, revision, key or
// organisation, and by nothing else: not by the order of writing.
func TestContent(t *testing.T) {
	fill := func(n int, edit func(i int, org string, c *storetest.Car) string, backwards bool) store.Content {
		db, err := mem.Open(storetest.Schemas(), mem.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for at := range n {
			i := at
			if backwards {
				i = n - 1 - at
			}
			c := storetest.Car{ID: fmt.Sprintf("c%04d", i), Note: fmt.Sprint(i), Location: "yard"}
			org := "one"
			if edit != nil {
				org = edit(i, org, &c)
			}
			_, err := db.Update(t.Context(), store.Write{Scope: store.Org(org), Actor: actor.Machine()}, func(tx store.Tx) error {
				_, err := storetest.Cars.Insert(tx, &c)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		got, err := store.ContentOf(t.Context(), db, storetest.Schemas(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	seen := map[string]int{}
	for _, n := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 100} {
		c := fill(n, nil, false)
		if again := fill(n, nil, true); again.Root != c.Root || c.Counts["cars"] != n {
			t.Errorf("%d documents: %+v, written backwards %+v", n, c, again)
		}
		if m, ok := seen[c.Root]; ok {
			t.Errorf("%d and %d documents have one root", m, n)
		}
		seen[c.Root] = n
	}
	base := fill(9, nil, false).Root
	for what, edit := range map[string]func(int, string, *storetest.Car) string{
		"a field": func(i int, org string, c *storetest.Car) string {
			if i == 4 {
				c.Note = "else"
			}
			return org
		},
		"a key": func(i int, org string, c *storetest.Car) string {
			if i == 8 {
				c.ID = "c0009"
			}
			return org
		},
		"an organisation": func(i int, org string, _ *storetest.Car) string {
			if i == 0 {
				return "two"
			}
			return org
		},
	} {
		if fill(9, edit, false).Root == base {
			t.Errorf("%s changed, the root did not", what)
		}
	}
	// RFC 6962: the root of nothing is the hash of nothing.
	if got := fill(0, nil, false).Root; got != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("root of an empty store %s", got)
	}
}

// A walk holds a few mebibytes at once, however large the documents are, and
// leaves none out.
func TestEachPageIsBoundedByBytes(t *testing.T) {
	for _, c := range []struct{ documents, bytes, most int }{
		{3000, 10, store.MaxLimit},
		{120, 900_000, 32},
	} {
		db, err := mem.Open(storetest.Schemas(), mem.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		note := map[string]any{"a": strings.Repeat("x", c.bytes)}
		for at := 0; at < c.documents; at += 20 {
			_, err := db.Update(t.Context(), store.Write{Scope: store.Org("one"), Actor: actor.Machine()}, func(tx store.Tx) error {
				for i := at; i < at+20; i++ {
					if _, err := storetest.Cars.Insert(tx, &storetest.Car{ID: fmt.Sprintf("c%05d", i), Location: "yard", Extra: note}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		n, pages := 0, 0
		err = store.EachPage(t.Context(), db, storetest.Cars.Schema(), "", func(p store.Records) error {
			pages++
			if n += len(p.Records); len(p.Records) > c.most || (pages > 1 && len(p.Records)*c.bytes > 9<<20) {
				t.Errorf("page %d has %d documents of %d bytes", pages, len(p.Records), c.bytes)
			}
			return nil
		})
		if err != nil || n != c.documents || pages > 20 {
			t.Errorf("%d documents in %d pages, want %d: %v", n, pages, c.documents, err)
		}
	}
}
