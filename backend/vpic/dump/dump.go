// Package dump reads the vPIC tables from NHTSA's monthly plain dump,
// vPICList_lite_YYYY_MM.plain.zip: one file of PostgreSQL statements in which
// each table stands as a COPY with its rows (decode-spec section 11).
//
// The dump is read once, as a stream. Of its 97 tables those are kept that an
// index is built from; the others, 8.8 million rows of a cache among them,
// pass by without being held. What is missing, cut short, damaged or absurd
// is refused with its line.
package dump

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// Bounds of what is believed. The real dump is far inside them.
const (
	maxLine      = 1 << 20 // bytes of a line that is looked at; the longest real one has some 5,000
	maxStatement = 1 << 16 // bytes of a statement that are looked at

	// What is kept of all tables stands in memory, and a file of three
	// megabytes can be packed so that it fills gigabytes: these bound it.
	maxRows = 6_000_000   // kept rows; the real ones are 2.2 million
	maxText = 384_000_000 // bytes of them; the real ones have 130 million
)

// Stats says what was in a dump.
type Stats struct {
	Tables  int   // COPY blocks
	Rows    int64 // kept
	Skipped int64 // rows passed by
	Lines   int64
}

// Read reads a dump's text. Its errors are fault.Invalid, with the line.
func Read(ctx context.Context, r io.Reader) (*tables.Release, Stats, error) {
	d := &reader{ctx: ctx, in: bufio.NewReaderSize(r, maxLine), out: newHarvest()}
	if err := d.run(); err != nil {
		return nil, d.stats, err
	}
	rel, err := d.out.release()
	return rel, d.stats, err
}

// A reader walks over the lines of a dump.
type reader struct {
	ctx    context.Context
	in     *bufio.Reader
	out    *harvest
	stats  Stats
	lex    lexer
	kept   int64 // bytes of the kept rows
	torn   bool  // the last line had no end
	fields [][]byte
}

func (d *reader) run() error {
	for {
		line, err := d.line()
		if errors.Is(err, io.EOF) {
			if d.lex.open() && d.stats.Tables > 0 {
				return d.bad("the dump ends within a statement", cutRemedy)
			}
			return nil
		}
		if err != nil {
			return err
		}
		if d.stats.Lines == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		statements := d.lex.feed(line)
		for i, s := range statements {
			c, ok, err := parseCopy(s)
			if err != nil {
				return d.bad(err.Error(), plainRemedy)
			}
			if !ok {
				continue
			}
			if i != len(statements)-1 || !d.lex.blank() {
				return d.bad("something stands behind a COPY", plainRemedy)
			}
			if err := d.block(c); err != nil {
				return err
			}
		}
	}
}

const (
	cutRemedy   = "it was cut short on its way: fetch it again"
	plainRemedy = "use NHTSA's plain dump, vPICList_lite_YYYY_MM.plain.zip, as it is"
)

// bad is an error at the present line.
func (d *reader) bad(problem, remedy string) error {
	return fault.New(fault.Invalid, "line %d of the dump: %s", d.stats.Lines, problem).WithRemedy("%s", remedy)
}

// line is the next line without its end. It is valid until the next call.
func (d *reader) line() ([]byte, error) {
	line, err := d.in.ReadSlice('\n')
	if len(line) > 0 {
		d.stats.Lines++
	}
	switch {
	case err == nil:
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, d.bad("has more than a million characters", plainRemedy)
	case errors.Is(err, io.EOF):
		if d.torn = true; len(line) == 0 {
			return nil, io.EOF
		}
	default:
		return nil, d.broken(err)
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), nil
}

// broken is what a source says that can't be read on.
func (d *reader) broken(err error) error {
	if d.ctx.Err() != nil {
		return context.Cause(d.ctx)
	}
	if fault.Is(err, fault.Invalid) {
		return err
	}
	return fault.Wrap(fault.Invalid, err, "line %d of the dump: the file is damaged", d.stats.Lines+1).WithRemedy(cutRemedy)
}

var endOfData = []byte(`\.`)

// ctxEvery is how many rows pass between two looks at the context.
const ctxEvery = 4096

// block reads the rows of one COPY.
func (d *reader) block(c copyHead) error {
	d.stats.Tables++
	sinks, err := d.out.sinks(c)
	if err != nil {
		return d.bad(err.Error(), plainRemedy)
	}
	if len(sinks) == 0 {
		return d.skip(c)
	}
	for rows := 0; ; rows++ {
		if rows%ctxEvery == 0 && d.ctx.Err() != nil {
			return context.Cause(d.ctx)
		}
		line, err := d.line()
		if err == nil && bytes.Equal(line, endOfData) {
			return nil
		}
		if d.torn {
			return d.bad(fmt.Sprintf("the dump ends within the rows of %s", c.table), cutRemedy)
		}
		if err != nil {
			return err
		}
		if d.kept += int64(len(line)); d.stats.Rows == maxRows || d.kept > maxText {
			return d.bad(fmt.Sprintf("with %s the tables have more than %d rows or %d MB", c.table, maxRows, maxText/1_000_000), plainRemedy)
		}
		if !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0 {
			return d.bad(fmt.Sprintf("a row of %s is no text in UTF-8", c.table), plainRemedy)
		}
		d.split(line)
		if len(d.fields) != len(c.columns) {
			return d.bad(fmt.Sprintf("a row of %s has %d fields, its table has %d columns", c.table, len(d.fields), len(c.columns)), cutRemedy)
		}
		d.stats.Rows++
		for _, s := range sinks {
			if err := s.add(d.fields); err != nil {
				return d.bad(fmt.Sprintf("a row of %s: %v", c.table, err), plainRemedy)
			}
		}
	}
}

// split cuts a row into its fields.
func (d *reader) split(line []byte) {
	d.fields = d.fields[:0]
	for {
		i := bytes.IndexByte(line, '\t')
		if i < 0 {
			d.fields = append(d.fields, line)
			return
		}
		d.fields = append(d.fields, line[:i])
		line = line[i+1:]
	}
}

// skip passes over rows that nobody wants, however long their lines are.
func (d *reader) skip(c copyHead) error {
	begins := true // the next piece begins a line
	for n := 0; ; n++ {
		if n%ctxEvery == 0 && d.ctx.Err() != nil {
			return context.Cause(d.ctx)
		}
		piece, err := d.in.ReadSlice('\n')
		whole := err == nil
		switch {
		case whole || errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			if begins && bytes.Equal(bytes.TrimSuffix(piece, []byte("\r")), endOfData) {
				d.stats.Lines++
				return nil
			}
			return d.bad(fmt.Sprintf("the dump ends within the rows of %s", c.table), cutRemedy)
		default:
			return d.broken(err)
		}
		if whole {
			d.stats.Lines++
			if begins && len(piece) <= 4 && bytes.Equal(bytes.TrimRight(piece, "\r\n"), endOfData) {
				return nil
			}
			d.stats.Skipped++
		}
		begins = whole
	}
}
