package postgres_test

import (
	"testing"
	"time"

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
