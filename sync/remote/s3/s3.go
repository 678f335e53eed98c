// Package s3 is a bucket at an S3-compatible provider.
//
// Every object is written by a single PUT, however large: the conditions of a
// multipart upload are dropped by some servers when it is completed. Each
// request is tried a few times, and given up when nothing moves for a while.
// Errors say which field of the target is wrong where that can be known.
package s3

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// Options say where the bucket is and how to speak to it. The names in the
// errors' fields are in brackets.
type Options struct {
	Endpoint  string // [/endpoint] such as https://s3.eu-central-1.amazonaws.com
	Bucket    string // [/bucket]
	Region    string // [/region] "" is that of an Amazon endpoint, else us-east-1
	PathStyle bool   // [/path_style] the bucket in the path, not in the host
	AccessKey string // [/access_key]
	SecretKey string // [/secret_key] never in an error or a log
	CA        []byte // [/ca] PEM of further authorities; nil: the system's alone
	Class     string // [/class] the storage class; "": the bucket's own

	// Compliance locks objects so that not even the bucket's owner can unlock
	// them. The default, governance, lets whoever has the special right.
	Compliance bool

	// Transport dials. It is copied; nil is one like http.DefaultTransport
	// without a proxy. The hub gives that of its guard.
	Transport *http.Transport
	// Spool is a folder for bodies that can't be read twice; "" is the
	// system's for temporary files.
	Spool string
	// Tries is how often a request is made before it is given up; 0 is 4.
	Tries int
	// Stall is how long nothing may move; 0 is a minute.
	Stall time.Duration
	// Pause is what is waited before a second try, doubled for each further; 0
	// is 300 ms.
	Pause time.Duration
}

// Bucket implements remote.Bucket.
type Bucket struct {
	o      Options
	client *minio.Client
	core   minio.Core
	wire   *wire
	pace   *remote.Pace // of all bodies; nil: no limit
}

var (
	_ remote.Bucket    = (*Bucket)(nil)
	_ remote.Throttled = (*Bucket)(nil)
)

// Throttle implements remote.Throttled.
func (b *Bucket) Throttle(bytesPerSecond int64) remote.Bucket {
	t := *b
	t.pace = remote.NewPace(bytesPerSecond)
	return &t
}

// Open checks the options and returns the bucket. It sends nothing yet.
func Open(o Options) (*Bucket, error) {
	u, err := endpoint(o.Endpoint)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Bucket == "":
		return nil, fault.InvalidField("/bucket", "is empty", "enter the bucket's name")
	case o.AccessKey == "":
		return nil, fault.InvalidField("/access_key", "is empty", "enter the access key's id")
	case o.SecretKey == "":
		return nil, fault.InvalidField("/secret_key", "is empty", "enter the secret that belongs to the access key")
	}
	if o.Region == "" {
		o.Region = regionOf(u.Hostname())
	}
	if o.Tries == 0 {
		o.Tries = 4
	}
	if o.Stall == 0 {
		o.Stall = time.Minute
	}
	if o.Pause == 0 {
		o.Pause = 300 * time.Millisecond
	}
	w, err := newWire(o)
	if err != nil {
		return nil, err
	}
	lookup := minio.BucketLookupDNS
	if o.PathStyle {
		lookup = minio.BucketLookupPath
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds:        credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""),
		Secure:       u.Scheme == "https",
		Transport:    w,
		Region:       o.Region,
		BucketLookup: lookup,
		MaxRetries:   1, // tries are counted here: a condition must know of the first
	})
	if err != nil {
		return nil, fault.InvalidField("/endpoint", "is not the address of a bucket service", "enter such as https://s3.example.com")
	}
	return &Bucket{o: o, client: client, core: minio.Core{Client: client}, wire: w}, nil
}

func endpoint(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(raw, "/"))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fault.InvalidField("/endpoint", "is not the address of a bucket service", "enter such as https://s3.example.com, without the bucket's name")
	}
	return u, nil
}

// regionOf reads the region out of an Amazon endpoint, such as
// s3.eu-central-1.amazonaws.com.
func regionOf(host string) string {
	name, ok := strings.CutSuffix(host, ".amazonaws.com")
	if !ok {
		return "us-east-1"
	}
	parts := strings.Split(name, ".")
	if last := parts[len(parts)-1]; strings.Count(last, "-") >= 2 {
		return last
	}
	return "us-east-1"
}

