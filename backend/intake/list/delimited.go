package list

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// source gives the lines of one table as they stand in the file.
type source interface {
	next() (row, error) // io.EOF after the last
	close()
}

const (
	maxLine        = 1 << 20 // bytes
	maxQuotedLines = 50      // that one cell in quotes goes over
)

// spaces stands for columns that are set apart by two blanks or more.
const spaces = "  "

// delimited cuts lines of text into cells. It is encoding/csv for files as
// they come: a quote that nothing closes belongs to its cell and does not
// swallow the rest of the file.
type delimited struct {
	in        *bufio.Reader
	delimiter string // one byte, spaces, or "" for one cell a line
	end       byte   // of a line
	line      int    // of the file, that was read last
	pushed    []string
}

func newDelimited(text io.Reader, delimiter string) *delimited {
	d := &delimited{in: bufio.NewReaderSize(text, 64<<10), delimiter: delimiter, end: '\n'}
	if head, _ := d.in.Peek(d.in.Size()); bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		d.end = '\r' // Macintosh's, before 2001
	}
	return d
}

func (d *delimited) close() {}

func (d *delimited) next() (row, error) {
	text, err := d.read()
	if err != nil {
		return row{}, err
	}
	at := d.line
	if d.delimiter != "" && d.delimiter != spaces {
		if text, err = d.join(text); err != nil {
			return row{}, err
		}
	}
	return row{split(text, d.delimiter), at}, nil
}

// read returns a line without its end.
func (d *delimited) read() (string, error) {
	if len(d.pushed) > 0 {
		s := d.pushed[0]
		d.pushed = d.pushed[1:]
		d.line++
		return s, nil
	}
	var whole []byte
	for {
		part, err := d.in.ReadSlice(d.end)
		if len(whole)+len(part) > maxLine {
			return "", refuse("Line %d is longer than 1 MB.", d.line+1).WithRemedy("Check that the file is a list with one vehicle a line.")
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			whole = append(whole, part...)
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(whole)+len(part) == 0) {
			return "", err
		}
		if whole != nil {
			part = append(whole, part...)
		}
		d.line++
		return strings.Trim(string(part), "\r\n\x1a"), nil
	}
}

// join adds the lines over which a cell in quotes goes on, if it ends.
func (d *delimited) join(text string) (string, error) {
	if strings.IndexByte(text, '"') < 0 || !opens(text, d.delimiter[0]) {
		return text, nil
	}
	var more []string
	size := len(text)
	for len(more) < maxQuotedLines && size < MaxCell {
		s, err := d.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		more = append(more, s)
		size += len(s) + 1
		end := closing(s, 0, d.delimiter[0])
		if end == notYet {
			continue
		}
		if end < 0 {
			break
		}
		// The rest of this line may open the next cell of many lines.
		joined := text + "\n" + strings.Join(more, "\n")
		if !opens(joined, d.delimiter[0]) {
			return joined, nil
		}
		text, more = joined, nil
	}
	d.line -= len(more)
	d.pushed = append(more, d.pushed...)
	return text, nil
}

const (
	notYet = -1 // the quote is not closed
	wrong  = -2 // it is, but the cell goes on
)

// closing finds the quote that ends a cell whose inside begins at from.
func closing(s string, from int, comma byte) int {
	for i := from; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
			continue
		}
		if rest := strings.TrimLeft(s[i+1:], " "); rest == "" || rest[0] == comma || rest[0] == '\n' || comma == '\t' && s[i+1] == '\t' {
			return i
		}
		return wrong
	}
	return notYet
}

// opens reports whether the last cell of a text begins with a quote that
// nothing closes.
func opens(text string, comma byte) bool {
	for at := 0; ; {
		cell := strings.TrimLeft(text[at:], " ")
		at = len(text) - len(cell)
		end := at
		if strings.HasPrefix(cell, `"`) {
			switch i := closing(text, at+1, comma); {
			case i == notYet:
				return true
			case i >= 0:
				end = i + 1
			}
		}
		next := strings.IndexByte(text[end:], comma)
		if next < 0 {
			return false
		}
		at = end + next + 1
	}
}

// split cuts a text into cells.
func split(text, delimiter string) []string {
	switch delimiter {
	case "":
		return []string{text}
	case spaces:
		return splitSpaces(text)
	}
	comma := delimiter[0]
	if comma == '|' { // tables of Markdown have one at both ends
		if t := strings.TrimSpace(text); len(t) > 1 && t[0] == '|' {
			text = strings.TrimSuffix(t[1:], "|")
		}
	}
	cells := make([]string, 0, 1+strings.Count(text, delimiter))
	for {
		cell, rest, more := cut(text, comma)
		cells = append(cells, cell)
		if !more {
			return cells
		}
		text = rest
	}
}

// cut takes the first cell off a text.
func cut(text string, comma byte) (cell, rest string, more bool) {
	if s := strings.TrimLeft(text, " "); strings.HasPrefix(s, `"`) {
		if i := closing(s, 1, comma); i >= 0 {
			cell = strings.ReplaceAll(s[1:i], `""`, `"`)
			if next := strings.IndexByte(s[i:], comma); next >= 0 {
				return cell, s[i+next+1:], true
			}
			return cell, "", false
		}
	}
	if i := strings.IndexByte(text, comma); i >= 0 {
		return text[:i], text[i+1:], true
	}
	return text, "", false
}

func splitSpaces(text string) []string {
	var cells []string
	for text = strings.TrimSpace(text); text != ""; {
		i := strings.Index(text, spaces)
		if t := strings.IndexByte(text, '\t'); t >= 0 && (i < 0 || t < i) {
			i = t
		}
		if i < 0 {
			return append(cells, text)
		}
		cells = append(cells, text[:i])
		text = strings.TrimLeft(text[i:], " \t")
	}
	return cells
}
