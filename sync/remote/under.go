package remote

import (
	"context"
	"io"
	"strings"
	"time"
)

// Under is the part of a bucket whose names begin with prefix and a slash;
// its names are without them. An empty prefix is the bucket itself.
func Under(b Bucket, prefix string) (Bucket, error) {
	prefix = strings.Trim(prefix, "/")
	if prefix == "" {
		return b, nil
	}
	if err := CheckName(prefix); err != nil {
		return nil, err
	}
	return under{b, prefix + "/"}, nil
}

type under struct {
	b      Bucket
	prefix string // ends in a slash
}

func (u under) own(i Info) Info {
	i.Name = strings.TrimPrefix(i.Name, u.prefix)
	return i
}

func (u under) Put(ctx context.Context, name string, body io.Reader, size int64, o Put) (Info, error) {
	if err := CheckName(name); err != nil {
		return Info{}, err
	}
	i, err := u.b.Put(ctx, u.prefix+name, body, size, o)
	return u.own(i), err
}

func (u under) Get(ctx context.Context, name string) (io.ReadCloser, Info, error) {
	if err := CheckName(name); err != nil {
		return nil, Info{}, err
	}
	r, i, err := u.b.Get(ctx, u.prefix+name)
	return r, u.own(i), err
}

func (u under) Stat(ctx context.Context, name string) (Info, error) {
	if err := CheckName(name); err != nil {
		return Info{}, err
	}
	i, err := u.b.Stat(ctx, u.prefix+name)
	return u.own(i), err
}

func (u under) List(ctx context.Context, prefix, after string, fn func(Info) error) error {
	if err := CheckPrefix(prefix); err != nil {
		return err
	}
	if after != "" {
		after = u.prefix + after
	}
	return u.b.List(ctx, u.prefix+prefix, after, func(i Info) error { return fn(u.own(i)) })
}

func (u under) Delete(ctx context.Context, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return u.b.Delete(ctx, u.prefix+name)
}

func (u under) Lock(ctx context.Context, name string, until time.Time) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return u.b.Lock(ctx, u.prefix+name, until)
}

func (u under) Clock(ctx context.Context) (time.Time, error)   { return u.b.Clock(ctx) }
func (u under) Features(ctx context.Context) (Features, error) { return u.b.Features(ctx) }

// Throttle implements Throttled.
func (u under) Throttle(bytesPerSecond int64) Bucket {
	return under{Limit(u.b, bytesPerSecond), u.prefix}
}
