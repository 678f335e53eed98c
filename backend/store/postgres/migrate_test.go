package postgres_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// cars declares the suite's cars with other indexes.
func cars(version int, indexes ...store.Index[storetest.Car]) *store.Collection[storetest.Car] {
	d := store.Def[storetest.Car]{Name: "cars", Class: store.Truth, Schema: version, Indexes: indexes,
		Key: func(c *storetest.Car) string { return c.ID }}
	for range version - 1 {
		d.Upgrade = append(d.Upgrade, func(map[string]any) error { return nil })
	}
	return store.Define(d)
}

func byNote(build int, prefix string) store.Index[storetest.Car] {
	return store.Index[storetest.Car]{Name: "note", Build: build, Fields: []store.Field[storetest.Car]{
		{Name: "note", Kind: store.Text, Value: func(c *storetest.Car) store.Value { return store.String(prefix + c.Note) }},
	}}
}

// steps are the suite's migrations and then those from layout to layout.
func steps(t *testing.T, layouts ...[]*store.Schema) fs.FS {
	t.Helper()
	base, err := fs.ReadFile(postgres.Steps(), "0001_log.sql")
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{"0001_log.sql": {Data: base}}
	var from []postgres.Table
	for i, l := range layouts {
		step, err := postgres.Step(from, postgres.Layout(l))
		if err != nil {
			t.Fatal(err)
		}
		out[fmt.Sprintf("%04d_step.sql", i+2)] = &fstest.MapFile{Data: []byte(step)}
		from = postgres.Layout(l)
	}
	return out
}

// TestIndexChange: an index that is new, or means something else, is filled
// from the documents that are there; one taken back and declared again too.
func TestIndexChange(t *testing.T) {
	plain, noted, meant := cars(1), cars(1, byNote(0, "")), cars(1, byNote(1, "x"))
	one, two, three := []*store.Schema{plain.Schema()}, []*store.Schema{noted.Schema()}, []*store.Schema{meant.Schema()}
	url := cluster.URL(cluster.Database(t, ""))
	openAs := func(fsys fs.FS, schemas []*store.Schema) *postgres.DB {
		t.Helper()
		migrate(t, url, fsys)
		db, err := postgres.Open(t.Context(), url, schemas, postgres.Options{Steps: fsys})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	count := func(db *postgres.DB, c *store.Collection[storetest.Car], prefix string) (n int) {
		t.Helper()
		q := store.Query{Index: "note", Range: store.StartsWith(prefix), Limit: 1000}
		for {
			var p store.Page[storetest.Car]
			if err := db.View(t.Context(), all, func(r store.Reader) (err error) { p, err = c.Query(r, q); return err }); err != nil {
				t.Fatal(err)
			}
			n += len(p.Items)
			if q.Cursor = p.Next; q.Cursor == "" {
				return n
			}
		}
	}
	db := openAs(steps(t, one), one)
	_, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		for i := range 1200 {
			if _, err := plain.Insert(tx, &storetest.Car{ID: fmt.Sprint("k", i), Note: fmt.Sprint("n", i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	db = openAs(steps(t, one, two), two)
	if n := count(db, noted, "n"); n != 1200 {
		t.Errorf("a new index holds %d documents, want 1200", n)
	}
	_ = db.Close()
	all := steps(t, one, two, three)
	db = openAs(all, three)
	if n, old := count(db, meant, "xn"), count(db, meant, "n"); n != 1200 || old != 0 {
		t.Errorf("an index with another meaning holds %d documents and %d old entries, want 1200 and 0", n, old)
	}
	_ = db.Close()
	m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{Steps: all})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if done, err := m.Down(t.Context(), 2); err != nil || len(done) != 2 {
		t.Fatalf("Down = %v, %v, want two steps", done, err)
	}
	_, err = postgres.Open(t.Context(), url, three, postgres.Options{Steps: all})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "migration 2") {
		t.Errorf("open with steps missing: %v", err)
	}
	db = openAs(all, three)
	if n := count(db, meant, "xn"); n != 1200 {
		t.Errorf("after down and up the index holds %d documents, want 1200", n)
	}
	if drift, err := db.Drift(t.Context()); err != nil || len(drift) > 0 {
		t.Errorf("Drift = %q, %v", drift, err)
	}
}

// TestNewer: what a newer program wrote is refused, and not touched.
func TestNewer(t *testing.T) {
	one, later := []*store.Schema{cars(1).Schema()}, []*store.Schema{cars(2).Schema()}
	url := cluster.URL(cluster.Database(t, ""))
	migrate(t, url, steps(t, one, later))
	db, err := postgres.Open(t.Context(), url, later, postgres.Options{Steps: steps(t, one, later)})
	if err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	_, err = postgres.Open(t.Context(), url, one, postgres.Options{Steps: steps(t, one)})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "newer") {
		t.Errorf("more migrations than are known: %v", err)
	}
	_, err = postgres.Open(t.Context(), url, one, postgres.Options{Steps: steps(t, one, later)})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "schema 2") {
		t.Errorf("a greater schema number: %v", err)
	}
	m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{Steps: steps(t, one)})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Up(t.Context()); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "newer") {
		t.Errorf("migrate up with more than is known: %v", err)
	}
}

