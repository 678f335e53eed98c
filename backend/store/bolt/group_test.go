package bolt_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// TestWritersShareACommit: writers that come while another commits go to disk
// together, each is counted once, and one that fails or panics among them
// takes nobody along.
func TestWritersShareACommit(t *testing.T) {
	var mu sync.Mutex
	commits, writers, changes, most := 0, 0, 0, 0
	db, err := bolt.Open(t.Context(), t.TempDir(), storetest.Schemas(), bolt.Options{Observer: store.Observer{
		Commit: func(_ time.Duration, w, c int) {
			mu.Lock()
			defer mu.Unlock()
			commits, writers, changes, most = commits+1, writers+w, changes+c, max(most, w)
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	want := 0
	for round := 0; ; round++ {
		mu.Lock()
		shared := most > 1
		mu.Unlock()
		if shared {
			break
		}
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				defer func() { _ = recover() }()
				_, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
					if _, err := storetest.Cars.Insert(tx, &storetest.Car{ID: fmt.Sprintf("%03d-%02d", round, i)}); err != nil {
						return err
					}
					switch i % 8 {
					case 6:
						return fmt.Errorf("not this one")
					case 7:
						panic("nor this one")
					}
					return nil
				})
				if (err == nil) != (i%8 < 6) {
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		want += 48
	}
	mu.Lock()
	defer mu.Unlock()
	if writers != want || changes != want || int(db.Head().Seq) != want || commits >= want {
		t.Errorf("%d commits of %d writers and %d changes, head %d, want fewer commits than %d writers", commits, writers, changes, db.Head().Seq, want)
	}
	checkWhole(t, db)
	t.Logf("%d writers shared %d commits, at most %d in one", writers, commits, most)
}
