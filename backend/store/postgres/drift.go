package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Drift lists where the database's tables differ from what is declared: a
// column or index that is missing, other than declared, invalid, or not
// declared at all. Nil is no difference.
func (db *DB) Drift(ctx context.Context) ([]string, error) {
	missing, other, err := db.drift(ctx)
	return append(missing, other...), db.explain(ctx, err)
}

// checkTables refuses tables that can't be worked with, and tells of others.
func (db *DB) checkTables(ctx context.Context) error {
	missing, other, err := db.drift(ctx)
	switch {
	case err != nil:
		return err
	case len(missing) > 0:
		return fault.New(fault.Unavailable, "the database's tables are not those that this program knows: %s", strings.Join(missing, "; ")).
			WithRemedy("they were changed by hand: put them back so, or restore a backup (hubcap migrate status shows the steps)")
	case len(other) > 0:
		db.o.Log.Warn("the database's tables have drifted from what is declared", "drift", other)
	}
	return nil
}

// drift tells apart what would fail (missing columns) from what is slow or
// surplus.
func (db *DB) drift(ctx context.Context) (missing, other []string, err error) {
	columns, err := db.catalog(ctx, `SELECT c.relname || '.' || a.attname,
			format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation = 0 OR a.attcollation = t.typcollation THEN '' ELSE ' COLLATE ' || quote_ident(l.collname) END
				|| CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation l ON l.oid = a.attcollation
		WHERE c.relnamespace = to_regnamespace('hubcap') AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND left(c.relname, 1) <> '_'`)
	if err != nil {
		return nil, nil, err
	}
	indexes, err := db.catalog(ctx, `SELECT c.relname, replace(pg_get_indexdef(i.indexrelid), '"', '') || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
		WHERE c.relnamespace = to_regnamespace('hubcap') AND left(t.relname, 1) <> '_'`)
	if err != nil {
		return nil, nil, err
	}
	wantColumns, wantIndexes := map[string]string{}, map[string]string{}
	for _, c := range db.schemas {
		for _, f := range fixed {
			wantColumns[c.Name+"."+f.name] = f.is
		}
		for _, ix := range c.table.Indexes {
			for _, f := range ix.Fields {
				wantColumns[c.Name+"."+ix.column(f)] = types[f.Kind]
			}
		}
		for _, d := range c.table.indexDefs() {
			wantIndexes[d.name] = d.is
		}
	}
	absent, odd := compare("column", wantColumns, columns)
	slow, surplus := compare("index", wantIndexes, indexes)
	return absent, slices.Concat(odd, slow, surplus), nil
}

// compare lists what is wanted and absent or otherwise, and what is there and
// not wanted.
func compare(what string, want, have map[string]string) (absent, surplus []string) {
	for name, is := range want {
		switch got, ok := have[name]; {
		case !ok:
			absent = append(absent, fmt.Sprintf("the %s %s is missing", what, name))
		case strings.ReplaceAll(got, `"`, "") != strings.ReplaceAll(is, `"`, ""):
			absent = append(absent, fmt.Sprintf("the %s %s is %s, declared is %s", what, name, got, is))
		}
	}
	for name := range have {
		if _, ok := want[name]; !ok {
			surplus = append(surplus, fmt.Sprintf("the %s %s is not declared", what, name))
		}
	}
	slices.Sort(absent)
	slices.Sort(surplus)
	return absent, surplus
}

func (db *DB) catalog(ctx context.Context, query string) (map[string]string, error) {
	rows, err := db.write.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, is string
		if err := rows.Scan(&name, &is); err != nil {
			return nil, err
		}
		out[name] = is
	}
	return out, rows.Err()
}
