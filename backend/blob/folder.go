package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Folder is a Store of files: DIR/ab/abcdef…, one a blob
// (docs/formats/blobs.md). One process at a time holds the data folder, so
// what is unfinished when it opens is nobody's.
type Folder struct {
	dir string
	now func() time.Time

	// mu is held while a blob comes or goes, so that Sweep can't take one that
	// is put again in that moment.
	mu    sync.Mutex
	whole map[string]stamp // blobs that were read to their end, and as what file
}

var _ Store = (*Folder)(nil)

// stamp tells a file from another under the same name.
type stamp struct {
	bytes    int64
	modified int64 // nanoseconds
}

// mostWhole bounds what is remembered: some 130 bytes each.
const mostWhole = 20_000

const (
	partSuffix = ".part"
	fileMode   = 0o600
	folderMode = 0o700
)

// OpenFolder keeps blobs under dir, which is made with the first of them. now
// may be nil.
func OpenFolder(dir string, now func() time.Time) *Folder {
	if now == nil {
		now = time.Now
	}
	f := &Folder{dir: dir, now: now, whole: map[string]stamp{}}
	left, _ := filepath.Glob(filepath.Join(dir, "*"+partSuffix))
	for _, name := range left {
		_ = os.Remove(name) // a folder that can't be written says so with the next Put
	}
	return f
}

func (f *Folder) path(name string) string { return filepath.Join(f.dir, name[:2], name) }

// Put implements Store.
func (f *Folder) Put(ctx context.Context, r io.Reader, limit int64) (Info, error) {
	return f.put(ctx, r, limit, "")
}

// PutAs implements Store.
func (f *Folder) PutAs(ctx context.Context, name string, r io.Reader) error {
	if !Valid(name) {
		return fault.New(fault.Invalid, "%q is not the name of a file's content", name)
	}
	_, err := f.put(ctx, r, -1, name)
	return err
}

// put writes a temporary file and gives it its name. A negative limit is none.
func (f *Folder) put(ctx context.Context, r io.Reader, limit int64, want string) (info Info, err error) {
	if err := os.MkdirAll(f.dir, folderMode); err != nil {
		return info, trouble("make the folder of files", err)
	}
	temp, err := os.CreateTemp(f.dir, "*"+partSuffix)
	if err != nil {
		return info, trouble("begin a file", err)
	}
	defer func() {
		if err != nil {
			_ = temp.Close()
			_ = os.Remove(temp.Name())
		}
	}()
	if info, err = fill(ctx, temp, r, limit); err != nil {
		return info, err
	}
	if want != "" && info.SHA256 != want {
		return info, fault.New(fault.Invalid, "the bytes are not those of the file %.12s…: they hash to %.12s…", want, info.SHA256).WithRemedy("take them from another copy")
	}
	if err = temp.Sync(); err != nil {
		return info, trouble("write the file to disk", err)
	}
	if err = temp.Close(); err != nil {
		return info, trouble("close the file", err)
	}
	return info, f.take(ctx, temp.Name(), &info)
}

// fill copies r into a file and says what it copied.
func fill(ctx context.Context, w io.Writer, r io.Reader, limit int64) (Info, error) {
	hash, n := sha256.New(), int64(0)
	for buf := make([]byte, 128<<10); ; {
		if err := ctx.Err(); err != nil {
			return Info{}, err
		}
		got, readErr := r.Read(buf)
		n += int64(got)
		if limit >= 0 && n > limit {
			return Info{}, fault.New(fault.Invalid, "the file is larger than %s", sizeText(limit)).WithRemedy("make it smaller, or split it")
		}
		hash.Write(buf[:got])
		if _, err := w.Write(buf[:got]); err != nil {
			return Info{}, trouble("write the file", err)
		}
		switch {
		case errors.Is(readErr, io.EOF):
			return Info{SHA256: nameOf(hash.Sum(nil)), Bytes: n}, nil
		case readErr != nil:
			return Info{}, fmt.Errorf("read the file that is sent: %w", readErr)
		}
	}
}

// sizeText writes a limit as a person says it.
func sizeText(n int64) string {
	if n >= 1e6 {
		return fmt.Sprintf("%d MB", n/1e6)
	}
	return fmt.Sprintf("%d bytes", n)
}

