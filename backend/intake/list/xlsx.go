package list

import (
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// xlsx is a workbook of Office Open XML (ECMA-376 part 1, 18).
type xlsx struct {
	z        archive
	names    []string
	parts    []string // of the sheets
	veiled   []bool   // sheets that are not shown
	shared   []string
	styles   []style // by the index that cells give
	from1904 bool
}

const (
	maxShared     = 2_000_000
	maxSharedText = 192 << 20
	maxSheets     = 1_000
)

func openXLSX(r io.ReaderAt, size int64) (book, error) {
	z, err := openZip(r, size)
	if err != nil {
		return nil, err
	}
	x := &xlsx{z: z}
	main := "xl/workbook.xml"
	if z.find(main) == nil {
		targets, err := x.relations("_rels/.rels", "")
		if err != nil {
			return nil, err
		}
		for _, t := range targets {
			if strings.HasSuffix(t.kind, "/officeDocument") {
				main = t.part
			}
		}
	}
	if err := x.workbook(main); err != nil {
		return nil, err
	}
	return x, nil
}

func (x *xlsx) sheets() []string  { return x.names }
func (x *xlsx) hidden(i int) bool { return x.veiled[i] }

// each calls f with the tokens of a part, if there is one.
func (x *xlsx) each(part string, f func(*markup, token) error) error {
	in, err := x.z.open(part)
	if in == nil || err != nil {
		return err
	}
	defer in.Close()
	m := newMarkup(in, part)
	for {
		k, err := m.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f(m, k)
		}
		if err != nil {
			return err
		}
	}
}

type relation struct{ part, kind string }

// relations reads to which parts a part refers; base is its folder.
func (x *xlsx) relations(part, base string) (map[string]relation, error) {
	out := map[string]relation{}
	err := x.each(part, func(m *markup, k token) error {
		if k == opening && string(m.name) == "Relationship" && m.attr("TargetMode") != "External" && len(out) < 10*maxSheets {
			t := m.attr("Target")
			if !strings.HasPrefix(t, "/") {
				t = path.Join(base, t)
			}
			out[m.attr("Id")] = relation{strings.TrimPrefix(path.Clean(t), "/"), m.attr("Type")}
		}
		return nil
	})
	return out, err
}

