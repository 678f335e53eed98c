package remote

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Historic is a bucket that keeps what was overwritten or deleted. After a
// thief or a program gone wild has written over a backup, it is read as it was
// before.
type Historic interface {
	// AsOf is the bucket as it was at that moment by the bucket's clock, to the
	// second; it can only be read.
	AsOf(at time.Time) Bucket
}

// ErrNoVersions is under the Invalid of a past that a bucket does not keep.
var ErrNoVersions = errors.New("the bucket keeps no old versions")

// AsOf is b as it was at a moment, where it keeps old versions.
func AsOf(b Bucket, at time.Time) (Bucket, error) {
	switch b := b.(type) {
	case under:
		past, err := AsOf(b.b, at)
		return under{past, b.prefix}, err
	case limited:
		past, err := AsOf(b.Bucket, at)
		return limited{past, b.pace}, err
	case Historic:
		return b.AsOf(at), nil
	}
	return nil, fault.Wrap(fault.Invalid, ErrNoVersions, "look at the bucket as it was at %s", at.UTC().Format(time.RFC3339))
}

// ReadOnly is a part of a bucket that refuses to be written.
type ReadOnly struct{}

func (ReadOnly) refuse(name string) error {
	return fault.New(fault.Denied, "write %s: the bucket as it was can't be changed", name)
}

// Put refuses.
func (r ReadOnly) Put(_ context.Context, name string, _ io.Reader, _ int64, _ Put) (Info, error) {
	return Info{}, r.refuse(name)
}

// Delete refuses.
func (r ReadOnly) Delete(_ context.Context, name string) error { return r.refuse(name) }

// Lock refuses.
func (r ReadOnly) Lock(_ context.Context, name string, _ time.Time) error { return r.refuse(name) }
