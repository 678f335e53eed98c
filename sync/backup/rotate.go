package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// Rotated says what a rotation did.
type Rotated struct {
	Resealed int      `json:"resealed"` // objects
	Bytes    int64    `json:"bytes"`
	Keys     []string `json:"keys"`    // ids of the data keys now, the sealing one first
	Waiting  bool     `json:"waiting"` // the old keys stay for an hour, and another call
}

// settle is how long the old data keys stay after the new one came: whoever
// writes into the repository asks for the ring much oftener, and what was on
// its way under an old key has arrived.
const settle = time.Hour

// Rotate changes the data key: a new one seals from now on, and everything
// that the old ones sealed is read, opened, sealed anew and written in place.
// Interrupted at any point, the next call goes on. A call an hour later looks
// once more, and takes the old keys out of the ring. scratch is a folder for
// one file at a time.
func (r *Repo) Rotate(ctx context.Context, scratch string, progress Progress) (*Rotated, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	if err := r.Reload(ctx); err != nil {
		return nil, err
	}
	last, err := r.lastRing(ctx)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimPrefix(last, ringFolder))
	if err != nil {
		return nil, err
	}
	ring := *r.ring.Load()
	if len(ring.IDs()) == 1 {
		n++
		if last, err = r.putRing(ctx, ring.With(), n); err != nil {
			return nil, fmt.Errorf("write the ring with the new key: %w", err)
		}
		ring = *r.ring.Load()
	}
	out := &Rotated{}
	if err := r.resealAll(ctx, scratch, out, progress); err != nil {
		return nil, err
	}
	info, err := r.bucket.Stat(ctx, last)
	if err != nil {
		return nil, err
	}
	there, err := r.bucket.Clock(ctx)
	if err != nil {
		return nil, err
	}
	out.Keys = ring.IDs()
	if out.Waiting = there.Sub(info.Modified) < settle; out.Waiting {
		return out, nil
	}
	alone, err := ring.Without(ring.IDs()[1:]...)
	if err != nil {
		return nil, err
	}
	if _, err := r.putRing(ctx, alone, n+1); err != nil {
		return nil, fmt.Errorf("write the ring without the old keys: %w", err)
	}
	out.Keys = alone.IDs()
	return out, nil
}

func (r *Repo) resealAll(ctx context.Context, scratch string, out *Rotated, progress Progress) error {
	var todo []remote.Info
	if err := r.bucket.List(ctx, devices, "", func(i remote.Info) error {
		if kindOf(i.Name) != "" {
			todo = append(todo, i)
		}
		return nil
	}); err != nil {
		return err
	}
	for i, o := range todo {
		n, err := r.reseal(ctx, o.Name, scratch)
		switch {
		case fault.Is(err, fault.NotFound):
			continue // pruned meanwhile
		case err != nil:
			return fmt.Errorf("seal %s anew: %w", o.Name, err)
		}
		if n > 0 {
			out.Resealed++
			out.Bytes += n
		}
		progress("sealing anew", int64(i+1), int64(len(todo)))
	}
	return nil
}

var pathForm = regexp.MustCompile(`^d/[a-z0-9-]+/(.+)$`)

// kindOf is the kind of a sealed object by its name; "" for what is not ours.
func kindOf(name string) string {
	m := pathForm.FindStringSubmatch(name)
	if m == nil || !known(m[1]) {
		return ""
	}
	if _, err := segment.ParseName(m[1]); err == nil {
		return kindSegment
	}
	if _, object, err := checkpoint.ParseName(m[1]); err == nil {
		if object == "head" {
			return kindHead
		}
		return kindPart
	}
	switch folder, _, _ := strings.Cut(m[1], "/"); folder {
	case "fence":
		return kindFence
	case "vault":
		return kindVault
	case "blob":
		return kindBlob
	case manifestPath:
		return kindManifest
	}
	return ""
}

// keyBytes is more than what a sealed object says of its key.
const keyBytes = 64

// reseal writes an object anew where another key than the sealing one has
// sealed it. Whoever changes it meanwhile is first.
func (r *Repo) reseal(ctx context.Context, name, scratch string) (int64, error) {
	info, err := r.bucket.Stat(ctx, name)
	if err != nil {
		return 0, err
	}
	body, _, err := r.bucket.Get(ctx, name)
	if err != nil {
		return 0, err
	}
	defer body.Close()
	begin := make([]byte, keyBytes)
	n, err := io.ReadFull(body, begin)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	begin = begin[:n]
	ring := r.ring.Load()
	by, err := seal.KeyOf(begin)
	if err != nil {
		return 0, &Damage{Object: name, Problem: err.Error(), err: err}
	}
	if by == ring.IDs()[0] {
		return 0, nil
	}
	whole := io.MultiReader(bytes.NewReader(begin), body)
	kind := kindOf(name)
	if kind == kindBlob {
		return r.resealStream(ctx, name, whole, info, scratch)
	}
	sealed, err := io.ReadAll(io.LimitReader(whole, maxObject))
	if err != nil {
		return 0, err
	}
	plain, err := r.open(ctx, kind, name, sealed)
	if err != nil {
		return 0, err
	}
	_, size, err := r.put(ctx, kind, name, plain, remote.Put{IfTag: info.Tag})
	if errors.Is(err, remote.ErrChanged) {
		return 0, nil // the next pass looks again
	}
	return size, err
}

func (r *Repo) resealStream(ctx context.Context, name string, from io.Reader, info remote.Info, scratch string) (int64, error) {
	f, err := os.CreateTemp(scratch, "reseal-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	ring := r.ring.Load()
	to := ring.SealStream(kindBlob, name, f) // what lies on the disk is sealed
	if _, err := io.Copy(to, ring.OpenStream(kindBlob, name, from)); err != nil {
		return 0, err
	}
	if err := to.Close(); err != nil {
		return 0, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	_, err = r.bucket.Put(ctx, name, f, size, remote.Put{IfTag: info.Tag})
	if errors.Is(err, remote.ErrChanged) {
		return 0, nil
	}
	return size, err
}

// Rotating reports whether a rotation waits for its second call.
func (r *Repo) Rotating() bool { return len(r.ring.Load().IDs()) > 1 }

// newerRing reads the ring again when there is a newer one.
func (r *Repo) newerRing(ctx context.Context) error {
	last, err := r.lastRing(ctx)
	if err != nil {
		return err
	}
	if s := r.ringName.Load(); s != nil && *s == last {
		return nil
	}
	return r.Reload(ctx)
}
