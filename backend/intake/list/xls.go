package list

import (
	"encoding/binary"
	"io"
	"math"
	"slices"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// The records of a workbook of Excel 5 to 2003 that hold what a list needs
// ([MS-XLS] 2.3; numbers in hexadecimal as there).
const (
	recBOF        = 0x0809
	recEOF        = 0x000a
	recBoundSheet = 0x0085
	recFilePass   = 0x002f
	recDate1904   = 0x0022
	recFormat     = 0x041e
	recXF         = 0x00e0
	recSST        = 0x00fc
	recContinue   = 0x003c
	recNumber     = 0x0203
	recRK         = 0x027e
	recMulRK      = 0x00bd
	recLabelSST   = 0x00fd
	recLabel      = 0x0204
	recRString    = 0x00d6
	recFormula    = 0x0006
	recString     = 0x0207
	recBoolErr    = 0x0205
)

// maxCells bounds the cells of a sheet: they lie in memory.
const maxCells = 4_000_000

// xls is a workbook in binary records.
type xls struct {
	b        []byte
	old      bool // Excel 5 and 95: letters of one byte
	names    []string
	offsets  []uint32
	veiled   []bool // sheets that are not shown
	shared   []string
	formats  map[int]style
	styles   []style
	from1904 bool
}

func openXLS(r io.ReaderAt, size int64) (book, error) {
	c, err := openCompound(r, size)
	if err != nil {
		return nil, err
	}
	x := &xls{formats: map[int]style{}}
	for _, name := range []string{"Workbook", "Book", "WORKBOOK", "BOOK"} {
		if x.b = c.stream(name); x.b != nil {
			break
		}
	}
	switch {
	case x.b != nil:
	case c.has("EncryptedPackage"):
		return nil, refuse("The workbook is locked with a password.").WithRemedy("Open it in Excel and save it without a password.")
	case c.has("WordDocument"):
		return nil, refuse("This is a Word document and not a list.").WithRemedy("Copy its table and paste it, or save the table as .xlsx.")
	case c.has("__properties_version1.0"):
		return nil, refuse("This is a mail (Outlook) and not a list.").WithRemedy("Save its attachment, or paste its text.")
	default:
		return nil, refuse("This is an old Office file and not a workbook.").WithRemedy(notAList)
	}
	if err := x.globals(); err != nil {
		return nil, err
	}
	return x, nil
}

func (x *xls) sheets() []string  { return x.names }
func (x *xls) hidden(i int) bool { return x.veiled[i] }

// record takes the record at an offset; ok is false at the end of the stream.
func (x *xls) record(at int) (kind uint16, body []byte, next int, ok bool) {
	if at < 0 || at+4 > len(x.b) {
		return 0, nil, 0, false
	}
	kind = binary.LittleEndian.Uint16(x.b[at:])
	n := int(binary.LittleEndian.Uint16(x.b[at+2:]))
	if at+4+n > len(x.b) {
		return 0, nil, 0, false
	}
	return kind, x.b[at+4 : at+4+n], at + 4 + n, true
}

func (x *xls) globals() error {
	for at, first := 0, true; ; first = false {
		kind, b, next, ok := x.record(at)
		if !ok || first && kind != recBOF {
			return refuse("The workbook is damaged or older than Excel 5.").WithRemedy("Open it in a spreadsheet program and save it as .xlsx.")
		}
		at = next
		switch {
		case kind == recBOF && first && len(b) >= 2:
			x.old = binary.LittleEndian.Uint16(b) < 0x0600
		case kind == recFilePass:
			return refuse("The workbook is locked with a password.").WithRemedy("Open it in Excel and save it without a password.")
		case kind == recDate1904 && len(b) >= 2:
			x.from1904 = b[0] == 1
		case kind == recBoundSheet && len(b) > 7 && b[5] == 0: // worksheets alone
			name, _ := x.short(b[6:])
			x.names, x.offsets = append(x.names, name), append(x.offsets, binary.LittleEndian.Uint32(b))
			x.veiled = append(x.veiled, b[4]&3 != 0)
		case kind == recFormat && len(b) > 2:
			code := ""
			if x.old {
				code, _ = x.short(b[2:])
			} else {
				code, _ = x.long(b[2:])
			}
			x.formats[int(binary.LittleEndian.Uint16(b))] = styleOf(code)
		case kind == recXF && len(b) >= 4:
			id := int(binary.LittleEndian.Uint16(b[2:]))
			s, own := x.formats[id]
			if !own {
				s = builtin(id)
			}
			x.styles = append(x.styles, s)
		case kind == recSST:
			parts := [][]byte{b}
			for {
				k, more, n, ok := x.record(at)
				if !ok || k != recContinue {
					break
				}
				parts, at = append(parts, more), n
			}
			if err := x.readShared(parts); err != nil {
				return err
			}
		case kind == recEOF:
			return nil
		}
	}
}

// short reads a text with a length of one byte, long one with two.
func (x *xls) short(b []byte) (string, int) {
	if len(b) < 1 {
		return "", 0
	}
	return x.text(b[1:], int(b[0]))
}

func (x *xls) long(b []byte) (string, int) {
	if len(b) < 2 {
		return "", 0
	}
	return x.text(b[2:], int(binary.LittleEndian.Uint16(b)))
}

// text reads n letters; those of new workbooks stand behind a byte that says
// how wide they are ([MS-XLS] 2.5.294).
func (x *xls) text(b []byte, n int) (string, int) {
	if x.old {
		n = min(n, len(b))
		s, err := charmap.Windows1252.NewDecoder().Bytes(b[:n])
		if err != nil {
			return "", n
		}
		return string(s), n
	}
	if len(b) == 0 {
		return "", 0
	}
	wide := b[0]&1 != 0
	out, used := lettersOf(b[1:], n, wide)
	return string(utf16.Decode(out)), used + 1
}

func lettersOf(b []byte, n int, wide bool) ([]uint16, int) {
	out := make([]uint16, 0, min(n, len(b)))
	used := 0
	for len(out) < n {
		if wide {
			if used+2 > len(b) {
				break
			}
			out = append(out, binary.LittleEndian.Uint16(b[used:]))
			used += 2
			continue
		}
		if used >= len(b) {
			break
		}
		out = append(out, uint16(b[used]))
		used++
	}
	return out, used
}

// readShared reads the table of texts, which goes on over several records: where
// one ends within a text, the next begins with the width of its letters.
func (x *xls) readShared(parts [][]byte) error {
	if len(parts[0]) < 8 {
		return damaged("its table of texts", nil)
	}
	n := int(binary.LittleEndian.Uint32(parts[0][4:]))
	parts[0] = parts[0][8:]
	// take gives bytes that are not letters; they too may go over.
	take := func(n int) []byte {
		var out []byte
		for n > 0 && len(parts) > 0 {
			got := min(n, len(parts[0]))
			out = append(out, parts[0][:got]...)
			parts[0] = parts[0][got:]
			if n -= got; len(parts[0]) == 0 {
				parts = parts[1:]
			}
		}
		return out
	}
	for range n {
		head := take(3)
		if len(head) < 3 || len(x.shared) == maxShared {
			return nil // a table that says it has more than is there
		}
		count, flags := int(binary.LittleEndian.Uint16(head)), head[2]
		extra := 0
		if flags&8 != 0 {
			if b := take(2); len(b) == 2 {
				extra += 4 * int(binary.LittleEndian.Uint16(b))
			}
		}
		if flags&4 != 0 {
			if b := take(4); len(b) == 4 {
				extra += int(min(binary.LittleEndian.Uint32(b), 1<<26))
			}
		}
		var all []uint16
		for wide := flags&1 != 0; len(all) < count && len(parts) > 0; {
			got, used := lettersOf(parts[0], count-len(all), wide)
			all = append(all, got...)
			if parts[0] = parts[0][used:]; len(all) == count {
				break
			}
			if parts = parts[1:]; len(parts) > 0 && len(parts[0]) > 0 {
				wide, parts[0] = parts[0][0]&1 != 0, parts[0][1:]
			}
		}
		for len(parts) > 0 && len(parts[0]) == 0 {
			parts = parts[1:]
		}
		for extra > 0 && len(parts) > 0 {
			got := min(extra, len(parts[0]))
			parts[0] = parts[0][got:]
			if extra -= got; len(parts[0]) == 0 {
				parts = parts[1:]
			}
		}
		x.shared = append(x.shared, string(utf16.Decode(all)))
	}
	return nil
}

// xlsCell is a cell with its place.
type xlsCell struct {
	row, column uint16
	text        string
}

func (x *xls) sheet(i int) (source, error) {
	s := &xlsSheet{}
	at := int(x.offsets[i])
	depth := 0
	waits := -1 // the cell of a formula whose text comes next
	add := func(b []byte, text string) {
		s.cells = append(s.cells, xlsCell{binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:]), text})
	}
	for len(s.cells) <= maxCells {
		kind, b, next, ok := x.record(at)
		if !ok {
			return nil, refuse("The sheet %q is cut off.", x.names[i]).WithRemedy("Ask for the file again, or open and save it anew.")
		}
		at = next
		switch {
		case kind == recBOF:
			depth++ // a chart in the sheet has its own
			continue
		case kind == recEOF:
			if depth--; depth <= 0 {
				slices.SortStableFunc(s.cells, func(a, b xlsCell) int {
					return int(a.row)<<16 + int(a.column) - int(b.row)<<16 - int(b.column)
				})
				return s, nil
			}
			continue
		case depth != 1 || len(b) < 6:
			if kind != recString {
				continue
			}
		}
		switch kind {
		case recNumber:
			if len(b) >= 14 {
				add(b, x.number(b[4:], math.Float64frombits(binary.LittleEndian.Uint64(b[6:]))))
			}
		case recRK:
			if len(b) >= 10 {
				add(b, x.number(b[4:], rk(b[6:])))
			}
		case recMulRK:
			column := binary.LittleEndian.Uint16(b[2:])
			for v := b[4 : len(b)-2]; len(v) >= 6; v = v[6:] {
				s.cells = append(s.cells, xlsCell{binary.LittleEndian.Uint16(b), column, x.number(v, rk(v[2:]))})
				column++
			}
		case recLabelSST:
			if len(b) >= 10 {
				if n := binary.LittleEndian.Uint32(b[6:]); uint64(n) < uint64(len(x.shared)) {
					add(b, x.shared[n])
				}
			}
		case recLabel, recRString:
			text, _ := x.long(b[6:])
			add(b, text)
		case recBoolErr:
			if len(b) >= 8 {
				add(b, boolOrError(b[6], b[7]))
			}
		case recFormula:
			if len(b) >= 14 {
				if b[12] != 0xff || b[13] != 0xff {
					add(b, x.number(b[4:], math.Float64frombits(binary.LittleEndian.Uint64(b[6:]))))
					continue
				}
				text := ""
				if b[6] == 1 || b[6] == 2 {
					text = boolOrError(b[8], b[6]-1)
				}
				add(b, text)
				if b[6] == 0 {
					waits = len(s.cells) - 1
				}
			}
		case recString:
			if waits >= 0 && depth == 1 {
				s.cells[waits].text, _ = x.long(b)
				waits = -1
			}
		}
	}
	return nil, refuse("The sheet %q has more than %d cells.", x.names[i], maxCells).WithRemedy("Save it as .csv.")
}

