package remote

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Directory is a bucket in a folder, such as a mounted drive or a share.
//
// A body is written to a temporary file, synced, and then given its name in
// one step; the folders on the way are synced too, so that what was answered
// is on the disk. Names are given under a lock of the folder (flock), so that
// the conditions hold between processes and, where the file system carries
// locks, between machines.
//
// The folder is opened anew for each call and known by a mark in it: a drive
// that is pulled out and put back goes on, and what a pulled-out drive leaves
// behind, an empty folder on the system's disk, is not taken for it. Nothing
// outside of the folder is reached, whatever links lie in it, and what is no
// plain file is no object.
type Directory struct {
	dir string
	o   DirectoryOptions

	mu   sync.Mutex
	mark string // what the folder is known by; "" before the first write
}

// DirectoryOptions are for tests; the zero value is right.
type DirectoryOptions struct {
	Now     func() time.Time // nil: time.Now
	NoLinks bool             // as on a file system without hard links (FAT)
}

const (
	markFile  = ".hubcap-bucket" // the mark, and what is locked
	tempDir   = ".tmp"
	tempStale = 24 * time.Hour // a temporary file that old is of a writer that died

	// smallBody is up to where Get reads an object beforehand for its tag.
	smallBody = 1 << 20
)

// OpenDirectory opens a bucket in the folder dir, which must be there: a
// folder made on the way would hide that a drive is not mounted.
func OpenDirectory(dir string, o DirectoryOptions) (*Directory, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	d := &Directory{dir: dir, o: o}
	root, err := d.open()
	if err != nil {
		return nil, err
	}
	d.sweep(root)
	return d, root.Close()
}

var _ Bucket = (*Directory)(nil)

// open opens the folder and sees that it is still the one of before.
func (d *Directory) open() (*os.Root, error) {
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return nil, d.fault(err, "open the folder")
	}
	// The mark is read while nobody here sets it.
	d.mu.Lock()
	defer d.mu.Unlock()
	mark, err := readMark(root)
	switch {
	case err != nil:
		err = d.fault(err, "open the folder")
	case d.mark == "":
		d.mark = mark
	case d.mark != mark:
		err = fault.New(fault.Unavailable, "the folder %s is not the one of before", d.dir).
			WithRemedy("mount the drive of the backup there again, or set the target up anew")
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return root, nil
}

// Put implements Bucket.
func (d *Directory) Put(ctx context.Context, name string, body io.Reader, size int64, o Put) (Info, error) {
	if err := o.Check(name, size); err != nil {
		return Info{}, err
	}
	if !o.LockUntil.IsZero() {
		return Info{}, NoLock(name)
	}
	if o.IfAbsent { // cheap, before the body is written; decided below
		if _, err := d.Stat(ctx, name); err == nil {
			return Info{}, Exists(name)
		} else if !fault.Is(err, fault.NotFound) {
			return Info{}, err
		}
	}
	root, err := d.open()
	if err != nil {
		return Info{}, err
	}
	defer root.Close()
	temp, tag, err := d.write(ctx, root, name, body, size)
	if err != nil {
		return Info{}, err
	}
	defer func() { _ = root.Remove(temp) }() // where it did not get its name
	if err := d.makeFolders(root, path.Dir(name)); err != nil {
		return Info{}, d.fault(err, "write "+name)
	}
	if err := d.commit(ctx, root, temp, name, o); err != nil {
		return Info{}, err
	}
	info := Info{Name: name, Size: size, Tag: tag}
	if s, err := root.Lstat(name); err == nil {
		info.Modified = s.ModTime().UTC()
	}
	return info, nil
}

// write writes and syncs a body under a temporary name.
func (d *Directory) write(ctx context.Context, root *os.Root, name string, body io.Reader, size int64) (temp, tag string, err error) {
	if err := d.makeFolders(root, tempDir); err != nil {
		return "", "", d.fault(err, "write "+name)
	}
	temp = tempDir + "/" + rand.Text()
	f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", "", d.fault(err, "write "+name)
	}
	source := &sourceReader{r: io.LimitReader(readerOf(ctx, body), size+1)}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), source)
	switch {
	case source.err != nil:
		err = source.err // the body's own error, not the disk's
	case err != nil:
		err = d.fault(err, "write "+name)
	case n != size:
		err = WrongSize(name, size)
	default:
		if err = f.Sync(); err != nil {
			err = d.fault(err, "write "+name)
		}
	}
	if cerr := f.Close(); err == nil && cerr != nil {
		err = d.fault(cerr, "write "+name)
	}
	if err != nil {
		_ = root.Remove(temp)
		return "", "", err
	}
	return temp, tagOf(sum.Sum(nil)), nil
}

// commit gives a written body its name, if the condition holds.
func (d *Directory) commit(ctx context.Context, root *os.Root, temp, name string, o Put) error {
	unlock, err := d.lock(ctx, root)
	if err != nil {
		return err
	}
	defer unlock()
	s, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if o.IfTag != "" {
			return Changed(name)
		}
	case err != nil:
		return d.fault(err, "write "+name)
	case !s.Mode().IsRegular():
		return fault.New(fault.Invalid, "write %s: what lies there in %s is no plain file", name, d.dir)
	case o.IfAbsent:
		return Exists(name)
	case o.IfTag != "":
		tag, err := d.tag(ctx, root, name)
		if err != nil {
			return err
		}
		if tag != o.IfTag {
			return Changed(name)
		}
	}
	if o.IfAbsent && !d.o.NoLinks {
		// A link is refused where the name is taken, so that the condition
		// holds even where the file system's locks are none.
		err := root.Link(temp, name)
		switch {
		case err == nil:
			return d.sync(root, path.Dir(name))
		case errors.Is(err, fs.ErrExist):
			return Exists(name)
		}
		// A file system without links: the lock alone decides.
	}
	if err := root.Rename(temp, name); err != nil {
		return d.fault(err, "write "+name)
	}
	return d.sync(root, path.Dir(name))
}

