package list

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// unreadable heads the column with the text of lines that are no objects, in a
// list that has such lines.
const unreadable = "unreadable line"

// jsonRows gives objects as rows.
type jsonRows struct {
	read    func() (raw []byte, line int, err error)
	columns map[string]int
	broken  int // column for lines that are no objects, -1 without
	text    int
}

// openJSON opens objects, one a line or as the elements of an array. It reads
// them once for the names of their members, in the order in which they come.
func openJSON(r io.ReaderAt, size int64, o Options) (Table, rows, error) {
	t := Table{Format: JSON, Columns: []string{}}
	first, err := newJSONRows(r, size, &t, o)
	if err != nil {
		return t, nil, err
	}
	columns, broken, good, n := map[string]int{}, false, 0, 0
	for ; ; n++ {
		raw, line, err := first.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, nil, err
		}
		err = members(raw, func(name string, _ json.RawMessage) {
			if _, known := columns[name]; !known && len(t.Columns) <= MaxColumns {
				columns[name] = len(t.Columns)
				t.Columns = append(t.Columns, name)
			}
		})
		switch {
		case err != nil && n == 0:
			return t, nil, refuse("Line %d is not a JSON object.", line).WithRemedy(`Give one object a line, such as {"vin": "…", "year": 2015}, or an array of objects.`)
		case err != nil:
			broken = true
		default:
			good++
		}
		if len(t.Columns) > MaxColumns {
			return t, nil, refuse("The objects have more than %d different members, in line %d.", MaxColumns, line).WithRemedy("Leave members out that are not needed.")
		}
	}
	if good == 0 {
		return t, nil, refuse("No rows were found in the file.").WithRemedy(notAList)
	}
	out, err := newJSONRows(r, size, &t, o)
	if err != nil {
		return t, nil, err
	}
	out.columns, out.broken = columns, -1
	if broken {
		out.broken = len(t.Columns)
		t.Columns = append(t.Columns, unreadable)
	}
	return t, out, nil
}

func newJSONRows(r io.ReaderAt, size int64, t *Table, o Options) (*jsonRows, error) {
	text, name, err := decode(r, size, o.Encoding)
	if err != nil {
		return nil, err
	}
	t.Encoding = name
	in := bufio.NewReaderSize(text, 64<<10)
	for {
		b, err := in.Peek(1)
		if err != nil {
			return nil, refuse("The file is empty.").WithRemedy(notAList)
		}
		if b[0] == '[' {
			return &jsonRows{read: elements(in)}, nil
		}
		if !strings.ContainsRune(" \t\r\n", rune(b[0])) {
			break
		}
		_, _ = in.ReadByte()
	}
	if whole, list := firstObject(in); !whole || list != nil {
		return &jsonRows{read: objects(in)}, nil
	}
	lines := &delimited{in: in, end: '\n'}
	return &jsonRows{read: func() ([]byte, int, error) {
		for {
			s, err := lines.read()
			if err != nil {
				return nil, lines.line, err
			}
			if s = strings.TrimSpace(s); s != "" {
				return []byte(s), lines.line, nil
			}
		}
	}}, nil
}

// firstObject reports whether the first line holds an object to its end, and
// which of its members is a list of objects.
func firstObject(in *bufio.Reader) (whole bool, list []json.RawMessage) {
	head, _ := in.Peek(in.Size())
	line, _, cut := bytes.Cut(head, []byte{'\n'})
	if !cut && len(head) == in.Size() {
		return true, nil // longer than is looked at
	}
	if line = bytes.TrimSpace(line); !json.Valid(line) {
		// A line that is broken, if the next one is an object.
		if next, _, _ := bytes.Cut(bytes.TrimSpace(head[min(len(head), len(line)):]), []byte{'\n'}); json.Valid(bytes.TrimSpace(next)) && bytes.HasPrefix(bytes.TrimSpace(next), []byte("{")) {
			return true, nil
		}
		return false, nil
	}
	if len(bytes.TrimSpace(head[min(len(head), len(line)):])) > len("\n") {
		return true, nil
	}
	return true, listIn(line)
}

// listIn is the first member of an object that is an array of objects; an object
// with a VIN is a row itself, whatever else it holds.
func listIn(object []byte) (list []json.RawMessage) {
	d := json.NewDecoder(bytes.NewReader(object))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() {
		var value json.RawMessage
		if _, err := d.Token(); err != nil || d.Decode(&value) != nil {
			return nil
		}
		if len(value) > 0 && value[0] == '"' && vinLike(scalar(value)) > 0 {
			return nil
		}
		var all []json.RawMessage
		if list == nil && len(value) > 2 && value[0] == '[' && json.Unmarshal(value, &all) == nil && len(all) > 0 && all[0][0] == '{' {
			list = all
		}
	}
	return list
}

