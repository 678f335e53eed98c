package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
)

// Open implements Store.
func (f *Folder) Open(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	file, at, err := f.open(name)
	if err != nil {
		return nil, 0, err
	}
	return &checked{ctx: ctx, file: file, name: name, left: at.bytes, size: at.bytes, hash: sha256.New(), end: func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.remember(name, at)
	}}, at.bytes, nil
}

// Whole implements Store.
func (f *Folder) Whole(ctx context.Context, name string) (io.ReadSeekCloser, int64, error) {
	file, at, err := f.open(name)
	if err != nil {
		return nil, 0, err
	}
	f.mu.Lock()
	known := f.whole[name] == at
	f.mu.Unlock()
	if !known {
		if _, err := f.Verify(ctx, name); err != nil {
			return nil, 0, errors.Join(err, file.Close())
		}
	}
	return file, at.bytes, nil
}

// Verify implements Store.
func (f *Folder) Verify(ctx context.Context, name string) (int64, error) {
	r, size, err := f.Open(ctx, name)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, r)
	return size, errors.Join(err, r.Close())
}

func (f *Folder) open(name string) (*os.File, stamp, error) {
	if !Valid(name) {
		return nil, stamp{}, missing(name, nil)
	}
	file, err := os.Open(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, stamp{}, missing(name, err)
	}
	if err != nil {
		return nil, stamp{}, trouble("open a file", err)
	}
	at, err := file.Stat()
	if err != nil {
		return nil, stamp{}, errors.Join(trouble("look at a file", err), file.Close())
	}
	return file, stampOf(at), nil
}

func stampOf(at fs.FileInfo) stamp { return stamp{at.Size(), at.ModTime().UnixNano()} }

// isWhole compares a file with its name; the caller holds mu.
func (f *Folder) isWhole(ctx context.Context, name string, at fs.FileInfo) bool {
	if f.whole[name] == stampOf(at) {
		return true
	}
	file, err := os.Open(f.path(name))
	if err != nil {
		return false
	}
	defer file.Close()
	r := &checked{ctx: ctx, file: file, name: name, left: at.Size(), size: at.Size(), hash: sha256.New()}
	_, err = io.Copy(io.Discard, r)
	return err == nil
}

// remember notes that a file was read to its end; the caller holds mu.
func (f *Folder) remember(name string, at stamp) {
	if len(f.whole) >= mostWhole {
		clear(f.whole)
	}
	f.whole[name] = at
}

// checked reads a file and compares it with its name. The last bytes come only
// once all of them are right.
type checked struct {
	ctx  context.Context
	file *os.File
	name string
	left int64 // of size, that were not read yet
	size int64
	hash hash.Hash
	end  func() // the file was whole; may be nil
	err  error
}

func (c *checked) Read(p []byte) (int, error) {
	if c.err == nil {
		c.err = c.ctx.Err()
	}
	if c.err != nil || len(p) == 0 {
		return 0, c.err
	}
	n, err := c.file.Read(p)
	c.hash.Write(p[:n])
	c.left -= int64(n)
	switch {
	case c.left > 0 && err == nil:
		return n, nil
	case c.left > 0 && !errors.Is(err, io.EOF):
		c.err = trouble("read a file", err)
		return 0, c.err
	}
	// The end, or what should be it.
	if found := nameOf(c.hash.Sum(nil)); found != c.name {
		c.err = damaged(c.name, found, c.size)
		return 0, c.err
	}
	c.err = io.EOF
	if c.end != nil {
		c.end()
	}
	return n, nil
}

func (c *checked) Close() error { return c.file.Close() }
