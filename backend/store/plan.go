package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Plan is a query that has been checked against its collection, for engines.
type Plan struct {
	Index   *IndexSchema // nil: the collection's own order
	Slot    int          // of Index in the schema; -1 when nil
	Prefix  Tuple
	Range   *Range
	Filter  []Match
	Reverse bool
	Limit   int
	After   *Entry // the last entry of the page before; nil for the first page

	scope      Scope
	collection string
}

// Match is a Cond with its field's position in the index.
type Match struct {
	Field int
	Cond  Cond
}

// Entry is one place in an index, or in a collection's own order when Tuple
// is empty.
type Entry struct {
	Org   string
	Tuple Tuple
	Key   string
}

// Append adds the ordered form of e to b: comparing two of one index byte by
// byte compares organisation, tuple and key.
func (e Entry) Append(b []byte) []byte {
	b = append(append(b, e.Org...), 0)
	b = e.Tuple.Append(b)
	return append(b, e.Key...)
}

// ParseEntry reads what Append wrote, for an index of n fields.
func ParseEntry(b []byte, n int) (Entry, error) {
	i := bytes.IndexByte(b, 0)
	if i < 0 {
		return Entry{}, errShortEntry
	}
	t, key, err := ParseTuple(b[i+1:], n)
	return Entry{Org: string(b[:i]), Tuple: t, Key: string(key)}, err
}

// SplitEntry cuts what Append wrote into its parts without decoding them, for
// an index of n fields. ok is false when b is not an entry.
func SplitEntry(b []byte, n int) (org, tuple, key []byte, ok bool) {
	i := bytes.IndexByte(b, 0)
	if i < 0 {
		return nil, nil, nil, false
	}
	org, rest := b[:i], b[i+1:]
	at := 0
	for range n {
		if at >= len(rest) {
			return nil, nil, nil, false
		}
		switch rest[at] {
		case tagInt, tagTime:
			at += 9
		case tagText:
			end := bytes.IndexByte(rest[at:], 0)
			if end < 0 {
				return nil, nil, nil, false
			}
			at += end + 1
		default:
			at++
		}
	}
	if at > len(rest) {
		return nil, nil, nil, false
	}
	return org, rest[:at], rest[at:], true
}

// Matches reports whether an index entry passes the query's filter. Prefix
// and Range are not looked at: the engine walks only what they cover.
func (p *Plan) Matches(t Tuple) bool {
	for _, m := range p.Filter {
		v := t[m.Field]
		if m.Cond.Is.IsSet() {
			if v.Compare(m.Cond.Is) != 0 {
				return false
			}
		} else if !v.in(m.Cond.Range) {
			return false
		}
	}
	return true
}

// Covers reports whether an entry lies in Prefix and Range.
func (p *Plan) Covers(e Entry) bool {
	if org := p.scope.org; org != "" && e.Org != org {
		return false
	}
	if p.Index == nil {
		return p.Range == nil || String(e.Key).in(*p.Range)
	}
	for i, v := range p.Prefix {
		if e.Tuple[i].Compare(v) != 0 {
			return false
		}
	}
	return p.Range == nil || e.Tuple[len(p.Prefix)].in(*p.Range)
}

// Bounds returns the ordered bytes that the query covers, from lo on and
// before hi. hi is nil for "to the end".
func (p *Plan) Bounds() (lo, hi []byte) {
	if p.scope.org == "" {
		return nil, nil // a system scan: no prefix and no range
	}
	base := append([]byte(p.scope.org), 0)
	base = p.Prefix.Append(base)
	edge := func(v Value, otherwise ...byte) []byte {
		b := bytes.Clone(base)
		switch {
		case !v.IsSet():
			return append(b, otherwise...)
		case p.Index == nil:
			return append(b, v.text...)
		}
		return v.Append(b)
	}
	if p.Range == nil {
		return base, append(bytes.Clone(base), tagAfter)
	}
	if p.Index == nil {
		lo = edge(p.Range.From)
	} else {
		lo = edge(p.Range.From, tagNull+1) // a null is in no range
	}
	hi = edge(p.Range.To, tagAfter)
	if p.Range.To.IsSet() && !p.Range.Open {
		if p.Index == nil {
			hi = append(hi, 0) // just after this key
		} else {
			hi = append(hi, tagAfter) // after every key of this value
		}
	}
	return lo, hi
}

