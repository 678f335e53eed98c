package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Filter picks entries; the zero Filter takes all. Subject, Actor and Event
// are found by an index, the first of them that is set; a time is found along
// the chain, and the rest is matched on what that gives.
type Filter struct {
	Event      Event
	Actor      string // an account's id, or the kind of an actor that has none
	Subject    string // its id
	Collection string // of a document that was written
	Key        string // of a document that was written
	From       string // the address
	Since      time.Time
	Until      time.Time // before this
	Text       string    // in any text of the entry, whatever the case
}

// Page is one page of a list, the newest first.
type Page struct {
	Items   []Entry
	Next    string   // cursor of the next page; "" at the end
	Damaged []string // numbers of entries that could not be read
}

// maxLimit is the greatest page, and pageSize how many entries one View reads.
const (
	maxLimit = 200
	pageSize = 100
)

// List returns one page, the newest entries first. A page may be short and
// still have a next one: after 10,000 entries without enough that match, the
// caller is asked whether to go on.
func (t *Trail) List(ctx context.Context, s store.Scope, f Filter, cursor string, limit int) (Page, error) {
	if limit == 0 {
		limit = store.DefaultLimit
	}
	if limit < 1 || limit > maxLimit {
		return Page{}, fault.InvalidField("/limit", "is not between 1 and 200", "ask for fewer at once and follow the cursor")
	}
	span, err := t.span(ctx, s, f)
	if err != nil {
		return Page{}, err
	}
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || n < 1 {
			return Page{}, fault.InvalidField("/cursor", "does not belong to this list", "start again from the first page")
		}
		span.to = min(span.to, n-1)
	}
	var out Page
	examined := 0
	err = t.walk(ctx, s, f, span, true, func(rec store.Record, e *Entry) bool {
		if examined++; e == nil {
			out.Damaged = append(out.Damaged, rec.Key)
		} else if f.matches(rec.Doc, e) {
			out.Items = append(out.Items, *e)
		}
		if len(out.Items) < limit && examined < store.MaxExamined {
			return true
		}
		out.Next = strconv.FormatInt(numberOf(rec.Key), 10)
		return false
	})
	if out.Next != "" && len(out.Items) == limit && out.Items[limit-1].N <= span.from {
		out.Next = ""
	}
	return out, err
}

// span is a part of the chain, both ends included.
type span struct{ from, to int64 }

const endless = store.MaxInteger

// span finds the part of the chain that lies in a filter's times.
func (t *Trail) span(ctx context.Context, s store.Scope, f Filter) (span, error) {
	p := span{1, endless}
	var err error
	if !f.Since.IsZero() {
		if p.from, err = t.seek(ctx, s, f.Since); err != nil {
			return p, err
		}
	}
	if !f.Until.IsZero() {
		p.to, err = t.seek(ctx, s, f.Until)
		p.to--
	}
	return p, err
}

// seek finds the number of the first entry that is not before a time, or the
// one after the last: the chain's times never go back.
func (t *Trail) seek(ctx context.Context, s store.Scope, at time.Time) (int64, error) {
	first, err := t.next(ctx, s, store.Query{Limit: 1})
	if err != nil || first == nil {
		return 1, err
	}
	last, err := t.next(ctx, s, store.Query{Limit: 1, Reverse: true})
	if err != nil || last == nil {
		return 1, err
	}
	lo, hi := first.N, last.N+1
	for lo < hi {
		mid := lo + (hi-lo)/2
		l, err := t.next(ctx, s, store.Query{Limit: 1, Range: &store.Range{From: store.String(keyOf(mid))}})
		if err != nil {
			return 0, err
		}
		if l == nil || !l.At.Before(at) {
			hi = mid
		} else {
			lo = max(mid, l.N) + 1
		}
	}
	return lo, nil
}

// next reads one link of the chain, nil where there is none.
func (t *Trail) next(ctx context.Context, s store.Scope, q store.Query) (*link, error) {
	var p store.Records
	err := t.db.View(ctx, s, func(r store.Reader) (err error) { p, err = r.Select(Entries.Schema(), q); return err })
	if err != nil || len(p.Records) == 0 {
		return nil, err
	}
	var l link
	return &l, json.Unmarshal(p.Records[0].Doc, &l)
}

