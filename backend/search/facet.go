package search

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// facetCache keeps the counts of recent searches. Counting reads a value of
// every hit, which over the whole fleet costs more than all the rest of a
// search; the pages and orders of one list share their counts, and counts
// that were dear are shown for a moment longer than they are exact.
type facetCache struct {
	mu   sync.Mutex
	kept map[string]facetEntry
}

type facetEntry struct {
	counts map[string][]Count
	seq    uint64
	at     time.Time
	dear   bool
}

const (
	facetsKept = 128
	dearFacets = 5 * time.Millisecond
	facetsLag  = 2 * time.Second
)

func facetsKey(s store.Scope, r Request) string {
	return fmt.Sprintf("%q %q %q %#v", r.Kind, r.Query, r.Facets, s)
}

// get returns the counts of a search as they were at seq; those that were
// dear also as they were a moment ago, but not from before the caller's own
// write.
func (c *facetCache) get(key string, seq, after uint64, now time.Time) (map[string][]Count, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.kept[key]
	if !ok || e.seq != seq && !(e.dear && e.seq >= after && now.Sub(e.at) < facetsLag) {
		return nil, false
	}
	return e.counts, true
}

func (c *facetCache) put(key string, counts map[string][]Count, seq uint64, now time.Time, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= facetsKept {
		c.kept = map[string]facetEntry{}
	}
	c.kept[key] = facetEntry{counts, seq, now, took > dearFacets}
}

// forget drops all counts: another generation serves.
func (c *facetCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = nil
}

// counted are a search's facets, the most frequent value first.
func counted(names []string, found *bleve.SearchResult) map[string][]Count {
	out := make(map[string][]Count, len(names))
	for _, name := range names {
		counts := []Count{}
		if f := found.Facets[name]; f != nil && f.Terms != nil {
			for _, t := range f.Terms.Terms() {
				counts = append(counts, Count{t.Term, t.Count})
			}
		}
		slices.SortStableFunc(counts, func(a, b Count) int { return b.N - a.N })
		out[name] = counts
	}
	return out
}
