package list

import (
	"io"
	"iter"
)

// WriteXLSX writes rows as a workbook with one sheet.
func WriteXLSX(w io.Writer, sheet string, header []string, rows iter.Seq2[[]string, error]) error {
	return nil
}
