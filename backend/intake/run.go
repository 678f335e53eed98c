package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
)

// Rows are checked some at a time: the first few soon, so that something is on
// the screen at once.
const (
	firstRows = 50
	moreRows  = 256
)

// source is one list on its way through the check.
type source struct {
	file    int // File.N; 0 of a list that is not kept
	rows    *list.Reader
	mapping *mapping.Mapping
	edits   map[int]*Edit // by row; nil is none
}

// run checks the rows of one intake, file after file. Its methods are one
// goroutine's.
type run struct {
	engine *engine
	terms  *terms
	here   func(ctx context.Context, vins []string) (map[string]owned, error) // what the hub has; nil asks nothing
	past   map[string]priced                                                  // the intake compared with; nil is none
	seen   map[string]Ref
}

// owned are the vehicles of the hub with one VIN.
type owned struct{ here, sold []string }

// each checks all rows of a source, in order, a piece at a time. The rows are
// f's to keep.
func (c *run) each(ctx context.Context, s *source, f func([]Row) error) error {
	n, size := 0, firstRows
	for {
		piece := make([]Row, 0, size)
		var end error
		for len(piece) < size {
			cells, err := s.rows.Next()
			if err != nil {
				end = err
				break
			}
			n++
			piece = append(piece, Row{File: s.file, N: n, cells: cells})
		}
		if end != nil && !errors.Is(end, io.EOF) {
			return end
		}
		if len(piece) > 0 {
			for i := range piece {
				piece[i].read(s.mapping, s.edits[piece[i].N])
			}
			if err := c.check(ctx, piece); err != nil {
				return err
			}
			if err := f(piece); err != nil {
				return err
			}
		}
		if end != nil {
			return nil
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
		size = moreRows
	}
}

// read makes of the cells what they say, with what somebody changed.
func (r *Row) read(m *mapping.Mapping, e *Edit) {
	r.Edited, r.Decision = nil, Undecided
	if e == nil {
		r.lot = m.Read(r.cells)
		return
	}
	r.Edited, r.Decision = e.Values, e.Decision
	texts := make([]mapping.Text, len(e.Values))
	for i, v := range e.Values {
		texts[i] = mapping.Text(v)
	}
	r.lot = m.ReadEdited(r.cells, texts)
}

// check examines a piece of rows, several at once, then holds them against
// each other and the hub.
func (c *run) check(ctx context.Context, piece []Row) error {
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 1+len(piece)/16)
	failed := make([]error, workers)
	for w := range workers {
		wait.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					failed[w] = fmt.Errorf("check a row: %v", p)
				}
			}()
			for i := w; i < len(piece); i += workers {
				c.engine.examine(&piece[i], c.terms)
			}
		})
	}
	wait.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	return c.settle(ctx, piece)
}

// settle finds what the hub has already, and duplicates.
func (c *run) settle(ctx context.Context, piece []Row) error {
	named := make([]*Row, 0, len(piece))
	for i := range piece {
		if piece[i].named() {
			named = append(named, &piece[i])
		}
	}
	if err := c.ask(ctx, named); err != nil {
		return err
	}
	for i := range piece {
		piece[i].settle(c.seen)
	}
	if c.past != nil {
		for _, r := range named {
			r.Compared = compare(r, c.past)
		}
	}
	return nil
}

// ask notes on rows what the hub has of their VINs.
func (c *run) ask(ctx context.Context, rows []*Row) error {
	if c.here == nil || len(rows) == 0 {
		return nil
	}
	vins := make([]string, len(rows))
	for i, r := range rows {
		vins[i] = r.VIN
	}
	here, err := c.here(ctx, vins)
	if err != nil {
		return err
	}
	for _, r := range rows {
		r.Here, r.Sold = here[r.VIN].here, here[r.VIN].sold
	}
	return nil
}

// settle gives the row its status among those before it.
func (r *Row) settle(seen map[string]Ref) {
	r.Status, r.Message, r.SameAs = r.own, r.why, nil
	if !r.named() {
		return
	}
	first, again := seen[r.VIN]
	switch {
	case again:
		r.SameAs, r.Status = &first, Duplicate
		r.Message = fmt.Sprintf("Row %d has this VIN already.", first.Row)
		return
	case len(r.Here) > 0:
		r.Status, r.Message = Existing, "The hub has a vehicle with this VIN."
	case len(r.Sold) > 0 && r.Message == "":
		r.Message = "It was here before, and sold."
	}
	seen[r.VIN] = r.Ref()
}

// named reports whether the row's VIN names one vehicle.
func (r *Row) named() bool { return len(r.VIN) == 17 && (r.own == Ready || r.own == Mismatch) }
