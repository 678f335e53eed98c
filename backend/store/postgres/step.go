package postgres

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
)

// Step writes the migration, in goose's form, that leads from one layout to
// another and back. A new or changed index gets its columns and btrees here;
// the values of documents that are there already are filled in by the next
// Open, which alone can compute them.
func Step(from, to []Table) (string, error) {
	if err := checkLayout(to); err != nil {
		return "", err
	}
	up, down := moves(from, to), moves(to, from)
	return "-- +goose Up\n" + up + "\n-- +goose Down\n" + down, nil
}

func moves(from, to []Table) string {
	var b strings.Builder
	for _, t := range from {
		if !slices.ContainsFunc(to, func(o Table) bool { return o.Name == t.Name }) {
			fmt.Fprintf(&b, "DROP TABLE %s;\n", t.qualified())
			fmt.Fprintf(&b, "DELETE FROM %s._collections WHERE name = '%s';\n", space, t.Name)
		}
	}
	for _, t := range to {
		at := slices.IndexFunc(from, func(o Table) bool { return o.Name == t.Name })
		if at < 0 {
			b.WriteString(t.create())
		} else {
			b.WriteString(t.change(from[at]))
		}
	}
	return b.String()
}

// create makes the whole table.
func (t Table) create() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (\n", t.qualified())
	for _, c := range fixed {
		fmt.Fprintf(&b, "\t%s %s,\n", c.name, c.is)
	}
	for _, ix := range t.Indexes {
		for _, f := range ix.Fields {
			fmt.Fprintf(&b, "\t%s %s,\n", ix.column(f), types[f.Kind])
		}
	}
	fmt.Fprintf(&b, "\tCONSTRAINT %s__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)\n);\n", t.Name)
	fmt.Fprintf(&b, "COMMENT ON TABLE %s IS '%s';\n", t.qualified(), t.Class)
	for _, d := range t.indexDefs() {
		if !d.primary {
			fmt.Fprintf(&b, "%s;\n", d.is)
		}
	}
	return b.String()
}

// change drops what is no longer declared and adds what is new. An index
// declared otherwise than before is dropped and made anew.
func (t Table) change(was Table) string {
	var b strings.Builder
	for _, ix := range was.Indexes {
		if t.has(ix) {
			continue
		}
		for _, f := range ix.Fields {
			fmt.Fprintf(&b, "ALTER TABLE %s DROP COLUMN %s;\n", t.qualified(), ix.column(f)) // its indexes go with it
		}
	}
	added := false
	for _, ix := range t.Indexes {
		if was.has(ix) {
			continue
		}
		added = true
		for _, f := range ix.Fields {
			fmt.Fprintf(&b, "ALTER TABLE %s ADD COLUMN %s %s;\n", t.qualified(), ix.column(f), types[f.Kind])
		}
		for _, d := range t.indexDefs() {
			if d.of == ix.Name {
				fmt.Fprintf(&b, "%s;\n", d.is)
			}
		}
	}
	if added {
		fmt.Fprintf(&b, "UPDATE %s._collections SET built = '[]' WHERE name = '%s';\n", space, t.Name)
	}
	if t.Class != was.Class {
		fmt.Fprintf(&b, "COMMENT ON TABLE %s IS '%s';\n", t.qualified(), t.Class)
	}
	return b.String()
}

func (t Table) has(ix Index) bool {
	return slices.ContainsFunc(t.Indexes, func(o Index) bool { return reflect.DeepEqual(o, ix) })
}

// Known is the layout that Hubcap's steps lead to, and the number of the last
// of them.
func Known() (tables []Table, last int64, err error) {
	b, err := fs.ReadFile(Steps(), "layout.json")
	if err != nil {
		return nil, 0, err
	}
	err = json.Unmarshal(b, &tables)
	return tables, latest(Steps()), err
}
