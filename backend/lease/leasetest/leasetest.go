// Package leasetest is what every engine's leases must do.
package leasetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/lease"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Engine is what is tested.
type Engine struct {
	// Open returns keepers that stand for two processes on one store, and a
	// function that closes the first one's store. Where one process alone can
	// open the store both are the same.
	Open func(t *testing.T) (first, second *lease.Keeper, closeFirst func())
}

// Run runs the suite.
func Run(t *testing.T, e Engine) {
	for name, test := range map[string]func(*testing.T, Engine){
		"one at a time": oneAtATime, "fences grow": fences, "waiting ends": waiting, "names": names, "many": many,
		"with the store": withStore, "held work": work,
	} {
		t.Run(name, func(t *testing.T) { test(t, e) })
	}
}

func hold(t *testing.T, k *lease.Keeper, name string) *lease.Held {
	t.Helper()
	h, err := k.Hold(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Release)
	return h
}

func isLost(h *lease.Held) bool {
	select {
	case <-h.Lost():
		return true
	default:
		return false
	}
}

func oneAtATime(t *testing.T, e Engine) {
	a, b, _ := e.Open(t)
	first := hold(t, a, "ship")
	got := make(chan *lease.Held)
	var waiter sync.WaitGroup
	waiter.Go(func() {
		h, err := b.Hold(t.Context(), "ship")
		if err != nil {
			t.Error(err)
		}
		got <- h
	})
	select {
	case <-got:
		t.Fatal("two hold one lease")
	default:
	}
	if err := first.Check(t.Context()); err != nil || isLost(first) {
		t.Errorf("the holder: %v", err)
	}
	first.Release()
	first.Release()
	second := <-got
	waiter.Wait()
	if second == nil {
		return
	}
	defer second.Release()
	if !isLost(first) || !errors.Is(first.Check(t.Context()), lease.ErrLost) {
		t.Error("who let go holds still")
	}
	if err := second.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func fences(t *testing.T, e Engine) {
	a, b, _ := e.Open(t)
	last := uint64(0)
	for i := range 6 {
		k := a
		if i%2 == 1 {
			k = b
		}
		h := hold(t, k, "ship")
		if h.Fence != last+1 {
			t.Errorf("grant %d has the fence %d after %d", i, h.Fence, last)
		}
		last = h.Fence
		g, err := b.Last(t.Context(), "ship")
		if err != nil || uint64(g.Fence) != last || g.PID == 0 {
			t.Errorf("Last = %+v, %v", g, err)
		}
		h.Release()
	}
}

func waiting(t *testing.T, e Engine) {
	a, b, _ := e.Open(t)
	hold(t, a, "ship")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error)
	go func() { _, err := b.Hold(ctx, "ship"); done <- err }()
	why := errors.New("enough")
	cancel(why)
	if err := <-done; !errors.Is(err, why) && !errors.Is(err, context.Canceled) {
		t.Errorf("Hold = %v, want the context's end", err)
	}
}

func names(t *testing.T, e Engine) {
	a, b, _ := e.Open(t)
	one, other := hold(t, a, "ship"), hold(t, b, "check")
	if one.Fence != 1 || other.Fence != 1 || isLost(one) || isLost(other) {
		t.Errorf("two names: %d and %d", one.Fence, other.Fence)
	}
}

func many(t *testing.T, e Engine) {
	a, b, _ := e.Open(t)
	var holding atomic.Int32
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[uint64]bool{}
	for i := range 6 {
		k := a
		if i%2 == 1 {
			k = b
		}
		all.Go(func() {
			for range 3 {
				h, err := k.Hold(t.Context(), "ship")
				if err != nil {
					t.Error(err)
					return
				}
				if n := holding.Add(1); n != 1 {
					t.Errorf("%d hold it", n)
				}
				mu.Lock()
				if seen[h.Fence] {
					t.Errorf("the fence %d was given twice", h.Fence)
				}
				seen[h.Fence] = true
				mu.Unlock()
				holding.Add(-1)
				h.Release()
			}
		})
	}
	all.Wait()
	if len(seen) != 18 {
		t.Errorf("%d grants, want 18", len(seen))
	}
}

func withStore(t *testing.T, e Engine) {
	a, b, closeFirst := e.Open(t)
	h := hold(t, a, "ship")
	closeFirst()
	<-h.Lost()
	if err := h.Check(t.Context()); !errors.Is(err, lease.ErrLost) {
		t.Errorf("Check after the store was closed = %v", err)
	}
	if a == b {
		return
	}
	if next := hold(t, b, "ship"); next.Fence != h.Fence+1 {
		t.Errorf("the next fence is %d after %d", next.Fence, h.Fence)
	}
}

func work(t *testing.T, e Engine) {
	a, _, closeFirst := e.Open(t)
	h := hold(t, a, "ship")
	ctx, end := h.With(t.Context())
	if ctx.Err() != nil {
		t.Error("the work ended before it began")
	}
	end()
	end()
	if errors.Is(context.Cause(ctx), lease.ErrLost) {
		t.Error("work that ended by itself says that the lease was lost")
	}
	ctx, end = h.With(t.Context())
	defer end()
	closeFirst()
	<-ctx.Done()
	if !errors.Is(context.Cause(ctx), lease.ErrLost) {
		t.Errorf("the cause is %v", context.Cause(ctx))
	}
}

// Closed closes a store once.
func Closed(t *testing.T, db store.DB) func() {
	var once sync.Once
	f := func() {
		once.Do(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(f)
	return f
}
