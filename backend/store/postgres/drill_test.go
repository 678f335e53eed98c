package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

func insert(t *testing.T, db store.DB, key, note string) (seq uint64, runs int, err error) {
	t.Helper()
	seq, err = db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		runs++
		_, err := storetest.Cars.Insert(tx, &storetest.Car{ID: key, Note: note})
		return err
	})
	return seq, runs, err
}

func rev(t *testing.T, db store.DB, key string) (n int64, err error) {
	t.Helper()
	err = db.View(t.Context(), all, func(r store.Reader) error {
		d, err := storetest.Cars.Get(r, key)
		n = d.Rev
		return err
	})
	return n, err
}

// again wants an error that says "later" and when.
func again(t *testing.T, what string, err error) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Unavailable || f.RetryAfter == 0 {
		t.Errorf("%s: %v, want Unavailable with a time to try again", what, err)
	}
}

// whole wants a log without gaps whose transactions are whole, and returns how
// long it is.
func whole(t *testing.T, db store.DB) uint64 {
	t.Helper()
	at := uint64(0)
	for at < db.Head().Seq {
		changes, err := db.Changes(t.Context(), at, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			if at++; c.Seq != at {
				t.Fatalf("the log goes from %d to %d", at-1, c.Seq)
			}
		}
		if !changes[len(changes)-1].Last {
			t.Fatal("half a transaction")
		}
	}
	return at
}

// TestLostCommit: the network breaks between COMMIT and its answer. What was
// committed is not done again, what was not is, and what can't be known is
// said.
func TestLostCommit(t *testing.T) {
	name := database(t)
	p := newProxy(t, cluster.Port(t))
	db := mustOpen(t, p.url(t, name), postgres.Options{Outcome: 300 * time.Millisecond})
	for _, c := range []struct {
		name, lose string
		runs       int
	}{{"the answer is lost", "answer", 1}, {"the request is lost", "request", 2}} {
		t.Run(c.name, func(t *testing.T) {
			before := db.Head().Seq
			p.losing(c.lose, "MARK-"+c.lose)
			seq, runs, err := insert(t, db, c.lose, "MARK-"+c.lose)
			if err != nil || seq != before+1 || runs != c.runs {
				t.Errorf("Update = %d, %v after %d runs, want %d after %d", seq, err, runs, before+1, c.runs)
			}
			if n, err := rev(t, db, c.lose); err != nil || n != 1 {
				t.Errorf("the document has revision %d, %v", n, err)
			}
			if db.Head().Seq != before+1 {
				t.Errorf("Head = %v", db.Head())
			}
		})
	}
	t.Run("and nobody answers", func(t *testing.T) {
		p.losing("answer and all", "MARK-all")
		_, runs, err := insert(t, db, "all", "MARK-all")
		again(t, "a commit that can't be asked after", err)
		if runs != 1 || err == nil || !strings.Contains(err.Error(), "not known") {
			t.Errorf("after %d runs: %v", runs, err)
		}
		p.cut(true)
		again(t, "a write while the network is cut", func() error { _, _, err := insert(t, db, "cut", ""); return err }())
		_, err = rev(t, db, "all")
		again(t, "a read while the network is cut", err)
		p.cut(false)
		if n, err := rev(t, db, "all"); err != nil || n != 1 {
			t.Errorf("when the network is back: revision %d, %v", n, err)
		}
		if seq, _, err := insert(t, db, "back", ""); err != nil || seq != 4 {
			t.Errorf("when the network is back: Update = %d, %v, want 4", seq, err)
		}
		if n := whole(t, db); n != 4 {
			t.Errorf("the log holds %d changes, want 4", n)
		}
	})
}

