package backup_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/sync/backup"
)

// running starts a shipper and returns how to stop it.
func (w *world) running(s *backup.Shipper) (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return func() {
		cancel()
		check(w.t, <-done)
	}
}

func TestEverySecondComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		w.write()
		s := w.shipper(backup.ShipOptions{})
		stop := w.running(s)
		for range 60 {
			time.Sleep(time.Duration(w.rnd.IntN(4000)) * time.Millisecond)
			w.write()
		}
		check(t, s.Flush(t.Context()))
		stop()
		w.restore(time.Time{}, w.states[len(w.states)-1])
		for range 12 {
			m := w.states[1+w.rnd.IntN(len(w.states)-1)]
			if m.time.Before(w.states[1].time) {
				continue
			}
			w.restore(m.time, m)
			between := m.time.Add(time.Duration(w.rnd.IntN(1000)) * time.Millisecond)
			w.restore(between, w.at(between))
		}
	})
}
