package remote

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Memory is a bucket for tests that is gone with the process.
type Memory struct {
	o       MemoryOptions
	mu      sync.Mutex
	objects map[string]object
}

// MemoryOptions make a bucket in memory unlike the usual.
type MemoryOptions struct {
	Now  func() time.Time // nil: time.Now
	Lock bool             // offer object lock: what is locked is neither deleted nor overwritten
}

type object struct {
	info  Info
	body  []byte // never changed in place
	until time.Time
}

// NewMemory returns an empty bucket.
func NewMemory(o MemoryOptions) *Memory {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Memory{o: o, objects: map[string]object{}}
}

var _ Bucket = (*Memory)(nil)

// Put implements Bucket.
func (m *Memory) Put(ctx context.Context, name string, body io.Reader, size int64, o Put) (Info, error) {
	if err := o.Check(name, size); err != nil {
		return Info{}, err
	}
	if !o.LockUntil.IsZero() && !m.o.Lock {
		return Info{}, NoLock(name)
	}
	b, err := io.ReadAll(io.LimitReader(readerOf(ctx, body), size+1))
	if err != nil {
		return Info{}, err
	}
	if int64(len(b)) != size {
		return Info{}, WrongSize(name, size)
	}
	sum := sha256.Sum256(b)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Info{}, err
	}
	old, there := m.objects[name]
	switch {
	case o.IfAbsent && there:
		return Info{}, Exists(name)
	case o.IfTag != "" && (!there || old.info.Tag != o.IfTag):
		return Info{}, Changed(name)
	}
	if err := m.locked(name); err != nil {
		return Info{}, err
	}
	info := Info{Name: name, Size: size, Tag: hex.EncodeToString(sum[:16]), Modified: m.o.Now().UTC()}
	m.objects[name] = object{info: info, body: b, until: o.LockUntil}
	return info, nil
}

// Get implements Bucket.
func (m *Memory) Get(ctx context.Context, name string) (io.ReadCloser, Info, error) {
	x, err := m.find(ctx, name)
	if err != nil {
		return nil, Info{}, err
	}
	return io.NopCloser(readerOf(ctx, bytes.NewReader(x.body))), x.info, nil
}

// Stat implements Bucket.
func (m *Memory) Stat(ctx context.Context, name string) (Info, error) {
	x, err := m.find(ctx, name)
	return x.info, err
}

func (m *Memory) find(ctx context.Context, name string) (object, error) {
	if err := CheckName(name); err != nil {
		return object{}, err
	}
	if err := ctx.Err(); err != nil {
		return object{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	x, ok := m.objects[name]
	if !ok {
		return object{}, NotFound(name)
	}
	return x, nil
}

// List implements Bucket.
func (m *Memory) List(ctx context.Context, prefix, after string, fn func(Info) error) error {
	if err := CheckPrefix(prefix); err != nil {
		return err
	}
	m.mu.Lock()
	names := slices.Sorted(maps.Keys(m.objects))
	m.mu.Unlock()
	for _, name := range names {
		if !strings.HasPrefix(name, prefix) || name <= after {
			continue
		}
		x, err := m.find(ctx, name)
		if fault.Is(err, fault.NotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return err
		}
		if err := fn(x.info); err == fs.SkipAll {
			return nil
		} else if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Delete implements Bucket.
func (m *Memory) Delete(ctx context.Context, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.locked(name); err != nil {
		return err
	}
	delete(m.objects, name)
	return nil
}

func (m *Memory) locked(name string) error {
	if x, ok := m.objects[name]; ok && x.until.After(m.o.Now()) {
		return fault.New(fault.Denied, "%s is locked until %s", name, x.until.UTC().Format(time.RFC3339))
	}
	return nil
}

// Lock implements Bucket.
func (m *Memory) Lock(ctx context.Context, name string, until time.Time) error {
	if _, err := m.find(ctx, name); err != nil {
		return err
	}
	if !m.o.Lock {
		return NoLock(name)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if x, ok := m.objects[name]; ok && until.After(x.until) {
		x.until = until
		m.objects[name] = x
	}
	return nil
}

// LockedUntil is the end of an object's lock, zero where it has none.
func (m *Memory) LockedUntil(name string) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.objects[name].until
}

// Clock implements Bucket.
func (m *Memory) Clock(ctx context.Context) (time.Time, error) { return m.o.Now().UTC(), ctx.Err() }

// Features implements Bucket.
func (m *Memory) Features(ctx context.Context) (Features, error) {
	return Features{Conditional: true, Lock: m.o.Lock}, ctx.Err()
}

// Corrupt changes the bytes of an object behind the bucket's back, keeping
// its tag, as a rotten disk would. A nil result removes the object. It reports
// whether there was one.
func (m *Memory) Corrupt(name string, change func([]byte) []byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	x, ok := m.objects[name]
	if !ok {
		return false
	}
	if x.body = change(bytes.Clone(x.body)); x.body == nil {
		delete(m.objects, name)
		return true
	}
	x.info.Size = int64(len(x.body))
	m.objects[name] = x
	return true
}

// readerOf ends r when ctx ends.
func readerOf(ctx context.Context, r io.Reader) io.Reader { return ctxReader{ctx, r} }

type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
