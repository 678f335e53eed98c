package backup_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// shorter is a store whose log ends before its last changes.
type shorter struct {
	store.DB
	head         store.Position
	acknowledged uint64
}

func (w *world) rolledBack(by uint64) *shorter {
	h := w.db.Head()
	h.Seq -= by
	return &shorter{DB: w.db, head: h}
}

func (s *shorter) Head() store.Position { return s.head }

func (s *shorter) Acknowledge(_ context.Context, _ string, at store.Position, _ uint64) error {
	s.acknowledged = max(s.acknowledged, at.Seq)
	return fault.New(fault.Unavailable, "commits are gone")
}

// ready waits until there is a checkpoint and the log behind it.
func (w *world) ready(s *backup.Shipper) {
	for s.State().Checkpoint.IsZero() {
		time.Sleep(time.Second)
	}
	check(w.t, s.Flush(w.t.Context()))
}

func TestRotationReencryptsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := lived(t)
		before := map[string][]byte{}
		for _, n := range w.objects("d/") {
			before[n] = w.read(n)
		}
		old, err := seal.KeyOf(before[w.objects("/head")[0]])
		check(t, err)
		// Interrupted three times, it goes on.
		for _, at := range []int{9, 30, 12} {
			w.bucket.Script(remote.FailFrom(len(w.bucket.Calls())+at, remote.Away()))
			if _, err := w.repo.Rotate(t.Context(), t.TempDir(), nil); err == nil {
				t.Fatal("a rotation without a bucket")
			}
			w.bucket.Script(nil)
			w.restore(time.Time{}, w.states[len(w.states)-1])
		}
		r, err := w.repo.Rotate(t.Context(), t.TempDir(), nil)
		check(t, err)
		if !r.Waiting || !w.repo.Rotating() {
			t.Errorf("the old key left at once: %+v", r)
		}
		time.Sleep(2 * time.Hour)
		r, err = w.repo.Rotate(t.Context(), t.TempDir(), nil)
		check(t, err)
		if r.Waiting || len(r.Keys) != 1 || r.Keys[0] == old {
			t.Errorf("after it: %+v", r)
		}
		for n := range before {
			if by, err := seal.KeyOf(w.read(n)); err != nil || by == old {
				t.Errorf("%s is still sealed by the old key (%v)", n, err)
			}
		}
		w.restore(time.Time{}, w.states[len(w.states)-1])
		if v := w.verify(backup.Known{}); !v.OK {
			t.Errorf("verify: %+v", v.Findings)
		}
	})
}

// A shipper that runs beside a rotation of another process learns of the new
// key before the old one is gone.
func TestShippingBesideARotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 8)
		w.write()
		s := w.shipper(backup.ShipOptions{})
		stop := w.running(s)
		check(t, s.Flush(t.Context()))
		key, err := backup.Unlock(t.Context(), w.bucket, secret)
		check(t, err)
		other, err := backup.Open(t.Context(), w.bucket, key, backup.Options{})
		check(t, err)
		_, err = other.Rotate(t.Context(), t.TempDir(), nil)
		check(t, err)
		for range 20 {
			w.write()
			time.Sleep(5 * time.Minute)
		}
		r, err := other.Rotate(t.Context(), t.TempDir(), nil)
		check(t, err)
		if r.Waiting {
			t.Errorf("after two hours: %+v", r)
		}
		w.write()
		check(t, s.Flush(t.Context()))
		stop()
		w.restore(time.Time{}, w.states[len(w.states)-1])
	})
}

func TestPassphraseAndRecoveryKey(t *testing.T) {
	w := newWorld(t, 2)
	check(t, w.repo.ChangePassphrase(t.Context(), "another five words here"))
	if _, err := backup.Unlock(t.Context(), w.bucket, secret); !fault.Is(err, fault.Denied) {
		t.Errorf("the old passphrase: %v", err)
	}
	key, err := backup.Unlock(t.Context(), w.bucket, "another five words here")
	check(t, err)
	rec, err := seal.NewRecovery()
	check(t, err)
	check(t, w.repo.ChangeRecovery(t.Context(), rec))
	other, err := backup.Unlock(t.Context(), w.bucket, rec.Text())
	check(t, err)
	if key != other || key != w.key {
		t.Error("they open different keys")
	}
	_, _, err = backup.Init(t.Context(), w.bucket, backup.Secrets{Passphrase: secret, Recovery: rec}, backup.Options{Work: seal.CheapForTests})
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("a second repository in one place: %v", err)
	}
}

func TestOneCarComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := lived(t)
		var want car
		check(t, w.db.View(t.Context(), store.Org("main"), func(r store.Reader) error {
			p, err := cars.Query(r, store.Query{})
			if err == nil {
				want = p.Items[0].Value
			}
			return err
		}))
		docs, plan, err := w.dev.Extract(t.Context(), backup.RestoreOptions{Cache: t.TempDir()}, func(collection, _, key string, _ []byte) bool {
			return collection == "cars" && key == want.ID
		})
		check(t, err)
		if len(docs) != 1 || plan.Seq != w.db.Head().Seq {
			t.Fatalf("found %d documents, up to %d", len(docs), plan.Seq)
		}
		got, err := cars.Decode(docs[0].Doc)
		check(t, err)
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestStandbyFollowsAndTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		w.write()
		s := w.shipper(backup.ShipOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		w.write()
		w.ready(s)

		db, err := mem.Open(schemas(), mem.Options{})
		check(t, err)
		target := backup.Target{DB: db, Schemas: content, Files: newShelf()}
		_, err = w.dev.Restore(t.Context(), target, backup.RestoreOptions{Cache: t.TempDir() + "/c", Follow: true})
		check(t, err)
		if err := backup.Refuse(t.Context(), db); !fault.Is(err, fault.Conflict) {
			t.Errorf("a standby may be served: %v", err)
		}
		by, err := w.dev.Stand(t.Context(), target, backup.RestoreOptions{})
		check(t, err)
		for range 10 {
			w.write()
			w.write()
			check(t, s.Flush(t.Context()))
			_, err := by.Follow(t.Context())
			check(t, err)
			if got := contentOf(t, db); got.Root != w.states[len(w.states)-1].content.Root {
				t.Fatal("the standby holds something else than the hub")
			}
		}
		w.write()
		check(t, s.Flush(t.Context()))
		_, err = by.Promote(t.Context(), "standby")
		check(t, err)
		check(t, backup.Refuse(t.Context(), db))
		if got := contentOf(t, db); got.Root != w.states[len(w.states)-1].content.Root {
			t.Error("the promoted standby lacks something")
		}
		for range 9 {
			w.write()
			time.Sleep(5 * time.Second)
		}
		if err := <-ended; !errors.Is(err, backup.ErrFenced) {
			t.Errorf("the old hub ships on: %v", err)
		}
		// The promoted one ships under its own line.
		s2 := w.dev.NewShipper(backup.Source{DB: db, Schemas: content, Files: target.Files}, backup.ShipOptions{Name: "backup-test", Holder: "new", Scratch: t.TempDir()})
		ctx2, cancel2 := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s2.Run(ctx2) }()
		w.ready(s2)
		cancel2()
		check(t, <-done)
		h, err := w.dev.History(t.Context())
		check(t, err)
		if last := h.Lines[len(h.Lines)-1]; last.ID == 1 || len(last.Fulls) != 1 {
			t.Errorf("the promoted hub has no line of its own: %+v", h.Lines)
		}
	})
}

// An interrupted restore goes on, wherever it was cut.
func TestRestoreIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := lived(t)
		want := w.states[len(w.states)-1].content
		for cut := 1; cut <= 20; cut++ {
			db, err := mem.Open(schemas(), mem.Options{})
			check(t, err)
			files := newShelf()
			cache := t.TempDir() + "/c"
			target := backup.Target{DB: db, Schemas: content, Files: files}
			w.bucket.Script(remote.FailFrom(len(w.bucket.Calls())+cut, remote.Away()))
			_, first := w.dev.Restore(t.Context(), target, backup.RestoreOptions{Cache: cache})
			w.bucket.Script(nil)
			if first != nil {
				if m := db.Head().Seq; m > 0 {
					if err := backup.Refuse(t.Context(), db); !fault.Is(err, fault.Conflict) {
						t.Errorf("cut %d: half a restore may be served: %v", cut, err)
					}
				}
				_, err = w.dev.Restore(t.Context(), target, backup.RestoreOptions{Cache: cache})
				check(t, err)
			}
			check(t, backup.Refuse(t.Context(), db))
			if got := contentOf(t, db); got.Root != want.Root {
				t.Errorf("cut %d: something else came back", cut)
			}
		}
	})
}

func TestDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := lived(t)
		ids, err := w.repo.Devices(t.Context())
		check(t, err)
		if !slices.Equal(ids, []string{"hub-1"}) {
			t.Errorf("devices: %v", ids)
		}
		if _, err := w.repo.Device("../up"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a device's name with a path: %v", err)
		}
	})
}

func TestProveComparesWithTheLiveStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 11)
		w.write()
		s := w.shipper(backup.ShipOptions{})
		stop := w.running(s)
		w.write()
		scratch := func() backup.Target {
			db, err := mem.Open(schemas(), mem.Options{})
			check(t, err)
			return backup.Target{DB: db, Schemas: content}
		}
		w.ready(s)
		p, _, err := s.Prove(t.Context(), scratch(), t.TempDir()+"/c", nil)
		check(t, err)
		m, err := w.dev.Manifest(t.Context())
		check(t, err)
		if len(m.Proofs) != 1 || m.Proofs[0].Root != p.Root || p.Root != w.states[len(w.states)-1].content.Root {
			t.Errorf("proofs: %+v", m.Proofs)
		}
		stop()
	})
}
