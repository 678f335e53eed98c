package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Why a job is told to end before its end. Its function returns the error
// that Step gave it.
var (
	ErrPaused   = errors.New("the job was paused")
	ErrCanceled = errors.New("the job was canceled")
	ErrStopped  = errors.New("the hub stops")
)

// saveEvery is the least time between two checkpoints written unasked: each
// is a durable write.
const saveEvery = time.Second

// maxCount is the largest number that a document keeps.
const maxCount = 1<<53 - 1

// Run is a job as its function sees it. Its methods may be called from
// several goroutines.
type Run struct {
	desk *Desk
	org  string
	end  context.CancelCauseFunc // of the function's context

	scope store.Scope // that it works in; never changes once its function runs

	writing sync.Mutex // held while the document is written

	mu    sync.Mutex
	doc   Job
	want  error // ErrPaused, ErrCanceled or ErrStopped once asked for
	saved time.Time
	pace  pace
	grace *time.Timer // ends the function's context; nil before it is asked to end
}

// Caller is on whose behalf the job writes.
func (r *Run) Caller() Caller {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Caller{r.scope, r.doc.By}
}

// ID names the job; a job that writes truth may use it as the batch.
func (r *Run) ID() string { return r.doc.ID } // never changes

// Input reads what the job was started with into v.
func (r *Run) Input(v any) error { return read(r.doc.Input, v, "input") } // never changes

// Checkpoint reads the last saved checkpoint into v; ok is false where there
// is none and the job begins at its beginning.
func (r *Run) Checkpoint(v any) (ok bool, err error) {
	r.mu.Lock()
	b := r.doc.Checkpoint
	r.mu.Unlock()
	if empty(b) {
		return false, nil
	}
	return true, read(b, v, "checkpoint")
}

func read(b json.RawMessage, v any, what string) error {
	if empty(b) {
		return nil
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("read the job's %s: %w", what, err)
	}
	return nil
}

func empty(b json.RawMessage) bool { return len(b) == 0 || string(b) == "null" }

// Step says whether the job goes on. Call it where the work can be left: an
// error is to be returned from the job's function as it is.
func (r *Run) Step(ctx context.Context) error {
	r.mu.Lock()
	want := r.want
	r.mu.Unlock()
	if want != nil {
		return want
	}
	return context.Cause(ctx)
}

// Progress says how far the job is: done of total (0 is not known), and what
// it is doing. It reaches those who watch at once and the store with the next
// checkpoint. Both may come from a stranger, as the size that a registry
// claims: what no document can hold is cut, or the job's end could not be kept.
func (r *Run) Progress(done, total int64, note string) {
	done, total = max(0, min(done, maxCount)), max(0, min(total, maxCount))
	r.mu.Lock()
	r.doc.Count, r.doc.Total, r.doc.Note = done, total, note
	r.pace.add(done, r.desk.now())
	s := r.status()
	r.mu.Unlock()
	r.desk.tell(s)
}

// Rows says how many results the job has kept so far.
func (r *Run) Rows(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doc.Rows = n
}

// Result sets what the finished job shows; it is kept with the job's end.
func (r *Run) Result(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the job's result: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doc.Result = b
	return nil
}

// SaveCheckpoint notes from where the job goes on after an interruption. It is
// written at most every second, and when the job is left in order; a crash may
// lose what was noted in that second.
func (r *Run) SaveCheckpoint(ctx context.Context, v any) error {
	due, err := r.note(v)
	if err != nil || !due {
		return err
	}
	return r.write(ctx, nil)
}

// Save is SaveCheckpoint that has written when it returns.
func (r *Run) Save(ctx context.Context, v any) error {
	if _, err := r.note(v); err != nil {
		return err
	}
	return r.write(ctx, nil)
}