// TestKill kills the database under load and starts it again: meanwhile
// everybody is told to come back later, then all goes on, and nothing that was
// acknowledged is lost.
func TestKill(t *testing.T) {
	name := database(t)
	db := mustOpen(t, cluster.URL(name), postgres.Options{})
	rounds := 2
	if os.Getenv("HUBCAP_TEST_DRILL") == "1" {
		rounds = 20
	}
	var ids store.IDs
	var mu sync.Mutex
	wrote := map[string]bool{}
	for range rounds {
		stop := make(chan struct{})
		refused := make(chan struct{}, 100)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					key := ids.New()
					_, _, err := insert(t, db, key, "")
					if err != nil {
						again(t, "a write while the database is down", err)
						select {
						case refused <- struct{}{}:
						default:
						}
						continue
					}
					mu.Lock()
					wrote[key] = true
					mu.Unlock()
				}
			})
		}
		seen := db.Head().Seq
		if err := db.Wait(t.Context(), seen+20); err != nil {
			t.Fatal(err)
		}
		cluster.Kill(t)
		<-refused
		_, err := rev(t, db, "x")
		again(t, "a read while the database is down", err)
		cluster.Start(t)
		if err := db.Wait(t.Context(), db.Head().Seq+20); err != nil {
			t.Fatal(err)
		}
		close(stop)
		wg.Wait()
	}
	if err := db.Fault(); err != nil {
		t.Errorf("Fault: %v", err)
	}
	for key := range wrote {
		if n, err := rev(t, db, key); err != nil || n != 1 {
			t.Fatalf("%s was acknowledged and is at revision %d, %v", key, n, err)
		}
	}
	n := whole(t, db)
	if n < uint64(len(wrote)) {
		t.Errorf("the log holds %d changes, %d were acknowledged", n, len(wrote))
	}
	t.Logf("%d kills, %d acknowledged, %d in the log", rounds, len(wrote), n)
}

// TestFailover: a replica that lagged becomes the primary. The hub has seen
// more than it holds, and refuses to write over the loss.
func TestFailover(t *testing.T) {
	name := database(t)
	n := newNetwork(t, cluster.Port(t))
	db := mustOpen(t, n.url(t, name), postgres.Options{})
	if _, _, err := insert(t, db, "old", ""); err != nil {
		t.Fatal(err)
	}
	r := cluster.Replica(t)
	for r.SQL(t, name, "SELECT count(*) FROM hubcap.cars") != "1" {
	}
	r.Detach(t)
	if _, _, err := insert(t, db, "new", ""); err != nil {
		t.Fatal(err)
	}
	r.Promote(t)
	n.to(t, r.Port(t))
	_, _, err := insert(t, db, "more", "")
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "2 to 2") {
		t.Errorf("a write after the failover: %v, want that change 2 is gone", err)
	}
	if db.Fault() == nil {
		t.Error("Fault is nil")
	}
	if got, err := rev(t, db, "old"); err != nil || got != 1 {
		t.Errorf("reading goes on: revision %d, %v", got, err)
	}
	_ = db.Close()
	lost, err := postgres.AcceptLoss(t.Context(), n.url(t, name), 2, postgres.Options{})
	if err != nil || lost != (postgres.Loss{From: 2, To: 2}) {
		t.Errorf("AcceptLoss = %+v, %v", lost, err)
	}
	after := mustOpen(t, n.url(t, name), postgres.Options{})
	if seq, _, err := insert(t, after, "more", ""); err != nil || seq != 3 {
		t.Errorf("after the loss was accepted: Update = %d, %v, want 3", seq, err)
	}
	if after.Head().Epoch == db.Head().Epoch {
		t.Error("history goes on as if nothing was lost")
	}
	if _, err := after.Changes(t.Context(), 1, 10); !errors.Is(err, store.ErrTrimmed) {
		t.Errorf("Changes over the gap: %v, want ErrTrimmed", err)
	}
}

