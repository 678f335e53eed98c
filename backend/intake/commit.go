package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// CommitJob is the kind of job that takes an intake into the hub.
const CommitJob = "intake_commit"

// CommitOrder is what a commit is started with.
type CommitOrder struct {
	Intake   string         `json:"intake"`
	Policy   vehicle.Policy `json:"policy"`
	Statuses []Status       `json:"statuses"` // rows of these are taken, where nothing else was decided of one
}

// DefaultStatuses are the rows that a commit takes unless it is told otherwise.
func DefaultStatuses() []Status { return []Status{Ready, Mismatch, Short, Existing} }

// Check refuses an order that can't be carried out.
func (o *CommitOrder) Check() error {
	if o.Policy == "" {
		o.Policy = vehicle.FillBlanks
	}
	if !slices.Contains([]vehicle.Policy{vehicle.FillBlanks, vehicle.ListWins, vehicle.AskFirst}, o.Policy) {
		return fault.InvalidField("/policy", "is not a policy", "use fill, overwrite or ask")
	}
	if len(o.Statuses) == 0 {
		o.Statuses = DefaultStatuses()
	}
	for i, s := range o.Statuses {
		if !slices.Contains(Statuses(), s) {
			return fault.InvalidField(fmt.Sprintf("/statuses/%d", i), "is not a status", "use some of ready mismatch fixable duplicate existing short invalid")
		}
	}
	return nil
}

// Outcome is what a commit did.
type Outcome struct {
	Created   int       `json:"created"`
	Filled    int       `json:"filled"`    // vehicles that were here: blanks filled
	Replaced  int       `json:"replaced"`  // vehicles that were here: the list won
	Unchanged int       `json:"unchanged"` // vehicles that were here, and the list says nothing new
	Undecided int       `json:"undecided"` // rows that wait for a decision
	Left      int       `json:"left"`      // rows that were not to be taken
	Refused   int       `json:"refused"`   // rows that could not be taken
	Problems  []Refusal `json:"problems"`  // of the first of them
}

// Refusal is a row that could not be taken.
type Refusal struct {
	Ref
	VIN     string `json:"vin"`
	Problem string `json:"problem"`
}

const maxRefusals = 100

func (o *Outcome) vehicles() int { return o.Created + o.Filled + o.Replaced }

// committing is how far a commit is: its job's checkpoint.
type committing struct {
	First   string  `json:"first"` // key of the batch's first undo entry
	Rows    int64   `json:"rows"`  // of the intake that are behind it
	Last    Ref     `json:"last"`  // the last of them: a file may be taken off meanwhile
	Outcome Outcome `json:"outcome"`
}

// takeAtOnce is how many rows one transaction takes: each of them is taken
// whole or not at all, and they share a disk write.
const takeAtOnce = 25

// Commit is the work of a CommitJob: it reads the intake again and takes its
// rows into the hub. A row that can't be taken never holds up the others.
func (s *Service) Commit(ctx context.Context, r *job.Run) (err error) {
	c := vehicle.Caller(r.Caller())
	var order CommitOrder
	if err := r.Input(&order); err != nil {
		return err
	}
	at := committing{Outcome: Outcome{Problems: []Refusal{}}}
	if ok, err := r.Checkpoint(&at); err != nil {
		return err
	} else if !ok {
		at.First = s.o.IDs.New()
		if err := r.Save(ctx, at); err != nil {
			return err
		}
	}
	if err = s.note(ctx, c, r.ID(), order, &at, false); err != nil {
		return err
	}
	have, err := s.Get(ctx, c, order.Intake)
	if err != nil {
		return err
	}
	take := &taker{location: have.Intake.Location, total: have.Intake.rows(), s: s, r: r, c: c, order: &order, at: &at, batch: vehicle.TakeBatch{ID: r.ID(), First: at.First}}
	_, err = s.walk(ctx, c, order.Intake, func(f *File, rows []Row) error { return take.rows(ctx, f, rows) })
	if err == nil {
		err = take.flush(ctx)
	}
	if err == nil || errors.Is(err, job.ErrCanceled) {
		whole := context.WithoutCancel(ctx)
		err = errors.Join(err, s.o.Vehicles.EndTake(whole, c, take.batch, at.Outcome.vehicles()), s.note(whole, c, r.ID(), order, &at, true))
	}
	if err != nil {
		return err
	}
	return r.Result(map[string]any{"intake": order.Intake, "batch": r.ID(), "outcome": at.Outcome})
}