func (x *xlsx) workbook(main string) error {
	base := path.Dir(main)
	targets, err := x.relations(path.Join(base, "_rels", path.Base(main)+".rels"), base)
	if err != nil {
		return err
	}
	err = x.each(main, func(m *markup, k token) error {
		if k != opening {
			return nil
		}
		switch string(m.name) {
		case "workbookPr":
			v := m.attr("date1904")
			x.from1904 = v == "1" || v == "true"
		case "sheet":
			t, ok := targets[m.attr("id")]
			if !ok || strings.HasSuffix(t.kind, "/chartsheet") || strings.HasSuffix(t.kind, "/dialogsheet") {
				return nil
			}
			if len(x.names) == maxSheets {
				return refuse("The workbook has more than %d sheets.", maxSheets).WithRemedy("Save the sheet with the list as a file of its own.")
			}
			x.names, x.parts = append(x.names, cellText(m.attr("name"))), append(x.parts, t.part)
			x.veiled = append(x.veiled, m.attr("state") == "hidden" || m.attr("state") == "veryHidden")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(x.names) == 0 {
		return refuse("The workbook has no sheet.").WithRemedy(saveAs)
	}
	shared, styles := path.Join(base, "sharedStrings.xml"), path.Join(base, "styles.xml")
	for _, t := range targets {
		switch {
		case strings.HasSuffix(t.kind, "/sharedStrings"):
			shared = t.part
		case strings.HasSuffix(t.kind, "/styles"):
			styles = t.part
		}
	}
	if err := x.readStyles(styles); err != nil {
		return err
	}
	return x.readShared(shared)
}

// readShared reads the texts that cells refer to by number.
func (x *xlsx) readShared(part string) error {
	var text []byte
	inText, aside, size := false, false, 0
	return x.each(part, func(m *markup, k token) error {
		switch {
		case k == letters:
			if inText && !aside {
				text = append(text, m.text...)
			}
			return nil
		case string(m.name) == "si":
			if k == opening {
				text = text[:0]
				return nil
			}
			size += len(text)
			if len(x.shared) == maxShared || size > maxSharedText || len(text) > maxToken {
				return refuse("The workbook's texts unpack to more than a list can have.").WithRemedy("Do not trust this file. If it is honest, save it as .csv.")
			}
			x.shared = append(x.shared, string(text))
		case string(m.name) == "t":
			inText = k == opening
		case string(m.name) == "rPh": // how a Japanese text is spoken
			aside = k == opening
		}
		return nil
	})
}

func (x *xlsx) readStyles(part string) error {
	formats := map[int]style{}
	inCells := false
	return x.each(part, func(m *markup, k token) error {
		if k == letters {
			return nil
		}
		switch string(m.name) {
		case "numFmt":
			if id, err := strconv.Atoi(m.attr("numFmtId")); k == opening && err == nil && len(formats) < 10_000 {
				formats[id] = styleOf(m.attr("formatCode"))
			}
		case "cellXfs":
			inCells = k == opening
		case "xf":
			if k == opening && inCells && len(x.styles) < 100_000 {
				id, _ := strconv.Atoi(m.attr("numFmtId"))
				s, own := formats[id]
				if !own {
					s = builtin(id)
				}
				x.styles = append(x.styles, s)
			}
		}
		return nil
	})
}

func (x *xlsx) sheet(i int) (source, error) {
	in, err := x.z.open(x.parts[i])
	if err != nil {
		return nil, err
	}
	if in == nil {
		return nil, refuse("The sheet %q is not in the file.", x.names[i]).WithRemedy("Open the workbook and save it anew.")
	}
	return &xlsxSheet{book: x, in: in, m: newMarkup(in, x.parts[i])}, nil
}

// xlsxSheet gives the rows of a sheet as they stream by.
type xlsxSheet struct {
	book *xlsx
	in   io.Closer
	m    *markup
	line int
	text []byte
}

func (s *xlsxSheet) close() { _ = s.in.Close() }

func (s *xlsxSheet) next() (row, error) {
	for {
		k, err := s.m.next()
		if err != nil {
			return row{}, err
		}
		if k == opening && string(s.m.name) == "row" {
			s.line++
			if n, err := strconv.Atoi(s.m.attr("r")); err == nil && n > 0 {
				s.line = n
			}
			return s.row()
		}
	}
}

// row reads the cells up to the end of the row.
func (s *xlsxSheet) row() (row, error) {
	cells := make([]string, 0, 24)
	at := 0
	for {
		k, err := s.m.next()
		if errors.Is(err, io.EOF) {
			err = s.m.broken()
		}
		if err != nil {
			return row{}, err
		}
		switch {
		case k == ending && string(s.m.name) == "row":
			return row{cells, s.line}, nil
		case k == opening && string(s.m.name) == "row":
			return row{}, s.m.broken()
		case k == opening && string(s.m.name) == "c":
			if ref := s.m.attr("r"); ref != "" {
				at = column(ref)
			}
			text, err := s.cell(s.m.attr("t"), s.m.attr("s"))
			if err != nil {
				return row{}, err
			}
			if text != "" {
				if at >= MaxColumns {
					return row{}, tooWide(s.line)
				}
				for len(cells) <= at {
					cells = append(cells, "")
				}
				cells[at] = text
			}
			at++
		}
	}
}

func tooWide(line int) error {
	return refuse("Row %d has more than %d columns.", line, MaxColumns).WithRemedy("Leave columns out that are not needed.")
}

// cell reads up to the end of a cell.
func (s *xlsxSheet) cell(kind, styleAt string) (string, error) {
	s.text = s.text[:0]
	wanted, aside := false, false
	for {
		k, err := s.m.next()
		if errors.Is(err, io.EOF) {
			err = s.m.broken()
		}
		if err != nil {
			return "", err
		}
		if k == letters {
			if wanted && !aside {
				s.text = append(s.text, s.m.text...)
				if len(s.text) > maxToken {
					return "", refuse("A cell in row %d is longer than 64 KB.", s.line).WithRemedy("Shorten the text.")
				}
			}
			continue
		}
		switch string(s.m.name) {
		case "v", "t":
			wanted = k == opening
		case "rPh":
			aside = k == opening
		case "c":
			if k == ending {
				return s.value(kind, styleAt), nil
			}
		}
	}
}

func (s *xlsxSheet) value(kind, styleAt string) string {
	switch text := string(s.text); kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n >= 0 && n < len(s.book.shared) {
			return cellText(s.book.shared[n])
		}
		return ""
	case "inlineStr", "str":
		return cellText(text)
	case "b":
		return map[string]string{"1": "TRUE", "0": "FALSE"}[text]
	case "e":
		return text
	case "d":
		return strings.TrimSuffix(text, "T00:00:00")
	default:
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return text
		}
		st := general
		if n, err := strconv.Atoi(styleAt); err == nil && n >= 0 && n < len(s.book.styles) {
			st = s.book.styles[n]
		}
		return number(v, st, s.book.from1904)
	}
}

// cellText takes the escapes of control characters (_x000D_, ECMA-376 part 1,
// 22.4.2.4) out of a text.
func cellText(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			break
		}
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil || s[i+6] != '_' {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(rune(n))
		s = s[i+7:]
	}
	b.WriteString(s)
	return b.String()
}

// column is the place of a cell such as "AB12", from 0.
func column(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return max(0, n-1)
}
