package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// oracle answers every question about meanings with the same list.
type oracle struct {
	keys  []string
	err   error
	asked []string
}

func (o *oracle) near(_ context.Context, _ store.Scope, r meaning.Request) ([]meaning.Match, error) {
	o.asked = append(o.asked, r.Text)
	var out []meaning.Match
	for i, k := range o.keys {
		out = append(out, meaning.Match{Key: k, Piece: meaning.Piece{Field: "note", Text: "it squeals when it stops"}, Score: 0.9 - float32(i)/100})
	}
	return out, o.err
}

func blended(t *testing.T, o *oracle) *bench {
	b := newBench(t, nil, t.TempDir(), search.Options{Near: o.near})
	b.put(
		car{ID: "a", Make: "Ford", Note: "front brakes worn out", Location: "north"},
		car{ID: "b", Make: "Ford", Note: "it squeals when it stops", Location: "north"},
		car{ID: "c", Make: "BMW", Note: "noise from the wheels", Location: "south"},
		car{ID: "d", Make: "BMW", Note: "brakes worn and worn again, worn out", Location: "south"},
	)
	return b
}

func TestWordsAndMeaningInOneList(t *testing.T) {
	o := &oracle{keys: []string{"b", "c", "a"}}
	b := blended(t, o)
	for _, c := range []struct {
		query string
		scope store.Scope
		want  string // in any order
		total uint64
		asked string
	}{
		{"brakes worn", all, "a b c d", 4, "brakes worn"},
		{"brakes worn make:ford", all, "a b", 2, "brakes worn"},
		{"brakes worn -wheels", all, "a b d", 3, "brakes worn"},
		{"make:bmw", all, "c d", 2, ""},
		{"worn", all, "a d", 2, ""},
		{"squealing", all, "a b c", 3, "squealing"}, // one word that is found nowhere
		{"", all, "a b c d", 4, ""},
		{"1FTFW1ET6EKE57182 EKE57182", all, "", 0, ""},
	} {
		o.asked = nil
		r := b.search(c.scope, search.Request{Query: c.query})
		if got := sortWords(keys(r)); got != c.want || r.Total != c.total {
			t.Errorf("%q: %q of %d, want %q of %d", c.query, got, r.Total, c.want, c.total)
		}
		if got := strings.Join(o.asked, ","); got != c.asked {
			t.Errorf("%q asked for the meaning of %q, want %q", c.query, got, c.asked)
		}
	}
	// Found by both is before found by either.
	if got := keys(b.search(all, search.Request{Query: "brakes worn"})); !strings.HasPrefix(got, "a ") {
		t.Errorf("order %q, want a first: both lists have it", got)
	}
	if got := keys(b.search(all, search.Request{Query: "brakes worn", Sort: "make"})); sortWords(got) != "a d" {
		t.Errorf("sorted by a field: %q, want the words alone", got)
	}
}

func TestMeaningSaysWhy(t *testing.T) {
	b := blended(t, &oracle{keys: []string{"b", "a"}})
	r := b.search(all, search.Request{Query: "brakes worn"})
	got := map[string]string{}
	for _, h := range r.Hits {
		for _, why := range h.Reasons {
			got[h.Key] += fmt.Sprintf("%s %q %d alike %v; ", why.Field, why.Text, len(why.Marks), why.Alike > 0)
		}
	}
	if want := `note "it squeals when it stops" 0 alike true; `; got["b"] != want {
		t.Errorf("b: %s, want %s", got["b"], want)
	}
	if !strings.Contains(got["a"], "2 alike false") || !strings.Contains(got["a"], "alike true") {
		t.Errorf("a: %s, want its words and its meaning", got["a"])
	}
}

// What the oracle names is still read under the caller's scope and the
// query's operators: meanings leak nothing.
func TestMeaningKeepsToTheScope(t *testing.T) {
	b := blended(t, &oracle{keys: []string{"b", "c", "gone"}})
	r := b.search(all.At("south"), search.Request{Query: "brakes worn"})
	if got := sortWords(keys(r)); got != "c d" || r.Total != 2 {
		t.Errorf("%q of %d, want c d of 2", got, r.Total)
	}
}

func TestMeaningThatFailsCostsNothing(t *testing.T) {
	b := blended(t, &oracle{err: fault.New(fault.Unavailable, "away")})
	if got := sortWords(keys(b.search(all, search.Request{Query: "brakes worn"}))); got != "a d" {
		t.Errorf("%q, want a d", got)
	}
}

// Every document comes once, whatever the page's size and whichever list has
// it.
func TestPagesOfABlend(t *testing.T) {
	o := &oracle{}
	b := newBench(t, nil, t.TempDir(), search.Options{Near: o.near})
	var docs []any
	for i := range 300 {
		note := "brakes worn"
		if i >= 250 {
			note = "it squeals"
		}
		docs = append(docs, car{ID: fmt.Sprintf("v%03d", i), Make: "Ford", Note: note})
	}
	b.put(docs...)
	for i := range 300 {
		if i%11 == 0 {
			o.keys = append(o.keys, fmt.Sprintf("v%03d", i))
		}
	}
	for _, size := range []int{7, 30, 200} {
		seen := map[string]bool{}
		r := search.Request{Query: "brakes worn", Limit: size}
		var total uint64
		for {
			page := b.search(all, r)
			total = page.Total
			for _, h := range page.Hits {
				if seen[h.Key] {
					t.Fatalf("page size %d: %s comes twice", size, h.Key)
				}
				seen[h.Key] = true
			}
			if r.Cursor = page.Next; r.Cursor == "" {
				break
			}
		}
		if len(seen) != 255 || total != 255 { // 250 by words, and v253, v264, v275, v286, v297
			t.Errorf("page size %d: %d documents of %d, want 255", size, len(seen), total)
		}
	}
}
