package dump

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/klauspost/compress/flate"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Bounds of a packed dump: the real one is packed to about a tenth.
const (
	maxRatio = 200
	freeSize = 64 << 20 // a text up to this size may be packed as small as it likes
	maxSize  = 64 << 30 // of the text
)

// A File is a dump on disk: the .zip that NHTSA publishes, the .sql in it, or
// that .sql packed by gzip.
type File struct {
	Name    string // of the text: "vPICList_lite_2026_10.sql"
	Release string // "2026_10", from the name
	Size    int64  // of the file

	// Watch hears how far reading is, in bytes of Total; may be nil.
	Watch func(done, total int64)

	file   *os.File
	text   io.Reader
	closer io.Closer // of text; nil for none
	total  int64     // bytes of the text, or of the packed file
	packed bool      // total is of the packed file
	taken  int64     // bytes of the text so far
}

var releaseName = regexp.MustCompile(`(?:^|[^0-9])(20[0-9]{2}_(?:0[1-9]|1[0-2]))(?:[^0-9]|$)`)

// Open finds out what a file is. name is what it was called by who sent it;
// "" takes the path's own.
func Open(file, name string) (*File, error) {
	if name == "" {
		name = filepath.Base(file)
	}
	// Looked at before it is opened: to open a pipe would wait for who writes
	// to it, and keep every other update waiting too.
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return nil, fault.New(fault.Invalid, "%s is not a file", name).WithRemedy("name the dump's file")
	}
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "there is no file %s", file).WithRemedy("check the path")
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s can't be read", file).WithRemedy("check the path and who may read it")
	}
	d := &File{Name: name, file: f}
	if err := d.open(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	for _, n := range []string{name, path.Base(d.Name)} {
		if m := releaseName.FindStringSubmatch(n); m != nil {
			d.Release = m[1]
			return d, nil
		}
	}
	return nil, errors.Join(fault.New(fault.Invalid, "the name %s says no release", name).
		WithRemedy("name the file as NHTSA does, vPICList_lite_YYYY_MM.plain.zip"), d.Close())
}

func (d *File) open() error {
	info, err := d.file.Stat()
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s can't be read", d.Name).WithRemedy("check the path")
	}
	if !info.Mode().IsRegular() {
		return fault.New(fault.Invalid, "%s is not a file", d.Name).WithRemedy("name the dump's file")
	}
	d.Size = info.Size()
	head := make([]byte, 4)
	n, _ := d.file.ReadAt(head, 0)
	switch head = head[:n]; {
	case n == 0:
		return fault.New(fault.Invalid, "%s is empty", d.Name).WithRemedy(cutRemedy)
	case strings.HasPrefix(string(head), "PK"):
		return d.openZip()
	case strings.HasPrefix(string(head), "\x1f\x8b"):
		z, err := gzip.NewReader(bufio.NewReaderSize(d.file, 1<<18))
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "%s is damaged", d.Name).WithRemedy(cutRemedy)
		}
		d.text, d.closer, d.total, d.packed = z, z, d.Size, true
	default:
		d.text, d.total = d.file, d.Size
	}
	return nil
}

func (d *File) openZip() error {
	z, err := zip.NewReader(d.file, d.Size)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s is damaged", d.Name).WithRemedy(cutRemedy)
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	var found *zip.File
	for _, f := range z.File {
		if !strings.EqualFold(path.Ext(f.Name), ".sql") || f.FileInfo().IsDir() {
			continue
		}
		if found != nil {
			return fault.New(fault.Invalid, "%s holds several .sql files", d.Name).WithRemedy(plainRemedy)
		}
		found = f
	}
	if found == nil {
		return fault.New(fault.Invalid, "%s holds no .sql file", d.Name).WithRemedy(plainRemedy)
	}
	if found.Flags&1 != 0 {
		return fault.New(fault.Invalid, "%s is locked by a password", d.Name).WithRemedy(plainRemedy)
	}
	text, err := found.Open()
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s can't be unpacked", d.Name).WithRemedy(plainRemedy)
	}
	d.Name, d.text, d.closer, d.total = found.Name, text, text, int64(min(found.UncompressedSize64, maxSize))
	return nil
}

// Read reads the dump's text. It stops at a text that is larger than packing
// can explain: a bomb.
func (d *File) Read(b []byte) (int, error) {
	n, err := d.text.Read(b)
	d.taken += int64(n)
	if d.closer != nil && d.taken > freeSize && d.taken/maxRatio > d.Size || d.taken > maxSize {
		return n, fault.New(fault.Invalid, "%s unpacks to more than %d times its size", d.Name, maxRatio).WithRemedy(plainRemedy)
	}
	if d.Watch != nil {
		done := d.taken
		if d.packed {
			done, _ = d.file.Seek(0, io.SeekCurrent) // only tells
		}
		d.Watch(done, d.total)
	}
	return n, err
}

// Source is the SHA-256 of the file, for the index's stamp.
func (d *File) Source(ctx context.Context) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	r := io.NewSectionReader(d.file, 0, d.Size)
	for {
		if ctx.Err() != nil {
			return sum, context.Cause(ctx)
		}
		if _, err := io.CopyN(h, r, 16<<20); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return sum, fmt.Errorf("read %s: %w", d.Name, err)
		}
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// Close lets the file go.
func (d *File) Close() error {
	var err error
	if d.closer != nil {
		err = d.closer.Close()
	}
	return errors.Join(err, d.file.Close())
}
