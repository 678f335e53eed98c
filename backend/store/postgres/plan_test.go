package postgres_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

var scans = regexp.MustCompile(`(Index(?: Only)? Scan(?: Backward)?|Seq Scan|Bitmap \w+ Scan)(?: using (\S+))? on`)

// checkPlan wants a plan that walks the one index, with at most the primary
// key beside it for the documents found, and that sorts nothing.
func checkPlan(t *testing.T, what, plan, index, primary string) {
	t.Helper()
	used := false
	for _, m := range scans.FindAllStringSubmatch(plan, -1) {
		switch {
		case m[2] == index || m[2] == index+"__unique":
			used = true
		case m[2] != primary:
			t.Errorf("%s: %q is read\n%s", what, m[0], plan)
		}
	}
	// A page examines entries in the index alone; a walk of the whole
	// collection would be the primary key outside a lookup.
	if strings.Contains(plan, "Sort") || !used && !strings.Contains(plan, "One-Time Filter: false") {
		t.Errorf("%s does not use %s:\n%s", what, index, plan)
	}
	for _, line := range strings.Split(plan, "\n") {
		if strings.Contains(line, "using "+primary) && index != primary && !strings.Contains(plan, "LATERAL") && !strings.Contains(plan, "Nested Loop") {
			t.Errorf("%s walks the primary key:\n%s", what, plan)
		}
	}
}

// schemasOf are collections as far as a layout tells.
func schemasOf(tables []postgres.Table) (out []*store.Schema) {
	kinds := map[string]store.Kind{"text": store.Text, "int": store.Int, "time": store.Time, "bool": store.Bool}
	for _, t := range tables {
		c := &store.Schema{Name: t.Name, Class: store.Truth, Version: 1}
		for _, ix := range t.Indexes {
			s := store.IndexSchema{Name: ix.Name, Unique: ix.Unique, Build: ix.Build}
			for _, f := range ix.Fields {
				s.Fields = append(s.Fields, store.FieldSchema{Name: f.Name, Kind: kinds[f.Kind]})
			}
			c.Indexes = append(c.Indexes, s)
		}
		out = append(out, c)
	}
	return out
}

func sample(k store.Kind) store.Value {
	switch k {
	case store.Int:
		return store.Int64(7)
	case store.Time:
		return store.At(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	case store.Bool:
		return store.Flag(true)
	}
	return store.String("M")
}

// TestPlans explains each shape of query over each declared index of Hubcap,
// on empty tables, where nothing but the question itself leads to the right
// index, and on the suite's with documents and statistics.
func TestPlans(t *testing.T) {
	known, _, err := postgres.Known()
	if err != nil {
		t.Fatal(err)
	}
	name := cluster.Database(t, "")
	migrate(t, cluster.URL(name), postgres.Steps())
	hubcap, err := postgres.Open(t.Context(), cluster.URL(name), schemasOf(known), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer hubcap.Close()
	explain(t, hubcap, schemasOf(known), true)

	suite := database(t)
	db := mustOpen(t, cluster.URL(suite), postgres.Options{})
	fill(t, db, 0, 2000)
	cluster.SQL(t, suite, "ANALYZE")
	explain(t, db, storetest.Schemas(), false)
}

func explain(t *testing.T, db *postgres.DB, schemas []*store.Schema, fake bool) {
	t.Helper()
	n := 0
	check := func(c *store.Schema, index string, s store.Scope, q store.Query, after *store.Entry) {
		t.Helper()
		n++
		p, err := db.Plan(c, s, q)
		if err != nil {
			t.Fatal(err)
		}
		p.After = after
		plan, err := db.Explain(t.Context(), c, p, s)
		if err != nil {
			t.Fatal(err)
		}
		checkPlan(t, fmt.Sprintf("%s %+v after %v", c.Name, q, after), plan, index, c.Name+"__pkey")
	}
	for _, c := range schemas {
		if fake {
			c = db.Schema(c.Name)
		}
		primary := c.Name + "__pkey"
		for _, s := range []store.Scope{all, all.At("x")} {
			for _, reverse := range []bool{false, true} {
				key := store.Entry{Org: "main", Key: "k"}
				check(c, primary, s, store.Query{Reverse: reverse}, nil)
				check(c, primary, s, store.Query{Reverse: reverse}, &key)
				check(c, primary, s, store.Query{Reverse: reverse, Range: store.StartsWith("a")}, &key)
				for _, ix := range c.Indexes {
					name := c.Name + "__" + ix.Name
					full, nulls := key, key
					for _, f := range ix.Fields {
						full.Tuple, nulls.Tuple = append(full.Tuple, sample(f.Kind)), append(nulls.Tuple, store.Null())
					}
					for i := 0; i <= len(ix.Fields); i++ {
						for _, tuple := range []store.Tuple{full.Tuple, nulls.Tuple} {
							for _, after := range []*store.Entry{nil, &full, &nulls} {
								q := store.Query{Index: ix.Name, Prefix: tuple[:i], Reverse: reverse, Limit: 30}
								check(c, name, s, q, after)
								if i < len(ix.Fields) {
									q.Range = &store.Range{From: full.Tuple[i]}
									check(c, name, s, q, after)
									q.Filter = []store.Cond{store.Where(ix.Fields[len(ix.Fields)-1].Name, full.Tuple[len(full.Tuple)-1])}
									check(c, name, s, q, after)
								}
							}
						}
					}
				}
			}
		}
		writes, err := db.ExplainWrites(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for index, plan := range writes {
			index = strings.TrimSpace(index)
			checkPlan(t, "a write of "+c.Name, plan, index, c.Name+"__pkey")
		}
	}
	t.Logf("%d queries explained", n)
}
