package remote

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Get implements Bucket. The tag of a body of over 1 MiB is left out.
func (d *Directory) Get(ctx context.Context, name string) (io.ReadCloser, Info, error) {
	f, info, err := d.openObject(ctx, name)
	if err != nil {
		return nil, Info{}, err
	}
	if info.Size <= smallBody {
		info.Tag, err = sum(ctx, f)
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err != nil {
			f.Close()
			return nil, Info{}, d.fault(err, "read "+name)
		}
	}
	return &objectReader{d: d, name: name, f: f, r: readerOf(ctx, f)}, info, nil
}

// objectReader reads an object and names what fails.
type objectReader struct {
	d    *Directory
	name string
	f    *os.File
	r    io.Reader
}

func (o *objectReader) Read(p []byte) (int, error) {
	n, err := o.r.Read(p)
	if err != nil && err != io.EOF {
		err = o.d.fault(err, "read "+o.name)
	}
	return n, err
}

func (o *objectReader) Close() error { return o.f.Close() }

// Stat implements Bucket. It reads the object for its tag.
func (d *Directory) Stat(ctx context.Context, name string) (Info, error) {
	f, info, err := d.openObject(ctx, name)
	if err != nil {
		return Info{}, err
	}
	defer f.Close()
	if info.Tag, err = sum(ctx, f); err != nil {
		return Info{}, d.fault(err, "read "+name)
	}
	return info, nil
}

func (d *Directory) openObject(ctx context.Context, name string) (*os.File, Info, error) {
	if err := CheckName(name); err != nil {
		return nil, Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return nil, Info{}, err
	}
	root, err := d.open()
	if err != nil {
		return nil, Info{}, err
	}
	defer root.Close()
	return d.openIn(root, name)
}

// openIn opens a plain file. Links are not followed to another one, and what
// would block when opened (a pipe) is not opened.
func (d *Directory) openIn(root *os.Root, name string) (*os.File, Info, error) {
	s, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !s.Mode().IsRegular() || isNoFolder(err) {
		return nil, Info{}, NotFound(name)
	}
	if err != nil {
		return nil, Info{}, d.fault(err, "read "+name)
	}
	f, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Info{}, NotFound(name)
	}
	if err != nil {
		return nil, Info{}, d.fault(err, "read "+name)
	}
	opened, err := f.Stat()
	if err != nil || !opened.Mode().IsRegular() {
		f.Close()
		return nil, Info{}, NotFound(name)
	}
	return f, Info{Name: name, Size: opened.Size(), Modified: opened.ModTime().UTC()}, nil
}

func (d *Directory) tag(ctx context.Context, root *os.Root, name string) (string, error) {
	f, _, err := d.openIn(root, name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	tag, err := sum(ctx, f)
	return tag, d.fault(err, "read "+name)
}

func sum(ctx context.Context, f io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, readerOf(ctx, f)); err != nil {
		return "", err
	}
	return tagOf(h.Sum(nil)), nil
}

// List implements Bucket. Tags are left out.
func (d *Directory) List(ctx context.Context, prefix, after string, fn func(Info) error) error {
	if err := CheckPrefix(prefix); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	root, err := d.open()
	if err != nil {
		return err
	}
	defer root.Close()
	from, _ := cutLast(prefix)
	err = d.list(ctx, root, from, prefix, after, fn)
	if err == fs.SkipAll {
		return nil
	}
	return err
}

// list walks the folder dir in the order of the bytes of the whole names: a
// folder's name counts with its slash, for "a-b" comes before "a/c".
func (d *Directory) list(ctx context.Context, root *os.Root, dir, prefix, after string, fn func(Info) error) error {
	entries, err := fs.ReadDir(root.FS(), cmp.Or(dir, "."))
	if errors.Is(err, fs.ErrNotExist) || isNoFolder(err) {
		return nil
	}
	if err != nil {
		return d.fault(err, "list "+dir)
	}
	key := func(e fs.DirEntry) string {
		if e.IsDir() {
			return e.Name() + "/"
		}
		return e.Name()
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(key(a), key(b)) })
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := key(e)
		if dir != "" {
			name = dir + "/" + name
		}
		switch {
		case hidden(e.Name()):
		case e.IsDir():
			// Names in it begin with name: some may be wanted if one of name and
			// prefix begins with the other and not all of them are past.
			if (strings.HasPrefix(name, prefix) || strings.HasPrefix(prefix, name)) && (name > after || strings.HasPrefix(after, name)) {
				if err := d.list(ctx, root, strings.TrimSuffix(name, "/"), prefix, after, fn); err != nil {
					return err
				}
			}
		case !e.Type().IsRegular() || !strings.HasPrefix(name, prefix) || name <= after || CheckName(name) != nil:
		default:
			i, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // deleted meanwhile
			}
			if err != nil {
				return d.fault(err, "list "+name)
			}
			if err := fn(Info{Name: name, Size: i.Size(), Modified: i.ModTime().UTC()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Delete implements Bucket. Folders that become empty stay.
func (d *Directory) Delete(ctx context.Context, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	root, err := d.open()
	if err != nil {
		return err
	}
	defer root.Close()
	s, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !s.Mode().IsRegular() || isNoFolder(err) {
		return ctx.Err()
	}
	if err != nil {
		return d.fault(err, "delete "+name)
	}
	unlock, err := d.lock(ctx, root)
	if err != nil {
		return err
	}
	defer unlock()
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Of(d.fault(err, "")), err, "delete %s in %s", name, d.dir)
	}
	dir, _ := cutLast(name)
	return d.sync(root, cmp.Or(dir, "."))
}

// cutLast parts a name at its last slash.
func cutLast(name string) (dir, last string) {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}
