package backup_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lease"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/internal/pgtest"
	"github.com/hubcap-dev/hubcap/internal/s3test"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/s3"
	"github.com/hubcap-dev/hubcap/sync/retain"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

var (
	server  s3test.Server
	cluster pgtest.Cluster
)

func TestMain(m *testing.M) {
	code := m.Run()
	server.Remove()
	cluster.Remove()
	os.Exit(code)
}

// realOnly leaves a test to the stage that has the servers.
func realOnly(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_S3") == "" {
		t.Skip("with HUBCAP_TEST_S3: a real S3 server and a real PostgreSQL")
	}
}

func all() []*store.Schema { return append(schemas(), lease.Schemas()...) }

// engines are the kinds of store, by name.
var engines = map[string]func(t *testing.T) store.DB{
	"embedded":   func(t *testing.T) store.DB { return openBolt(t, t.TempDir()) },
	"postgresql": func(t *testing.T) store.DB { return openPostgres(t, cluster.Database(t, "")) },
}

func openBolt(t *testing.T, dir string) store.DB {
	t.Helper()
	db, err := bolt.Open(t.Context(), dir, all(), bolt.Options{})
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// steps make the tables of these tests' collections.
func steps(t *testing.T) fs.FS {
	t.Helper()
	base, err := fs.ReadFile(postgres.Steps(), "0001_log.sql")
	check(t, err)
	step, err := postgres.Step(nil, postgres.Layout(all()))
	check(t, err)
	return fstest.MapFS{"0001_log.sql": {Data: base}, "0002_cars.sql": {Data: []byte(step)}}
}

func openPostgres(t *testing.T, database string) *postgres.DB {
	t.Helper()
	m, err := postgres.NewMigrator(t.Context(), cluster.URL(database), postgres.Options{Steps: steps(t)})
	check(t, err)
	_, err = m.Up(t.Context())
	check(t, errors.Join(err, m.Close()))
	db, err := postgres.Open(t.Context(), cluster.URL(database), all(), postgres.Options{Steps: steps(t)})
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func bucketAs(t *testing.T, name string, a s3test.Access) remote.Bucket {
	t.Helper()
	b, err := s3.Open(s3.Options{Endpoint: server.URL(t), Bucket: name, PathStyle: true, AccessKey: a.Key, SecretKey: a.Secret, Spool: t.TempDir(), Pause: 10 * time.Millisecond})
	check(t, err)
	return b
}

func fillCars(t *testing.T, db store.DB, files *shelf, from, n int) {
	t.Helper()
	for i := from; i < from+n; {
		_, err := db.Update(t.Context(), store.Write{Scope: store.Org("main"), Actor: actor.Hub("test")}, func(tx store.Tx) error {
			for k := 0; k < 100 && i < from+n; k++ {
				c := &car{ID: fmt.Sprintf("c%05d", i%5000), Note: fmt.Sprint("note of ", i)}
				if i%50 == 0 {
					c.Photo = files.add(fmt.Append(nil, "photo of ", i))
				}
				if _, err := cars.Put(tx, c, store.AnyRev); err != nil {
					return err
				}
				i++
			}
			return nil
		})
		check(t, err)
	}
}

// From each engine through a real S3 server, by a credential that may not
// delete, onto each engine.
func TestThroughARealServerOntoBothEngines(t *testing.T) {
	realOnly(t)
	for from, open := range engines {
		t.Run("from "+from, func(t *testing.T) {
			db, files := open(t), newShelf()
			name := server.Bucket(t, s3test.Locked)
			writer, pruner := bucketAs(t, name, server.Writer(t, name)), bucketAs(t, name, server.Pruner(t, name))
			rec, err := seal.NewRecovery()
			check(t, err)
			repo, _, err := backup.Init(t.Context(), writer, backup.Secrets{Passphrase: secret, Recovery: rec}, backup.Options{Work: seal.CheapForTests})
			check(t, err)
			dev, err := repo.Device("hub-1")
			check(t, err)
			fillCars(t, db, files, 0, 3000)
			s := dev.NewShipper(backup.Source{DB: db, Schemas: content, Files: files, Version: "test"},
				backup.ShipOptions{Name: "backup", Holder: "one", Scratch: t.TempDir(), LockFor: time.Hour})
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- s.Run(ctx) }()
			waitReady(t, s)
			for i := range 5 {
				fillCars(t, db, files, 2000+300*i, 300)
				check(t, s.Flush(t.Context()))
			}
			// The server dies and comes back while the hub writes.
			server.Kill(t)
			fillCars(t, db, files, 4000, 200)
			server.Start(t)
			waitFlush(t, s)
			_, err = s.Checkpoint(t.Context(), nil)
			check(t, err)
			_, err = s.Compact(t.Context(), nil)
			check(t, err)
			cancel()
			check(t, <-ended)

			if err := writer.Delete(t.Context(), "d/hub-1/manifest"); !fault.Is(err, fault.Denied) {
				t.Errorf("the hub's credential may delete: %v", err)
			}
			// What is locked survives even the credential that may delete.
			pdev, err := repo.WithBucket(pruner).Device("hub-1")
			check(t, err)
			before := listing(t, pruner)
			_, err = pdev.Prune(t.Context(), backup.PruneOptions{Policy: retain.Policy{Window: time.Hour}, Schemas: content, Grace: time.Nanosecond, LockFor: time.Hour})
			check(t, err)
			if after := listing(t, pruner); after < before {
				t.Errorf("%d objects of %d are left after a prune within the window", after, before)
			}
			v, err := dev.Verify(t.Context(), backup.VerifyOptions{T: 1})
			check(t, err)
			if !v.OK {
				t.Errorf("verify: %+v", v.Findings)
			}
			want := contentOf(t, db)
			for to, open := range engines {
				target, kept := open(t), newShelf()
				r, err := dev.Restore(t.Context(), backup.Target{DB: target, Schemas: content, Files: kept}, backup.RestoreOptions{Cache: filepath.Join(t.TempDir(), "c")})
				check(t, err)
				if r.Content.Root != want.Root || len(r.Lost) > 0 || !r.Proven {
					t.Errorf("onto %s: %+v, want %+v", to, r, want)
				}
				if len(kept.files) == 0 {
					t.Errorf("onto %s: no file came back", to)
				}
			}
		})
	}
}

func listing(t *testing.T, b remote.Bucket) (n int) {
	t.Helper()
	check(t, b.List(t.Context(), "", "", func(remote.Info) error { n++; return nil }))
	return n
}

func waitReady(t *testing.T, s *backup.Shipper) {
	t.Helper()
	eventually(t, func() bool { return !s.State().Checkpoint.IsZero() }, func() any { return s.State().Err })
}

func waitFlush(t *testing.T, s *backup.Shipper) {
	t.Helper()
	var last error
	eventually(t, func() bool { last = s.Flush(t.Context()); return last == nil }, func() any { return last })
}

func eventually(t *testing.T, is func() bool, why func() any) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(time.Minute)
	for !is() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("it did not come about in a minute: %v", why())
		}
	}
}

