package s3

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// spoolOver is up to where a body that can't be read twice is held in memory.
const spoolOver = 8 << 20

// Put implements remote.Bucket.
//
// A try whose answer was lost may have written the object. Where a further try
// finds its condition broken, the object that lies there is read: if it has
// these very bytes, it is ours.
func (b *Bucket) Put(ctx context.Context, name string, body io.Reader, size int64, o remote.Put) (remote.Info, error) {
	if err := o.Check(name, size); err != nil {
		return remote.Info{}, err
	}
	source, closeSource, err := b.source(ctx, name, body, size)
	if err != nil {
		return remote.Info{}, err
	}
	defer closeSource()
	sums, err := sumsOf(ctx, source)
	if err != nil {
		return remote.Info{}, err
	}
	// The signature covers the body's SHA-256, so that it needs no parts of its
	// own, and the MD5 is there for locks, which some services want it for.
	opts := minio.PutObjectOptions{StorageClass: b.o.Class, DisableContentSha256: true}
	switch {
	case o.IfAbsent:
		opts.SetMatchETagExcept("*")
	case o.IfTag != "":
		opts.SetMatchETag(o.IfTag)
	}
	if !o.LockUntil.IsZero() {
		opts.Mode, opts.RetainUntilDate = b.mode(), o.LockUntil.UTC()
	}
	for n := 1; ; n++ {
		info, err := b.put(ctx, name, source, sums, opts, o)
		if n > 1 && fault.Is(err, fault.Conflict) {
			return b.ours(ctx, name, source, err)
		}
		if err == nil || !fault.Is(err, fault.Unavailable) || n >= b.o.Tries {
			return info, err
		}
		if err := b.pause(ctx, n); err != nil {
			return remote.Info{}, err
		}
	}
}

func (b *Bucket) put(ctx context.Context, name string, source *io.SectionReader, sums sums, opts minio.PutObjectOptions, o remote.Put) (info remote.Info, err error) {
	err = b.once(ctx, "write", name, func(ctx context.Context, p *pulse) error {
		// What was handed to the network has not gone yet: it may take this long
		// on a line of 32 KiB a second until the answer can come.
		p.stall += time.Duration(min(source.Size(), 8<<20)) * time.Second / (32 << 10)
		p.beat()
		opts.Progress = p
		body := io.NewSectionReader(source, 0, source.Size())
		up, err := b.core.PutObject(ctx, b.o.Bucket, name, body, source.Size(), sums.md5, sums.sha256, opts)
		if err == nil {
			info = remote.Info{Name: name, Size: source.Size(), Tag: up.ETag, Modified: up.LastModified}
			return nil
		}
		switch a := minio.ToErrorResponse(err); {
		case a.StatusCode == http.StatusPreconditionFailed && o.IfAbsent:
			return remote.Exists(name)
		case (a.StatusCode == http.StatusPreconditionFailed || a.StatusCode == http.StatusNotFound && a.Code == "NoSuchKey") && o.IfTag != "":
			return remote.Changed(name)
		}
		return err
	})
	return info, err
}

// sums are of a body: MD5 in base64, SHA-256 in hex, as the headers want them.
type sums struct{ md5, sha256 string }

func sumsOf(ctx context.Context, source *io.SectionReader) (sums, error) {
	m, s := md5.New(), sha256.New()
	if _, err := io.Copy(io.MultiWriter(m, s), &cancelled{ctx, io.NewSectionReader(source, 0, source.Size())}); err != nil {
		return sums{}, err
	}
	return sums{base64.StdEncoding.EncodeToString(m.Sum(nil)), hex.EncodeToString(s.Sum(nil))}, nil
}

// ours looks at the object that broke the condition of a second try: if it has
// the bytes of source, the first try has written it.
func (b *Bucket) ours(ctx context.Context, name string, source *io.SectionReader, broken error) (remote.Info, error) {
	r, there, err := b.Get(ctx, name)
	if err != nil {
		return remote.Info{}, err
	}
	defer r.Close()
	if there.Size != source.Size() {
		return remote.Info{}, broken
	}
	own := io.NewSectionReader(source, 0, source.Size())
	x, y := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(own, x)
		if _, err := io.ReadFull(r, y[:n]); err != nil && n > 0 {
			return remote.Info{}, err
		}
		switch {
		case !bytes.Equal(x[:n], y[:n]):
			return remote.Info{}, broken
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return there, nil
		case err != nil:
			return remote.Info{}, err
		}
	}
}

// source makes a body one that can be read again from its beginning: what
// can't is copied, a large one into a file.
func (b *Bucket) source(ctx context.Context, name string, body io.Reader, size int64) (_ *io.SectionReader, stop func(), err error) {
	none := func() {}
	if at, ok := body.(interface {
		io.ReaderAt
		io.Seeker
	}); ok {
		begin, err := at.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, none, err
		}
		end, err := at.Seek(0, io.SeekEnd)
		if err != nil {
			return nil, none, err
		}
		if end-begin != size {
			return nil, none, remote.WrongSize(name, size)
		}
		return io.NewSectionReader(at, begin, size), none, nil
	}
	body = io.LimitReader(&cancelled{ctx, body}, size+1)
	if size <= spoolOver {
		whole, err := io.ReadAll(body)
		if err != nil {
			return nil, none, err
		}
		if int64(len(whole)) != size {
			return nil, none, remote.WrongSize(name, size)
		}
		return io.NewSectionReader(bytes.NewReader(whole), 0, size), none, nil
	}
	f, err := os.CreateTemp(b.o.Spool, "hubcap-upload-")
	if err != nil {
		return nil, none, fault.Wrap(fault.Full, err, "spool %s", name)
	}
	remove := func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }
	n, err := io.Copy(f, body)
	if err == nil && n != size {
		err = remote.WrongSize(name, size)
	}
	if err != nil {
		remove()
		return nil, none, err
	}
	return io.NewSectionReader(f, 0, size), remove, nil
}

// cancelled ends a reader with its context.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
