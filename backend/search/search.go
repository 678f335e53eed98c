package search

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Request is one search.
type Request struct {
	Kind   string   // of the documents; the name of a Source's schema
	Query  string   // see Parse; "" is everything
	Sort   string   // up to four fields' names, comma between, each with '-' in front from the greatest; "" is the best first
	Facets []string // fields to count
	Cursor string   // Next of the page before
	Offset int      // hits to pass by, for a list that is scrolled anywhere; not beside a Cursor
	Limit  int      // 1 to 200; 0 is 30

	// After is the sequence of the caller's own last write: the answer waits
	// up to Options.Fresh to include it, and else says that it is Stale.
	After uint64
}

// Result is one page of an answer.
type Result struct {
	Hits   []Hit
	Total  uint64 // documents that match, of those the index holds
	Facets map[string][]Count
	Next   string // cursor of the next page; "" at the end

	Seq      uint64 // the change that the answer includes everything up to
	Stale    bool   // it does not include what the request asked for, or the newest generation is being built
	Building bool   // the index is being built again
	Typos    bool   // nothing matched as typed: these are words one letter off
}

// Hit is one document found, best first.
type Hit struct {
	Key     string
	Score   float64
	Reasons []Reason // at most three by words, and one by meaning

	Document Document // as far as the scope sees it
}

// Count is how many documents have a value.
type Count struct {
	Value string
	N     int
}

// MaxHits is how many hits one page may have.
const MaxHits = 200

const (
	defaultHits = 30
	maxDepth    = 100_000 // hits that paging reaches
	facetValues = 30
)

// Search answers a request under a scope.
func (ix *Index) Search(ctx context.Context, s store.Scope, r Request) (Result, error) {
	if err := s.Check(); err != nil {
		return Result{}, err
	}
	src := ix.sources[r.Kind]
	if src == nil {
		return Result{}, fault.New(fault.Internal, "nothing of the kind %q is searched", r.Kind)
	}
	q, err := Parse(r.Query, ix.visible(s), ix.o.Now())
	if err != nil {
		return Result{}, err
	}
	from, err := r.from(s)
	if err != nil {
		return Result{}, err
	}
	if r.Limit == 0 {
		r.Limit = defaultHits
	}
	if r.Limit < 0 || r.Limit > MaxHits {
		return Result{}, fault.InvalidField("/limit", fmt.Sprintf("is not between 1 and %d", MaxHits), "ask for fewer and follow the cursor")
	}
	order, scored, err := ix.order(s, r.Sort, q)
	if err != nil {
		return Result{}, err
	}
	reached := ix.reach(ctx, r.After) // before the turn: waiting needs no place
	near := ix.alike(ctx, s, r, q, false)
	done, err := ix.turn(ctx)
	if err != nil {
		return Result{}, err
	}
	defer done()
	g := ix.acquire()
	if g == nil {
		return Result{Stale: true, Building: true}, nil
	}
	defer g.users.Done()
	ix.mu.Lock()
	out := Result{Seq: g.at.Seq, Stale: !reached, Building: ix.building}
	ix.mu.Unlock()

	facets, cached := ix.facets.get(facetsKey(s, r), out.Seq, r.After, ix.o.Now())
	request := func(typos bool, from, size int) *bleve.SearchRequest {
		req := bleve.NewSearchRequestOptions(ix.plan(q, s, r.Kind, typos), size, from, false)
		req.SortByCustom(order)
		if !scored {
			req.Score = "none" // ANDs and ORs of bitmaps
		}
		return req
	}
	ask := func(typos bool) (*bleve.SearchResult, error) {
		req := request(typos, from, r.Limit)
		for _, name := range r.Facets {
			f, ok := ix.field(name)
			if !ok || !f.Facet {
				return nil, fault.InvalidField("/facets", fmt.Sprintf("%q is not counted", name), "ask for a field that is")
			}
			if !cached {
				req.AddFacet(name, bleve.NewFacetRequest(name+exact, facetValues))
			}
		}
		return ix.ask(ctx, g, req)
	}
	found, err := ask(false)
	if err != nil {
		return Result{}, err
	}
	if found.Total == 0 && q.hasTypo() {
		if found, err = ask(true); err != nil {
			return Result{}, err
		}
		out.Typos = found.Total > 0
	}
	if found.Total == 0 {
		near = append(near, ix.alike(ctx, s, r, q, true)...)
	}
	hits, meant := found.Hits, map[string]meaning.Match(nil)
	out.Total = found.Total
	if len(near) > 0 {
		hits, out.Total, meant, err = ix.blend(ctx, g, s, r, q, out.Typos, from, found.Total, near, func(from, size int) (search.DocumentMatchCollection, error) {
			res, err := ix.ask(ctx, g, request(out.Typos, from, size))
			if err != nil {
				return nil, err
			}
			return res.Hits, nil
		})
		if err != nil {
			return Result{}, err
		}
	}
	if len(r.Facets) > 0 {
		if !cached {
			facets = counted(r.Facets, found)
			ix.facets.put(facetsKey(s, r), facets, out.Seq, ix.o.Now(), found.Took)
		}
		out.Facets = facets
	}
	if end := from + len(hits); uint64(end) < out.Total && end < maxDepth {
		out.Next = r.cursor(s, end)
	}
	return out, ix.compose(ctx, s, src, q, out.Typos, hits, meant, &out)
}

