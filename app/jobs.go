package app

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/search"
)

// openJobs joins the long work of all parts, and the feed by which pages hear
// of it.
func (a *App) openJobs() {
	atOnce := 0 // the desk's own number
	if a.still {
		atOnce = -1
	}
	a.jobs = job.New(a.db, []job.Kind{rebuildSearch(a.search), a.pullModel(), a.benchModel(), a.updateVpic(), a.redecode(), a.acceptRedecoded(), a.importReference(), a.bulkEdit(), a.backUpNow(), a.verifyBackup(), a.testBackup(), a.pruneBackup(), a.rotateBackup(), a.restoreCopy(), a.restoreVehicle(), a.restoreOutside(), a.drillBackup(), a.checkIntake(), a.commitIntake(), a.printMany()}, job.Options{Now: a.now, IDs: a.ids, Log: a.log, AtOnce: atOnce, Reach: a.accounts.Reaches,
		Ended: func(s job.State) { a.metrics.JobEnded(string(s)) }})
	a.loop("jobs", a.jobs.Run)
	a.loop("rights of jobs", a.recheckJobs)
	a.feed = rest.NewFeed(a.db, a.log)
	a.loop("live", a.feed.Run)
}

// recheckJobs ends the jobs of accounts that are disabled while they run.
func (a *App) recheckJobs(ctx context.Context) error {
	for {
		changed := a.accounts.Changed()
		a.jobs.Recheck()
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// openJobCounts are the jobs by state, for metrics.
func (a *App) openJobCounts() map[string]int {
	counts := map[string]int{}
	for state, n := range a.jobs.Open() {
		counts[string(state)] = n
	}
	return counts
}

// rebuildSearch builds the search index again. It has no checkpoint: a
// rebuild that was cut off begins anew.
func rebuildSearch(index *search.Index) job.Kind {
	return job.Kind{Name: rest.SearchRebuild, Title: "Build the search index again", Run: func(ctx context.Context, r *job.Run) error {
		ctx, give := context.WithCancelCause(ctx)
		defer give(nil)
		var done uint64
		err := index.RebuildNow(ctx, func(n, total uint64) {
			done = n
			r.Progress(int64(n), int64(total), "vehicles")
			if err := r.Step(ctx); err != nil {
				give(err)
			}
		})
		if err != nil {
			return err
		}
		return r.Result(map[string]uint64{"documents": done})
	}}
}
