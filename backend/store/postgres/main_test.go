package postgres_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/rs/zerolog"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
	"github.com/hubcap-dev/hubcap/internal/pgtest"
)

var cluster pgtest.Cluster

func TestMain(m *testing.M) {
	zerolog.SetGlobalLevel(zerolog.Disabled) // toxiproxy's
	code := m.Run()
	cluster.Remove()
	os.Exit(code)
}

var (
	all = store.Org("main")
	who = actor.Actor{Kind: actor.Local, ID: "u1", Name: "Ada"}
)

// suiteSteps are the migrations of the suite's collections: made by the
// generator that makes Hubcap's, run by what runs Hubcap's.
func suiteSteps(t testing.TB) fs.FS {
	t.Helper()
	base, err := fs.ReadFile(postgres.Steps(), "0001_log.sql")
	if err != nil {
		t.Fatal(err)
	}
	step, err := postgres.Step(nil, postgres.Layout(storetest.Schemas()))
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"0001_log.sql": {Data: base}, "0002_suite.sql": {Data: []byte(step)}}
}

// template is the database with the suite's tables that others are copies of.
var template struct{ once sync.Once }

// database makes a database with the suite's tables.
func database(t testing.TB) string {
	t.Helper()
	template.once.Do(func() {
		cluster.SQL(t, "postgres", "CREATE DATABASE suite TEMPLATE template0")
		migrate(t, cluster.URL("suite"), suiteSteps(t))
	})
	return cluster.Database(t, "suite")
}

func migrate(t testing.TB, url string, steps fs.FS) {
	t.Helper()
	m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{Steps: steps})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// open opens the suite's store in a database.
func open(t testing.TB, url string, o postgres.Options) (*postgres.DB, error) {
	t.Helper()
	o.Steps = suiteSteps(t)
	return postgres.Open(t.Context(), url, storetest.Schemas(), o)
}

func mustOpen(t testing.TB, url string, o postgres.Options) *postgres.DB {
	t.Helper()
	db, err := open(t, url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestSuite: the folder that the suite gives holds the name of a database.
func TestSuite(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_DRILL") != "1" {
		fewer := flag.Lookup("rapid.checks")
		if err := fewer.Value.Set("20"); err != nil { // each is a database of its own
			t.Fatal(err)
		}
	}
	at := func(dir string) string { return filepath.Join(dir, "database") }
	storetest.Run(t, storetest.Engine{
		Open: func(t *testing.T, dir string, o storetest.Options) store.DB {
			name, err := os.ReadFile(at(dir))
			if err != nil {
				name = []byte(database(t))
				if err := os.WriteFile(at(dir), name, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			db, err := postgres.Open(t.Context(), cluster.URL(string(name)), o.Schemas, postgres.Options{
				Now: o.Now, Observer: o.Observer, Steps: suiteSteps(t), Readers: 4})
			if err != nil {
				t.Fatal(err)
			}
			return db
		},
		Copy: func(t *testing.T, from, to string) {
			name, err := os.ReadFile(at(from))
			if err != nil {
				t.Fatal(err)
			}
			copied := cluster.Database(t, "")
			cluster.Copy(t, string(name), copied)
			if err := os.WriteFile(at(to), []byte(copied), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	})
}