// Commit writes local or derived documents together with a checkpoint: after
// a crash both are there or neither.
func (r *Run) Commit(ctx context.Context, v any, fn func(store.Tx) error) error {
	if _, err := r.note(v); err != nil {
		return err
	}
	return r.write(ctx, fn)
}

func (r *Run) note(v any) (due bool, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return false, fmt.Errorf("write the job's checkpoint: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doc.Checkpoint = b
	r.doc.Saves++
	return r.desk.now().Sub(r.saved) >= saveEvery, nil
}

// write brings the store up to the document as it stands.
func (r *Run) write(ctx context.Context, fn func(store.Tx) error) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	r.mu.Lock()
	doc := r.doc
	r.mu.Unlock()
	err := r.desk.db.UpdateLocal(ctx, store.Org(r.org), func(tx store.Tx) error {
		if fn != nil {
			if err := fn(tx); err != nil {
				return err
			}
		}
		_, err := Jobs.Put(tx, &doc, store.AnyRev)
		return err
	})
	if err != nil {
		return fmt.Errorf("save the job: %w", err)
	}
	r.mu.Lock()
	r.saved = r.desk.now()
	r.mu.Unlock()
	return nil
}

// ask tells the job to end. A cancel overrules a pause, and a stop of the hub
// overrules nothing. A function that reaches no step within the grace has its
// context ended.
func (r *Run) ask(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.want == nil || why == ErrCanceled {
		r.want = why
	}
	if r.grace == nil {
		r.grace = time.AfterFunc(r.desk.grace, func() { r.end(why) })
	}
	r.desk.tell(r.status())
}

// outcome is what the job's function came to.
func (r *Run) outcome(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.grace != nil {
		r.grace.Stop()
	}
	d := &r.doc
	d.Ended = store.Moment(r.desk.now())
	switch {
	case err == nil:
		d.State, d.Note = Done, ""
	case r.want == ErrPaused:
		d.State, d.Ended = Paused, store.Timestamp{}
	case r.want == ErrStopped:
		d.State, d.Ended = Queued, store.Timestamp{}
	case r.want == ErrCanceled:
		d.State = Canceled
	default:
		d.State = Failed
		d.Problem, d.Remedy = r.desk.words(err, d)
	}
	d.Crashes = 0
}

// unkept turns a job whose last words the store refuses into a failed one
// without them: else it would stand as running, and run again at each start.
func (r *Run) unkept(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := &r.doc
	d.State, d.Ended = Failed, store.Moment(r.desk.now())
	d.Count, d.Total, d.Note, d.Rows, d.Result, d.Checkpoint = 0, 0, "", 0, nil, nil
	d.Problem, d.Remedy = r.desk.words(fmt.Errorf("keep the job's end: %v", err), d)
}

// status is the job as watchers see it; r.mu is held.
func (r *Run) status() Status {
	s := Status{Job: r.doc, Org: r.org}
	if r.doc.State == Running {
		s.Asked = asked(r.want)
		s.Rate = r.pace.rate()
		if left := r.doc.Total - r.doc.Count; s.Rate > 0 && r.doc.Total > 0 && left > 0 {
			s.ETA = time.Duration(float64(left) / s.Rate * float64(time.Second))
		}
	}
	return s
}

func asked(why error) string {
	switch why {
	case nil:
		return ""
	case ErrCanceled:
		return "cancel"
	}
	return "pause"
}

// words are what a person reads of an error.
func (d *Desk) words(err error, j *Job) (problem, remedy string) {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		problem = f.Message
		for _, x := range f.Fields {
			problem += "; " + x.Pointer + " " + x.Problem
		}
		d.log.Warn("job failed", "job_id", j.ID, "kind", j.Kind, "err", err)
		return problem, f.Remedy
	}
	d.log.Error("job failed", "job_id", j.ID, "kind", j.Kind, "reference", j.ID, "err", err)
	return "Hubcap met an error of its own (reference " + j.ID + ").", "Start it again; if it stays, send the log lines with this reference."
}
