package list

import (
	"errors"
	"io"
	"strings"
)

// openText opens a file of text, or one that was pasted.
func openText(r io.ReaderAt, size int64, t *Table, o Options) (source, error) {
	again := func() (io.Reader, error) {
		text, name, err := decode(r, size, o.Encoding)
		t.Encoding = name
		if o.Encoding == "" { // looked for once
			o.Encoding = name
		}
		return text, err
	}
	text, err := again()
	if err != nil {
		return nil, err
	}
	lines, err := beginning(text)
	if err != nil {
		return nil, err
	}
	skip := 0
	t.Delimiter = o.Delimiter
	switch {
	case o.Delimiter == `\t` || strings.EqualFold(o.Delimiter, "tab"):
		t.Delimiter = "\t"
	case o.Delimiter != "" && o.Delimiter != spaces && (len(o.Delimiter) != 1 || strings.ContainsAny(o.Delimiter, "\"\r\n")):
		return nil, refuse("%q can't stand between cells.", o.Delimiter).WithRemedy(`Give one character: a comma, ";", "|" or "tab".`)
	case len(lines) > 0 && len(lines[0]) == len("sep=,") && strings.HasPrefix(strings.ToLower(lines[0]), "sep="):
		// Excel's own way of saying it.
		skip = 1
		if o.Delimiter == "" {
			t.Delimiter = lines[0][4:]
		}
	}
	if t.Delimiter == "" {
		if onlyVINs(lines) {
			if text, err = again(); err != nil {
				return nil, err
			}
			t.Format = Text
			return &words{lines: newDelimited(text, "")}, nil
		}
		t.Delimiter = guessDelimiter(lines)
	}
	switch t.Delimiter {
	case "", spaces:
		t.Format = Text
	case "\t":
		t.Format = TSV
	}
	if text, err = again(); err != nil {
		return nil, err
	}
	d := newDelimited(text, t.Delimiter)
	for range skip {
		if _, err := d.read(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// beginning returns the first lines of a text, of which its shape is guessed.
func beginning(text io.Reader) ([]string, error) {
	d := newDelimited(io.LimitReader(text, 512<<10), "")
	var lines []string
	for len(lines) < 300 {
		s, err := d.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, s)
	}
	return lines, nil
}

// guessDelimiter finds what stands between the cells: what sets most VINs
// apart, then what gives most lines the same number of cells.
func guessDelimiter(lines []string) string {
	best, most := "", score{}
	for _, delimiter := range []string{"\t", ";", "|", ",", spaces} {
		s := rate(lines, delimiter)
		if s.columns < 2 || s.alike < 40 && s.several < 60 || delimiter == spaces && s.alike < 70 {
			continue
		}
		if best == "" || s.vins > most.vins || s.vins == most.vins && s.alike*min(s.columns, 8) > most.alike*min(most.columns, 8) {
			best, most = delimiter, s
		}
	}
	return best
}

// score is how well a delimiter fits.
type score struct {
	vins    int
	columns int // that most lines have
	alike   int // lines in a hundred that have so many
	several int // lines in a hundred that have more than one
}

func rate(lines []string, delimiter string) score {
	counts := map[int]int{}
	var s score
	all := 0
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		all++
		cells := split(line, delimiter)
		counts[len(cells)]++
		for _, c := range cells {
			if vinLike(strings.TrimSpace(c)) > 0 {
				s.vins++
			}
		}
	}
	for n, times := range counts {
		if times > counts[s.columns] || times == counts[s.columns] && n > s.columns {
			s.columns = n
		}
	}
	if all > 0 {
		s.alike = 100 * counts[s.columns] / all
		s.several = 100 * (all - counts[1]) / all
	}
	return s
}

// between stands between VINs that are given one after the other.
func between(r rune) bool {
	return r == ',' || r == ';' || r == '|' || r == ' ' || r == '\t' || r == '\u00a0'
}

// onlyVINs reports whether a text is VINs and nothing else, several on a line.
func onlyVINs(lines []string) bool {
	vins, all, full := 0, 0, 0
	for _, line := range lines {
		if words := strings.FieldsFunc(line, between); len(words) > 0 {
			full++
			for _, w := range words {
				all++
				vins += min(1, vinLike(w))
			}
		}
	}
	return all > full && vins*10 >= all*9
}

// words gives every word of a text as a row of its own.
type words struct {
	lines *delimited
	ahead []string
}

func (w *words) close() {}

func (w *words) next() (row, error) {
	for len(w.ahead) == 0 {
		s, err := w.lines.read()
		if err != nil {
			return row{}, err
		}
		w.ahead = strings.FieldsFunc(s, between)
	}
	out := row{w.ahead[:1:1], w.lines.line}
	w.ahead = w.ahead[1:]
	return out, nil
}
