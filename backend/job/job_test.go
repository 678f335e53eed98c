package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
)

var me = job.Caller{Scope: store.Org("home"), Actor: actor.Machine()}

// bench is a desk at work inside a synctest bubble.
type bench struct {
	*testing.T
	db   store.DB
	desk *job.Desk
	stop func()
}

func open(t *testing.T) store.DB {
	t.Helper()
	db, err := mem.Open(job.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func start(t *testing.T, db store.DB, o job.Options, kinds ...job.Kind) *bench {
	t.Helper()
	b := &bench{T: t, db: db, desk: job.New(db, kinds, o)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.desk.Run(ctx) }()
	stopped := false
	b.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(b.stop)
	return b
}

func (b *bench) start(kind string, input any) string {
	b.Helper()
	j, err := b.desk.Start(b.Context(), me, kind, input, "")
	if err != nil {
		b.Fatal(err)
	}
	synctest.Wait()
	return j.ID
}

func (b *bench) want(id string, state job.State) job.Status {
	b.Helper()
	synctest.Wait()
	s, err := b.desk.Get(b.Context(), me, id)
	if err != nil {
		b.Fatal(err)
	}
	if s.State != state {
		b.Fatalf("the job is %s (%d of %d, %q), want %s", s.State, s.Count, s.Total, s.Problem, state)
	}
	return s
}

func (b *bench) must(_ job.Status, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// rows counts to a number, one row every 100 ms, and goes on from its
// checkpoint.
func rows(ctx context.Context, r *job.Run) error {
	var in struct{ Total int64 }
	if err := r.Input(&in); err != nil {
		return err
	}
	var next int64
	if _, err := r.Checkpoint(&next); err != nil {
		return err
	}
	for ; next < in.Total; next++ {
		if err := r.Step(ctx); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond) // in a bubble: no time passes
		r.Progress(next+1, in.Total, fmt.Sprint("row ", next+1))
		r.Rows(next + 1)
		if err := r.SaveCheckpoint(ctx, next+1); err != nil {
			return err
		}
	}
	return r.Result(map[string]int64{"rows": next})
}

var counting = job.Kind{Name: "count", Title: "Count", Run: rows}

type total struct{ Total int64 }

func TestLifeOfAJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, open(t), job.Options{}, counting)
		w := b.desk.Watch(me)
		defer w.Close()
		id := b.start("count", total{100})
		time.Sleep(5050 * time.Millisecond)
		s := b.want(id, job.Running)
		if s.Count != 50 || s.Total != 100 || s.Rate < 9 || s.Rate > 11 || s.ETA < 4*time.Second || s.ETA > 6*time.Second || s.Title != "Count" || s.By != me.Actor {
			t.Errorf("half way: %d of %d, %.1f a second, %s left, %q by %v", s.Count, s.Total, s.Rate, s.ETA, s.Title, s.By)
		}
		b.must(b.desk.Pause(t.Context(), me, id))
		time.Sleep(time.Second)
		if s = b.want(id, job.Paused); s.Count != 51 || s.Note != "row 51" || s.Rate != 0 {
			t.Errorf("paused at %d, %q, rate %v", s.Count, s.Note, s.Rate)
		}
		if got := b.desk.Open(); got[job.Paused] != 1 || got[job.Running] != 0 {
			t.Errorf("Open = %v", got)
		}
		b.must(b.desk.Resume(t.Context(), me, id))
		time.Sleep(time.Minute)
		s = b.want(id, job.Done)
		if s.Count != 100 || s.Rows != 100 || string(s.Result) != `{"rows":100}` || s.Attempts != 2 || s.Ended.IsZero() || s.Note != "" {
			t.Errorf("done: %+v", s)
		}
		if got := w.Take(); len(got) != 1 || got[0].State != job.Done {
			t.Errorf("a watcher that reads late takes %+v, want the end once", got)
		}
		if err := b.desk.Remove(t.Context(), me, id); err != nil {
			t.Fatal(err)
		}
		if got := w.Take(); len(got) != 1 || !got[0].Gone {
			t.Errorf("after Remove a watcher takes %+v", got)
		}
		_, err := b.desk.Get(t.Context(), me, id)
		wantKind(t, "Get of a removed job", err, fault.NotFound)
	})
}

func TestCancelKeepsFinishedRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, open(t), job.Options{}, counting)
		id, second := b.start("count", total{100}), b.start("count", total{1})
		b.want(second, job.Queued) // one of a kind at once
		time.Sleep(1050 * time.Millisecond)
		b.must(b.desk.Cancel(t.Context(), me, id))
		if s, _ := b.desk.Get(t.Context(), me, id); s.Asked != "cancel" {
			t.Errorf("before its step the job says %q, want that a cancel was asked for", s.Asked)
		}
		time.Sleep(time.Second)
		if s := b.want(id, job.Canceled); s.Rows != 11 {
			t.Errorf("canceled with %d rows, want the 11 that were finished", s.Rows)
		}
		b.want(second, job.Done)
		_, err := b.desk.Resume(t.Context(), me, id)
		wantKind(t, "Resume of a canceled job", err, fault.Conflict)
		_, err = b.desk.Cancel(t.Context(), me, id)
		wantKind(t, "Cancel twice", err, fault.Conflict)
	})
}

func TestQueuedJobIsSteered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, open(t), job.Options{AtOnce: 1}, counting, job.Kind{Name: "other", Run: rows})
		first, second, third := b.start("count", total{10}), b.start("other", total{10}), b.start("other", total{10})
		b.must(b.desk.Pause(t.Context(), me, second))
		b.must(b.desk.Cancel(t.Context(), me, third))
		wantKind(t, "Remove of a running job", b.desk.Remove(t.Context(), me, first), fault.Conflict)
		time.Sleep(10 * time.Second)
		b.want(first, job.Done)
		b.want(second, job.Paused)
		b.want(third, job.Canceled)
		for _, id := range []string{first, third} {
			_, err := b.desk.Pause(t.Context(), me, id)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Conflict || f.Remedy == "" {
				t.Errorf("Pause of an ended job: %v, want a conflict with a remedy", err)
			}
		}
		b.must(b.desk.Resume(t.Context(), me, second))
		time.Sleep(10 * time.Second)
		b.want(second, job.Done)
		open, err := b.desk.List(t.Context(), me, false, "", 10)
		ended, err2 := b.desk.List(t.Context(), me, true, "", 10)
		if err != nil || err2 != nil || len(open.Items) != 0 || len(ended.Items) != 3 || ended.Items[0].ID != third {
			t.Errorf("List = %d open, %d ended, %v, %v; want the newest of 3 ended first", len(open.Items), len(ended.Items), err, err2)
		}
		other := job.Caller{Scope: store.Org("elsewhere"), Actor: me.Actor}
		_, err = b.desk.Get(t.Context(), other, first)
		wantKind(t, "Get from another organisation", err, fault.NotFound)
		_, err = b.desk.Cancel(t.Context(), other, first)
		wantKind(t, "Cancel from another organisation", err, fault.NotFound)
	})
}

func TestFailuresInWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, open(t), job.Options{},
			job.Kind{Name: "known", Run: func(context.Context, *job.Run) error {
				return fmt.Errorf("fetch: %w", fault.New(fault.Unavailable, "the registry does not answer").WithRemedy("try again later"))
			}},
			job.Kind{Name: "internal", Run: func(context.Context, *job.Run) error { return errors.New("secret detail") }},
			job.Kind{Name: "panic", Run: func(context.Context, *job.Run) error { panic("secret detail") }})
		s := b.want(b.start("known", nil), job.Failed)
		if s.Problem != "the registry does not answer" || s.Remedy != "try again later" {
			t.Errorf("a known failure reads %q, %q", s.Problem, s.Remedy)
		}
		for _, kind := range []string{"internal", "panic"} {
			s := b.want(b.start(kind, nil), job.Failed)
			if strings.Contains(s.Problem, "secret") || !strings.Contains(s.Problem, s.ID) || s.Remedy == "" {
				t.Errorf("%s: an internal failure reads %q, %q; want a reference only", kind, s.Problem, s.Remedy)
			}
		}
		_, err := b.desk.Start(t.Context(), me, "unknown", nil, "")
		wantKind(t, "Start of an unknown kind", err, fault.Invalid)
	})
}

// What a stranger claims, or a job says wrongly, does not leave it running for
// good: its end is kept.
func TestEndIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t)
		b := start(t, db, job.Options{},
			job.Kind{Name: "claims", Run: func(_ context.Context, r *job.Run) error {
				r.Progress(-1, 1<<62, "bytes")
				return fault.New(fault.Limited, "the model is too large").WithRemedy("choose a smaller one")
			}},
			job.Kind{Name: "babbles", Run: func(_ context.Context, r *job.Run) error {
				r.Progress(1, 2, "of")
				return r.Result(map[string]any{"bytes": int64(1 << 62)})
			}})
		claims, babbles := b.start("claims", nil), b.start("babbles", nil)
		if s := b.want(claims, job.Failed); s.Problem != "the model is too large" {
			t.Errorf("the job that was told too much failed with %q", s.Problem)
		}
		if s := b.want(babbles, job.Failed); !strings.Contains(s.Problem, s.ID) || s.Remedy == "" {
			t.Errorf("the job whose result can't be kept reads %q, %q", s.Problem, s.Remedy)
		}
		b.stop()
		b = start(t, db, job.Options{})
		b.want(claims, job.Failed)
		b.want(babbles, job.Failed)
	})
}

