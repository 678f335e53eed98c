package postgres

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func (t *tx) Select(c *store.Schema, q store.Query) (out store.Records, err error) {
	k, err := t.known(c)
	if err != nil {
		return out, err
	}
	p, err := t.db.cursors.Plan(c, t.scope, q)
	if err != nil {
		return out, err
	}
	sel, err := newSelection(k, p, t.scope)
	if err != nil {
		return out, err
	}
	var rows []row
	err = t.ask(question{sql: sel.sql, args: sel.args, scan: func(r pgx.Rows) error {
		next, err := sel.scan(r)
		rows = append(rows, next)
		return err
	}})
	if err != nil {
		return out, err
	}
	return t.page(k, p, rows), nil
}

// page makes a page of the rows, one more of which than it holds was asked
// for, so that a cursor is given only when something in scope follows.
func (t *tx) page(c *collection, p *store.Plan, rows []row) (out store.Records) {
	var last, before store.Entry // on the page; examined
	for _, r := range rows {
		if r.n > store.MaxExamined {
			out.Next = t.db.cursors.Next(p, before)
			break
		}
		before = r.entry
		if !r.matches {
			continue
		}
		if len(out.Records)+len(out.Damaged) == p.Limit {
			out.Next = t.db.cursors.Next(p, last)
			break
		}
		last = r.entry
		if d := r.damage(c); d != nil {
			out.Damaged = append(out.Damaged, d)
		} else {
			out.Records = append(out.Records, r.Record)
		}
	}
	return out
}

// row is one row of a selection.
type row struct {
	scanned
	entry   store.Entry
	n       int64 // which of the entries examined it is; 0 when all are in scope and match
	matches bool
}

// selection is a plan as SQL. It walks one index in its order from the
// cursor: each branch is one stretch of the index, and they follow one
// another in order, so that a page costs the same wherever it lies and however
// large the table is.
type selection struct {
	c       *collection
	plan    *store.Plan
	scope   store.Scope
	columns []string // org, the index's, key
	kinds   []store.Kind
	checked bool // scope or filter must be looked at, entry by entry

	sql  string
	args []any
	bad  bool // a text that PostgreSQL can't hold
}

func newSelection(c *collection, p *store.Plan, scope store.Scope) (*selection, error) {
	s := &selection{c: c, plan: p, scope: scope, columns: []string{"org"}, kinds: []store.Kind{store.Text}}
	if p.Index != nil {
		s.columns = append(s.columns, c.columns[p.Slot]...)
		for _, f := range p.Index.Fields {
			s.kinds = append(s.kinds, f.Kind)
		}
	}
	s.columns, s.kinds = append(s.columns, "key"), append(s.kinds, store.Text)
	match := s.match()
	s.checked = match != ""
	if s.checked {
		s.sql = s.narrow(match)
	} else {
		s.sql = s.walk(record+s.values(), s.number(p.Limit+1))
	}
	if s.bad {
		return nil, fault.InvalidField("", "holds text that can't be stored", "correct the value looked for")
	}
	return s, nil
}

// values lists the index's columns, to be selected.
func (s *selection) values() string {
	if s.plan.Index == nil {
		return ""
	}
	return ", " + strings.Join(s.columns[1:len(s.columns)-1], ", ")
}

// narrow examines entries in the index alone and reads the documents of those
// that match. After MaxExamined it returns the last entry examined and, when
// there is one, the next: the page ends there.
func (s *selection) narrow(match string) string {
	entries := s.walk("org, key, location, grp, owner"+s.values(), fmt.Sprint(store.MaxExamined+1))
	return fmt.Sprintf(`SELECT e.org, e.key, coalesce(d.rev, 0), e.location, e.grp, e.owner, coalesce(d.crc, 0), coalesce(d.doc, 'null')%s, e.n, e.matches
FROM (SELECT x.*, row_number() OVER () AS n, coalesce(%s, false) AS matches FROM (%s) x) e
LEFT JOIN LATERAL (SELECT rev, crc, doc FROM %s t WHERE t.org = e.org AND t.key >= e.key AND t.key <= e.key AND e.matches ORDER BY t.key LIMIT 1) d ON true
WHERE e.matches OR e.n >= %d LIMIT %s`,
		s.values(), match, entries, s.c.table.qualified(), store.MaxExamined, s.number(s.plan.Limit+3))
}

// match is the condition of scope and filter; "" when there is none.
func (s *selection) match() string {
	scope := s.scope
	var all []string
	if l := scope.Locations(); l != nil {
		all = append(all, "location = ANY("+s.list(l)+")")
	}
	if g := scope.Groups(); g != nil {
		all = append(all, "grp = ANY("+s.list(g)+")")
	}
	if o := scope.Owner(); o != "" {
		all = append(all, "owner = "+s.arg(store.String(o)))
	}
	for _, m := range s.plan.Filter {
		col := s.columns[1+m.Field]
		if m.Cond.Is.IsSet() {
			all = append(all, s.equal(col, m.Cond.Is))
		} else {
			all = append(all, s.within(col, m.Cond.Range)...)
		}
	}
	return strings.Join(all, " AND ")
}