// walk hands the entries that a filter's index finds to fn, with their
// stored bytes, until fn says no. An entry that can't be read is nil, with its
// key alone.
func (t *Trail) walk(ctx context.Context, s store.Scope, f Filter, p span, reverse bool, fn func(store.Record, *Entry) bool) error {
	for p.from <= p.to {
		q := store.Query{Limit: pageSize, Reverse: reverse}
		switch {
		case f.Subject != "":
			q.Index, q.Prefix = "subject", store.Values(store.String(clean(f.Subject, nameRunes)))
		case f.Actor != "":
			q.Index, q.Prefix = "actor", store.Values(store.String(clean(f.Actor, nameRunes)))
		case f.Event != "":
			q.Index, q.Prefix = "event", store.Values(store.String(clean(string(f.Event), nameRunes)))
		}
		if q.Index == "" {
			q.Range = &store.Range{From: store.String(keyOf(p.from)), To: store.String(keyOf(p.to))}
		} else {
			q.Range = &store.Range{From: store.Int64(p.from), To: store.Int64(p.to)}
		}
		var page store.Records
		err := t.db.View(ctx, s, func(r store.Reader) (err error) { page, err = r.Select(Entries.Schema(), q); return err })
		if err != nil {
			return err
		}
		recs := inOrder(page, reverse)
		for _, rec := range recs {
			var e *Entry
			if rec.Doc != nil {
				v, err := Entries.Decode(rec.Doc)
				if err != nil {
					return err
				}
				e = &v
				if len(s.Veils()) > 0 {
					if rec.Doc, err = e.veil(); err != nil {
						return err
					}
				}
			}
			if !fn(rec, e) {
				return nil
			}
		}
		if page.Next == "" || len(recs) == 0 {
			return nil
		}
		if last := numberOf(recs[len(recs)-1].Key); reverse {
			p.to = last - 1
		} else {
			p.from = last + 1
		}
	}
	return nil
}

// veil takes the values out for a reader from whom something is withheld in
// documents, such as what they cost: the entry tells which fields changed and
// no more. It returns the entry's bytes without them, whose hash is not the
// stored one's.
func (e *Entry) veil() ([]byte, error) {
	for i := range e.Documents {
		for j := range e.Documents[i].Fields {
			f := &e.Documents[i].Fields[j]
			f.Before, f.After = nil, nil
		}
	}
	e.Short = e.Short || len(e.Documents) > 0
	return json.Marshal(e)
}

// inOrder puts a page's damaged entries, without their bytes, between the
// others.
func inOrder(p store.Records, reverse bool) []store.Record {
	recs := p.Records
	for _, d := range p.Damaged {
		recs = append(recs, store.Record{Key: d.Key})
	}
	if len(p.Damaged) > 0 {
		slices.SortFunc(recs, func(a, b store.Record) int {
			if reverse {
				a, b = b, a
			}
			return cmp.Compare(a.Key, b.Key)
		})
	}
	return recs
}

// matches looks at what no index has found.
func (f *Filter) matches(doc []byte, e *Entry) bool {
	switch {
	case f.Event != "" && e.Event != f.Event,
		f.Actor != "" && actorKey(e.Actor) != f.Actor,
		f.Subject != "" && e.Subject.ID != f.Subject,
		f.From != "" && e.From != f.From,
		f.Text != "" && !strings.Contains(strings.ToLower(string(doc)), strings.ToLower(f.Text)):
		return false
	}
	if f.Collection == "" && f.Key == "" {
		return true
	}
	if f.Key == "" && slices.ContainsFunc(e.Counts, func(c Counted) bool { return c.Collection == f.Collection }) {
		return true
	}
	return slices.ContainsFunc(e.Documents, func(d Document) bool {
		return (f.Collection == "" || d.Collection == f.Collection) && (f.Key == "" || d.Key == f.Key)
	})
}
