package job_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// A job of somebody who may not use the hub any more ends at its next step,
// and one that waits for its turn does not begin.
func TestJobsEndWithTheRightsOfWhoBeganThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var gone atomic.Bool
		b := start(t, open(t), job.Options{AtOnce: 1, Reach: func(org string, _ actor.Actor) (store.Scope, error) {
			if gone.Load() {
				return store.Scope{}, fault.New(fault.Denied, "this account is disabled")
			}
			return store.Org(org), nil
		}}, counting)
		running, waiting := b.start("count", total{100}), b.start("count", total{100})
		time.Sleep(time.Second)
		b.desk.Recheck()
		time.Sleep(time.Second)
		b.want(running, job.Running)
		gone.Store(true)
		b.desk.Recheck()
		time.Sleep(time.Second)
		b.want(running, job.Canceled)
		b.want(waiting, job.Failed)
	})
}
