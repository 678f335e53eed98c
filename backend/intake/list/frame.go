package list

import (
	"errors"
	"io"
)

const (
	lookAhead  = 100 // lines among which the header is looked for
	maxHeading = 200 // letters of a heading that are kept
)

// framed gives the rows of a source below its header.
type framed struct {
	src     source
	ahead   []row
	columns int
	header  string // folded, to know it again
	skips   Skipped
	text    int
	end     error // of the source; it is not asked again
	named   bool  // the table has several columns: lines with one cell are notes
}

// frame finds the header and the number of columns.
func frame(src source, t *Table, o Options) (*framed, error) {
	f := &framed{src: src}
	for len(f.ahead) < lookAhead || o.HeaderRow > 0 && len(f.ahead) < o.HeaderRow && len(f.ahead) < 10_000 {
		r, err := f.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		f.ahead = append(f.ahead, r)
	}
	at := -1
	switch {
	case o.HeaderRow > 0:
		for i, r := range f.ahead {
			if r.line == o.HeaderRow {
				at = i
			}
		}
		if at < 0 {
			return nil, refuse("Line %d, which is to be the header, is blank or not there.", o.HeaderRow).WithRemedy("Leave it out to have the header looked for, or give -1 for none.")
		}
	case o.HeaderRow == 0:
		at = findHeader(f.ahead)
	}
	for _, r := range f.ahead[at+1:] {
		f.columns = max(f.columns, filled(r.cells))
	}
	if at >= 0 {
		head := f.ahead[at]
		f.columns = max(f.columns, filled(head.cells))
		f.header = fold(head.cells)
		t.HeaderRow = head.line
		t.Columns = headings(head.cells, f.columns)
		f.ahead = f.ahead[at+1:]
	} else {
		t.Columns = make([]string, f.columns)
		// What stands above the first VIN is a title, not a row.
		if first := firstVIN(f.ahead); first > 0 && o.HeaderRow == 0 {
			keep := f.ahead[:0:0]
			for i, r := range f.ahead {
				if i >= first || count(r.cells)*2 >= count(f.ahead[first].cells) {
					keep = append(keep, r)
				}
			}
			f.ahead = keep
		}
	}
	if len(f.ahead) == 0 && f.columns == 0 {
		return nil, refuse("No rows were found in the file.").WithRemedy(notAList)
	}
	if at >= 0 && len(f.ahead) > 0 && units(f.ahead[0].cells) {
		f.skips.Notes++
		f.ahead = f.ahead[1:]
	}
	f.named = f.columns > 3
	return f, nil
}

// read returns the next line that is not blank, its cells tidy and bounded.
func (f *framed) read() (row, error) {
	for {
		if f.end != nil {
			return row{}, f.end
		}
		var r row
		if r, f.end = f.src.next(); f.end != nil {
			return row{}, f.end
		}
		full := 0
		for i, c := range r.cells {
			if len(c) > MaxCell {
				return row{}, refuse("Cell %d in line %d is longer than 64 KB.", i+1, r.line).WithRemedy("Check for a quote that is not closed, or shorten the text.")
			}
			c = tidy(c)
			if r.cells[i] = c; c != "" {
				full = i + 1
				f.text += len(c)
			}
		}
		if full > MaxColumns {
			return row{}, refuse("Line %d has %d columns; a list may have %d.", r.line, full, MaxColumns).WithRemedy("Leave columns out that are not needed.")
		}
		if f.text > maxText {
			return row{}, refuse("The list's cells unpack to more than %d MB, in line %d.", maxText>>20, r.line).WithRemedy("Do not trust this file. If it is honest, split it.")
		}
		if full == 0 {
			if f.skips.Blank++; f.skips.Blank > 2*MaxRows {
				return row{}, refuse("The list has more than %d blank rows.", 2*MaxRows).WithRemedy("Delete them.")
			}
			continue
		}
		return row{r.cells[:full], r.line}, nil
	}
}

func (f *framed) next() (row, error) {
	for {
		var r row
		if len(f.ahead) > 0 {
			r, f.ahead = f.ahead[0], f.ahead[1:]
		} else {
			var err error
			if r, err = f.read(); err != nil {
				return row{}, err
			}
		}
		switch {
		case f.header != "" && fold(r.cells) == f.header:
			f.skips.Headers++
			continue
		case rule(r.cells):
			f.skips.Notes++
			continue
		case f.columns > 1 && total(r.cells, f.columns):
			f.skips.Totals++
			continue
		case f.named && note(r.cells):
			f.skips.Notes++
			continue
		}
		for len(r.cells) < f.columns {
			r.cells = append(r.cells, "")
		}
		return r, nil
	}
}

func (f *framed) skipped() Skipped { return f.skips }
func (f *framed) close() error     { f.src.close(); return nil }