// Stat implements remote.Bucket.
func (b *Bucket) Stat(ctx context.Context, name string) (remote.Info, error) {
	if err := remote.CheckName(name); err != nil {
		return remote.Info{}, err
	}
	var info remote.Info
	err := b.try(ctx, "look at", name, func(ctx context.Context, _ *pulse) error {
		o, err := b.client.StatObject(ctx, b.o.Bucket, name, minio.StatObjectOptions{})
		info = infoOf(o)
		return err
	})
	if err != nil {
		return remote.Info{}, err
	}
	info.Name = name
	return info, nil
}

// Delete implements remote.Bucket.
func (b *Bucket) Delete(ctx context.Context, name string) error {
	if err := remote.CheckName(name); err != nil {
		return err
	}
	err := b.try(ctx, "delete", name, func(ctx context.Context, _ *pulse) error {
		return b.client.RemoveObject(ctx, b.o.Bucket, name, minio.RemoveObjectOptions{})
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Clock implements remote.Bucket: the Date of an answer, whatever else it
// says.
func (b *Bucket) Clock(ctx context.Context) (time.Time, error) {
	before := b.wire.seen.Load()
	err := b.try(ctx, "ask the time of", "", func(ctx context.Context, _ *pulse) error {
		_, err := b.client.StatObject(ctx, b.o.Bucket, "hubcap-clock", minio.StatObjectOptions{})
		return err
	})
	if now := b.wire.seen.Load(); now != nil && now != before {
		return now.date.Add(time.Since(now.at)), ctx.Err()
	}
	if err == nil || fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Unavailable, "the bucket's answers say no time")
	}
	return time.Time{}, err
}

// Features implements remote.Bucket. What the credential may not ask is taken
// for absent. Whether conditions hold can't be asked: remote.Try finds out.
func (b *Bucket) Features(ctx context.Context) (remote.Features, error) {
	f := remote.Features{Conditional: true}
	err := b.try(ctx, "ask for the versioning of", "", func(ctx context.Context, _ *pulse) error {
		v, err := b.client.GetBucketVersioning(ctx, b.o.Bucket)
		f.Versions = err == nil && v.Enabled()
		return err
	})
	if err := unlessAbsent(err); err != nil {
		return remote.Features{}, err
	}
	err = b.try(ctx, "ask for the object lock of", "", func(ctx context.Context, _ *pulse) error {
		enabled, _, _, _, err := b.client.GetObjectLockConfig(ctx, b.o.Bucket)
		f.Lock = err == nil && enabled == "Enabled"
		return err
	})
	if err := unlessAbsent(err); err != nil {
		return remote.Features{}, err
	}
	return f, nil
}

// Lock implements remote.Bucket.
func (b *Bucket) Lock(ctx context.Context, name string, until time.Time) error {
	if err := remote.CheckName(name); err != nil {
		return err
	}
	until = until.UTC().Truncate(time.Second)
	mode := b.mode()
	return b.try(ctx, "lock", name, func(ctx context.Context, _ *pulse) error {
		// The head of the object says how long it is locked, in one form
		// everywhere; the call that is made for it is answered in two.
		o, err := b.client.StatObject(ctx, b.o.Bucket, name, minio.StatObjectOptions{})
		if err != nil {
			return err
		}
		if now, err := time.Parse(time.RFC3339, o.Metadata.Get("X-Amz-Object-Lock-Retain-Until-Date")); err == nil && !now.Before(until) {
			return nil
		}
		return b.client.PutObjectRetention(ctx, b.o.Bucket, name, minio.PutObjectRetentionOptions{Mode: &mode, RetainUntilDate: &until})
	})
}

func (b *Bucket) mode() minio.RetentionMode {
	if b.o.Compliance {
		return minio.Compliance
	}
	return minio.Governance
}

func infoOf(o minio.ObjectInfo) remote.Info {
	return remote.Info{Name: o.Key, Size: o.Size, Tag: o.ETag, Modified: o.LastModified.UTC()}
}
