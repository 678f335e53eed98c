package search

import (
	"math"
	"strings"

	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// plan turns an understood query into the index's, under a scope. With typos
// it also takes words one letter off; that costs more, so it is tried only
// when the words as typed find nothing.
func (ix *Index) plan(q Query, s store.Scope, kind string, typos bool) query.Query {
	must := inScope(s, kind)
	var mustNot []query.Query
	for _, c := range q.Clauses {
		if c.Not {
			mustNot = append(mustNot, ix.clause(c, false))
		} else {
			must = append(must, ix.clause(c, typos))
		}
	}
	found := must[0]
	if len(must) > 1 {
		// Rather than a boolean query: without scores it is an AND of bitmaps.
		found = query.NewConjunctionQuery(must)
	}
	if len(mustNot) == 0 {
		return found
	}
	return query.NewBooleanQuery([]query.Query{found}, nil, mustNot)
}

// inScope are the conditions that a store.Scope sets. The zero Scope matches
// nothing.
func inScope(s store.Scope, kind string) []query.Query {
	must := []query.Query{unscored(term(fieldOf, ofTerm(s.Org(), kind)))}
	if s.Check() != nil {
		return append(must, query.NewMatchNoneQuery())
	}
	placed := func(field string, values []string) {
		if values == nil {
			return
		}
		if len(values) == 0 {
			must = append(must, query.NewMatchNoneQuery())
			return
		}
		var ways []query.Query
		for _, v := range values {
			ways = append(ways, unscored(term(field, placeTerm(v))))
		}
		must = append(must, anyOf(ways...))
	}
	placed(fieldLocation, s.Locations())
	placed(fieldGroup, s.Groups())
	if s.Owner() != "" {
		must = append(must, unscored(term(fieldOwner, s.Owner())))
	}
	return must
}

func (ix *Index) clause(c Clause, typos bool) query.Query {
	if c.Field == "" {
		return ix.free(c, typos)
	}
	if c.Field == has {
		return unscored(term(fieldHas, c.Raw))
	}
	switch f, _ := ix.field(c.Field); f.Kind {
	case Number, Date:
		return between(c.Field, *c.Range)
	case VIN:
		return vinPart(c.Field, c.Whole, 1)
	case Word:
		// A value may be named by its start: model:f-1.
		return anyOf(term(c.Field, c.Whole), prefix(c.Field, c.Whole))
	default:
		if c.Quote && len(c.Words) > 1 {
			return allOf(c.Words, func(w string) query.Query { return term(c.Field, w) })
		}
		return allOf(c.Words, func(w string) query.Query {
			if !c.Quote && len(w) >= minPrefix {
				return anyOf(term(c.Field, w), prefix(c.Field, w))
			}
			return term(c.Field, w)
		})
	}
}

const (
	minPrefix = 2 // letters of a word before its continuations are looked for
	minTypo   = 4 // letters of a word before one may be wrong
)

// free is a word, or a quoted phrase, anywhere.
func (ix *Index) free(c Clause, typos bool) query.Query {
	if c.Quote && len(c.Words) > 1 {
		return query.NewPhraseQuery(c.Words, fieldAll)
	}
	words := allOf(c.Words, func(w string) query.Query {
		ways := []query.Query{boosted(term(fieldAll, w), 2)}
		for _, f := range ix.o.Fields {
			if f.Weight > 0 {
				ways = append(ways, boosted(term(f.Name+weighed, w), 2*f.Weight))
			}
		}
		if !c.Quote && !c.Not {
			if len(w) >= minPrefix {
				ways = append(ways, prefix(fieldAll, w))
			}
			if typos && len(w) >= minTypo {
				ways = append(ways, fuzzy(fieldAll, w))
			}
		}
		return anyOf(ways...)
	})
	ways := []query.Query{words}
	if joined := strings.Join(strings.FieldsFunc(fold(c.Raw), isMark), ""); len(c.Words) > 1 && joined != "" {
		ways = append(ways, boosted(term(fieldAll, joined), 2))
	}
	if isVINPart(c.Raw) {
		for _, f := range ix.o.Fields {
			if f.Kind == VIN {
				ways = append(ways, vinPart(f.Name, c.Whole, 8))
			}
		}
	}
	return anyOf(ways...)
}

func isMark(r rune) bool { return strings.ContainsRune("-./'", r) }

// isVINPart reports whether a word may be the start or the end of a VIN.
func isVINPart(s string) bool {
	if len(s) < minStart || len(s) > 17 {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		if !('a' <= c && c <= 'z' || '0' <= s[i] && s[i] <= '9') {
			return false
		}
	}
	return true
}

// vinPart finds VINs that begin with part, or end with it when it is long
// enough to be worth asking.
func vinPart(field, part string, boost float64) query.Query {
	ways := []query.Query{boosted(term(field, part), boost)}
	if len(part) >= minEnd {
		p := prefix(field+reversed, reverse(part))
		p.SetBoost(boost)
		ways = append(ways, p)
	}
	return anyOf(ways...)
}

func term(field, value string) *query.TermQuery {
	q := query.NewTermQuery(value)
	q.SetField(field)
	return q
}

func prefix(field, value string) *query.PrefixQuery {
	q := query.NewPrefixQuery(value)
	q.SetField(field)
	return q
}

func fuzzy(field, value string) query.Query {
	q := query.NewFuzzyQuery(value)
	q.SetField(field)
	q.SetFuzziness(1)
	q.SetPrefix(1) // people rarely miss the first letter
	q.SetBoost(0.5)
	return q
}

func between(field string, r Interval) query.Query {
	var low, high *float64
	if !math.IsInf(r.From, 0) {
		low = &r.From
	}
	if !math.IsInf(r.To, 0) {
		high = &r.To
	}
	yes := true
	q := query.NewNumericRangeInclusiveQuery(low, high, &yes, &yes)
	q.SetField(field)
	q.SetBoost(unscoredBoost)
	return q
}

func boosted(q *query.TermQuery, by float64) query.Query {
	q.SetBoost(by)
	return q
}

// unscoredBoost makes a condition count for nearly nothing: bleve divides by
// the sum of the weights, and a zero there makes every score NaN.
const unscoredBoost = 1e-6

func unscored(q *query.TermQuery) query.Query { return boosted(q, unscoredBoost) }

func anyOf(ways ...query.Query) query.Query {
	if len(ways) == 1 {
		return ways[0]
	}
	return query.NewDisjunctionQuery(ways)
}

func allOf(words []string, of func(string) query.Query) query.Query {
	must := make([]query.Query, len(words))
	for i, w := range words {
		must[i] = of(w)
	}
	if len(must) == 1 {
		return must[0]
	}
	return query.NewConjunctionQuery(must)
}
