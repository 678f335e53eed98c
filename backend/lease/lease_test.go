package lease_test

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"testing"
	"testing/fstest"

	"github.com/hubcap-dev/hubcap/backend/lease"
	"github.com/hubcap-dev/hubcap/backend/lease/leasetest"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/internal/pgtest"
)

var cluster pgtest.Cluster

// TestMain lets the test binary play a hub that holds a lease until it is
// killed.
func TestMain(m *testing.M) {
	if url := os.Getenv("HUBCAP_TEST_LEASE"); url != "" {
		holdUntilKilled(url)
	}
	code := m.Run()
	cluster.Remove()
	os.Exit(code)
}

func holdUntilKilled(url string) {
	ctx := context.Background()
	db, err := postgres.Open(ctx, url, lease.Schemas(), postgres.Options{Steps: steps()})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	h, err := lease.New(db, onPostgres(db)).Hold(ctx, "ship")
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("held", h.Fence)
	select {}
}

func onPostgres(db *postgres.DB) lease.Locker {
	return func(ctx context.Context, name string) (lease.Lock, error) {
		s, err := db.Seize(ctx, name)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
}

func steps() fs.FS {
	base, err := fs.ReadFile(postgres.Steps(), "0001_log.sql")
	if err != nil {
		panic(err)
	}
	step, err := postgres.Step(nil, postgres.Layout(lease.Schemas()))
	if err != nil {
		panic(err)
	}
	return fstest.MapFS{"0001_log.sql": {Data: base}, "0002_suite.sql": {Data: []byte(step)}}
}

func database(t *testing.T) string {
	t.Helper()
	url := cluster.URL(cluster.Database(t, ""))
	m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{Steps: steps()})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	return url
}

func TestBolt(t *testing.T) {
	leasetest.Run(t, leasetest.Engine{Open: func(t *testing.T) (_, _ *lease.Keeper, _ func()) {
		db, err := bolt.Open(t.Context(), t.TempDir(), lease.Schemas(), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		k := lease.New(db, func(ctx context.Context, name string) (lease.Lock, error) {
			s, err := db.Seize(ctx, name)
			if err != nil {
				return nil, err
			}
			return s, nil
		})
		return k, k, leasetest.Closed(t, db)
	}})
}

func TestPostgres(t *testing.T) {
	leasetest.Run(t, leasetest.Engine{Open: func(t *testing.T) (_, _ *lease.Keeper, _ func()) {
		url := database(t)
		var all []*lease.Keeper
		var closers []func()
		for range 2 {
			db, err := postgres.Open(t.Context(), url, lease.Schemas(), postgres.Options{Steps: steps()})
			if err != nil {
				t.Fatal(err)
			}
			closers = append(closers, leasetest.Closed(t, db))
			all = append(all, lease.New(db, onPostgres(db)))
		}
		return all[0], all[1], closers[0]
	}})
}

// TestLostConnection: a holder whose connection the server ends learns of it,
// and the next one is let in.
func TestLostConnection(t *testing.T) {
	name := cluster.Database(t, "")
	url := cluster.URL(name)
	m, err := postgres.NewMigrator(t.Context(), url, postgres.Options{Steps: steps()})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), url, lease.Schemas(), postgres.Options{Steps: steps()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	k := lease.New(db, onPostgres(db))
	h, err := k.Hold(t.Context(), "ship")
	if err != nil {
		t.Fatal(err)
	}
	defer h.Release()
	if n := cluster.SQL(t, name, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'hubcap lease'"); n != "1" {
		t.Fatalf("ended %s connections: the fault is not live", n)
	}
	if err := h.Check(t.Context()); err == nil {
		t.Error("a holder without a connection holds")
	}
	<-h.Lost()
	next, err := k.Hold(t.Context(), "ship")
	if err != nil {
		t.Fatal(err)
	}
	defer next.Release()
	if next.Fence != h.Fence+1 {
		t.Errorf("the fence is %d after %d", next.Fence, h.Fence)
	}
}

// TestKill: of two processes on one database exactly one holds; when it is
// killed the other does, with a greater fence.
func TestKill(t *testing.T) {
	url := database(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	type process struct {
		cmd   *exec.Cmd
		lines *bufio.Scanner
	}
	start := func() process {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), "HUBCAP_TEST_LEASE="+url)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		return process{cmd, bufio.NewScanner(out)}
	}
	holder := start()
	for fence := 1; fence <= 4; fence++ {
		if !holder.lines.Scan() || holder.lines.Text() != fmt.Sprint("held ", fence) {
			t.Fatalf("the holder says %q, want held %d", holder.lines.Text(), fence)
		}
		next := start()
		if err := holder.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = holder.cmd.Wait()
		holder = next
	}
}
