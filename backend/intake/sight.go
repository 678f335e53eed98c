package intake

import (
	"context"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// MaxRows is how many rows of an intake can be looked at: they are held in
// memory meanwhile. A commit reads its files again and has no such bound.
const MaxRows = 20_000

// sight is one intake while somebody looks at it: what its check found so far.
type sight struct {
	intake string // its id
	run    *run
	cancel context.CancelFunc
	ended  chan struct{} // closed when the check's goroutine has ended

	mu     sync.Mutex
	stamp  stamp
	seq    uint64 // of the hub's change log, up to which Here and Sold are true
	rows   []Row
	counts Counts
	gone   []Gone
	total  int // rows of all files
	held   int // bytes of their cells
	done   bool
	err    error
	moved  chan struct{} // closed and replaced with each piece
	used   time.Time
}

// stamp says what an answer rests on: with another it is computed again.
type stamp struct {
	rev     int64   // of the intake
	engine  *engine // of the vPIC release
	aliases string  // see aliasStamp
	against int64   // revision of the intake compared with
}

// maxHeld bounds the texts of a look, in bytes: rows may be few and long.
const maxHeld = 48 << 20

// piece takes in what the check found.
func (s *sight) piece(rows []Row) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range rows {
		for _, text := range rows[i].cells {
			s.held += len(text) + 16 // and the text's head
		}
	}
	if s.held > maxHeld {
		return fault.New(fault.Limited, "the rows of the list are too long to look at together").
			WithRemedy("take columns out that are not needed, or import it with `hubcap import`, which shows every row's answer")
	}
	s.rows = append(s.rows, rows...)
	for i := range rows {
		s.counts.add(&rows[i], 1)
	}
	s.wake()
	return nil
}

func (s *sight) end(err error, gone []Gone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done, s.err, s.gone = true, err, gone
	s.wake()
}

// wake tells those who wait; s.mu is held.
func (s *sight) wake() {
	close(s.moved)
	s.moved = make(chan struct{})
}

// View is what a look at an intake shows.
type View struct {
	Rows    []Row
	Matches int // rows that are looked for, of those that have been checked
	Checked int
	Total   int
	Done    bool
	Counts  Counts
	Gone    []Gone // vehicles of the intake compared with that are offered no more; when Done
}

// look waits for a first piece, or with whole for the end, and shows what is
// there.
func (s *sight) look(ctx context.Context, l *Look, whole bool) (View, error) {
	for {
		s.mu.Lock()
		if s.err != nil || s.done || !whole && len(s.rows) > 0 {
			defer s.mu.Unlock()
			if s.err != nil {
				return View{}, s.err
			}
			v := View{Checked: len(s.rows), Total: s.total, Done: s.done, Counts: s.counts.clone(), Gone: s.gone}
			v.Rows, v.Matches = l.pick(s.rows)
			return v, nil
		}
		moved := s.moved
		s.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return View{}, context.Cause(ctx)
		}
	}
}

// redo checks rows again that somebody has edited, and gives every row its
// place among the others anew.
func (s *sight) redo(ctx context.Context, changed map[Ref]*Edit, sources map[int]*File, to stamp) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var at []int
	for i := range s.rows {
		if _, is := changed[s.rows[i].Ref()]; is {
			at = append(at, i)
		}
	}
	again := &run{engine: s.run.engine, terms: s.run.terms, here: s.run.here, past: s.run.past, seen: map[string]Ref{}}
	for _, i := range at {
		r := Row{File: s.rows[i].File, N: s.rows[i].N, cells: s.rows[i].cells}
		r.read(&sources[r.File].Mapping, changed[r.Ref()])
		one := []Row{r}
		again.seen = map[string]Ref{}
		if err := again.check(ctx, one); err != nil {
			return err
		}
		s.rows[i] = one[0]
	}
	s.stamp = to
	s.resettle()
	return nil
}

// resettle gives every row its place among the others anew; s.mu is held.
func (s *sight) resettle() {
	seen := map[string]Ref{}
	s.counts = newCounts()
	for i := range s.rows {
		s.rows[i].settle(seen)
		s.counts.add(&s.rows[i], 1)
	}
	s.run.seen = seen
	if s.done && s.err == nil {
		s.gone = gone(s.run.past, seen)
	}
	s.wake()
}

// row finds one row that has been checked.
func (s *sight) row(ref Ref) (Row, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.rows {
		if s.rows[i].Ref() == ref {
			return s.rows[i], true
		}
	}
	return Row{}, false
}
