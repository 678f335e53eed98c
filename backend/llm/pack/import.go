package pack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Added is a pack that came on the shelf, or was on it Already with the same
// digest.
type Added struct {
	Pack
	Already bool `json:"already" doc:"the same file was here before; nothing was added"`
}

// spare is the room that is left free on the disk, so that the store can go
// on writing.
const spare = 64 << 20

// Import copies the GGUF file at path onto the shelf.
func (s *Shelf) Import(ctx context.Context, path string) (Added, error) {
	// Before it is opened: to open a pipe would wait for who writes to it.
	fi, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Added{}, fault.New(fault.NotFound, "there is no file %s", path).WithRemedy("give the path of a GGUF file")
	case err == nil && !fi.Mode().IsRegular():
		return Added{}, fault.New(fault.Invalid, "%s is no file", path).WithRemedy("give the path of a GGUF file")
	}
	f, err := os.Open(path)
	if err != nil {
		return Added{}, fault.Wrap(fault.Denied, err, "open %s", path).WithRemedy("make the file readable for the user that runs Hubcap")
	}
	defer f.Close()
	// Looked at where it lies: a file that is no model need not be copied to
	// find that out.
	if _, err := describeFile(f); err != nil {
		return Added{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Added{}, fmt.Errorf("read %s: %w", path, err)
	}
	return s.ImportFrom(ctx, filepath.Base(path), f, fi.Size())
}

// ImportFrom reads a GGUF file from r onto the shelf; file is what it was
// called, and size its length, -1 where that is not known.
func (s *Shelf) ImportFrom(ctx context.Context, file string, r io.Reader, size int64) (Added, error) {
	if err := s.room(size, size); err != nil {
		return Added{}, err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return Added{}, full(err, "make the folder of models")
	}
	tmp, err := os.CreateTemp(s.dir, incoming)
	if err != nil {
		return Added{}, full(err, "make a file for the model")
	}
	defer os.Remove(tmp.Name()) // renamed away where all went well
	defer tmp.Close()
	h := sha256.New()
	w := &checked{ctx: ctx, to: io.MultiWriter(tmp, h), most: s.opts.MaxBytes, room: s.left}
	n, err := io.Copy(w, r)
	switch {
	case ctx.Err() != nil:
		return Added{}, ctx.Err()
	case err != nil && fault.Of(err) != fault.Internal:
		return Added{}, err
	case err != nil && w.failed:
		return Added{}, full(err, "write the model")
	case err != nil:
		return Added{}, fault.Wrap(fault.Invalid, err, "the model could not be read to its end").WithRemedy("send it again")
	case size >= 0 && n != size:
		return Added{}, fault.New(fault.Invalid, "the model has %d bytes instead of %d", n, size).WithRemedy("send it again")
	}
	if err := tmp.Sync(); err != nil {
		return Added{}, full(err, "write the model")
	}
	said := Pack{Source: "the file " + line(file)}
	return s.settle(ctx, tmp.Name(), hex.EncodeToString(h.Sum(nil)), stem(file), said)
}

// room refuses a model that is larger than the limit, or of which more is to
// be written than the disk has place for. Sizes below 0 are not known.
func (s *Shelf) room(size, missing int64) error {
	if size > s.opts.MaxBytes {
		return fault.New(fault.Limited, "the model has %s; at most %s are taken", gigabytes(size), gigabytes(s.opts.MaxBytes)).
			WithRemedy("choose a smaller model or a stronger quantisation")
	}
	dir := s.dir
	for { // the first that exists: it is on the same disk as what is made in it
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	free, err := s.opts.Free(dir)
	if err != nil || missing < 0 || free-spare >= missing {
		return nil // unknown room is found out by writing
	}
	return fault.New(fault.Full, "the model needs %s, and the disk of the data folder has %s free, of which the hub needs %s for itself", gigabytes(missing), gigabytes(max(free, 0)), gigabytes(spare)).
		WithRemedy("make room on the disk, or remove a model that is not used")
}

// roomEvery is how many bytes are written from one look at the disk to the
// next, far less than is spared.
const roomEvery = 8 << 20

// left refuses to write on once only the spared room is free: a model whose
// length nobody told may have none, and others fill the disk meanwhile too.
func (s *Shelf) left() error {
	free, err := s.opts.Free(s.dir)
	if err != nil || free >= spare {
		return nil // unknown room is found out by writing
	}
	return fault.New(fault.Full, "the disk of the data folder has only %s left, which the hub needs for itself", gigabytes(max(free, 0))).
		WithRemedy("make room on the disk, or remove a model that is not used")
}

func gigabytes(n int64) string {
	if n < 1e9 {
		return strconv.FormatInt((n+999_999)/1_000_000, 10) + " MB"
	}
	return strconv.FormatFloat(float64(n)/1e9, 'f', 1, 64) + " GB"
}

// checked passes on what looks like a model so far, and no more than most.
type checked struct {
	ctx    context.Context
	to     io.Writer
	most   int64
	begin  []byte // the first four bytes, as they come
	n      int64
	failed bool // writing failed, not reading

	room func() error
	next int64 // n at which it is asked again
}

func (c *checked) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	if len(c.begin) < 4 {
		c.begin = append(c.begin, b[:min(len(b), 4-len(c.begin))]...)
		if !strings.HasPrefix("GGUF", string(c.begin)) {
			return 0, damaged("it does not begin as a GGUF file")
		}
	}
	if c.n += int64(len(b)); c.n > c.most {
		return 0, fault.New(fault.Limited, "the model has more than %s", gigabytes(c.most)).WithRemedy("choose a smaller model or a stronger quantisation")
	}
	if c.n >= c.next {
		if err := c.room(); err != nil {
			return 0, err
		}
		c.next = c.n + roomEvery
	}
	n, err := c.to.Write(b)
	c.failed = err != nil
	return n, err
}