// Plan checks a query and opens its cursor.
func (c *Cursors) Plan(s *Schema, scope Scope, q Query) (*Plan, error) {
	p := &Plan{Slot: -1, Prefix: q.Prefix, Range: q.Range, Reverse: q.Reverse, Limit: q.Limit, scope: scope, collection: s.Name}
	undeclared := func(format string, args ...any) error {
		return fault.New(fault.Internal, "query of %s: %s", s.Name, fmt.Sprintf(format, args...))
	}
	switch {
	case q.Limit == 0:
		p.Limit = DefaultLimit
	case q.Limit < 0 || q.Limit > MaxLimit:
		return nil, fault.InvalidField("/limit", fmt.Sprintf("is not between 1 and %d", MaxLimit), "ask for fewer at once and follow the cursor")
	}
	var fields []FieldSchema
	if q.Index == "" {
		if len(q.Prefix) > 0 || len(q.Filter) > 0 {
			return nil, undeclared("a prefix or filter needs an index")
		}
		fields = []FieldSchema{{Name: "key", Kind: Text}}
	} else {
		for i := range s.Indexes {
			if s.Indexes[i].Name == q.Index {
				p.Index, p.Slot = &s.Indexes[i], i
			}
		}
		if p.Index == nil {
			return nil, undeclared("there is no index %q", q.Index)
		}
		fields = p.Index.Fields
	}
	if scope.org == "" && (p.Index != nil || p.Range != nil) {
		return nil, undeclared("a system scope without In scans whole collections only")
	}
	if len(q.Prefix) > len(fields) || q.Range != nil && len(q.Prefix) == len(fields) {
		return nil, undeclared("index %q has %d fields", q.Index, len(fields))
	}
	check := func(v Value, f FieldSchema) error {
		if why := v.fits(f.Kind); why != "" {
			return fault.InvalidField("/"+f.Name, why, "correct the value looked for")
		}
		return nil
	}
	checkRange := func(r Range, f FieldSchema) error {
		for _, v := range []Value{r.From, r.To} {
			if !v.IsSet() {
				continue
			}
			if v.IsNull() {
				return undeclared("a range of %q ends at null", f.Name)
			}
			// Only the kind: the end of a StartsWith is longer than its text.
			if !v.is(f.Kind) {
				return fault.InvalidField("/"+f.Name, fmt.Sprintf("is not of kind %s", f.Kind), "correct the value looked for")
			}
		}
		return nil
	}
	for i, v := range q.Prefix {
		if err := check(v, fields[i]); err != nil {
			return nil, err
		}
	}
	if q.Range != nil {
		if err := checkRange(*q.Range, fields[len(q.Prefix)]); err != nil {
			return nil, err
		}
	}
	for _, cond := range q.Filter {
		at := -1
		for i, f := range fields {
			if f.Name == cond.Field {
				at = i
			}
		}
		if at < 0 {
			return nil, undeclared("index %q has no field %q", q.Index, cond.Field)
		}
		var err error
		if cond.Is.IsSet() {
			err = check(cond.Is, fields[at])
		} else {
			err = checkRange(cond.Range, fields[at])
		}
		if err != nil {
			return nil, err
		}
		p.Filter = append(p.Filter, Match{at, cond})
	}
	if q.Cursor != "" {
		e, err := c.open(p, q.Cursor, len(fields))
		if err != nil {
			return nil, fault.InvalidField("/cursor", "does not belong to this list", "start again from the first page")
		}
		p.After = &e
	}
	return p, nil
}

// fingerprint ties a cursor to its query and scope, so that a cursor used
// with another is refused rather than silently skipping rows. It covers all
// but the cursor and the limit.
func (p *Plan) fingerprint() []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %d %v %v %v %#v\n", p.collection, p.Slot, p.Prefix, p.Filter, p.Reverse, p.scope)
	if p.Range != nil {
		fmt.Fprintf(h, "%v", *p.Range)
	}
	return h.Sum(nil)[:8]
}
