package list

import (
	"context"
	"io"

	"github.com/hubcap-dev/hubcap/backend/child"
)

// Options say how a file is to be read. What is left zero is found out.
type Options struct {
	Name      string `json:"name,omitempty"`      // as the file was called; it decides nothing
	Sheet     string `json:"sheet,omitempty"`     // of a file with several
	Encoding  string `json:"encoding,omitempty"`  // of text: see Encodings
	Delimiter string `json:"delimiter,omitempty"` // of text: , ; | or a tab
	HeaderRow int    `json:"headerRow,omitempty"` // line of the file, from 1; -1 is that there is none
}

// Table is what is known of a file before its rows are read.
type Table struct {
	Format    string   `json:"format"`              // csv, tsv, xlsx, xls, ods, json, pdf, text
	Encoding  string   `json:"encoding,omitempty"`  // of text
	Delimiter string   `json:"delimiter,omitempty"` // of text
	Sheet     string   `json:"sheet,omitempty"`     // the one that is read
	Sheets    []string `json:"sheets,omitempty"`    // all of them
	HeaderRow int      `json:"headerRow"`           // line of the file, from 1; 0 where there is none
	Columns   []string `json:"columns"`             // headings; "" for a column without one
}

// The limits of a list.
const (
	MaxBytes   = 64 << 20
	MaxColumns = 1_000
	MaxCell    = 64 << 10 // bytes
	MaxRows    = 1_000_000
)

// Skipped counts what stood between the rows and is none.
type Skipped struct {
	Blank   int `json:"blank,omitempty"`
	Headers int `json:"headers,omitempty"` // the header again
	Totals  int `json:"totals,omitempty"`
	Notes   int `json:"notes,omitempty"`
}

// Reader gives the rows of a list. It belongs to one goroutine.
type Reader struct {
	Table Table
}

// Open finds out what a file is and where its rows begin. What is wrong with
// the file is a fault of the kind Invalid that names the place and what to do.
// r is read until the Reader is closed. Formats that nest are read in a child of
// run; nil reads them in this process.
func Open(ctx context.Context, r io.ReaderAt, size int64, o Options, run *child.Runner) (*Reader, error) {
	return &Reader{}, nil
}

// Next returns the next row, with a cell for each column, and io.EOF after the
// last one.
func (r *Reader) Next() ([]string, error) { return nil, io.EOF }

// Row is the number of the row that Next gave, from 1; Line is where it stands
// in the file, from 1 (of a PDF and of JSON: of its lines of text, or objects).
func (r *Reader) Row() int  { return 0 }
func (r *Reader) Line() int { return 0 }

// Sample returns up to n of the first rows; Next gives them all the same.
func (r *Reader) Sample(n int) ([][]string, error) { return nil, nil }

// Skipped counts what Next has passed over so far.
func (r *Reader) Skipped() Skipped { return Skipped{} }

// Close ends the reading.
func (r *Reader) Close() error { return nil }