// settle checks the file at tmp, which is whole and on disk, and puts it on
// the shelf under a name like wish. said holds what only the source knows.
func (s *Shelf) settle(ctx context.Context, tmp, digest, wish string, said Pack) (Added, error) {
	if p, here, err := s.withDigest(digest); err != nil || here {
		return Added{Pack: p, Already: true}, err
	}
	f, err := os.Open(tmp)
	if err != nil {
		return Added{}, fmt.Errorf("open the model: %w", err)
	}
	p, err := describeFile(f)
	f.Close()
	if err != nil {
		return Added{}, err
	}
	p.Digest, p.Source, p.LicenceText, p.Added, p.Path = digest, said.Source, said.LicenceText, s.opts.Now().UTC(), tmp
	if p.Licence == "" {
		p.Licence = said.Licence
	}
	if p.Form == "" && !p.Embeds {
		p.Form = said.Form
	}
	if p.Title == "" {
		p.Title = wish
	}
	if s.opts.Try != nil {
		if p.Tried, err = s.opts.Try(ctx, p); err != nil {
			return Added{}, err
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	// Somebody else may have brought the same file meanwhile.
	if q, here, err := s.withDigest(digest); err != nil || here {
		return Added{Pack: q, Already: true}, err
	}
	if p.Name, err = s.freeName(wish, digest); err != nil {
		return Added{}, err
	}
	p.Path = filepath.Join(s.dir, p.Name+".gguf")
	if err := os.Rename(tmp, p.Path); err != nil {
		return Added{}, fmt.Errorf("put the model in its place: %w", err)
	}
	if err := s.writeFacts(p); err != nil {
		return Added{}, errors.Join(err, os.Remove(p.Path))
	}
	p.Present = true
	return Added{Pack: p}, nil
}

func (s *Shelf) writeFacts(p Pack) error {
	b, err := json.MarshalIndent(p, "", "\t")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(s.dir, incoming)
	if err != nil {
		return full(err, "write the model's facts")
	}
	defer os.Remove(f.Name()) // renamed away where all went well
	_, err = f.Write(append(b, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return full(err, "write the model's facts")
	}
	if err := os.Rename(f.Name(), filepath.Join(s.dir, p.Name+".json")); err != nil {
		return fmt.Errorf("write the model's facts: %w", err)
	}
	return syncDir(s.dir)
}

// freeName finds a name like wish that no pack has.
func (s *Shelf) freeName(wish, digest string) (string, error) {
	for _, name := range []string{wish, wish + "-" + digest[:8], digest[:24]} {
		if len(name) > 80 {
			name = name[len(name)-80:]
		}
		name = strings.TrimLeft(name, "._-")
		taken := !nameForm.MatchString(name)
		for _, k := range s.opts.Known {
			taken = taken || k.Name == name
		}
		if _, err := os.Stat(filepath.Join(s.dir, name+".json")); err == nil {
			taken = true
		}
		if !taken {
			return name, nil
		}
	}
	return "", fmt.Errorf("no name is free for a model with the digest %s", digest)
}

// stem makes a name of a file's.
func stem(file string) string {
	name := strings.ToLower(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-' {
			return r
		}
		return '-'
	}, name)
	name = strings.Trim(name, "._-")
	if name == "" {
		return "model"
	}
	return name[:min(len(name), 60)]
}

// full names a disk without room for what it is.
func full(err error, doing string) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Wrap(fault.Full, err, "%s: the disk of the data folder is full", doing).WithRemedy("make room on the disk, or remove a model that is not used")
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// syncDir makes names durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open %s: %w", dir, err)
	}
	return errors.Join(d.Sync(), d.Close())
}
