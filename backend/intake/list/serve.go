package list

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hubcap-dev/hubcap/backend/child"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Child is the variable that a child finds in its environment.
const Child = "HUBCAP_READS_LIST"

// A child may be waited for so long, in all, and so many run at a time: an
// open list holds its place until it is closed.
const (
	wallTime = 2 * time.Minute
	places   = 8
)

// What a child may take. A workbook of 64 MB with a million rows takes some
// 600 MB and 30 s.
const (
	memoryLimit = 1 << 30
	memoryGoal  = 600 << 20
	cpuSeconds  = 5 // and one for each MB of the file
)

// The kinds of frame in which a child tells what it reads.
const (
	frameTable   byte = 'h' // JSON of Table
	frameRows    byte = 'r' // rows, see appendRow
	frameRefused byte = 'x' // JSON of refusal; the last one
	frameEnd     byte = 'e' // JSON of Skipped; the last one
)

// rowsAtOnce is how many bytes of rows go into a frame.
const rowsAtOnce = 64 << 10

// refusal is a fault on its way to the parent.
type refusal struct {
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}

// NewRunner returns a runner for Open, whose children are started by command: a
// program that calls Serve with its last argument as options.
func NewRunner(command []string) *child.Runner {
	return child.NewRunner(command, Child, wallTime, places)
}

// Serve is the child: it reads a file from in and tells its rows on out.
// options is what the parent gave as the last argument. It puts its own process
// under limits first, for good.
func Serve(in io.Reader, out io.Writer, options string) error {
	l := child.Limits{Memory: memoryLimit, MemoryGoal: memoryGoal, CPUSeconds: cpuSeconds + MaxBytes>>20}
	if err := child.Confine(l); err != nil {
		return err
	}
	b, err := io.ReadAll(io.LimitReader(in, MaxBytes+1))
	if err != nil {
		return err
	}
	l.CPUSeconds = cpuSeconds + uint64(len(b))>>20
	if err := child.Confine(l); err != nil {
		return err
	}
	return tell(b, out, options)
}

// tell is Serve without limits.
func tell(b []byte, out io.Writer, options string) error {
	var o Options
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		return fmt.Errorf("options: %w", err)
	}
	skipped, err := tellRows(bytes.NewReader(b), int64(len(b)), out, o)
	var f *fault.Error
	switch {
	case errors.As(err, &f) && f.Kind == fault.Invalid:
		j, err := json.Marshal(refusal{f.Message, f.Remedy})
		if err != nil {
			return err
		}
		return child.WriteFrame(out, frameRefused, j)
	case err != nil:
		return err
	}
	j, err := json.Marshal(skipped)
	if err != nil {
		return err
	}
	return child.WriteFrame(out, frameEnd, j)
}

func tellRows(r io.ReaderAt, size int64, out io.Writer, o Options) (Skipped, error) {
	format, err := detect(r, size)
	if err != nil {
		return Skipped{}, err
	}
	table, rows, err := open(r, size, format, o)
	if err != nil {
		return Skipped{}, err
	}
	defer rows.close()
	j, err := json.Marshal(table)
	if err != nil {
		return Skipped{}, err
	}
	if err := child.WriteFrame(out, frameTable, j); err != nil {
		return Skipped{}, err
	}
	var batch []byte
	for {
		next, end := rows.next()
		if end == nil {
			batch = appendRow(batch, next)
		}
		if len(batch) >= rowsAtOnce || end != nil && len(batch) > 0 {
			if err := child.WriteFrame(out, frameRows, batch); err != nil {
				return Skipped{}, err
			}
			batch = batch[:0]
		}
		if errors.Is(end, io.EOF) {
			return rows.skipped(), nil
		}
		if end != nil {
			return Skipped{}, end
		}
	}
}

