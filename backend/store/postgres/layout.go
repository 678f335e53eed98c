package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Table is a declared collection as PostgreSQL keeps it. A list of them is a
// layout: migrations/layout.json holds the one that the migrations make.
type Table struct {
	Name    string  `json:"name"`
	Class   string  `json:"class"` // for people, who read it in psql
	Indexes []Index `json:"indexes"`
}

// Index is a declared index: one column a field, one btree, and one more
// where values are unique.
type Index struct {
	Name   string   `json:"name"`
	Unique bool     `json:"unique,omitempty"`
	Build  int      `json:"build,omitempty"`
	Fields []Column `json:"fields"`
}

// Column is a field of an index.
type Column struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// Layout is the layout of declared collections, by name.
func Layout(schemas []*store.Schema) []Table {
	var out []Table
	for _, c := range schemas {
		t := Table{Name: c.Name, Class: c.Class.String(), Indexes: []Index{}}
		for _, ix := range c.Indexes {
			i := Index{Name: ix.Name, Unique: ix.Unique, Build: ix.Build}
			for _, f := range ix.Fields {
				i.Fields = append(i.Fields, Column{f.Name, f.Kind.String()})
			}
			t.Indexes = append(t.Indexes, i)
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// space is the PostgreSQL schema that holds all of a store. The store's own
// tables there begin with '_', which no collection does.
const space = "hubcap"

// types are the columns' types. Text compares by bytes, as everywhere.
var types = map[string]string{
	store.Text.String(): `text COLLATE "C"`,
	store.Int.String():  "bigint",
	store.Time.String(): "timestamp with time zone",
	store.Bool.String(): "boolean",
}

// fixed are the columns that every collection has, before those of its
// indexes.
var fixed = []struct{ name, is string }{
	{"org", `text COLLATE "C" NOT NULL`},
	{"key", `text COLLATE "C" NOT NULL`},
	{"rev", "bigint NOT NULL"},
	{"location", `text COLLATE "C" NOT NULL`},
	{"grp", `text COLLATE "C" NOT NULL`},
	{"owner", `text COLLATE "C" NOT NULL`},
	{"crc", "bigint NOT NULL"},
	// json and not jsonb: it keeps the canonical bytes as they are, which are
	// what checksums and backups are over (docs/adr/0010).
	{"doc", "json NOT NULL"},
}

// column is the name of a field's column. Two indexes may give one name to
// two meanings, so the index's name stands in it.
func (ix Index) column(f Column) string { return ix.Name + "__" + f.Name }

func (t Table) qualified() string { return space + "." + t.Name }

// indexDefs are a table's indexes by name, each in the words of
// pg_get_indexdef, so that Drift can compare them as text. Every index begins
// with the organisation, ends with the key, and carries the place, so that a
// scope is matched in it.
func (t Table) indexDefs() []indexDef {
	const place = " INCLUDE (location, grp, owner)"
	defs := []indexDef{{
		name: t.Name + "__pkey", primary: true,
		is: fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s USING btree (org, key)%s", t.Name+"__pkey", t.qualified(), place),
	}}
	for _, ix := range t.Indexes {
		var order, plain, set []string
		for _, f := range ix.Fields {
			col := ix.column(f)
			order = append(order, col+" NULLS FIRST")
			plain = append(plain, col)
			set = append(set, "("+col+" IS NOT NULL)")
		}
		name := t.Name + "__" + ix.Name
		defs = append(defs, indexDef{name: name, of: ix.Name, is: fmt.Sprintf("CREATE INDEX %s ON %s USING btree (org, %s, key)%s",
			name, t.qualified(), strings.Join(order, ", "), place)})
		if ix.Unique {
			where := set[0]
			if len(set) > 1 {
				where = "(" + strings.Join(set, " AND ") + ")"
			}
			name += "__unique"
			defs = append(defs, indexDef{name: name, of: ix.Name, is: fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s USING btree (org, %s) WHERE %s",
				name, t.qualified(), strings.Join(plain, ", "), where)})
		}
	}
	return defs
}

type indexDef struct {
	name    string
	of      string // the declared index; "" for the primary key
	is      string
	primary bool
}

// maxName is what PostgreSQL keeps of a name.
const maxName = 63

// checkLayout refuses names that PostgreSQL would cut short or confuse.
func checkLayout(tables []Table) error {
	seen := map[string]bool{}
	for _, t := range tables {
		names := []string{t.Name}
		for _, d := range t.indexDefs() {
			names = append(names, d.name)
		}
		for _, n := range names {
			if len(n) > maxName || seen[n] {
				return fmt.Errorf("collection %s: PostgreSQL can't name a table or index %q: it is too long or taken", t.Name, n)
			}
			seen[n] = true
		}
		for _, ix := range t.Indexes {
			for _, f := range ix.Fields {
				if len(ix.column(f)) > maxName {
					return fmt.Errorf("collection %s: the column name %q is too long for PostgreSQL", t.Name, ix.column(f))
				}
			}
		}
	}
	return nil
}
