package reference

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/inbox"
)

// Import says what to bring in.
type Import struct {
	Path  string
	Name  string // what the file was called; "" takes the path's
	Force bool   // take it although it is older or much smaller than what it replaces

	// Progress hears how far it is, in percent, and what is being done; nil is
	// nobody.
	Progress func(percent int, note string)
}

// Imported is what an import did.
type Imported struct {
	Source
	Replaced *Source `json:"replaced,omitempty"` // what was in use before, of the same part
	TookMS   int64   `json:"tookMs"`
}

// Import makes a book of a publisher's file and puts it in use. What file it
// is, is seen by its content. Until the end nothing in use is touched; what
// fails or is cut off leaves nothing behind, and is simply begun anew.
func (s *Shelf) Import(ctx context.Context, in Import) (Imported, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	began := s.o.Now()
	if in.Name == "" {
		in.Name = filepath.Base(in.Path)
	}
	if in.Progress == nil {
		in.Progress = func(int, string) {}
	}
	f, err := openSource(in.Path)
	if err != nil {
		return Imported{}, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(&meter{r: inbox.Until(ctx, f), total: f.size, tell: func(p int) { in.Progress(p*90/100, "read the file") }}, 64<<10)
	kind, err := kindOf(r)
	if err != nil {
		return Imported{}, err
	}
	temp, err := s.create("new-*")
	if err != nil {
		return Imported{}, err
	}
	src := Source{Kind: kind, Part: partOf(kind, in.Name, f.inner), Name: in.Name, Imported: began.UTC()}
	err = build(ctx, temp, r, &src)
	if err == nil {
		in.Progress(92, "verify what was written")
	}
	if err = errors.Join(err, temp.Chmod(0o644), temp.Sync(), temp.Close()); err != nil {
		if err = inbox.NoRoom(s.dir, err); ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		_ = os.Remove(temp.Name()) // the sweep takes it tomorrow
		return Imported{}, err
	}
	out, err := s.take(ctx, temp.Name(), src, in.Force)
	if err != nil {
		_ = os.Remove(temp.Name()) // gone already where only the choice failed
		return Imported{}, err
	}
	out.TookMS = s.o.Now().Sub(began).Milliseconds()
	return out, nil
}

// build streams a file into a book.
func build(ctx context.Context, w io.Writer, r io.Reader, src *Source) error {
	m, err := newMaker(w)
	if err != nil {
		return err
	}
	var t tally
	if src.Kind == RecallData {
		t, err = readRecalls(ctx, r, func(row *recallRow) error {
			at, err := m.record(row.texts)
			if err != nil {
				return err
			}
			return m.add(row.make, row.model, row.year, at, row.component)
		})
	} else {
		t, err = readEconomy(ctx, r, func(row *economyRow) error {
			at, err := m.record(row.texts)
			if err != nil {
				return err
			}
			return m.add(row.make, row.model, row.year, at, "")
		})
	}
	if err != nil {
		return err
	}
	src.Rows, src.Used, src.Damaged, src.Newest = t.rows, t.used, t.damaged, t.newest
	return m.finish(src)
}

// take reads a new book as it was written, holds it against what it replaces,
// and puts it in use.
func (s *Shelf) take(ctx context.Context, temp string, src Source, force bool) (Imported, error) {
	name := string(src.Kind) + "-" + src.Digest[:16] + bookSuffix
	out := Imported{Source: src}
	was, err := s.readChoice()
	if err != nil {
		was = choice{}
	}
	next := choice{}
	for _, other := range was.Books {
		b, err := s.open(other)
		// The whole replaces parts, and a part the whole.
		if err == nil && (b.source.Kind != src.Kind || b.source.Part != src.Part && src.Part != "" && b.source.Part != "") {
			next.Books = append(next.Books, other)
			continue
		}
		if err == nil && b.source.Part == src.Part {
			out.Replaced = &b.source
		}
	}
	if old := out.Replaced; old != nil && !force {
		const remedy = "bring in a newer file, or repeat with --force to take this one"
		switch {
		case src.Newest < old.Newest:
			return out, fault.New(fault.Conflict, "the file ends on %s, before the one in use (%s)", src.Newest, old.Newest).WithRemedy(remedy)
		case src.Used < old.Used*4/5:
			return out, fault.New(fault.Conflict, "the file has %d rows about vehicles, the one in use %d: it may be cut off", src.Used, old.Used).WithRemedy(remedy)
		}
	}
	if ctx.Err() != nil {
		return out, context.Cause(ctx)
	}
	if err := os.Rename(temp, s.path(name)); err != nil {
		return out, inbox.NoRoom(s.dir, err)
	}
	b, err := s.open(name)
	if err != nil {
		return out, errors.Join(fault.Wrap(fault.Unavailable, err, "what was written can't be read back as it was written").WithRemedy("check the disk; what is in use stays"), os.Remove(s.path(name)))
	}
	out.Source = b.source
	next.Books = append(next.Books, name)
	slices.Sort(next.Books)
	return out, s.choose(choice{Books: slices.Compact(next.Books)})
}

// partOf tells the halves into which NHTSA splits its file by their names.
func partOf(k Kind, names ...string) string {
	for _, n := range names {
		n = strings.ToUpper(n)
		switch {
		case k != RecallData:
		case strings.Contains(n, "PRE_2010"):
			return "pre 2010"
		case strings.Contains(n, "POST_2010"):
			return "post 2010"
		}
	}
	return ""
}

// kindOf looks at the first line.
func kindOf(r *bufio.Reader) (Kind, error) {
	head, err := r.Peek(16 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return "", err
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return "", fault.New(fault.Invalid, "the file is empty").WithRemedy("bring in NHTSA's FLAT_RCL or EPA's vehicles.csv")
	case bytes.Count(line, []byte("\t")) >= minColumns-1:
		return RecallData, nil
	case bytes.Contains(line, []byte("city08")) && bytes.Contains(line, []byte(",")):
		return EconomyData, nil
	}
	return "", fault.New(fault.Invalid, "the file is neither NHTSA's recalls (FLAT_RCL, tab-separated) nor EPA's fuel economy (vehicles.csv)").
		WithRemedy("bring in FLAT_RCL.txt or vehicles.csv as they are published, or the .zip that holds one")
}

// maxUnpacked bounds what a packed file may become: a row is read at a time,
// but time is bounded, too.
const maxUnpacked = 4 << 30

// source is a publisher's file, unpacked.
type source struct {
	io.Reader
	size   int64  // as far as it is known
	inner  string // name within the archive
	closes []io.Closer
}

func (s *source) Close() {
	for _, c := range s.closes {
		_ = c.Close()
	}
}

func openSource(name string) (*source, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "the file %s can't be opened", name).WithRemedy("check the name, and who may read it")
	}
	src := &source{closes: []io.Closer{f}}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fault.New(fault.Invalid, "%s is not a file", name).WithRemedy("name FLAT_RCL.txt, vehicles.csv, or the .zip of one")
	}
	if err != nil {
		src.Close()
		return nil, err
	}
	src.Reader, src.size = &limited{r: f, left: maxUnpacked}, info.Size()
	var head [4]byte
	if n, _ := f.ReadAt(head[:], 0); n < 4 || string(head[:]) != "PK\x03\x04" {
		return src, nil
	}
	if err := src.unzip(f, info.Size()); err != nil {
		src.Close()
		return nil, err
	}
	return src, nil
}

