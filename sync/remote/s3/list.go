package s3

import (
	"context"
	"io/fs"

	"github.com/minio/minio-go/v7"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// List implements remote.Bucket. A listing that breaks off goes on after the
// last name.
func (b *Bucket) List(ctx context.Context, prefix, after string, fn func(remote.Info) error) error {
	if err := remote.CheckPrefix(prefix); err != nil {
		return err
	}
	for tries := 1; ; tries++ {
		last, own, err := b.pages(ctx, prefix, after, fn)
		switch {
		case own == fs.SkipAll:
			return nil
		case own != nil:
			return own
		case err == nil || !fault.Is(err, fault.Unavailable):
			return err
		}
		if last != after {
			after, tries = last, 1
		}
		if tries >= b.o.Tries {
			return err
		}
		if err := b.pause(ctx, tries); err != nil {
			return err
		}
	}
}

// pages lists until something fails: own is the error of fn, err the bucket's.
func (b *Bucket) pages(ctx context.Context, prefix, after string, fn func(remote.Info) error) (last string, own, err error) {
	last = after
	err = b.once(ctx, "list", prefix, func(ctx context.Context, p *pulse) error {
		for o := range b.client.ListObjectsIter(ctx, b.o.Bucket, minio.ListObjectsOptions{Prefix: prefix, StartAfter: after, Recursive: true}) {
			p.rest()
			switch {
			case o.Err != nil:
				return o.Err
			case o.Key <= last:
				return fault.New(fault.Invalid, "list %s: the service does not list in the order of names", prefix)
			}
			last = o.Key
			// Another's object in our bucket is not ours to read.
			if remote.CheckName(o.Key) == nil {
				if own = fn(infoOf(o)); own != nil {
					return nil
				}
			}
			p.beat()
		}
		return ctx.Err()
	})
	return last, own, err
}
