package list

import (
	"errors"
	"io"
	"strings"
)

// book is a file with sheets.
type book interface {
	sheets() []string
	hidden(i int) bool
	sheet(i int) (source, error) // may be called again
}

const (
	sheetsTried = 50
	rowsTried   = 200 // of each sheet, when the one with the VINs is looked for
)

// openBook opens a workbook and picks its sheet.
func openBook(r io.ReaderAt, size int64, t *Table, o Options) (source, error) {
	var (
		b   book
		err error
	)
	switch t.Format {
	case XLSX:
		b, err = openXLSX(r, size)
	case ODS:
		b, err = openODS(r, size)
	case XLS:
		b, err = openXLS(r, size)
	default:
		return openPDF(r, size)
	}
	if err != nil {
		return nil, err
	}
	t.Sheets = b.sheets()
	at, err := pickSheet(b, t.Sheets, o.Sheet)
	if err != nil {
		return nil, err
	}
	t.Sheet = t.Sheets[at]
	return b.sheet(at)
}

// pickSheet finds the sheet that was asked for, or of those that are shown the
// one with the most VINs, then the one with the most rows.
func pickSheet(b book, names []string, asked string) (int, error) {
	if len(names) == 0 {
		return 0, refuse("The workbook has no sheet.").WithRemedy(notAList)
	}
	if asked != "" {
		for i, n := range names {
			if strings.EqualFold(n, asked) {
				return i, nil
			}
		}
		return 0, refuse("There is no sheet %q in the workbook.", asked).WithRemedy("It has: %s.", strings.Join(names[:min(len(names), 20)], ", "))
	}
	if len(names) == 1 {
		return 0, nil
	}
	best, most := 0, -1
	shown := false
	for i := range names {
		shown = shown || !b.hidden(i)
	}
	for i := range names[:min(len(names), sheetsTried)] {
		if shown && b.hidden(i) {
			continue
		}
		n, err := worth(b, i)
		if err != nil {
			return 0, err
		}
		if n > most {
			best, most = i, n
		}
	}
	return best, nil
}

func worth(b book, i int) (int, error) {
	src, err := b.sheet(i)
	if err != nil {
		return 0, err
	}
	defer src.close()
	vins, rows := 0, 0
	for rows < rowsTried {
		r, err := src.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		if count(r.cells) > 0 {
			rows++
		}
		for _, c := range r.cells {
			if vinLike(strings.TrimSpace(c)) > 0 {
				vins++
			}
		}
	}
	return vins*1000 + rows, nil
}
