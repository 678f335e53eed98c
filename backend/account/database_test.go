package account_test

import (
	"io/fs"
	"maps"
	"os"
	"testing"
	"testing/fstest"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/internal/pgtest"
)

var cluster pgtest.Cluster

func TestMain(m *testing.M) {
	code := m.Run()
	cluster.Remove()
	os.Exit(code)
}

// engines are the stores on which races are run: PostgreSQL where
// HUBCAP_TEST_DB is set.
func engines(t *testing.T) map[string]func() store.DB {
	out := map[string]func() store.DB{"in memory": inMemory(t), "on disk": onDisk(t, t.TempDir())}
	if os.Getenv("HUBCAP_TEST_DB") != "" {
		maps.Copy(out, map[string]func() store.DB{"on PostgreSQL": inDatabase(t)})
	}
	return out
}

// inDatabase opens a PostgreSQL with the tables of this package.
func inDatabase(t *testing.T) func() store.DB {
	return func() store.DB {
		t.Helper()
		base, err := fs.ReadFile(postgres.Steps(), "0001_log.sql")
		if err != nil {
			t.Fatal(err)
		}
		step, err := postgres.Step(nil, postgres.Layout(account.Schemas()))
		if err != nil {
			t.Fatal(err)
		}
		o := postgres.Options{Steps: fstest.MapFS{"0001_log.sql": {Data: base}, "0002_accounts.sql": {Data: []byte(step)}}}
		url := cluster.URL(cluster.Database(t, ""))
		m, err := postgres.NewMigrator(t.Context(), url, o)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		if _, err := m.Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		db, err := postgres.Open(t.Context(), url, account.Schemas(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
}