// take gives a written file its name, or drops it where the same is there.
func (f *Folder) take(ctx context.Context, temp string, info *Info) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	info.Put = now
	path := f.path(info.SHA256)
	if at, err := os.Stat(path); err == nil && f.isWhole(ctx, info.SHA256, at) {
		// Its time tells Sweep that somebody needs it again.
		if err := os.Chtimes(path, time.Time{}, now); err != nil {
			return trouble("keep the file", err)
		}
		f.remember(info.SHA256, stamp{info.Bytes, now.UnixNano()})
		return os.Remove(temp)
	}
	shard := filepath.Dir(path)
	if err := os.Mkdir(shard, folderMode); err == nil {
		if err := syncFolder(f.dir); err != nil {
			return trouble("make a folder of files", err)
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return trouble("make a folder of files", err)
	}
	if err := os.Chtimes(temp, time.Time{}, now); err != nil {
		return trouble("keep the file", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return trouble("name the file", err)
	}
	if err := syncFolder(shard); err != nil {
		return trouble("write the folder to disk", err)
	}
	return nil
}

// Remove implements Store.
func (f *Folder) Remove(_ context.Context, name string) error {
	if !Valid(name) {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.remove(name)
}

func (f *Folder) remove(name string) error {
	delete(f.whole, name)
	if err := os.Remove(f.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return trouble("remove a file", err)
	}
	return nil
}

// Has implements Store.
func (f *Folder) Has(_ context.Context, name string) (bool, error) {
	if !Valid(name) {
		return false, nil
	}
	at, err := os.Stat(f.path(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, trouble("look for a file", err)
	}
	return at.Mode().IsRegular(), nil
}

// Each implements Store.
func (f *Folder) Each(ctx context.Context, fn func(Info) error) error {
	shards, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return trouble("list the files", err)
	}
	for _, shard := range shards {
		if !shard.IsDir() || len(shard.Name()) != 2 {
			continue
		}
		files, err := os.ReadDir(filepath.Join(f.dir, shard.Name()))
		if err != nil {
			return trouble("list the files", err)
		}
		for _, file := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !Valid(file.Name()) || !strings.HasPrefix(file.Name(), shard.Name()) {
				continue
			}
			at, err := file.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed meanwhile
			}
			if err != nil {
				return trouble("look at a file", err)
			}
			if err := fn(Info{SHA256: file.Name(), Bytes: at.Size(), Put: at.ModTime()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sweep implements Store. Ages are measured from the newest file where the
// clock is ahead of it: a clock that jumped a year makes nothing old.
func (f *Folder) Sweep(ctx context.Context, keep time.Duration, referenced func(string) bool) (Swept, error) {
	var all []Info
	var newest time.Time
	err := f.Each(ctx, func(i Info) error {
		all = append(all, i)
		if i.Put.After(newest) {
			newest = i.Put
		}
		return nil
	})
	if err != nil {
		return Swept{}, err
	}
	if now := f.now(); now.Before(newest) {
		newest = now
	}
	var out Swept
	for _, i := range all {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if newest.Sub(i.Put) <= keep || referenced(i.SHA256) {
			continue
		}
		gone, err := f.sweepOne(i)
		if err != nil {
			return out, err
		}
		if gone {
			out.Blobs++
			out.Bytes += i.Bytes
		}
	}
	return out, nil
}

// sweepOne removes a file unless it was put again since it was listed.
func (f *Folder) sweepOne(i Info) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := os.Stat(f.path(i.SHA256))
	if err != nil || !at.ModTime().Equal(i.Put) {
		return false, nil
	}
	return true, f.remove(i.SHA256)
}

// trouble says a failure of the disk in words for a person.
func trouble(doing string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fault.Wrap(fault.Full, err, "%s: the disk of the data folder is full, and nothing was kept", doing).WithRemedy("make room on the disk and send the file again")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fault.Wrap(fault.Unavailable, err, "%s: the data folder can't be written", doing).WithRemedy("give this user the right to write to it, or mount it writable")
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// syncFolder makes the names in a folder durable. Windows has no such call and
// does so by itself.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
