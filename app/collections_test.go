package app_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/internal/pgtest"
)

var update = flag.Bool("update", false, "write what is missing: PostgreSQL's next step")

// TestMigrations: PostgreSQL's steps lead to the collections that are
// declared. With -update the next step is written, to be named and reviewed.
func TestMigrations(t *testing.T) {
	declared := postgres.Layout(app.Collections())
	known, last, err := postgres.Known()
	if err != nil {
		t.Fatal(err)
	}
	if reflect.DeepEqual(declared, known) {
		return
	}
	step, err := postgres.Step(known, declared)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%04d_collections.sql", last+1)
	if !*update {
		t.Fatalf("the declared collections are not those that the migrations make: write %s by\n\tgo test ./app -run TestMigrations -update\nIt would be:\n%s", name, step)
	}
	dir := "../backend/store/postgres/migrations"
	layout, err := json.MarshalIndent(declared, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string]string{name: step, "layout.json": string(layout) + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("wrote %s", name)
}

// TestMigrate runs the steps on a real database, there and back: they make
// the tables that are declared, and leave nothing behind.
func TestMigrate(t *testing.T) {
	var cluster pgtest.Cluster
	t.Cleanup(cluster.Remove)
	name := cluster.Database(t, "")
	url := cluster.URL(name)
	m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for round := range 2 {
		plan, err := m.Plan(t.Context())
		if err != nil || len(plan) == 0 {
			t.Fatalf("Plan = %d steps, %v", len(plan), err)
		}
		done, err := m.Up(t.Context())
		if err != nil || len(done) != len(plan) {
			t.Fatalf("Up applied %d of %d steps: %v", len(done), len(plan), err)
		}
		db, err := postgres.Open(t.Context(), url, app.Collections(), postgres.Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if drift, err := db.Drift(t.Context()); err != nil || len(drift) > 0 {
			t.Errorf("the database differs from what is declared: %q, %v", drift, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Down(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if left := cluster.SQL(t, name, "SELECT relname FROM pg_class WHERE relnamespace = 'hubcap'::regnamespace AND relkind = 'r' AND relname <> '_migrations'"); left != "" {
			t.Errorf("down leaves %s", left)
		}
	}
}