// walk selects columns of up to limit rows that the plan covers, in order and
// from its cursor.
func (s *selection) walk(columns, limit string) string {
	var stretches []string
	for _, conds := range s.stretches() {
		where := ""
		if len(conds) > 0 {
			where = " WHERE " + strings.Join(conds, " AND ")
		}
		stretches = append(stretches, fmt.Sprintf("SELECT %s FROM %s%s ORDER BY %s LIMIT %s",
			columns, s.c.table.qualified(), where, s.order(), limit))
	}
	if len(stretches) == 1 {
		return stretches[0]
	}
	return "(" + strings.Join(stretches, ") UNION ALL (") + ") LIMIT " + limit
}

func (s *selection) order() string {
	var out []string
	for i, col := range s.columns {
		switch {
		case s.nullable(i) && s.plan.Reverse:
			col += " DESC NULLS LAST"
		case s.nullable(i):
			col += " NULLS FIRST"
		case s.plan.Reverse:
			col += " DESC"
		}
		out = append(out, col)
	}
	return strings.Join(out, ", ")
}

// nullable says whether a column is of the index rather than org or key.
func (s *selection) nullable(i int) bool { return i > 0 && i < len(s.columns)-1 }

// stretches are the conditions of each stretch. Without a cursor there is one.
// After the entry (a, b, k) there are: what shares a and b and has a greater
// key; what shares a and has a greater b; what has a greater a. Nulls come
// first, so backwards each is followed by its nulls.
func (s *selection) stretches() [][]string {
	p := s.plan
	var fixed []string
	free := 0 // the first column that is not fixed by an equality
	if org := s.scope.Org(); org != "" {
		fixed = append(fixed, "org = "+s.arg(store.String(org)))
		free = 1
		for i, v := range p.Prefix {
			fixed = append(fixed, s.equal(s.columns[1+i], v))
			free++
		}
	}
	ranged := false
	if p.Range != nil {
		// Range is of the first field after the prefix; in the collection's own
		// order that is the key.
		fixed = append(fixed, s.within(s.columns[free], *p.Range)...)
		ranged = true
	}
	if p.After == nil {
		return [][]string{fixed}
	}
	at := append(append(store.Tuple{store.String(p.After.Org)}, p.After.Tuple...), store.String(p.After.Key))
	var out [][]string
	for i := len(at) - 1; i >= free; i-- {
		if p.Reverse && at[i].IsNull() {
			continue // nothing comes after a null
		}
		same := append([]string{}, fixed...)
		for j := free; j < i; j++ {
			same = append(same, s.equal(s.columns[j], at[j]))
		}
		col := s.columns[i]
		switch {
		case !p.Reverse && at[i].IsNull():
			out = append(out, append(same, col+" IS NOT NULL"))
		case !p.Reverse:
			out = append(out, append(same, col+" > "+s.arg(at[i])))
		default:
			out = append(out, append(same, col+" < "+s.arg(at[i])))
			if s.nullable(i) && !(ranged && i == free) {
				out = append(out, append(append([]string{}, same...), col+" IS NULL"))
			}
		}
	}
	if len(out) == 0 { // backwards from a null in the only free column: nothing follows
		out = append(out, append(fixed, "false"))
	}
	return out
}

func (s *selection) equal(col string, v store.Value) string {
	if v.IsNull() {
		return col + " IS NULL"
	}
	x := s.arg(v)
	if col == s.columns[len(s.columns)-2] {
		// With all fields equal, only the order by key would be left, which the
		// primary key has too: a plan could walk the whole collection.
		return col + " >= " + x + " AND " + col + " <= " + x
	}
	return col + " = " + x
}

func (s *selection) within(col string, r store.Range) (out []string) {
	if r.From.IsSet() {
		out = append(out, col+" >= "+s.arg(r.From))
	}
	if r.To.IsSet() {
		if r.Open {
			out = append(out, col+" < "+s.arg(r.To))
		} else {
			out = append(out, col+" <= "+s.arg(r.To))
		}
	}
	if len(out) == 0 {
		out = append(out, col+" IS NOT NULL")
	}
	return out
}

// arg adds a parameter and names it with its type.
func (s *selection) arg(v store.Value) string {
	x := v.Go()
	as := ""
	switch x := x.(type) {
	case string:
		as = "text"
		s.bad = s.bad || !sayable(x)
	case int64:
		as = "bigint"
	case bool:
		as = "boolean"
	default:
		as = "timestamptz"
	}
	s.args = append(s.args, x)
	return fmt.Sprintf("$%d::%s", len(s.args), as)
}

func (s *selection) number(n int) string { return s.arg(store.Int64(int64(n))) }

func (s *selection) list(of []string) string {
	for _, x := range of {
		s.bad = s.bad || !sayable(x)
	}
	s.args = append(s.args, of)
	return fmt.Sprintf("$%d::text[]", len(s.args))
}

// scan reads one row.
func (s *selection) scan(r pgx.Rows) (out row, err error) {
	into := out.into()
	values := make([]cell, 0, 8)
	if s.plan.Index != nil {
		values = values[:len(s.plan.Index.Fields)]
		for i := range values {
			values[i].kind = s.kinds[1+i]
			into = append(into, values[i].into())
		}
	}
	out.matches = true
	if s.checked {
		into = append(into, &out.n, &out.matches)
	}
	if err := r.Scan(into...); err != nil {
		return out, err
	}
	out.entry = store.Entry{Org: out.Org, Key: out.Key}
	for i := range values {
		out.entry.Tuple = append(out.entry.Tuple, values[i].value())
	}
	return out, nil
}