// lock takes the folder for a commit. The first lock makes the mark.
func (d *Directory) lock(ctx context.Context, root *os.Root) (unlock func(), err error) {
	f, err := root.OpenFile(markFile, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, d.fault(err, "lock the folder")
	}
	if err := lockFile(ctx, f); err != nil {
		f.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, d.fault(err, "lock the folder")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.setMark(root, f); err != nil {
		f.Close()
		return nil, d.fault(err, "mark the folder")
	}
	return func() { _ = f.Close() }, nil
}

// setMark reads the mark of a locked folder, or writes it if there is none.
func (d *Directory) setMark(root *os.Root, f *os.File) error {
	b, err := io.ReadAll(io.LimitReader(f, 128))
	if err != nil {
		return err
	}
	if len(b) > 0 {
		if d.mark != "" && d.mark != string(b) {
			return fault.New(fault.Unavailable, "the folder %s was exchanged meanwhile", d.dir)
		}
		d.mark = string(b)
		return nil
	}
	mark := "Hubcap knows this folder by " + rand.Text() + "\n"
	if _, err := f.WriteAt([]byte(mark), 0); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	d.mark = mark
	return d.sync(root, ".")
}

// sweep removes what writers that died have left.
func (d *Directory) sweep(root *os.Root) {
	entries, err := fs.ReadDir(root.FS(), tempDir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if i, err := e.Info(); err == nil && d.o.Now().Sub(i.ModTime()) > tempStale {
			_ = root.Remove(tempDir + "/" + e.Name())
		}
	}
}

// makeFolders makes the folder dir below the root, and syncs the folder in
// which each new one lies.
func (d *Directory) makeFolders(root *os.Root, dir string) error {
	if dir == "." {
		return nil
	}
	if err := root.Mkdir(dir, 0o700); err == nil {
		return d.sync(root, path.Dir(dir))
	} else if errors.Is(err, fs.ErrExist) {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := d.makeFolders(root, path.Dir(dir)); err != nil {
		return err
	}
	if err := root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return d.sync(root, path.Dir(dir))
}

// sync makes the names in a folder durable.
func (d *Directory) sync(root *os.Root, dir string) error {
	f, err := root.Open(dir)
	if err != nil {
		return d.fault(err, "sync the folder")
	}
	defer f.Close()
	// Some network file systems can't sync a folder and say so; there the
	// server keeps its own order.
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !noSync(err) {
		return d.fault(err, "sync the folder")
	}
	return nil
}

// Clock implements Bucket.
func (d *Directory) Clock(ctx context.Context) (time.Time, error) { return d.o.Now().UTC(), ctx.Err() }

// Features implements Bucket.
func (d *Directory) Features(ctx context.Context) (Features, error) {
	return Features{Conditional: true}, ctx.Err()
}

// Lock implements Bucket.
func (d *Directory) Lock(ctx context.Context, name string, until time.Time) error {
	if _, err := d.Stat(ctx, name); err != nil {
		return err
	}
	return NoLock(name)
}

// fault turns a file system's error into a kind.
func (d *Directory) fault(err error, doing string) error {
	var known *fault.Error
	switch {
	case err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case isFull(err):
		return fault.Wrap(fault.Full, err, "%s: no room is left in %s", doing, d.dir).
			WithRemedy("make room in %s, or keep fewer restore points", d.dir)
	case errors.Is(err, fs.ErrPermission) || isReadOnly(err):
		return fault.Wrap(fault.Denied, err, "%s: %s does not let us", doing, d.dir).
			WithRemedy("let the user that runs Hubcap read and write %s, or mount it for writing", d.dir)
	case isNoFolder(err):
		return fault.Wrap(fault.Invalid, err, "%s: a part of the name is an object in %s", doing, d.dir)
	case errors.Is(err, fs.ErrNotExist):
		return fault.Wrap(fault.Unavailable, err, "%s: the folder %s is not there", doing, d.dir).
			WithRemedy("mount the drive, or make the folder")
	default:
		return fault.Wrap(fault.Unavailable, err, "%s in %s", doing, d.dir).WithRemedy("look after the drive that %s is on", d.dir)
	}
}

func tagOf(sum []byte) string { return hex.EncodeToString(sum[:16]) }

// sourceReader remembers the error of a body, to tell it from one of the disk.
type sourceReader struct {
	r   io.Reader
	err error
}

func (s *sourceReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// readMark reads the folder's mark, "" where there is none yet, or where
// another process is writing it.
func readMark(root *os.Root) (string, error) {
	f, err := root.Open(markFile)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 128))
	if !strings.HasSuffix(string(b), "\n") {
		return "", err
	}
	return string(b), err
}

// hidden tells the folder's own files from objects.
func hidden(name string) bool { return strings.HasPrefix(name, ".") }
