package list

import (
	"context"
	"io"

	"github.com/hubcap-dev/hubcap/backend/child"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Options say how a file is to be read. What is left zero is found out.
type Options struct {
	Name      string `json:"name,omitempty"`      // as the file was called; it decides nothing
	Sheet     string `json:"sheet,omitempty"`     // of a file with several
	Encoding  string `json:"encoding,omitempty"`  // of text: one of Encodings
	Delimiter string `json:"delimiter,omitempty"` // of text: , ; | or a tab
	HeaderRow int    `json:"headerRow,omitempty"` // line of the file, from 1; -1 is that there is none
}

// Table is what is known of a file before its rows are read.
type Table struct {
	Format    string   `json:"format"`              // one of the formats below
	Encoding  string   `json:"encoding,omitempty"`  // of text
	Delimiter string   `json:"delimiter,omitempty"` // of text; "" is one cell a line, two blanks are columns set apart by blanks
	Sheet     string   `json:"sheet,omitempty"`     // the one that is read
	Sheets    []string `json:"sheets,omitempty"`    // all of them
	HeaderRow int      `json:"headerRow"`           // line of the file, from 1; 0 where there is none
	Columns   []string `json:"columns"`             // headings; "" for a column without one
}

// The formats.
const (
	CSV  = "csv"  // cells with a delimiter between them, other than a tab
	TSV  = "tsv"  // with a tab
	Text = "text" // a line a row, or VINs one after the other
	JSON = "json" // an object a row, in lines or in an array
	XLSX = "xlsx"
	XLS  = "xls"
	ODS  = "ods"
	PDF  = "pdf"
)

// The limits of a list.
const (
	MaxBytes   = 64 << 20
	MaxColumns = 1_000
	MaxCell    = 64 << 10 // bytes
	MaxRows    = 1_000_000
	maxText    = 512 << 20 // bytes of all cells: what repeats itself in a file of few bytes
)

// Skipped counts what stood between the rows and is none.
type Skipped struct {
	Blank   int `json:"blank,omitempty"`
	Headers int `json:"headers,omitempty"` // the header again
	Totals  int `json:"totals,omitempty"`
	Notes   int `json:"notes,omitempty"` // and rules of dashes
}

// Reader gives the rows of a list. It belongs to one goroutine.
type Reader struct {
	Table Table

	ctx   context.Context // of one call of Open, which the Reader does not outlive
	rows  rows
	ahead []row // that Sample has looked at
	last  row
	n     int
	end   error
}

// row is the cells of a row and its line in the file.
type row struct {
	cells []string
	line  int
}

// rows gives the rows of a table below its header, and io.EOF.
type rows interface {
	next() (row, error)
	skipped() Skipped
	close() error
}

// Open finds out what a file is and where its rows begin. What is wrong with
// the file is a fault of the kind Invalid that names the place and what to do.
// r is read until the Reader is closed. Formats that nest are read in a child of
// run; nil reads them in this process.
func Open(ctx context.Context, r io.ReaderAt, size int64, o Options, run *child.Runner) (*Reader, error) {
	format, err := detect(r, size)
	if err != nil {
		return nil, err
	}
	out := &Reader{ctx: ctx}
	if nests(format) && run.Able() {
		out.Table, out.rows, err = openRemote(ctx, r, size, o, run)
	} else {
		out.Table, out.rows, err = open(r, size, format, o)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// nests reports whether a format is one whose reader a file may lead astray.
func nests(format string) bool {
	return format == XLSX || format == XLS || format == ODS || format == PDF
}

// open reads a file in this process.
func open(r io.ReaderAt, size int64, format string, o Options) (Table, rows, error) {
	var (
		t   = Table{Format: format}
		src source
		err error
	)
	switch format {
	case XLSX, XLS, ODS, PDF:
		src, err = openBook(r, size, &t, o)
	case JSON:
		return openJSON(r, size, o)
	default:
		src, err = openText(r, size, &t, o)
	}
	if err != nil {
		return t, nil, err
	}
	framed, err := frame(src, &t, o)
	if err != nil {
		src.close()
		return t, nil, err
	}
	return t, framed, nil
}

// Next returns the next row, with a cell for each column, and io.EOF after the
// last one. An error of the file stays.
func (r *Reader) Next() ([]string, error) {
	if len(r.ahead) > 0 {
		r.last, r.ahead = r.ahead[0], r.ahead[1:]
	} else {
		next, err := r.fetch()
		if err != nil {
			return nil, err
		}
		r.last = next
	}
	r.n++
	return r.last.cells, nil
}

func (r *Reader) fetch() (row, error) {
	if r.end == nil {
		r.end = r.ctx.Err()
	}
	if r.end == nil && r.n+len(r.ahead) >= MaxRows {
		if _, r.end = r.rows.next(); r.end == nil {
			r.end = refuse("The list has more than %d rows.", MaxRows).WithRemedy("Split it into several files.")
		}
	}
	if r.end != nil {
		return row{}, r.end
	}
	var next row
	if next, r.end = r.rows.next(); r.end != nil {
		return row{}, r.end
	}
	return next, nil
}

// Row is the number of the row that Next gave, from 1.
func (r *Reader) Row() int { return r.n }

// Line is where the row that Next gave stands in the file, from 1: its line of
// text, row of the sheet, object of a JSON array, line of text of a PDF.
func (r *Reader) Line() int { return r.last.line }

// Sample returns up to n of the rows that Next has not given yet; Next gives
// them all the same. Rows before an error are a sample too.
func (r *Reader) Sample(n int) ([][]string, error) {
	for len(r.ahead) < n {
		next, err := r.fetch()
		if err == io.EOF || err != nil && len(r.ahead) > 0 {
			break
		}
		if err != nil {
			return nil, err
		}
		r.ahead = append(r.ahead, next)
	}
	out := make([][]string, min(n, len(r.ahead)))
	for i := range out {
		out[i] = r.ahead[i].cells
	}
	return out, nil
}

// Skipped counts what was passed over so far.
func (r *Reader) Skipped() Skipped { return r.rows.skipped() }

// Close ends the reading.
func (r *Reader) Close() error {
	if r.end == nil {
		r.end = io.ErrClosedPipe
	}
	return r.rows.close()
}

// refuse is a fault of the file; the caller adds what to do.
func refuse(format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, format, args...)
}
