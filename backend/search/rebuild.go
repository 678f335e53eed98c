package search

import (
	"context"
	"time"
)

// watchEvery is how often a rebuild tells how far it is.
const watchEvery = 200 * time.Millisecond

// RebuildNow makes the index again from the store, while the present one
// serves, and returns when it is done. Run must be running. watch hears how
// many documents are in, of how many that were found before (0 is not known).
// When ctx ends the work is given up and the present index stays.
func (ix *Index) RebuildNow(ctx context.Context, watch func(done, total uint64)) error {
	var total uint64
	if g := ix.acquire(); g != nil {
		// An index that can't be counted is one more reason to build another.
		total, _ = g.index.DocCount()
		g.users.Done()
	}
	ix.mu.Lock()
	mine := ix.request()
	ix.mu.Unlock()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		ix.mu.Lock()
		done, moved := ix.answered >= mine, ix.moved
		ix.mu.Unlock()
		filled := ix.filled.Load()
		watch(filled, max(total, filled))
		if done {
			return nil
		}
		select {
		case <-moved:
		case <-tick.C:
		case <-ctx.Done():
			ix.giveUp(mine)
			return context.Cause(ctx)
		}
	}
}

// request asks for a rebuild, under the lock, and returns the number of the request.
func (ix *Index) request() uint64 {
	ix.asked++
	if ix.restart != nil {
		ix.restart()
	}
	return ix.asked
}

// giveUp takes back a request that nobody repeated. An index that has none to
// fall back on is built all the same.
func (ix *Index) giveUp(mine uint64) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.cur == nil || ix.asked != mine || ix.answered >= mine {
		return
	}
	ix.asked--
	if ix.restart != nil {
		ix.restart()
	}
}
