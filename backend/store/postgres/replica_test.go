package postgres_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// TestReplica: a stale read comes from a replica; one that lags too far, lacks
// the caller's own write or is dead is passed over.
func TestReplica(t *testing.T) {
	name := database(t)
	r := cluster.Replica(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	db := mustOpen(t, cluster.URL(name), postgres.Options{Now: func() time.Time { return now }, Replicas: []string{r.URL(name)}, MaxLag: 10 * time.Second})
	note := func(atLeast uint64) (note string) {
		t.Helper()
		err := db.ViewStale(t.Context(), all, atLeast, func(r store.Reader) error {
			d, err := storetest.Cars.Get(r, "a")
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			note = d.Value.Note
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return note
	}
	write := func(note string) uint64 {
		t.Helper()
		seq, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
			_, err := storetest.Cars.Put(tx, &storetest.Car{ID: "a", Note: note}, store.AnyRev)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return seq
	}
	write("one")
	for r.SQL(t, name, "SELECT count(*) FROM hubcap.cars") != "1" {
	}
	r.PauseReplay(t)
	now = now.Add(8 * time.Second)
	own := write("two")
	if got := note(0); got != "one" {
		t.Errorf("a stale read is %q: it does not come from the replica", got)
	}
	if got := note(own); got != "two" {
		t.Errorf("who has written reads %q, want his own write", got)
	}
	now = now.Add(8 * time.Second)
	write("three")
	if got := note(0); got != "three" {
		t.Errorf("with the replica 16 s behind: %q, want the primary's", got)
	}
	r.ResumeReplay(t)
	for r.SQL(t, name, "SELECT seq FROM hubcap._head") != "3" {
	}
	if got := note(3); got != "three" {
		t.Errorf("caught up: %q", got)
	}
	r.Kill(t)
	for range 3 {
		if got := note(0); got != "three" {
			t.Errorf("with the replica dead: %q", got)
		}
	}
}

// TestReplicaFailsWithin: a replica that cancels a reader, ends his connection
// or dies leaves him to the primary, so long as he has heard nothing; who has
// is told to come back.
func TestReplicaFailsWithin(t *testing.T) {
	name := database(t)
	r := cluster.Replica(t)
	r.SQL(t, "postgres", "ALTER SYSTEM SET max_standby_streaming_delay = 0")
	r.SQL(t, "postgres", "SELECT pg_reload_conf()")
	db := mustOpen(t, cluster.URL(name), postgres.Options{Replicas: []string{r.URL(name)}, MaxLag: time.Hour})
	for _, key := range []string{"a", "b", "c"} {
		if _, _, err := insert(t, db, key, "old"); err != nil {
			t.Fatal(err)
		}
	}
	caught := func() {
		for r.SQL(t, name, "SELECT seq FROM hubcap._head") != fmt.Sprint(db.Head().Seq) {
		}
	}
	const readers = "FROM pg_stat_activity WHERE application_name = 'hubcap' AND datname = current_database()"
	// read runs beside within a view, when its snapshot on the replica is
	// taken; after: when it has answered.
	read := func(beside func(), after bool) error {
		caught()
		return db.ViewStale(t.Context(), all, db.Head().Seq, func(s store.Reader) error {
			if after {
				if _, err := storetest.Cars.Get(s, "a"); err != nil {
					return err
				}
			}
			if n := r.SQL(t, name, "SELECT count(*) "+readers+" AND state = 'idle in transaction'"); n != "1" {
				t.Errorf("%s views on the replica, want 1", n)
			}
			beside()
			_, err := storetest.Cars.Get(s, "a")
			return err
		})
	}
	awake := func() { // it rests after a failure; a new store knows of none
		_ = db.Close()
		db = mustOpen(t, cluster.URL(name), postgres.Options{Replicas: []string{r.URL(name)}, MaxLag: time.Hour})
	}
	ended := func() {
		r.SQL(t, name, "SELECT pg_terminate_backend(pid) "+readers)
		for r.SQL(t, name, "SELECT count(*) "+readers) != "0" {
		}
	}
	conflict := func() {
		cluster.SQL(t, name, "DELETE FROM hubcap.cars WHERE key = 'b'")
		cluster.SQL(t, name, "VACUUM hubcap.cars")
		for r.SQL(t, name, "SELECT count(*) "+readers) != "0" {
		}
	}
	var cancelling sync.WaitGroup
	cancelled := func() {
		// A lock that the replica takes over holds the reader up; there he is
		// cancelled, while the primary has let go of it.
		c, err := pgx.Connect(t.Context(), cluster.URL(name))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(t.Context())
		if _, err := c.Exec(t.Context(), "BEGIN; LOCK TABLE hubcap.cars IN ACCESS EXCLUSIVE MODE"); err != nil {
			t.Fatal(err)
		}
		cluster.SQL(t, name, "SELECT pg_logical_emit_message(true, 'test', '')") // its commit sends the lock along
		for r.SQL(t, name, "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'hubcap.cars'::regclass") == "0" {
		}
		r.PauseReplay(t)
		cancelling.Go(func() {
			for r.SQL(t, name, "SELECT count(pg_cancel_backend(pid)) "+readers+" AND wait_event_type = 'Lock'") == "0" {
			}
		})
	}
	for _, c := range []struct {
		name   string
		beside func()
	}{{"the connection is ended", ended}, {"what it reads is cleared away", conflict}, {"its statement is cancelled", cancelled}} {
		t.Run(c.name, func(t *testing.T) {
			if err := read(c.beside, false); err != nil {
				t.Errorf("who has heard nothing: %v", err)
			}
			cancelling.Wait()
			r.ResumeReplay(t)
			awake()
		})
	}
	again(t, "who has heard of the replica's", read(ended, true))
	awake()
	if err := read(func() { r.Kill(t) }, false); err != nil {
		t.Errorf("a replica that dies: %v", err)
	}
}