// TestBusy: more readers than connections are told to come back.
func TestBusy(t *testing.T) {
	db := mustOpen(t, cluster.URL(database(t)), postgres.Options{Readers: 2, Acquire: 20 * time.Millisecond})
	read := func(inside func() error) error {
		return db.View(t.Context(), all, func(r store.Reader) error {
			if _, err := storetest.Cars.Get(r, "x"); !fault.Is(err, fault.NotFound) {
				return err
			}
			return inside()
		})
	}
	err := read(func() error { return read(func() error { return read(func() error { return nil }) }) })
	again(t, "the third of two readers", err)
	if err := read(func() error { return nil }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestDiskFull fills a small disk under the database.
func TestDiskFull(t *testing.T) {
	name := database(t)
	dir := cluster.SmallDisk(t, name)
	db := mustOpen(t, cluster.URL(name), postgres.Options{})
	t.Cleanup(func() { _ = db.Close() })
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 20<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	note := func(i int) string {
		var b strings.Builder // not to be compressed
		for j := range 5000 {
			fmt.Fprintf(&b, "%x", (i+1)*(j+7)*2654435761)
		}
		return b.String()
	}
	saved := 0
	var err error
	for ; saved < 500; saved++ {
		if _, _, err = insert(t, db, fmt.Sprint("k", saved), note(saved)); err != nil {
			break
		}
	}
	if !fault.Is(err, fault.Full) {
		t.Fatalf("after %d writes: %v, want Full", saved, err)
	}
	for i := range saved {
		if n, err := rev(t, db, fmt.Sprint("k", i)); err != nil || n != 1 {
			t.Fatalf("k%d on a full disk: revision %d, %v", i, n, err)
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if seq, _, err := insert(t, db, fmt.Sprint("k", saved), note(saved)); err != nil || seq != uint64(saved+1) {
		t.Errorf("with space again: Update = %d, %v, want %d", seq, err, saved+1)
	}
}

// TestSilence: the network swallows everything without a word. Nobody waits
// longer than a statement may take, however many there are.
func TestSilence(t *testing.T) {
	name := database(t)
	n := newNetwork(t, cluster.Port(t))
	db := mustOpen(t, n.url(t, name), postgres.Options{Statement: 200 * time.Millisecond, Idle: 300 * time.Millisecond, Outcome: 200 * time.Millisecond})
	if _, _, err := insert(t, db, "a", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := rev(t, db, "a"); err != nil {
		t.Fatal(err)
	}
	n.poison(t, "timeout", "upstream", nil)
	n.poison(t, "timeout", "downstream", nil)
	_, err := rev(t, db, "a")
	again(t, "a read in silence", err)
	// One after another they would take a minute to find out.
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
	defer cancel()
	var writers sync.WaitGroup
	for i := range 24 {
		writers.Go(func() {
			_, err := db.Update(ctx, store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
				_, err := storetest.Cars.Insert(tx, &storetest.Car{ID: fmt.Sprint("b", i)})
				return err
			})
			again(t, "a write in silence", err)
		})
	}
	writers.Wait()
	n.heal(t)
	if got, err := rev(t, db, "a"); err != nil || got != 1 {
		t.Errorf("afterwards: revision %d, %v", got, err)
	}
	if _, _, err := insert(t, db, "c", ""); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if got := whole(t, db); got != 2 {
		t.Errorf("the log holds %d changes, want 2", got)
	}
}

// TestGivenUp: a caller who gives up hears of that, and harms nobody else.
func TestGivenUp(t *testing.T) {
	db := mustOpen(t, cluster.URL(database(t)), postgres.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := db.Update(ctx, store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		cancel()
		_, err := storetest.Cars.Insert(tx, &storetest.Car{ID: "a"})
		return errors.Join(err, ctx.Err())
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Update = %v, want canceled", err)
	}
	if _, err := db.Update(ctx, store.Write{Scope: all, Actor: who}, func(store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update under a canceled context = %v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err = db.View(short, all, func(r store.Reader) error {
		<-short.Done()
		_, err := storetest.Cars.Get(r, "a")
		return err
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("View past its deadline = %v", err)
	}
	if seq, _, err := insert(t, db, "a", ""); err != nil || seq != 1 {
		t.Errorf("afterwards: Update = %d, %v, want 1", seq, err)
	}
}