// note writes into the intake what its commit has done.
func (s *Service) note(ctx context.Context, c vehicle.Caller, batch string, order CommitOrder, at *committing, ended bool) error {
	_, err := s.change(ctx, c, order.Intake, func(i *Intake) error {
		n := slices.IndexFunc(i.Commits, func(x Commit) bool { return x.Batch == batch })
		if n < 0 {
			i.Commits = append(i.Commits, Commit{Batch: batch, At: store.Moment(s.o.Now()), By: c.Actor, Policy: order.Policy})
			n = len(i.Commits) - 1
		}
		i.Commits[n].Outcome, i.Commits[n].Ended = at.Outcome, ended
		return nil
	})
	return err
}

// taker takes rows in the order in which they come.
type taker struct {
	s     *Service
	r     *job.Run
	c     vehicle.Caller
	order *CommitOrder
	at    *committing
	batch vehicle.TakeBatch

	location string // of the organisation, at which the list was begun

	passed int64 // rows that have come
	last   Ref   // the last of them
	total  int64
	wait   []Row
	files  []*File
	left   int // rows since the last flush that are not taken
}

func (t *taker) rows(ctx context.Context, f *File, rows []Row) error {
	for i := range rows {
		t.passed++
		t.last = rows[i].Ref()
		if !t.last.after(t.at.Last) {
			continue // behind the checkpoint
		}
		if t.takes(&rows[i]) {
			t.wait, t.files = append(t.wait, rows[i]), append(t.files, f)
		} else {
			t.left++
		}
		if len(t.wait) >= takeAtOnce {
			if err := t.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *taker) takes(r *Row) bool {
	switch r.Decision {
	case Leave:
		return false
	case Take, Fill, Overwrite:
		return r.VIN != ""
	}
	return slices.Contains(t.order.Statuses, r.Status)
}

// flush takes the rows that wait and notes how far the commit is.
func (t *taker) flush(ctx context.Context) error {
	if err := t.r.Step(ctx); err != nil {
		return err
	}
	takings := make([]vehicle.Taking, len(t.wait))
	for i := range t.wait {
		takings[i] = t.taking(&t.wait[i], t.files[i])
	}
	next := t.at.Outcome
	next.Problems = slices.Clone(next.Problems)
	next.Left += t.left
	took, err := t.s.o.Vehicles.Take(ctx, t.c, t.batch, takings)
	if err == nil {
		for _, k := range took {
			next.count(k)
		}
	} else if err = t.singly(ctx, takings, &next, err); err != nil {
		return err
	}
	t.at.Rows, t.at.Last, t.at.Outcome = t.passed, t.last, next
	t.wait, t.files, t.left = t.wait[:0], t.files[:0], 0
	t.r.Rows(int64(next.vehicles()))
	t.r.Progress(t.at.Rows, t.total, "rows")
	return t.r.Save(ctx, t.at)
}

// singly takes rows one by one after their transaction was refused for one of
// them.
func (t *taker) singly(ctx context.Context, takings []vehicle.Taking, o *Outcome, why error) error {
	if !rowsFault(why) {
		return why
	}
	for i := range takings {
		took, err := t.s.o.Vehicles.Take(ctx, t.c, t.batch, takings[i:i+1])
		switch {
		case err == nil:
			o.count(took[0])
		case rowsFault(err):
			o.Refused++
			if len(o.Problems) < maxRefusals {
				o.Problems = append(o.Problems, Refusal{t.wait[i].Ref(), t.wait[i].VIN, err.Error()})
			}
		default:
			return err
		}
	}
	return nil
}

// rowsFault reports whether an error is a row's own, and not the hub's.
func rowsFault(err error) bool {
	return fault.Is(err, fault.Invalid) || fault.Is(err, fault.Denied)
}

func (t *taker) taking(r *Row, f *File) vehicle.Taking {
	p := t.order.Policy
	switch r.Decision {
	case Fill:
		p = vehicle.FillBlanks
	case Overwrite:
		p = vehicle.ListWins
	}
	e := r.entry(f.Name, t.s.o.Now())
	e.Draft.Location = t.location
	e.Draft.From = &vehicle.Origin{Intake: t.order.Intake, File: f.Name, Row: r.N}
	return vehicle.Taking{Mark: fmt.Sprintf("%d.%d", r.File, r.N), Entry: e, Policy: p}
}

func (o *Outcome) count(k vehicle.Took) {
	switch k {
	case vehicle.TookNew, vehicle.TookBefore:
		o.Created++
	case vehicle.TookFilled:
		o.Filled++
	case vehicle.TookOver:
		o.Replaced++
	case vehicle.TookNothing:
		o.Unchanged++
	case vehicle.TookUndecided:
		o.Undecided++
	}
}