// ask runs one search of the index. Damage in it is answered by a rebuild.
func (ix *Index) ask(ctx context.Context, g *generation, req *bleve.SearchRequest) (res *bleve.SearchResult, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // its files are mapped
	defer func() {
		if r := recover(); r != nil {
			ix.o.Log.Error("the search index is damaged, it is built again", "err", r)
			ix.Rebuild()
			err = fault.New(fault.Unavailable, "the search index is being mended")
			err.(*fault.Error).RetryAfter = 5 * time.Second
		}
	}()
	res, err = g.index.SearchInContext(ctx, req)
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return res, err
}

// compose reads the hits again under the caller's scope and says why each was
// found. What is gone meanwhile is left out.
func (ix *Index) compose(ctx context.Context, s store.Scope, src *Source, q Query, typos bool, hits search.DocumentMatchCollection, meant map[string]meaning.Match, out *Result) error {
	return ix.db.View(ctx, s, func(r store.Reader) error {
		out.Hits = make([]Hit, 0, len(hits))
		for _, h := range hits {
			ref, ok := parseID(h.ID)
			if !ok {
				continue
			}
			scoped := r
			if s.Org() == "" {
				scoped = r.Scoped(s.In(ref.org))
			}
			d, err := src.Compose(scoped, ref.key)
			var damaged *store.Damaged
			switch {
			case fault.Is(err, fault.NotFound):
				continue
			case errors.As(err, &damaged):
				continue
			case err != nil:
				return fmt.Errorf("compose %s: %w", ref.key, err)
			}
			hit := Hit{Key: ref.key, Score: h.Score, Reasons: ix.reasons(&d, q, typos), Document: d}
			if m, ok := meant[h.ID]; ok {
				hit.Reasons = append(hit.Reasons, means(m))
			}
			out.Hits = append(out.Hits, hit)
		}
		return nil
	})
}