// objects gives objects that stand one after the other, over lines or not; of a
// single one with a list in it, as APIs answer, the objects of the list.
func objects(in io.Reader) func() ([]byte, int, error) {
	d := json.NewDecoder(in)
	n := 0
	var list []json.RawMessage
	return func() ([]byte, int, error) {
		n++
		if len(list) > 0 {
			raw := list[0]
			list = list[1:]
			return raw, n, nil
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); errors.Is(err, io.EOF) {
			return nil, n, io.EOF
		} else if err != nil {
			return nil, n, refuse("Object %d can't be read as JSON.", n).WithRemedy(`Give one object a line, such as {"vin": "…", "year": 2015}, or an array of objects.`)
		}
		if n == 1 {
			if list = listIn(raw); len(list) > 0 {
				raw, list = list[0], list[1:]
			}
		}
		if len(raw) > maxLine {
			return nil, n, refuse("Object %d is longer than 1 MB.", n).WithRemedy("Check that the file is a list of vehicles.")
		}
		return raw, n, nil
	}
}

// elements gives the elements of an array, one at a time.
func elements(in io.Reader) func() ([]byte, int, error) {
	d := json.NewDecoder(in)
	n := 0
	return func() ([]byte, int, error) {
		if n == 0 {
			if _, err := d.Token(); err != nil {
				return nil, 0, io.EOF
			}
		}
		n++
		if !d.More() {
			if _, err := d.Token(); err != nil {
				return nil, n, refuse("The JSON array is not closed: the file is cut off after %d objects.", n-1).WithRemedy("Ask for the file again.")
			}
			return nil, n, io.EOF
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, n, refuse("Object %d of the JSON array can't be read.", n).WithRemedy("Check it for a missing comma or quote.")
		}
		if len(raw) > maxLine {
			return nil, n, refuse("Object %d of the JSON array is longer than 1 MB.", n).WithRemedy("Check that the file is a list of vehicles.")
		}
		return raw, n, nil
	}
}

// members gives the members of an object; those of objects in it with a point
// between the names.
func members(raw []byte, f func(name string, value json.RawMessage)) error {
	return membersOf(raw, "", 0, f)
}

func membersOf(raw []byte, under string, depth int, f func(string, json.RawMessage)) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.New("not an object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		key := under + tidy(name.(string))
		if len(key) > maxHeading {
			key = strings.ToValidUTF8(key[:maxHeading], "")
		}
		if len(value) > 0 && value[0] == '{' && depth < 3 {
			if err := membersOf(value, key+".", depth+1, f); err != nil {
				return err
			}
			continue
		}
		f(key, value)
	}
	_, err := d.Token()
	if err == nil && len(bytes.TrimSpace(raw[d.InputOffset():])) > 0 {
		err = errors.New("more than an object")
	}
	return err
}

func (j *jsonRows) next() (row, error) {
	raw, line, err := j.read()
	if err != nil {
		return row{}, err
	}
	n := len(j.columns)
	if j.broken >= 0 {
		n++
	}
	cells := make([]string, n)
	if err := members(raw, func(name string, value json.RawMessage) {
		if i, ok := j.columns[name]; ok {
			cells[i] = tidy(scalar(value))
			j.text += len(cells[i])
		}
	}); err != nil {
		clear(cells)
		if j.broken >= 0 {
			cells[j.broken] = tidy(string(raw[:min(len(raw), 200)]))
		}
	}
	for name, i := range j.columns {
		if len(cells[i]) > MaxCell {
			return row{}, refuse("%q in line %d is longer than 64 KB.", name, line).WithRemedy("Shorten the text.")
		}
	}
	return row{cells, line}, nil
}

// scalar is a JSON value as a cell. Numbers keep their digits.
func scalar(value json.RawMessage) string {
	switch {
	case len(value) == 0 || string(value) == "null":
		return ""
	case value[0] == '"':
		var s string
		_ = json.Unmarshal(value, &s) // it was read before
		return s
	case value[0] == '[':
		var all []json.RawMessage
		_ = json.Unmarshal(value, &all)
		words := make([]string, 0, len(all))
		for _, v := range all {
			if len(v) > 0 && (v[0] == '[' || v[0] == '{') {
				words = append(words, string(v))
			} else {
				words = append(words, scalar(v))
			}
		}
		return strings.Join(words, ", ")
	}
	return string(value)
}

func (j *jsonRows) skipped() Skipped { return Skipped{} }
func (j *jsonRows) close() error     { return nil }
