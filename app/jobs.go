package app

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// openJobs joins the long work of all parts, and the feed by which pages hear
// of it.
func (a *App) openJobs() {
	atOnce := 0 // the desk's own number
	if a.still {
		atOnce = -1
	}
	a.jobs = job.New(a.db, []job.Kind{rebuildSearch(a.search), a.pullModel(), a.benchModel(), a.updateVpic(), a.redecode(), a.acceptRedecoded(), a.importReference(), a.bulkEdit(), a.takeBack(), a.backUpNow(), a.verifyBackup(), a.testBackup(), a.pruneBackup(), a.rotateBackup(), a.restoreCopy(), a.restoreVehicle(), a.restoreOutside(), a.drillBackup(), a.checkIntake(), a.commitIntake(), a.printMany()}, job.Options{Now: a.now, IDs: a.ids, Log: a.log, AtOnce: atOnce, Reach: a.accounts.Reaches,
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
		ctx, tell, end := watched(ctx, r)
		defer end()
		var done uint64
		err := index.RebuildNow(ctx, func(n, total uint64) {
			done = n
			tell(int64(n), int64(total), "vehicles")
		})
		if err != nil {
			return err
		}
		return r.Result(map[string]uint64{"documents": done})
	}}
}

// watched is for work that tells how far it is and has no steps at which it
// could be left: its context ends when the job is to be left.
func watched(ctx context.Context, r *job.Run) (_ context.Context, tell func(done, total int64, note string), end func()) {
	ctx, give := context.WithCancelCause(ctx)
	tell = func(done, total int64, note string) {
		r.Progress(done, total, note)
		if err := r.Step(ctx); err != nil {
			give(err)
		}
	}
	return ctx, tell, func() { give(nil) }
}

// shelf keeps what was brought in as files.
type shelf interface {
	Drop(path string) error // removes a file that was sent
}

// bringIn is a job that brings in a file, which it drops when it was sent and
// is not needed any more. It has no checkpoint: a minute's work that was cut
// off begins anew.
func bringIn(ctx context.Context, r *job.Run, to shelf, do func(ctx context.Context, in rest.SentFile, told func(percent int, note string)) error) error {
	var in rest.SentFile
	if err := r.Input(&in); err != nil {
		return err
	}
	ctx, tell, end := watched(ctx, r)
	defer end()
	err := do(ctx, in, func(percent int, note string) { tell(int64(percent), 100, note) })
	if stop := r.Step(ctx); stop != nil && err != nil {
		if in.Sent && errors.Is(stop, job.ErrCanceled) {
			return errors.Join(stop, to.Drop(in.Path))
		}
		return stop // it goes on later, from the same file
	}
	if in.Sent {
		err = errors.Join(err, to.Drop(in.Path))
	}
	if err == nil {
		r.Progress(100, 100, "")
	}
	return err
}

// sentFor are the files that jobs of a kind, not ended, go on from.
func (a *App) sentFor(ctx context.Context, kind string) (paths []string, err error) {
	c := job.Caller{Scope: store.Org(account.Home), Actor: actor.Hub("tidy")}
	for cursor := ""; ; {
		open, err := a.jobs.List(ctx, c, false, cursor, 100)
		if err != nil {
			return nil, err
		}
		for _, s := range open.Items {
			var in rest.SentFile
			if s.Kind == kind && json.Unmarshal(s.Input, &in) == nil && in.Sent {
				paths = append(paths, in.Path)
			}
		}
		if cursor = open.Next; cursor == "" {
			return paths, nil
		}
	}
}
