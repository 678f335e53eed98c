package tables

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"sort"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// ReadArchive reads the tables from a .tar.zst of .tsv files in PostgreSQL's
// COPY text form with the column names on the first line.
func ReadArchive(r io.Reader) (*Release, error) {
	z, err := zstd.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	defer z.Close()
	rel := newRelease()
	load := rel.loaders()
	files := tar.NewReader(z)
	for {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read archive: %w", err)
		}
		name, isTable := strings.CutSuffix(path.Base(head.Name), ".tsv")
		l, known := load[name]
		if !isTable || !known {
			continue
		}
		if err := readTable(files, l); err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
		delete(load, name)
	}
	if len(load) > 0 {
		missing := make([]string, 0, len(load))
		for name := range load {
			missing = append(missing, name)
		}
		sort.Strings(missing)
		return nil, fmt.Errorf("archive lacks the tables %s", strings.Join(missing, ", "))
	}
	return rel, nil
}

func newRelease() *Release {
	return &Release{
		Unchecked:     map[int32]bool{},
		ElementLookup: map[int32]string{},
		Lookups:       map[string]map[int32]string{},
		ErrorTexts:    map[int32]string{},
	}
}

// A loader takes the rows of one table. columns are the names that it needs,
// in the order in which row hands them over.
type loader struct {
	columns []string
	row     func(row)
}

// row is one line's fields, already in the loader's order. It remembers the
// first field that could not be read.
type row struct {
	fields [][]byte
	err    *error
	texts  map[string]string
}

const null = `\N`

// text returns the field without COPY's escapes; equal texts share memory.
func (r row) text(i int) string {
	f := r.fields[i]
	if t, ok := r.texts[string(f)]; ok {
		return t
	}
	t := unescape(string(f))
	r.texts[string(f)] = t
	return t
}

// number returns the field, or -1 for NULL.
func (r row) number(i int) int32 {
	if string(r.fields[i]) == null {
		return -1
	}
	n, err := strconv.ParseInt(string(r.fields[i]), 10, 32)
	if err != nil && *r.err == nil {
		*r.err = err
	}
	return int32(n)
}

func (r row) micros(i int) Microseconds {
	if string(r.fields[i]) == null {
		return 0
	}
	n, err := strconv.ParseInt(string(r.fields[i]), 10, 64)
	if err != nil && *r.err == nil {
		*r.err = err
	}
	return n
}

func (r row) flag(i int) bool { f := string(r.fields[i]); return f == "1" || f == "t" }

func readTable(in io.Reader, l loader) error {
	lines := bufio.NewReaderSize(in, 1<<16)
	head, err := lines.ReadString('\n')
	if err != nil {
		return fmt.Errorf("read column names: %w", err)
	}
	names := strings.Split(strings.TrimRight(head, "\r\n"), "\t")
	at := make([]int, len(l.columns))
	for i, want := range l.columns {
		at[i] = -1
		for j, have := range names {
			if have == want {
				at[i] = j
			}
		}
		if at[i] < 0 {
			return fmt.Errorf("lacks the column %s", want)
		}
	}
	var all [][]byte
	var long []byte
	var bad error
	r := row{fields: make([][]byte, len(at)), err: &bad, texts: map[string]string{}}
	for n := 2; ; n++ {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long[:0], line...)
			rest, restErr := lines.ReadBytes('\n')
			line, err = append(long, rest...), restErr
		}
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("line %d: %w", n, err)
		}
		line = bytes.TrimRight(line, "\r\n")
		all = all[:0]
		for {
			i := bytes.IndexByte(line, '\t')
			if i < 0 {
				all = append(all, line)
				break
			}
			all = append(all, line[:i])
			line = line[i+1:]
		}
		if len(all) != len(names) {
			return fmt.Errorf("line %d: %d fields, want %d", n, len(all), len(names))
		}
		for i, j := range at {
			r.fields[i] = all[j]
		}
		l.row(r)
		if bad != nil {
			return fmt.Errorf("line %d: %w", n, bad)
		}
	}
}

// unescape undoes COPY's backslashes; NULL reads as empty.
func unescape(s string) string {
	if s == null {
		return ""
	}
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'v':
			b.WriteByte('\v')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
