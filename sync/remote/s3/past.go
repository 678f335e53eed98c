package s3

import (
	"context"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/hubcap-dev/hubcap/sync/remote"
)

// past is the bucket as it was, read out of its old versions.
type past struct {
	remote.ReadOnly
	b  *Bucket
	at time.Time
}

var _ remote.Historic = (*Bucket)(nil)

// AsOf implements remote.Historic. The bucket must keep versions; one that
// does not shows what is there now and is not younger.
func (b *Bucket) AsOf(at time.Time) remote.Bucket { return past{b: b, at: at} }

// List implements remote.Bucket. It holds the names in memory: services list
// versions and marks of deletion in different orders.
func (p past) List(ctx context.Context, prefix, after string, fn func(remote.Info) error) error {
	if err := remote.CheckPrefix(prefix); err != nil {
		return err
	}
	were, err := p.versions(ctx, prefix, after)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(were)) {
		if err := fn(infoOf(were[name])); err == fs.SkipAll {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// versions are those that were there at the moment: of each name the newest
// that is not younger, unless it marks a deletion.
func (p past) versions(ctx context.Context, prefix, after string) (were map[string]minio.ObjectInfo, err error) {
	err = p.b.try(ctx, "list the versions of", prefix, func(ctx context.Context, pulse *pulse) error {
		were = map[string]minio.ObjectInfo{}
		o := minio.ListObjectsOptions{Prefix: prefix, StartAfter: after, Recursive: true, WithVersions: true}
		for v := range p.b.client.ListObjectsIter(ctx, p.b.o.Bucket, o) {
			pulse.beat()
			if v.Err != nil {
				return v.Err
			}
			v.LastModified = madeAt(v)
			if v.LastModified.Truncate(time.Second).After(p.at) || v.Key <= after || remote.CheckName(v.Key) != nil {
				continue
			}
			// Of one moment what is there goes before a mark of its deletion.
			old, ok := were[v.Key]
			if !ok || v.LastModified.After(old.LastModified) || v.LastModified.Equal(old.LastModified) && old.IsDeleteMarker {
				were[v.Key] = v
			}
		}
		return ctx.Err()
	})
	maps.DeleteFunc(were, func(_ string, v minio.ObjectInfo) bool { return v.IsDeleteMarker })
	return were, err
}

// madeAt is when a version was made. versitygw gives an old version the time at
// which it was put aside; but its ids are ULIDs, which begin with the time in
// milliseconds. Amazon's have 32 letters and MinIO's are UUIDs.
func madeAt(v minio.ObjectInfo) time.Time {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's base 32
	if len(v.VersionID) != 26 || v.VersionID[0] > '7' {
		return v.LastModified
	}
	ms := int64(0)
	for i := range v.VersionID {
		digit := strings.IndexByte(letters, v.VersionID[i])
		if digit < 0 {
			return v.LastModified
		}
		if i < 10 {
			ms = ms<<5 | int64(digit)
		}
	}
	return time.UnixMilli(ms)
}

// find is the version of one object.
func (p past) find(ctx context.Context, name string) (minio.ObjectInfo, error) {
	if err := remote.CheckName(name); err != nil {
		return minio.ObjectInfo{}, err
	}
	were, err := p.versions(ctx, name, "")
	if err != nil {
		return minio.ObjectInfo{}, err
	}
	if o, ok := were[name]; ok {
		return o, nil
	}
	return minio.ObjectInfo{}, remote.NotFound(name)
}

// Stat implements remote.Bucket.
func (p past) Stat(ctx context.Context, name string) (remote.Info, error) {
	o, err := p.find(ctx, name)
	if err != nil {
		return remote.Info{}, err
	}
	return infoOf(o), nil
}

// Get implements remote.Bucket.
func (p past) Get(ctx context.Context, name string) (io.ReadCloser, remote.Info, error) {
	o, err := p.find(ctx, name)
	if err != nil {
		return nil, remote.Info{}, err
	}
	return p.b.get(ctx, name, o.VersionID)
}

// Clock implements remote.Bucket.
func (p past) Clock(ctx context.Context) (time.Time, error) { return p.b.Clock(ctx) }

// Features implements remote.Bucket.
func (p past) Features(ctx context.Context) (remote.Features, error) {
	f, err := p.b.Features(ctx)
	return remote.Features{Versions: f.Versions}, err
}
