package backup_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/internal/race"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/retain"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// A year of days: what the rules keep can be restored at its end, every
// second of the last week as well, and the bucket does not grow without end.
func TestAYear(t *testing.T) {
	race.Skip(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 12)
		policy := retain.Policy{Last: 2, Daily: 7, Weekly: 4, Monthly: 12, Window: 7 * 24 * time.Hour, Zone: time.UTC}
		w.write()
		s := w.shipper(backup.ShipOptions{})
		stop := w.running(s)
		w.ready(s)
		days := 60
		if os.Getenv("HUBCAP_TEST_S3") != "" || os.Getenv("HUBCAP_TEST_DRILL") != "" {
			days = 365
		}
		half := 0
		for day := range days {
			for range 3 {
				w.write()
				time.Sleep(time.Hour)
			}
			check(t, s.Flush(t.Context()))
			_, err := s.Compact(t.Context(), nil)
			check(t, err)
			_, err = s.Checkpoint(t.Context(), nil)
			check(t, err)
			_, err = w.dev.Prune(t.Context(), backup.PruneOptions{Policy: policy, Schemas: content})
			check(t, err)
			_, err = w.db.Trim(t.Context(), 1)
			check(t, err)
			time.Sleep(21 * time.Hour)
			if day == days/2 {
				half = len(w.objects(""))
			}
		}
		stop()
		if end := len(w.objects("")); end > 2*half {
			t.Errorf("%d objects after half of the time, %d at its end", half, end)
		}
		h, err := w.dev.History(t.Context())
		check(t, err)
		points := 0
		for _, l := range h.Lines {
			for _, f := range l.Fulls {
				points++
				w.restore(f.Time, w.at(f.Time))
			}
		}
		if points < days/30+9 {
			t.Errorf("%d points are left of %d days", points, days)
		}
		last := w.states[len(w.states)-1]
		for range 20 {
			at := last.time.Add(-time.Duration(w.rnd.Int64N(int64(policy.Window))))
			w.restore(at, w.at(at))
		}
		if v := w.verify(backup.Known{}); !v.OK {
			t.Errorf("verify: %+v", v.Findings)
		}
	})
}

// Two million changes through the log, joined and restored.
func TestDrillTwoMillionChanges(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_DRILL") == "" {
		t.Skip("a drill: with HUBCAP_TEST_DRILL")
	}
	const changes = 2_000_000
	db := openBolt(t, t.TempDir())
	dir := t.TempDir()
	bucket, err := remote.OpenDirectory(dir, remote.DirectoryOptions{})
	check(t, err)
	rec, err := seal.NewRecovery()
	check(t, err)
	repo, _, err := backup.Init(t.Context(), bucket, backup.Secrets{Passphrase: secret, Recovery: rec}, backup.Options{Work: seal.CheapForTests})
	check(t, err)
	dev, err := repo.Device("hub-1")
	check(t, err)
	w := &world{t: t}
	s := dev.NewShipper(backup.Source{DB: db, Schemas: content}, backup.ShipOptions{Name: "backup", Holder: "one", Scratch: t.TempDir()})
	stop := w.running(s)
	waitReady(t, s)
	began := time.Now()
	for n := 0; n < changes; {
		_, err := db.Update(t.Context(), store.Write{Scope: store.Org("main"), Actor: actor.Hub("test")}, func(tx store.Tx) error {
			for range 500 {
				if _, err := cars.Put(tx, &car{ID: string(rune('a'+n%20)) + time.Duration(n%20_000).String(), Note: time.Duration(n).String()}, store.AnyRev); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		check(t, err)
		if n%100_000 == 0 {
			check(t, s.Flush(t.Context()))
			_, err := db.Trim(t.Context(), 1000)
			check(t, err)
		}
	}
	check(t, s.Flush(t.Context()))
	t.Logf("%d changes written and shipped in %v, %d bytes", changes, time.Since(began), s.State().Bytes)
	stop()
	began = time.Now()
	to := openBolt(t, t.TempDir())
	r, err := dev.Restore(t.Context(), backup.Target{DB: to, Schemas: content}, backup.RestoreOptions{Cache: filepath.Join(t.TempDir(), "c")})
	check(t, err)
	if want := contentOf(t, db); r.Content.Root != want.Root || r.Changes != changes {
		t.Errorf("%+v, want %+v", r, want)
	}
	t.Logf("replayed in %v", time.Since(began))
}