// appendRow writes a row: its line, the number of its cells, and each with its
// length before it.
func appendRow(b []byte, r row) []byte {
	b = binary.AppendUvarint(b, uint64(r.line))
	b = binary.AppendUvarint(b, uint64(len(r.cells)))
	for _, c := range r.cells {
		b = binary.AppendUvarint(b, uint64(len(c)))
		b = append(b, c...)
	}
	return b
}

var errForgedRow = errors.New("a row that no child of ours sends")

// takeRow reads what appendRow wrote. The child may have been taken over.
func takeRow(b []byte) (r row, rest []byte, err error) {
	take := func(most uint64) int {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > most {
			err = errForgedRow
			return 0
		}
		b = b[used:]
		return int(n)
	}
	r.line = take(1 << 40)
	n := take(MaxColumns + 1)
	if err != nil {
		return row{}, nil, err
	}
	r.cells = make([]string, n)
	for i := range r.cells {
		size := take(MaxCell)
		if err != nil || size > len(b) {
			return row{}, nil, errForgedRow
		}
		r.cells[i], b = tidy(string(b[:size])), b[size:]
	}
	return r, b, nil
}

// remote gives the rows that a child reads.
type remote struct {
	ctx     context.Context // of one call of Open
	child   *child.Process
	ahead   []byte
	columns int
	skips   Skipped
	end     error
}

func openRemote(ctx context.Context, r io.ReaderAt, size int64, o Options, run *child.Runner) (Table, rows, error) {
	o.Name = "" // it decides nothing
	options, err := json.Marshal(o)
	if err != nil {
		return Table{}, nil, err
	}
	p, err := run.Start(ctx, io.NewSectionReader(r, 0, size), string(options))
	if err != nil {
		return Table{}, nil, err
	}
	m := &remote{ctx: ctx, child: p}
	var t Table
	kind, b, err := p.Next()
	switch {
	case err != nil:
		return t, nil, m.stop(err)
	case kind == frameTable && json.Unmarshal(b, &t) == nil && len(t.Columns) <= MaxColumns+1:
		m.columns = len(t.Columns)
		return t, m, nil
	}
	return t, nil, m.last(kind, b)
}

func (m *remote) next() (row, error) {
	for len(m.ahead) == 0 {
		if m.end != nil {
			return row{}, m.end
		}
		kind, b, err := m.child.Next()
		switch {
		case err != nil:
			return row{}, m.stop(err)
		case kind == frameRows:
			m.ahead = b
		default:
			return row{}, m.last(kind, b)
		}
	}
	r, rest, err := takeRow(m.ahead)
	if err != nil {
		m.ahead = nil
		return row{}, m.stop(err)
	}
	m.ahead = rest
	return r, nil
}

// last takes the frame with which a child ends.
func (m *remote) last(kind byte, b []byte) error {
	var f refusal
	switch {
	case kind == frameEnd && json.Unmarshal(b, &m.skips) == nil:
		if m.end = m.child.Close(true); m.end == nil {
			m.end = io.EOF
		}
		m.child = nil
		return m.end
	case kind == frameRefused && json.Unmarshal(b, &f) == nil:
		m.child.Drop()
		m.child, m.end = nil, refuse("%s", tidy(f.Message)).WithRemedy("%s", tidy(f.Remedy))
		return m.end
	}
	return m.stop(errForgedRow)
}

// stop ends a child that failed, and says why for a person.
func (m *remote) stop(cause error) error {
	if m.child == nil {
		return m.end
	}
	err := error(child.ErrBroken)
	if errors.Is(cause, errForgedRow) {
		m.child.Drop()
	} else {
		err = m.child.Close(false)
	}
	m.child = nil
	if m.ctx.Err() != nil {
		m.end = m.ctx.Err()
		return m.end
	}
	m.end = refuse("The file is broken or made to harm: %s.", err).WithRemedy("Do not trust this file. If it is honest, save it as .csv.")
	return m.end
}

func (m *remote) skipped() Skipped { return m.skips }

func (m *remote) close() error {
	if m.child != nil {
		m.child.Drop()
		m.child, m.end = nil, io.ErrClosedPipe
	}
	return nil
}
