package list

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// ods is a spreadsheet of OpenDocument (ISO/IEC 26300-1, 9).
type ods struct {
	z     archive
	names []string
}

func openODS(r io.ReaderAt, size int64) (book, error) {
	z, err := openZip(r, size)
	if err != nil {
		return nil, err
	}
	o := &ods{z: z}
	if manifest, err := z.whole("META-INF/manifest.xml", 1<<20); err == nil && strings.Contains(string(manifest), "encryption-data") {
		return nil, refuse("The spreadsheet is locked with a password.").WithRemedy("Save it without a password.")
	}
	in, err := z.open("content.xml")
	if err != nil {
		return nil, err
	}
	if in == nil {
		return nil, damaged("content.xml", nil)
	}
	defer in.Close()
	m := newMarkup(in, "content.xml")
	for {
		k, err := m.next()
		if errors.Is(err, io.EOF) {
			return o, nil
		}
		if err != nil {
			return nil, err
		}
		if k == opening && string(m.name) == "table" {
			if len(o.names) == maxSheets {
				return nil, refuse("The spreadsheet has more than %d sheets.", maxSheets).WithRemedy("Save the sheet with the list as a file of its own.")
			}
			o.names = append(o.names, m.attr("name"))
		}
	}
}

func (o *ods) sheets() []string { return o.names }
func (o *ods) hidden(int) bool  { return false } // it stands in a style

func (o *ods) sheet(i int) (source, error) {
	in, err := o.z.open("content.xml")
	if err != nil {
		return nil, err
	}
	s := &odsSheet{in: in, m: newMarkup(in, "content.xml")}
	for at := -1; at < i; {
		k, err := s.m.next()
		if err != nil {
			s.close()
			return nil, s.m.broken()
		}
		if k == opening && string(s.m.name) == "table" {
			at++
		}
	}
	return s, nil
}

// odsSheet gives the rows of a sheet as they stream by.
type odsSheet struct {
	in     io.Closer
	m      *markup
	line   int
	repeat int // how often the last row comes again
	last   []string
	text   []byte
}

func (s *odsSheet) close() { _ = s.in.Close() }

func (s *odsSheet) next() (row, error) {
	if s.repeat > 0 {
		s.repeat--
		s.line++
		return row{append([]string(nil), s.last...), s.line}, nil
	}
	for {
		k, err := s.m.next()
		if errors.Is(err, io.EOF) {
			err = s.m.broken()
		}
		if err != nil {
			return row{}, err
		}
		switch {
		case k == ending && string(s.m.name) == "table":
			return row{}, io.EOF
		case k == opening && string(s.m.name) == "table-row":
			times := repeated(s.m.attr("number-rows-repeated"))
			cells, err := s.row()
			if err != nil {
				return row{}, err
			}
			if len(cells) == 0 { // blank rows fill a sheet up to its last one
				s.line += times
				continue
			}
			s.line++
			s.repeat = times - 1
			if s.repeat > 0 {
				s.last = append([]string(nil), cells...)
			}
			return row{cells, s.line}, nil
		}
	}
}

func repeated(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n > 1 {
		return min(n, 1<<21)
	}
	return 1
}

func (s *odsSheet) row() ([]string, error) {
	var cells []string
	at := 0
	for {
		k, err := s.m.next()
		if errors.Is(err, io.EOF) {
			err = s.m.broken()
		}
		if err != nil {
			return nil, err
		}
		switch name := string(s.m.name); {
		case k == ending && name == "table-row":
			return cells, nil
		case k == opening && (name == "table-cell" || name == "covered-table-cell"):
			times := repeated(s.m.attr("number-columns-repeated"))
			text, err := s.cell(name)
			if err != nil {
				return nil, err
			}
			if text != "" {
				if at+times > MaxColumns {
					return nil, tooWide(s.line + 1)
				}
				for len(cells) < at {
					cells = append(cells, "")
				}
				for range times {
					cells = append(cells, text)
				}
			}
			at = min(at+times, 1<<24)
		}
	}
}

// cell reads up to the end of a cell. Numbers and days come from what is kept,
// not from what is shown.
func (s *odsSheet) cell(name string) (string, error) {
	kind, value := s.m.attr("value-type"), s.m.attr("value")
	day, money := s.m.attr("date-value"), s.m.attr("currency")
	s.text = s.text[:0]
	paragraphs, inside, aside := 0, 0, 0
	for {
		k, err := s.m.next()
		if errors.Is(err, io.EOF) {
			err = s.m.broken()
		}
		if err != nil {
			return "", err
		}
		switch {
		case k == letters:
			if inside > 0 && aside == 0 {
				s.text = append(s.text, s.m.text...)
			}
		case string(s.m.name) == "annotation": // a comment on the cell
			aside += way(k)
		case string(s.m.name) == "p":
			inside += way(k)
			if k == opening && aside == 0 {
				if paragraphs++; paragraphs > 1 {
					s.text = append(s.text, '\n')
				}
			}
		case k == opening && (string(s.m.name) == "s" || string(s.m.name) == "tab"):
			if inside > 0 && aside == 0 {
				s.text = append(s.text, ' ')
			}
		case k == ending && string(s.m.name) == name:
			return odsValue(kind, value, day, money, string(s.text)), nil
		}
		if len(s.text) > maxToken {
			return "", refuse("A cell in row %d is longer than 64 KB.", s.line+1).WithRemedy("Shorten the text.")
		}
	}
}

func way(k token) int {
	if k == opening {
		return 1
	}
	return -1
}

func odsValue(kind, value, day, money, shown string) string {
	v, err := strconv.ParseFloat(value, 64)
	switch {
	case kind == "date" && day != "":
		day = strings.TrimSuffix(day, "T00:00:00")
		return strings.Replace(day, "T", " ", 1)
	case err != nil:
		return shown
	case kind == "currency" && money != "":
		return number(v, general, false) + " " + money
	case kind == "currency", kind == "float":
		// What the format adds may be the unit or zeros in front.
		text := number(v, general, false)
		if len(shown) > len(text) && strings.Trim(shown, "0123456789") == "" && strings.TrimLeft(shown, "0") == strings.TrimLeft(text, "0") {
			return shown
		}
		if i := strings.LastIndexAny(shown, "0123456789"); i >= 0 && !strings.ContainsAny(shown, "eE") {
			if unit := strings.TrimSpace(shown[i+1:]); unit != "" && len(unit) <= 6 {
				return text + " " + unit
			}
		}
		return text
	}
	return shown
}