// number writes a number with the style that two bytes name.
func (x *xls) number(styleAt []byte, v float64) string {
	st := general
	if n := int(binary.LittleEndian.Uint16(styleAt)); n < len(x.styles) {
		st = x.styles[n]
	}
	return number(v, st, x.from1904)
}

// rk unpacks a number of four bytes ([MS-XLS] 2.5.217).
func rk(b []byte) float64 {
	n := binary.LittleEndian.Uint32(b)
	var v float64
	if n&2 != 0 {
		v = float64(int32(n) >> 2)
	} else {
		v = math.Float64frombits(uint64(n&^3) << 32)
	}
	if n&1 != 0 {
		v /= 100
	}
	return v
}

func boolOrError(v, isError byte) string {
	switch {
	case isError != 0:
		return "#N/A"
	case v != 0:
		return "TRUE"
	}
	return "FALSE"
}

// xlsSheet gives the cells of a sheet in rows.
type xlsSheet struct {
	cells []xlsCell
}

func (s *xlsSheet) close() {}

func (s *xlsSheet) next() (row, error) {
	if len(s.cells) == 0 {
		return row{}, io.EOF
	}
	at := s.cells[0].row
	var cells []string
	for len(s.cells) > 0 && s.cells[0].row == at {
		c := s.cells[0]
		s.cells = s.cells[1:]
		if c.text == "" {
			continue
		}
		for len(cells) <= int(c.column) {
			cells = append(cells, "")
		}
		cells[c.column] = c.text
	}
	return row{cells, int(at) + 1}, nil
}
