package postgres_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// TestTwoNodes: two programs write to one database at once. Neither loses an
// update of the other's, and a follower of either sees one log without gaps.
func TestTwoNodes(t *testing.T) {
	url := cluster.URL(database(t))
	nodes := []*postgres.DB{mustOpen(t, url, postgres.Options{}), mustOpen(t, url, postgres.Options{})}
	if _, _, err := insert(t, nodes[0], "counter", "0"); err != nil {
		t.Fatal(err)
	}
	const each, rounds = 4, 25
	const total = uint64(1 + 2*2*each*rounds)
	var wg sync.WaitGroup
	for n, db := range nodes {
		wg.Go(func() { // a follower, while they write
			for at := uint64(0); at < total; {
				if err := db.Wait(t.Context(), at); err != nil {
					t.Error(err)
					return
				}
				changes, err := db.Changes(t.Context(), at, 7)
				if err != nil {
					t.Error(err)
					return
				}
				for _, c := range changes {
					if at++; c.Seq != at {
						t.Errorf("node %d sees %d after %d", n, c.Seq, at-1)
						return
					}
				}
			}
		})
		for w := range each {
			wg.Go(func() {
				for i := range rounds {
					_, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
						d, err := storetest.Cars.Get(tx, "counter")
						if err != nil {
							return err
						}
						count, err := strconv.Atoi(d.Value.Note)
						if err != nil {
							return err
						}
						d.Value.Note = fmt.Sprint(count + 1)
						if _, err := storetest.Cars.Put(tx, &d.Value, d.Rev); err != nil {
							return err
						}
						_, err = storetest.Cars.Insert(tx, &storetest.Car{ID: fmt.Sprintf("n%d-%d-%d", n, w, i)})
						return err
					})
					if err != nil {
						t.Errorf("node %d: %v", n, err)
					}
				}
			})
		}
	}
	wg.Wait()
	for n, db := range nodes {
		if r, err := rev(t, db, "counter"); err != nil || r != 1+2*each*rounds {
			t.Errorf("node %d: the counter is at revision %d, %v, want %d", n, r, err, 1+2*each*rounds)
		}
		if got := whole(t, db); got != total {
			t.Errorf("node %d: the log holds %d, want %d", n, got, total)
		}
	}
}

// TestLostNotification: another node's change is noticed though the
// notification never came, and though the listener's connection was ended.
func TestLostNotification(t *testing.T) {
	name := database(t)
	a := mustOpen(t, cluster.URL(name), postgres.Options{})
	b := mustOpen(t, cluster.URL(name), postgres.Options{Poll: 50 * time.Millisecond})
	if _, _, err := insert(t, a, "one", ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Wait(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	for i := range uint64(3) {
		// All of both nodes' connections, among them those that listen.
		cluster.SQL(t, name, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		if _, _, err := insert(t, a, fmt.Sprint("more", i), ""); err != nil {
			t.Fatal(err)
		}
		if err := b.Wait(t.Context(), 1+i); err != nil {
			t.Fatal(err)
		}
	}
	// The log moves without a word: only reading the head tells.
	cluster.SQL(t, name, "UPDATE hubcap._head SET seq = seq + 1")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := b.Wait(ctx, 4); err != nil {
		t.Errorf("a change that nobody told of: %v", err)
	}
}