// TestMigrateAtOnce: programs that start together take turns.
func TestMigrateAtOnce(t *testing.T) {
	url := cluster.URL(cluster.Database(t, ""))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{Steps: suiteSteps(t)})
			if err != nil {
				t.Error(err)
				return
			}
			defer m.Close()
			if _, err := m.Up(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	mustOpen(t, url, postgres.Options{})
}

// TestDrift: hands in the tables are noticed; what can't be worked with is
// refused at open.
func TestDrift(t *testing.T) {
	name := database(t)
	db := mustOpen(t, cluster.URL(name), postgres.Options{})
	if drift, err := db.Drift(t.Context()); err != nil || drift != nil {
		t.Errorf("of a sound database: %q, %v", drift, err)
	}
	cluster.SQL(t, name, `DROP INDEX hubcap.cars__vin; DROP INDEX hubcap.cars__seen; CREATE INDEX cars__seen ON hubcap.cars (key);
		CREATE INDEX mine ON hubcap.cars (rev); ALTER TABLE hubcap.cars ADD COLUMN extra text`)
	drift, err := db.Drift(t.Context())
	got := strings.Join(drift, "\n")
	if err != nil || len(drift) != 4 {
		t.Errorf("Drift = %s, %v, want four lines", got, err)
	}
	for _, want := range []string{"cars__vin is missing", "cars__seen is CREATE", "mine is not declared", "cars.extra is not declared"} {
		if !strings.Contains(got, want) {
			t.Errorf("Drift does not say %q:\n%s", want, got)
		}
	}
	var log bytes.Buffer
	again, err := open(t, cluster.URL(name), postgres.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil || !strings.Contains(log.String(), "drifted") {
		t.Fatalf("a database without an index is served, with a warning: %v, %s", err, log.String())
	}
	_ = again.Close()
	cluster.SQL(t, name, `ALTER TABLE hubcap.cars DROP COLUMN stock__stock`)
	_, err = open(t, cluster.URL(name), postgres.Options{})
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Unavailable || !strings.Contains(f.Message, "stock__stock") || f.Remedy == "" {
		t.Errorf("a database without a column: %v", err)
	}
}

// TestSecrets: a password is in no error and no log, whatever goes wrong.
func TestSecrets(t *testing.T) {
	const canary = "canary4711"
	name := database(t)
	secret := strings.Replace(cluster.URL(name), "hubcap@", "hubcap:"+canary+"@", 1)
	var log bytes.Buffer
	o := postgres.Options{Steps: suiteSteps(t), Slow: time.Nanosecond, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	var said []string
	note := func(what string, err error, word string) {
		t.Helper()
		var f *fault.Error
		if !errors.As(err, &f) || f.Remedy == "" || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v, want a fault with a remedy that says %q", what, err, word)
		}
		said = append(said, fmt.Sprintf("%v %+v %#v", err, err, err))
		if f != nil {
			said = append(said, f.Remedy, fmt.Sprint(f.Err))
		}
	}
	for what, c := range map[string]struct{ url, word string }{
		"no such database":       {strings.Replace(secret, "/"+name, "/nowhere", 1), "no such database"},
		"no such user":           {strings.Replace(secret, "hubcap:", "nobody:", 1), "let this user in"},
		"nobody listens":         {"postgres://hubcap:" + canary + "@127.0.0.1:1/x", "does not answer"},
		"not an address":         {"postgres://hubcap:" + canary + "@%zz/" + canary, "can't be read"},
		"not an address at all":  {"hubcap password=" + canary + " port=x", "can't be read"},
		"a port that is no port": {"postgres://hubcap:" + canary + "@127.0.0.1:99999999/x", "can't be read"},
	} {
		_, err := postgres.Open(t.Context(), c.url, storetest.Schemas(), o)
		note(what, err, c.word)
		_, err = postgres.NewMigrator(t.Context(), c.url, o)
		note(what+", to migrate", err, c.word)
	}
	_, err := postgres.Open(t.Context(), strings.Replace(secret, "/"+name, "/postgres", 1), storetest.Schemas(), o)
	note("an empty database", err, "migration 0")
	db, err := postgres.Open(t.Context(), secret, storetest.Schemas(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := insert(t, db, "a", "word of the customer"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	for _, s := range append(said, log.String()) {
		if strings.Contains(s, canary) {
			t.Errorf("the password is told: %s", s)
		}
	}
	if !strings.Contains(log.String(), "slow statement") || strings.Contains(log.String(), "word of the customer") {
		t.Errorf("the log of slow statements lacks them, or holds their values:\n%s", log.String())
	}
}

// What a DBA sets up or gets wrong is told by its name, and before anything
// is written.
func TestDatabasesThatAreNotReady(t *testing.T) {
	ask := func(url string) error {
		m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{})
		if err == nil {
			err = m.Close()
		}
		return err
	}
	name := cluster.Database(t, "")
	cluster.SQL(t, name, "CREATE ROLE clerk LOGIN")
	t.Cleanup(func() {
		cluster.SQL(t, "postgres", "DROP DATABASE "+name+" WITH (FORCE)")
		cluster.SQL(t, "postgres", "DROP ROLE clerk")
	})
	as := strings.Replace(cluster.URL(name), "hubcap@", "clerk@", 1)
	if err := ask(as); !fault.Is(err, fault.Unavailable) || !strings.Contains(remedy(err), "GRANT CREATE") {
		t.Errorf("a user without rights: %v, %q", err, remedy(err))
	}
	cluster.SQL(t, name, "CREATE SCHEMA hubcap AUTHORIZATION clerk")
	if err := ask(as); err != nil {
		t.Errorf("a schema made for the user: %v", err)
	}
	cluster.SQL(t, "postgres", "CREATE DATABASE "+name+"_ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
	if err := ask(cluster.URL(name + "_ascii")); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a database that is not UTF-8: %v", err)
	}
	if got := cluster.SQL(t, name+"_ascii", "SELECT count(*) FROM pg_namespace WHERE nspname = 'hubcap'"); got != "0" {
		t.Error("something was made in it")
	}
	if err := ask(strings.Replace(cluster.URL(name), "sslmode=disable", "sslmode=require", 1)); !strings.Contains(remedy(err), "sslmode") {
		t.Errorf("no TLS there: %v, %q", err, remedy(err))
	}
}

func remedy(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Remedy
	}
	return ""
}