// turn waits for one of the places for searches in flight: the cost of a
// search grows with what it finds, and more at once only make all slower.
func (ix *Index) turn(ctx context.Context) (done func(), err error) {
	done = func() { <-ix.slots }
	select {
	case ix.slots <- struct{}{}:
		return done, nil
	default:
	}
	busy := func() error {
		e := fault.New(fault.Unavailable, "too many searches at once").WithRemedy("try again in a second")
		e.RetryAfter = time.Second
		return e
	}
	if ix.queued.Add(1) > int64(ix.o.Queue) {
		ix.queued.Add(-1)
		return nil, busy()
	}
	defer ix.queued.Add(-1)
	t := time.NewTimer(ix.o.Patience)
	defer t.Stop()
	select {
	case ix.slots <- struct{}{}:
		return done, nil
	case <-t.C:
		return nil, busy()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Queued is how many searches wait for their turn, for metrics.
func (ix *Index) Queued() int { return int(ix.queued.Load()) }

// reach waits until the index includes seq, for a while.
func (ix *Index) reach(ctx context.Context, seq uint64) bool {
	if seq == 0 {
		return true
	}
	var timeout <-chan time.Time
	for {
		ix.mu.Lock()
		there := ix.cur != nil && ix.cur.at.Seq >= seq
		moved := ix.moved
		ix.mu.Unlock()
		if there {
			return true
		}
		if timeout == nil {
			t := time.NewTimer(ix.o.Fresh)
			defer t.Stop()
			timeout = t.C
		}
		select {
		case <-moved:
		case <-timeout:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// order is how hits are sorted, and whether they need a score for it. Those
// without the field come last.
func (ix *Index) order(scope store.Scope, by string, q Query) (_ search.SortOrder, scored bool, err error) {
	tie := &search.SortDocID{Desc: true} // keys are UUIDv7: the newest first
	if by == "" {
		for _, c := range q.Clauses {
			if c.Field == "" && !c.Not {
				return search.SortOrder{&search.SortScore{Desc: true}, tie}, true, nil
			}
		}
		return search.SortOrder{tie}, false, nil
	}
	var out search.SortOrder
	all := strings.Split(by, ",")
	if len(all) > maxSorts {
		return nil, false, fault.InvalidField("/sort", fmt.Sprintf("has %d fields", len(all)), fmt.Sprintf("sort by %d at most", maxSorts))
	}
	for _, one := range all {
		name, desc := strings.CutPrefix(strings.TrimSpace(one), "-")
		f, ok := ix.field(name)
		if !ok || f.Kind == Text || scope.Withholds(f.Veil) {
			return nil, false, fault.InvalidField("/sort", fmt.Sprintf("can't be %q", one), "sort by one of "+ix.sortable(scope)+", with '-' in front for the greatest first, and a comma between two")
		}
		s := &search.SortField{Field: name, Desc: desc, Type: search.SortFieldAsString, Missing: search.SortFieldMissingLast}
		switch f.Kind {
		case Number, Date:
			s.Type = search.SortFieldAsNumber
		case VIN:
			s.Field = name + reversed
		}
		out = append(out, s)
	}
	return append(out, tie), false, nil
}

// maxSorts is how many fields one order may have.
const maxSorts = 4

// visible are the fields that a scope may ask by.
func (ix *Index) visible(s store.Scope) []Field {
	return slices.DeleteFunc(slices.Clone(ix.o.Fields), func(f Field) bool { return s.Withholds(f.Veil) })
}

func (ix *Index) sortable(s store.Scope) string {
	var names []string
	for _, f := range ix.visible(s) {
		if f.Kind != Text {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ", ")
}

// A cursor is the number of hits before it, tied to its query and scope.
func (r *Request) cursor(s store.Scope, from int) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(from))
	return base64.RawURLEncoding.EncodeToString(append(b, r.sum(s)...))
}

func (r *Request) from(s store.Scope) (int, error) {
	if r.Offset < 0 || r.Offset > maxDepth || r.Offset > 0 && r.Cursor != "" {
		return 0, fault.InvalidField("/offset", fmt.Sprintf("is not between 0 and %d, or stands beside a cursor", maxDepth), "narrow the search, or follow the cursor")
	}
	if r.Cursor == "" {
		return r.Offset, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(r.Cursor)
	if err != nil || len(b) != 12 || string(b[4:]) != string(r.sum(s)) || binary.BigEndian.Uint32(b) > maxDepth {
		return 0, fault.InvalidField("/cursor", "does not belong to this search", "start again from the first page")
	}
	return int(binary.BigEndian.Uint32(b)), nil
}

func (r *Request) sum(s store.Scope) []byte {
	h := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %#v", r.Kind, r.Query, r.Sort, s))
	return h[:8]
}

// hasTypo reports whether any word may be one letter off.
func (q Query) hasTypo() bool {
	for _, c := range q.Clauses {
		if c.Field == "" && !c.Not && !c.Quote {
			for _, w := range c.Words {
				if len(w) >= minTypo {
					return true
				}
			}
		}
	}
	return false
}