// unzip takes the one text of an archive.
func (s *source) unzip(f io.ReaderAt, size int64) error {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the archive can't be read").WithRemedy("fetch it again: it may have come in half")
	}
	var found *zip.File
	for _, e := range z.File {
		ext := strings.ToLower(path.Ext(e.Name))
		if base := strings.ToUpper(path.Base(e.Name)); ext != ".txt" && ext != ".csv" || base == "RCL.TXT" || strings.HasPrefix(base, "README") {
			continue // the description that lies beside
		}
		if found != nil {
			return fault.New(fault.Invalid, "the archive holds several files: %q and %q", path.Base(found.Name), path.Base(e.Name)).WithRemedy("unpack it, and bring them in one by one")
		}
		found = e
	}
	if found == nil {
		return fault.New(fault.Invalid, "the archive holds neither a .txt nor a .csv").WithRemedy("bring in FLAT_RCL.zip or vehicles.csv.zip as they are published")
	}
	r, err := found.Open()
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%q in the archive can't be unpacked", path.Base(found.Name)).WithRemedy("fetch the archive again, or unpack it yourself")
	}
	s.closes = append([]io.Closer{r}, s.closes...)
	s.Reader, s.size, s.inner = &limited{r: &unpacked{r}, left: maxUnpacked}, int64(found.UncompressedSize64), path.Base(found.Name)
	return nil
}

// unpacked names what is wrong with an archive in the midst of it.
type unpacked struct{ r io.Reader }

func (u *unpacked) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fault.Wrap(fault.Invalid, err, "the archive is damaged").WithRemedy("fetch it again; what is in use stays")
	}
	return n, err
}

// limited refuses more than left bytes.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, fault.New(fault.Limited, "the file is more than %d GB when unpacked", maxUnpacked>>30).WithRemedy("bring in the file as it is published")
	}
	return n, err
}

// meter tells how much was read, in percent.
type meter struct {
	r           io.Reader
	done, total int64
	last        int
	tell        func(int)
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	m.done += int64(n)
	if p := int(min(100, m.done*100/max(m.total, 1))); p > m.last {
		m.last = p
		m.tell(p)
	}
	return n, err
}
