// Package remote is the other place where a backup lies: a bucket of objects
// under names, as S3 has them.
//
// A bucket knows no folders; a slash in a name only helps people to read it.
// An object is written whole or not at all, and once written it is there for
// every later call of everybody (all that is spoken to here is strongly
// consistent). A tag is the object's version in a word: two objects with one
// tag have the same bytes. Conditions (IfAbsent, IfTag) are decided by the
// bucket in one step, so that of two writers exactly one is first.
//
// This package holds the interface, a bucket in memory (tests), a bucket in a
// folder (a mounted drive), and wrappers: a prefix (Under), a bandwidth
// (Limit), the hours of the day that bulk work keeps to (Hours), and faults
// for tests and drills (Faulty). Try finds out whether a bucket is fit for a
// backup. The package s3 speaks to real buckets, and
// remotetest is the one suite that all of them pass.
package remote

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Bucket holds objects. Every method may be called at the same time as any
// other.
//
// Errors are of backend/fault: NotFound (no such object), Conflict (a
// condition did not hold: ErrExists, ErrChanged), Denied (the credential may
// not, or the object is locked), Unavailable (away, slow, throttled: later),
// Full (no room), Invalid (a name or an option that no bucket takes). A
// cancelled call returns the context's error. Unavailable is only returned
// after the bucket's own few retries.
type Bucket interface {
	// Put writes size bytes of body under name, whole or not at all. Where the
	// body is an io.ReadSeeker the bucket tries again by itself after a failure
	// that may pass. A body that is shorter or longer than size is Invalid, and
	// nothing is written. After Unavailable the object may be there all the
	// same: the answer was lost. Info.Modified may be zero.
	Put(ctx context.Context, name string, body io.Reader, size int64, o Put) (Info, error)

	// Get opens the object under name. The caller closes the reader, which
	// returns an error (never a plain end) when the object is cut short.
	// Info.Tag may be empty where it would cost a reading of the whole.
	Get(ctx context.Context, name string) (io.ReadCloser, Info, error)

	// Stat says what lies under name. The tag is always there.
	Stat(ctx context.Context, name string) (Info, error)

	// List calls fn with each object whose name begins with prefix and comes
	// after after, in the order of the bytes of the names. An error of fn ends
	// the listing and is returned; fs.SkipAll ends it without one. What is put
	// or deleted meanwhile may be in it or not; fn may call the bucket. Tags
	// may be empty.
	List(ctx context.Context, prefix, after string, fn func(Info) error) error

	// Delete removes the object. One that is not there is no error. In a
	// bucket that keeps versions the bytes stay until the bucket's own rule
	// for old versions removes them, and IfAbsent may not hold for that name
	// any more (versitygw).
	Delete(ctx context.Context, name string) error

	// Lock keeps the object from being deleted or overwritten until then; it
	// never shortens a lock. ErrNoLock where the bucket offers none.
	Lock(ctx context.Context, name string, until time.Time) error

	// Clock is the time on the other side, to a second or two; this machine's
	// for a folder and for memory.
	Clock(ctx context.Context) (time.Time, error)

	// Features says what the bucket can do.
	Features(ctx context.Context) (Features, error)
}

// Put says how an object is written. At most one condition may be set.
type Put struct {
	IfAbsent  bool      // only if nothing lies under the name, else ErrExists
	IfTag     string    // only if the object that lies there has this tag, else ErrChanged
	LockUntil time.Time // locked until then from its first moment; zero: not locked
}

// Info describes an object.
type Info struct {
	Name     string
	Size     int64
	Tag      string
	Modified time.Time // the other side's clock
}

// Features are what a bucket can do beyond keeping objects.
type Features struct {
	Conditional bool // IfAbsent and IfTag are decided by the bucket
	Versions    bool // what is deleted or overwritten is kept as an old version
	Lock        bool // LockUntil and Lock
}

var (
	// ErrExists is under the Conflict of a Put with IfAbsent.
	ErrExists = errors.New("the object is there already")
	// ErrChanged is under the Conflict of a Put with IfTag, also where the
	// object is gone.
	ErrChanged = errors.New("the object is another one now")
	// ErrNoLock is under the Invalid of a lock that the bucket can't give.
	ErrNoLock = errors.New("the bucket has no object lock")
)

// NotFound is the error for an object that is not there.
func NotFound(name string) error {
	return fault.New(fault.NotFound, "the backup holds no object %s", name)
}

// Exists is the error for an object that should not have been there.
func Exists(name string) error {
	return fault.Wrap(fault.Conflict, ErrExists, "write %s", name)
}

// Changed is the error for an object that is not the one expected.
func Changed(name string) error {
	return fault.Wrap(fault.Conflict, ErrChanged, "write %s", name)
}

// NoLock is the error for a lock that can't be had.
func NoLock(name string) error {
	return fault.Wrap(fault.Invalid, ErrNoLock, "lock %s", name)
}

// WrongSize is the error for a body that is not as long as was said.
func WrongSize(name string, size int64) error {
	return fault.New(fault.Invalid, "write %s: the body does not have the %d bytes announced", name, size)
}

// Check is what every Put begins with: the name, the size and the conditions.
func (o Put) Check(name string, size int64) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if size < 0 {
		return fault.New(fault.Invalid, "write %s: a size of %d bytes", name, size)
	}
	if o.IfAbsent && o.IfTag != "" {
		return fault.New(fault.Invalid, "write %s: two conditions at once", name)
	}
	return nil
}
