package job

import (
	"context"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Page is one page of jobs.
type Page struct {
	Items []Status
	Next  string // cursor of the next page; "" at the end
}

// List returns jobs, the newest first: those that are not ended, or those
// that are.
func (d *Desk) List(ctx context.Context, c Caller, ended bool, cursor string, limit int) (Page, error) {
	var p store.Page[Job]
	err := d.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		p, err = Jobs.Query(r, store.Query{Index: "open", Prefix: store.Values(store.Flag(ended)), Reverse: true, Cursor: cursor, Limit: limit})
		return err
	})
	out := Page{Next: p.Next}
	for _, doc := range p.Items {
		out.Items = append(out.Items, d.present(doc.Org, doc.Value))
	}
	return out, err
}

// Get returns one job.
func (d *Desk) Get(ctx context.Context, c Caller, id string) (Status, error) {
	var doc store.Doc[Job]
	err := d.db.View(ctx, c.Scope, func(r store.Reader) (err error) { doc, err = find(r, id); return err })
	if err != nil {
		return Status{}, err
	}
	return d.present(doc.Org, doc.Value), nil
}

// present is a job as it is now: a running one is ahead of the store.
func (d *Desk) present(org string, j Job) Status {
	d.mu.Lock()
	r := d.running[j.ID]
	d.mu.Unlock()
	if r == nil {
		return Status{Job: j, Org: org}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status()
}

func find(r store.Reader, id string) (store.Doc[Job], error) {
	doc, err := Jobs.Get(r, id)
	if fault.Is(err, fault.NotFound) {
		return doc, fault.New(fault.NotFound, "there is no such job").WithRemedy("it may have been removed; look in the list")
	}
	return doc, err
}

// Pause tells a job to wait. A running one goes on to its next step.
func (d *Desk) Pause(ctx context.Context, c Caller, id string) (Status, error) {
	return d.steer(ctx, c, id, "paused", ErrPaused, func(j *Job) bool {
		ok := j.State == Queued
		j.State = Paused
		return ok
	})
}

// Resume queues a paused job, or tries a failed one again from its last
// checkpoint.
func (d *Desk) Resume(ctx context.Context, c Caller, id string) (Status, error) {
	return d.steer(ctx, c, id, "resumed", nil, func(j *Job) bool {
		ok := j.State == Paused || j.State == Failed
		j.State, j.Problem, j.Remedy, j.Crashes, j.Ended = Queued, "", "", 0, store.Timestamp{}
		return ok
	})
}

// Cancel ends a job; the rows that it has finished stay.
func (d *Desk) Cancel(ctx context.Context, c Caller, id string) (Status, error) {
	return d.steer(ctx, c, id, "canceled", ErrCanceled, func(j *Job) bool {
		ok := !j.State.Ended()
		j.State, j.Ended = Canceled, store.Moment(d.now())
		return ok
	})
}

// steer asks a running job with why (nil is nothing to ask), and changes any
// other in the store, where change says that it may.
func (d *Desk) steer(ctx context.Context, c Caller, id, what string, why error, change func(*Job) bool) (Status, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r := d.running[id]; r != nil && r.org == c.Scope.Org() && c.Scope.Sees(r.doc.place()) && why != nil {
		r.ask(why)
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.status(), nil
	}
	var j Job
	err := d.db.UpdateLocal(ctx, c.Scope, func(tx store.Tx) error {
		doc, err := find(tx, id)
		if err != nil {
			return err
		}
		j = doc.Value
		was := j.State
		if d.running[id] != nil || !change(&j) {
			return fault.New(fault.Conflict, "this job is %s and can't be %s", was, what).WithRemedy("%s", instead(was))
		}
		_, err = Jobs.Put(tx, &j, doc.Rev)
		return err
	})
	if err != nil {
		return Status{}, err
	}
	at := place{c.Scope.Org(), id, j.Kind}
	d.queue = slices.DeleteFunc(d.queue, func(p place) bool { return p == at })
	delete(d.paused, id)
	switch j.State {
	case Queued:
		d.queue = append(d.queue, at)
		d.rouse()
	case Paused:
		d.paused[id] = true
	case Canceled:
		d.ended(Canceled)
	}
	s := Status{Job: j, Org: at.org}
	d.tell(s)
	return s, nil
}

// Recheck cancels the running jobs of those who may not use the hub any more:
// call it when rights have changed. One that has yet to begin fails then.
func (d *Desk) Recheck() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range d.running {
		if _, err := d.reach(r.org, r.doc.By); fault.Is(err, fault.Denied) {
			r.ask(ErrCanceled)
		}
	}
}

// Remove takes an ended job off the list.
func (d *Desk) Remove(ctx context.Context, c Caller, id string) error {
	var j Job
	err := d.db.UpdateLocal(ctx, c.Scope, func(tx store.Tx) error {
		doc, err := find(tx, id)
		if err != nil {
			return err
		}
		if j = doc.Value; !j.State.Ended() {
			return fault.New(fault.Conflict, "this job is %s", j.State).WithRemedy("cancel it first")
		}
		return Jobs.Delete(tx, id, doc.Rev)
	})
	if err == nil {
		d.tell(Status{Job: j, Org: c.Scope.Org(), Gone: true})
	}
	return err
}

// instead says what may be done with a job of a state.
func instead(s State) string {
	switch {
	case s == Done || s == Canceled:
		return "it has ended; start the work again if it is wanted once more"
	case s == Failed:
		return "resume it to try again, or take it off the list"
	}
	return "look at the list of jobs again; it may have gone on meanwhile"
}
