package s3

import (
	"context"
	"io"
	"io/fs"

	"github.com/minio/minio-go/v7"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// Get implements remote.Bucket. A body that breaks off is asked for again from
// where it broke, as long as the object is the same.
func (b *Bucket) Get(ctx context.Context, name string) (io.ReadCloser, remote.Info, error) {
	if err := remote.CheckName(name); err != nil {
		return nil, remote.Info{}, err
	}
	return b.get(ctx, name, "")
}

// get opens a version of an object; "" is the one there now.
func (b *Bucket) get(ctx context.Context, name, version string) (io.ReadCloser, remote.Info, error) {
	r := &reader{b: b, ctx: ctx, name: name, version: version}
	for n := 1; ; n++ {
		err := r.open()
		if err == nil {
			return r, r.info, nil
		}
		if !fault.Is(err, fault.Unavailable) || n >= b.o.Tries {
			return nil, remote.Info{}, err
		}
		if err := b.pause(ctx, n); err != nil {
			return nil, remote.Info{}, err
		}
	}
}

// reader reads an object through as many answers as it takes.
type reader struct {
	b             *Bucket
	ctx           context.Context
	name, version string
	info          remote.Info // of the first answer

	body  io.ReadCloser // of the answer now; nil between two
	pulse *pulse
	watch context.Context
	stop  func()

	at    int64 // bytes given
	tries int   // since something was given
	err   error
}

// open asks for the rest of the object.
func (r *reader) open() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	opts := minio.GetObjectOptions{VersionID: r.version}
	if r.at > 0 {
		if err := opts.SetRange(r.at, 0); err != nil {
			return err
		}
		if err := opts.SetMatchETag(r.info.Tag); err != nil {
			return err
		}
	}
	r.watch, r.pulse, r.stop = r.b.watched(r.ctx)
	body, o, _, err := r.b.core.GetObject(r.watch, r.b.o.Bucket, r.name, opts)
	if err != nil {
		err = r.named(err)
		r.stop()
		return err
	}
	r.pulse.rest()
	r.body = body
	if r.at == 0 {
		r.info = infoOf(o)
		r.info.Name = r.name
	}
	return nil
}

// named says what an answer's error is.
func (r *reader) named(err error) error {
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case context.Cause(r.watch) == errStalled:
		return fault.Wrap(fault.Unavailable, errStalled, "read %s: the bucket at %s does not answer", r.name, r.b.o.Endpoint)
	}
	return r.b.fault(err, "read", r.name)
}

func (r *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		switch {
		case r.err != nil:
			return 0, r.err
		case r.ctx.Err() != nil:
			return 0, r.ctx.Err()
		case r.at == r.info.Size:
			return 0, io.EOF
		case r.body == nil:
			if err := r.again(); err != nil {
				r.err = err
				return 0, err
			}
		}
		r.pulse.beat()
		n, err := r.body.Read(p[:min(int64(len(p)), r.info.Size-r.at)])
		r.pulse.rest() // who reads may take its time
		r.at += int64(n)
		if werr := r.pulse.pace.Wait(r.ctx, n); werr != nil {
			r.err = werr
		}
		if err == io.EOF && r.at < r.info.Size {
			err = io.ErrUnexpectedEOF
		}
		if err != nil && err != io.EOF {
			err = r.named(err)
			r.shut()
			if !fault.Is(err, fault.Unavailable) {
				r.err = err
			}
		}
		if n > 0 {
			r.tries = 0
			return n, nil
		}
	}
}

// again opens the rest, after a pause.
func (r *reader) again() error {
	for {
		if r.tries++; r.tries >= r.b.o.Tries {
			return fault.New(fault.Unavailable, "read %s: the bucket at %s breaks off after %d of %d bytes", r.name, r.b.o.Endpoint, r.at, r.info.Size)
		}
		if err := r.b.pause(r.ctx, r.tries); err != nil {
			return err
		}
		if err := r.open(); err == nil || !fault.Is(err, fault.Unavailable) {
			return err
		}
	}
}

func (r *reader) shut() {
	if r.body != nil {
		_ = r.body.Close()
		r.stop()
		r.body = nil
	}
}

func (r *reader) Close() error {
	r.shut()
	r.err = fs.ErrClosed
	return nil
}