// Two processes on one database: one ships, and when it is gone the other
// goes on where the bucket ends.
func TestTwoProcessesOnOneDatabase(t *testing.T) {
	realOnly(t)
	database := cluster.Database(t, "")
	one, two := openPostgres(t, database), openPostgres(t, database)
	name := server.Bucket(t, s3test.Plain)
	bucket := bucketAs(t, name, s3test.Root())
	rec, err := seal.NewRecovery()
	check(t, err)
	repo, _, err := backup.Init(t.Context(), bucket, backup.Secrets{Passphrase: secret, Recovery: rec}, backup.Options{Work: seal.CheapForTests})
	check(t, err)
	dev, err := repo.Device("hub-1")
	check(t, err)
	start := func(db *postgres.DB, holder string) (*backup.Shipper, func()) {
		k := lease.New(db, func(ctx context.Context, name string) (lease.Lock, error) { return db.Seize(ctx, name) })
		s := dev.NewShipper(backup.Source{DB: db, Schemas: content, Files: newShelf()}, backup.ShipOptions{Name: "backup", Holder: holder, Scratch: t.TempDir(),
			Hold: func(ctx context.Context) (context.Context, func(), error) {
				held, err := k.Hold(ctx, "backup")
				if err != nil {
					return nil, nil, err
				}
				ctx, cancel := held.With(ctx)
				return ctx, func() { cancel(); held.Release() }, nil
			}})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { _ = s.Run(ctx); close(ended) }()
		return s, func() { cancel(); <-ended }
	}
	s1, stop1 := start(one, "process 1")
	waitReady(t, s1)
	s2, stop2 := start(two, "process 2")
	fillCars(t, two, newShelf(), 1, 40)
	check(t, s1.Flush(t.Context()))
	if p := s2.State().Phase; p != backup.Waiting && p != backup.Starting {
		t.Errorf("both ship: the second is %s", p)
	}
	stop1()
	fillCars(t, one, newShelf(), 60, 40)
	waitFlush(t, s2)
	stop2()
	h, err := dev.History(t.Context())
	check(t, err)
	if len(h.Lines) != 1 {
		t.Errorf("the second process began another line of history: %+v", h.Lines)
	}
	db := openBolt(t, t.TempDir())
	r, err := dev.Restore(t.Context(), backup.Target{DB: db, Schemas: content}, backup.RestoreOptions{Cache: filepath.Join(t.TempDir(), "c")})
	check(t, err)
	if want := contentOf(t, one); r.Content.Root != want.Root {
		t.Errorf("%+v, want %+v", r.Content, want)
	}
}
