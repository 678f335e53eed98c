package postgres

import (
	"context"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Explain is how PostgreSQL would answer a plan, in a session like all others.
func (db *DB) Explain(ctx context.Context, c *store.Schema, p *store.Plan, s store.Scope) (string, error) {
	sel, err := newSelection(db.schemas[c.Name], p, s)
	if err != nil {
		return "", err
	}
	return db.explainSQL(ctx, sel.sql, sel.args...)
}

// Plan checks a query.
func (db *DB) Plan(c *store.Schema, s store.Scope, q store.Query) (*store.Plan, error) {
	return db.cursors.Plan(c, s, q)
}

// ExplainWrites explains the statements that find one document and the
// holders of unique values.
func (db *DB) ExplainWrites(ctx context.Context, c *store.Schema) (map[string]string, error) {
	k := db.schemas[c.Name]
	out := map[string]string{}
	for index, q := range map[string]string{c.Name + "__pkey": k.fetch, c.Name + "__pkey ": k.remove} {
		args := []any{"main", "k"}
		if q == k.remove {
			args = append(args, 1)
		}
		plan, err := db.explainSQL(ctx, q, args...)
		if err != nil {
			return nil, err
		}
		out[index] = plan
	}
	for i, q := range k.taken {
		if q == "" {
			continue
		}
		args := []any{"main", "k"}
		for range k.columns[i] {
			args = append(args, "x") // the unique indexes so far are of text
		}
		plan, err := db.explainSQL(ctx, q, args...)
		if err != nil {
			return nil, err
		}
		out[c.Name+"__"+k.Indexes[i].Name] = plan
	}
	return out, nil
}

// explainSQL asks for the plan that is made once for all values.
func (db *DB) explainSQL(ctx context.Context, sql string, args ...any) (string, error) {
	rows, err := db.read.Query(ctx, "EXPLAIN (COSTS OFF) "+sql, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), rows.Err()
}

// Schema is the collection that the store was opened with.
func (db *DB) Schema(name string) *store.Schema { return db.schemas[name].Schema }
