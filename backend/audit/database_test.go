package audit_test

import (
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

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

// inDatabase opens a PostgreSQL with the tables of this package's tests.
func inDatabase(t testing.TB) store.DB {
	t.Helper()
	if os.Getenv("HUBCAP_TEST_DB") == "" {
		t.Skip("HUBCAP_TEST_DB=1 runs it on PostgreSQL")
	}
	base, err := fs.ReadFile(postgres.Steps(), "0001_log.sql")
	if err != nil {
		t.Fatal(err)
	}
	step, err := postgres.Step(nil, postgres.Layout(schemas()))
	if err != nil {
		t.Fatal(err)
	}
	url := cluster.URL(cluster.Database(t, ""))
	m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{Steps: fstest.MapFS{"0001_log.sql": {Data: base}, "0002_audit.sql": {Data: []byte(step)}}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), url, schemas(), postgres.Options{Steps: fstest.MapFS{"0001_log.sql": {Data: base}, "0002_audit.sql": {Data: []byte(step)}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Writers that share commits, and fail in the middle of them, write one chain.
func TestConcurrentWritersOnPostgres(t *testing.T) {
	h := newHouse(t, inDatabase(t), nil)
	concurrently(t, h)
}