// A stop is no crash: the job waits at its checkpoint and goes on at the next
// start, exactly there. One that never asks is ended through its context.
func TestStopAndGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t)
		deaf := job.Kind{Name: "deaf", Run: func(ctx context.Context, _ *job.Run) error { <-ctx.Done(); return context.Cause(ctx) }}
		b := start(t, db, job.Options{}, counting, deaf)
		id, other := b.start("count", total{20}), b.start("deaf", nil)
		time.Sleep(1050 * time.Millisecond)
		began := time.Now()
		b.stop()
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("the stop took %s, want the grace of the deaf job", took)
		}
		for range 4 { // more stops than crashes are allowed
			b = start(t, db, job.Options{Grace: time.Millisecond}, deaf)
			b.want(other, job.Running)
			b.want(id, job.Failed) // its kind is not known here
			b.must(b.desk.Resume(t.Context(), me, id))
			b.stop()
		}
		b = start(t, db, job.Options{}, counting, deaf)
		s, err := b.desk.Get(t.Context(), me, id)
		if err != nil || s.Count != 11 {
			t.Errorf("after the stop the job is at %d, %v; want 11", s.Count, err)
		}
		if s.State == job.Failed {
			b.must(b.desk.Resume(t.Context(), me, id))
		}
		time.Sleep(950 * time.Millisecond)
		if s := b.want(id, job.Done); s.Count != 20 {
			t.Errorf("after going on: %+v", s)
		}
	})
}

// Three crashes at one checkpoint and the job has failed; a checkpoint
// between them begins the count again.
func TestCrashesAreCounted(t *testing.T) {
	for _, c := range []struct {
		name  string
		saves []int64 // at each crash
		want  job.State
	}{
		{"same place", []int64{4, 4, 4}, job.Failed},
		{"at the beginning", []int64{0, 0, 0}, job.Failed},
		{"moving on", []int64{4, 4, 5, 5}, job.Running},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db := open(t)
				hang := job.Kind{Name: "hang", Run: func(ctx context.Context, _ *job.Run) error { <-ctx.Done(); return context.Cause(ctx) }}
				b := start(t, db, job.Options{Grace: time.Millisecond}, hang)
				id := b.start("hang", nil)
				b.stop()
				for _, saves := range c.saves {
					err := db.UpdateLocal(t.Context(), me.Scope, func(tx store.Tx) error {
						d, err := job.Jobs.Get(tx, id)
						if err != nil {
							return err
						}
						// As a process that was killed leaves it.
						j := d.Value
						j.State, j.Saves = job.Running, saves
						_, err = job.Jobs.Put(tx, &j, d.Rev)
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
					takeUp(t, db)
				}
				b = start(t, db, job.Options{}, hang)
				if s := b.want(id, c.want); c.want == job.Failed && (s.Problem == "" || s.Remedy == "") {
					t.Errorf("it failed with %q, %q", s.Problem, s.Remedy)
				}
			})
		})
	}
}

// takeUp lets a desk that may start nothing read what was left.
func takeUp(t *testing.T, db store.DB) {
	t.Helper()
	desk := job.New(db, nil, job.Options{AtOnce: -1})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- desk.Run(ctx) }()
	synctest.Wait()
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestEndedJobsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, open(t), job.Options{}, counting)
		old := b.start("count", total{1})
		time.Sleep(20 * 24 * time.Hour)
		paused := b.start("count", total{100})
		b.must(b.desk.Pause(t.Context(), me, paused))
		young := b.start("count", total{1})
		time.Sleep(11 * 24 * time.Hour)
		if err := b.desk.Forget(t.Context(), "home"); err != nil {
			t.Fatal(err)
		}
		_, err := b.desk.Get(t.Context(), me, old)
		wantKind(t, "Get of a job of 31 days ago", err, fault.NotFound)
		b.want(young, job.Done)
		b.want(paused, job.Paused)
	})
}

// What cannot be stored is refused when the job is started.
func TestInputIsADocument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, open(t), job.Options{}, counting)
		_, err := b.desk.Start(t.Context(), me, "count", json.RawMessage(`{"x":1.5}`), "")
		wantKind(t, "Start with a float", err, fault.Invalid)
	})
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if got := fault.Of(err); got != want {
		t.Errorf("%s: %v is of kind %q, want %q", what, err, got, want)
	}
}
