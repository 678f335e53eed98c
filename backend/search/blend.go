package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
)

const (
	// blendDepth is how far down the list found by words may be reordered.
	blendDepth = 200
	// alikeMost is how many documents are found by meaning alone.
	alikeMost = 10
	// nearPatience is how long an answer waits for meanings: they are an
	// addition, never a reason to be late.
	nearPatience = 300 * time.Millisecond
	// fusion is the constant of reciprocal rank fusion (Cormack, Clarke and
	// Büttcher, SIGIR 2009): with it neither list outvotes the other's best.
	fusion = 60
)

// sense is the free text of a query, as a model reads it; "" when there is
// nothing to understand: operators, parts of a VIN, words to leave out.
func (q Query) sense() (text string, words int) {
	var parts []string
	for _, c := range q.Clauses {
		if c.Field != "" || c.Not || isVINPart(c.Raw) && strings.ContainsAny(c.Raw, "0123456789") {
			continue
		}
		parts = append(parts, c.Raw)
		words += len(c.Words)
	}
	return strings.Join(parts, " "), words
}

// alike finds documents by what their texts mean. Several words are asked
// about at once; a single one only when it was found nowhere, since then it is
// a word for something that people here call otherwise.
func (ix *Index) alike(ctx context.Context, s store.Scope, r Request, q Query, foundNothing bool) []meaning.Match {
	text, words := q.sense()
	if ix.o.Near == nil || s.Org() == "" || r.Sort != "" || words == 0 || (words == 1) != foundNothing || len(text) < 4 {
		return nil
	}
	select {
	case ix.nearSlot <- struct{}{}:
		defer func() { <-ix.nearSlot }()
	default:
		return nil // the words alone do under load
	}
	ctx, cancel := context.WithTimeout(ctx, nearPatience)
	defer cancel()
	found, err := ix.o.Near(ctx, s, meaning.Request{Kind: r.Kind, Text: text, Limit: alikeMost})
	if err != nil {
		ix.o.Log.Debug("search goes on without meanings", "err", err)
		return nil
	}
	return found
}

// blended is a hit by words, by meaning, or by both.
type blended struct {
	match *search.DocumentMatch
	rank  float64
}

// blend puts what was found by meaning between what was found by words. words
// asks for a part of that list. It returns the page, how many documents match
// in all, and the meanings of the page by document.
func (ix *Index) blend(ctx context.Context, g *generation, s store.Scope, r Request, q Query, typos bool, from int, total uint64, near []meaning.Match,
	words func(from, size int) (search.DocumentMatchCollection, error)) (search.DocumentMatchCollection, uint64, map[string]meaning.Match, error) {
	top, err := words(0, blendDepth)
	if err != nil {
		return nil, 0, nil, err
	}
	byID := map[string]*blended{}
	var list []*blended
	for i, h := range top {
		b := &blended{h, 1 / float64(fusion+i+1)}
		byID[h.ID] = b
		list = append(list, b)
	}
	ids := map[string]meaning.Match{}
	for _, m := range near {
		ids[ref{r.Kind, s.Org(), m.Key}.id()] = m
	}
	allowed, err := ix.among(ctx, g, ids, ix.plan(q.operators(), s, r.Kind, false))
	if err != nil {
		return nil, 0, nil, err
	}
	worded := map[string]bool{}
	if total > uint64(len(top)) {
		if worded, err = ix.among(ctx, g, ids, ix.plan(q, s, r.Kind, typos)); err != nil {
			return nil, 0, nil, err
		}
	}
	extra := 0
	for i, m := range near {
		id := ref{r.Kind, s.Org(), m.Key}.id()
		rank := 1 / float64(fusion+i+1)
		switch b := byID[id]; {
		case b != nil:
			b.rank += rank
		case !allowed[id] || worded[id]: // against an operator, or further down by its words
			delete(ids, id)
		default:
			extra++
			list = append(list, &blended{&search.DocumentMatch{ID: id, Score: float64(m.Score)}, rank})
		}
	}
	slices.SortStableFunc(list, func(a, b *blended) int { return cmp.Compare(b.rank, a.rank) })
	var page search.DocumentMatchCollection
	for _, b := range list[min(from, len(list)):min(from+r.Limit, len(list))] {
		page = append(page, b.match)
	}
	if rest := r.Limit - len(page); rest > 0 && uint64(len(top)) < total {
		more, err := words(max(from, len(list))-extra, rest)
		if err != nil {
			return nil, 0, nil, err
		}
		page = append(page, more...)
	}
	return page, total + uint64(extra), ids, nil
}

// operators is the query without its free words.
func (q Query) operators() Query {
	var out Query
	for _, c := range q.Clauses {
		if c.Field != "" || c.Not {
			out.Clauses = append(out.Clauses, c)
		}
	}
	return out
}

// among tells which documents a query matches.
func (ix *Index) among(ctx context.Context, g *generation, ids map[string]meaning.Match, q query.Query) (map[string]bool, error) {
	names := make([]string, 0, len(ids))
	for id := range ids {
		names = append(names, id)
	}
	req := bleve.NewSearchRequestOptions(query.NewConjunctionQuery([]query.Query{query.NewDocIDQuery(names), q}), len(names), 0, false)
	req.Score = "none"
	res, err := ix.ask(ctx, g, req)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, h := range res.Hits {
		out[h.ID] = true
	}
	return out, nil
}
