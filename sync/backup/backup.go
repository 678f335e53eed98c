// Package backup keeps a store continuously backed up in a bucket, and brings
// it back as it was at any second.
//
// The words: a *repository* is a place in a bucket that one key opens. Each
// hub writes below a *device* of its own there. A device's history falls into
// *lines*: within one line every change follows from the one before it, so
// that a line's newest checkpoint before a moment and the log segments after
// it give the state at that moment. A new line begins when the store's
// history is not continued (it was restored, its loss was accepted, or its
// log was trimmed past what the bucket holds). A *fence* is the right to
// write: whoever takes the next one shuts out all before it.
//
// docs/formats/backup.md is the law of names and bytes.
package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// Format is the number of the form that this program writes.
const Format = 1

// Files are the bytes that documents stand for, by SHA-256 in lower case
// hexadecimal.
type Files interface {
	// Open returns a file that was verified, or an error that names it.
	Open(ctx context.Context, sha256 string) (io.ReadCloser, int64, error)
	// PutAs keeps a file, and refuses one that is not what its name says.
	PutAs(ctx context.Context, sha256 string, r io.Reader) error
	Has(ctx context.Context, sha256 string) (bool, error)
}

// Source is what is backed up.
type Source struct {
	DB      store.DB        // the engine itself, and its primary
	Schemas []*store.Schema // the collections that are content: none of a move's or a restore's marks
	Files   Files
	// Vault hands the ring that opens the sealed values to seal, and returns
	// what seal made of it: vault.Vault.Export. nil: nothing is sealed.
	Vault   func(seal func(ring []byte) ([]byte, error)) ([]byte, error)
	Version string // of the hub
}

// Repo is an open repository.
type Repo struct {
	bucket remote.Bucket
	id     string
	key    seal.Key
	ring   atomic.Pointer[seal.Ring]

	ringName atomic.Pointer[string] // of the object that the ring was read from

	now  func() time.Time
	work seal.Work
}

// Options of a repository; the zero Options works.
type Options struct {
	Now  func() time.Time
	Work seal.Work // what a try at a passphrase costs; 0 is seal.Earnest
}

const (
	markerName     = "hubcap-backup.json"
	passphraseName = "keys/passphrase.age"
	recoveryName   = "keys/recovery.age"
	ringFolder     = "ring/"
)

// marker is the one object in clear.
type marker struct {
	Format     int    `json:"format"`
	Repository string `json:"repository"`
	Note       string `json:"note"`
}

const markerNote = "A backup made by Hubcap. Restore it with: hubcap restore --from <this place>. It needs the passphrase or the recovery key."

// Exists reports whether the bucket holds a repository.
func Exists(ctx context.Context, b remote.Bucket) (bool, error) {
	_, err := b.Stat(ctx, markerName)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// Secrets are what opens a repository from outside: both are needed to make
// one, either to open it.
type Secrets struct {
	Passphrase string
	Recovery   *seal.Recovery
}

// Init makes a repository in a bucket that holds none. The keys are written
// before the marker, so that one that was interrupted is not one.
func Init(ctx context.Context, b remote.Bucket, s Secrets, o Options) (*Repo, seal.Key, error) {
	there, err := Exists(ctx, b)
	switch {
	case err != nil:
		return nil, seal.Key{}, err
	case there:
		return nil, seal.Key{}, fault.New(fault.Conflict, "there is a backup in this place already").
			WithRemedy("open it with its passphrase, or name another prefix")
	}
	key := seal.NewKey()
	id := (&store.IDs{Now: o.Now}).New()
	r := &Repo{bucket: b, id: id, key: key, now: o.clock(), work: o.effort()}
	if err := r.wrap(ctx, s); err != nil {
		return nil, seal.Key{}, err
	}
	ring := seal.NewRing()
	if _, err := r.putRing(ctx, ring, 1); err != nil {
		return nil, seal.Key{}, err
	}
	b2, err := json.MarshalIndent(marker{Format: Format, Repository: id, Note: markerNote}, "", "  ")
	if err != nil {
		return nil, seal.Key{}, err
	}
	if err := r.putPlain(ctx, markerName, append(b2, '\n'), remote.Put{IfAbsent: true}); err != nil {
		return nil, seal.Key{}, err
	}
	return r, key, nil
}

// wrap writes the two key files.
func (r *Repo) wrap(ctx context.Context, s Secrets) error {
	byPass, err := r.key.WrapPassphraseAt(s.Passphrase, r.work)
	if err != nil {
		return err
	}
	if err := r.putPlain(ctx, passphraseName, byPass, remote.Put{}); err != nil {
		return err
	}
	if s.Recovery == nil {
		return nil
	}
	byRecovery, err := r.key.WrapRecovery(s.Recovery)
	if err != nil {
		return err
	}
	return r.putPlain(ctx, recoveryName, byRecovery, remote.Put{})
}

// ChangePassphrase wraps the repository key anew. Whoever copied the old key
// file and knows the old passphrase still opens it: then make a new
// repository.
func (r *Repo) ChangePassphrase(ctx context.Context, passphrase string) error {
	return r.wrap(ctx, Secrets{Passphrase: passphrase})
}

// ChangeRecovery replaces the recovery key.
func (r *Repo) ChangeRecovery(ctx context.Context, to *seal.Recovery) error {
	b, err := r.key.WrapRecovery(to)
	if err != nil {
		return err
	}
	return r.putPlain(ctx, recoveryName, b, remote.Put{})
}

// Unlock finds the repository key with a passphrase or the text of a recovery
// key.
func Unlock(ctx context.Context, b remote.Bucket, secret string) (seal.Key, error) {
	if there, err := Exists(ctx, b); err != nil || !there {
		if err == nil {
			err = fault.New(fault.NotFound, "there is no Hubcap backup in this place").
				WithRemedy("look at bucket and prefix: the folder that is meant holds %s", markerName)
		}
		return seal.Key{}, err
	}
	rec, err := seal.ParseRecovery(secret)
	if err != nil && strings.Contains(strings.ToUpper(secret), "AGE-SECRET-KEY-") {
		return seal.Key{}, err
	}
	if err == nil {
		file, err := readAll(ctx, b, recoveryName, maxSmall)
		if err != nil {
			return seal.Key{}, fmt.Errorf("read the recovery key's file: %w", err)
		}
		return seal.UnwrapRecovery(file, rec)
	}
	file, err := readAll(ctx, b, passphraseName, maxSmall)
	if err != nil {
		return seal.Key{}, fmt.Errorf("read the passphrase's key file: %w", err)
	}
	return seal.UnwrapPassphrase(file, secret)
}

// Open opens the repository in a bucket.
func Open(ctx context.Context, b remote.Bucket, key seal.Key, o Options) (*Repo, error) {
	raw, err := readAll(ctx, b, markerName, maxSmall)
	if err != nil {
		return nil, err
	}
	var m marker
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s is not what Hubcap writes", markerName).WithRemedy("look at bucket and prefix")
	}
	if m.Format > Format {
		return nil, fault.New(fault.Conflict, "this backup is of the newer form %d", m.Format).WithRemedy("use a newer hubcap")
	}
	r := &Repo{bucket: b, id: m.Repository, key: key, now: o.clock(), work: o.effort()}
	return r, r.Reload(ctx)
}

func (o Options) clock() func() time.Time {
	if o.Now != nil {
		return o.Now
	}
	return time.Now
}

func (o Options) effort() seal.Work {
	if o.Work != 0 {
		return o.Work
	}
	return seal.Earnest
}

// Reload reads the ring of data keys again, after another has changed it.
func (r *Repo) Reload(ctx context.Context) error {
	last, err := r.lastRing(ctx)
	if err != nil {
		return err
	}
	if last == "" {
		return fault.New(fault.NotFound, "the backup holds no ring of data keys").WithRemedy("bring the folder %s back: an old version of the bucket may hold it", ringFolder)
	}
	b, err := readAll(ctx, r.bucket, last, maxSmall)
	if err != nil {
		return err
	}
	ring, err := seal.OpenRing(r.key, last, b)
	if err != nil {
		return fmt.Errorf("open %s: %w", last, err)
	}
	r.ring.Store(&ring)
	r.ringName.Store(&last)
	return nil
}

func (r *Repo) lastRing(ctx context.Context) (name string, err error) {
	err = r.bucket.List(ctx, ringFolder, "", func(i remote.Info) error {
		if ringForm.MatchString(i.Name) {
			name = i.Name
		}
		return nil
	})
	return name, err
}

var ringForm = regexp.MustCompile(`^ring/[0-9]{8}$`)

func (r *Repo) putRing(ctx context.Context, ring seal.Ring, n int) (string, error) {
	name := fmt.Sprintf("%s%08d", ringFolder, n)
	if err := r.putPlain(ctx, name, ring.Sealed(r.key, name), remote.Put{IfAbsent: true}); err != nil {
		return "", err
	}
	r.ring.Store(&ring)
	r.ringName.Store(&name)
	return name, nil
}

// ID names the repository.
func (r *Repo) ID() string { return r.id }

// Sign signs a text as the holder of this backup; anybody can check it with
// the public key.
func (r *Repo) Sign(text []byte) (signature, public []byte) {
	return r.key.Sign(text), r.key.PublicKey()
}

// Reach asks whether the repository is still where it was.
func (r *Repo) Reach(ctx context.Context) error {
	_, err := r.bucket.Stat(ctx, markerName)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "the backup is gone from its place").
			WithRemedy("bring the bucket or the folder back; or set up another place: everything is still here")
	}
	return err
}

// Bucket is where the repository lies.
func (r *Repo) Bucket() remote.Bucket { return r.bucket }

// WithBucket is the repository through another credential.
func (r *Repo) WithBucket(b remote.Bucket) *Repo {
	c := &Repo{bucket: b, id: r.id, key: r.key, now: r.now, work: r.work}
	c.ring.Store(r.ring.Load())
	c.ringName.Store(r.ringName.Load())
	return c
}

// The kinds of sealed objects. Kind and name are bound to the bytes.
const (
	kindSegment  = "segment"
	kindHead     = "checkpoint"
	kindPart     = "part"
	kindFence    = "fence"
	kindManifest = "manifest"
	kindVault    = "vault"
	kindBlob     = "blob"
)

// put seals an object and writes it.
func (r *Repo) put(ctx context.Context, kind, name string, plain []byte, o remote.Put) (remote.Info, int64, error) {
	sealed := r.ring.Load().Seal(kind, name, plain)
	i, err := r.bucket.Put(ctx, name, bytes.NewReader(sealed), int64(len(sealed)), o)
	return i, int64(len(sealed)), err
}

// get reads an object and opens it.
func (r *Repo) get(ctx context.Context, kind, name string) ([]byte, error) {
	b, err := readAll(ctx, r.bucket, name, maxObject)
	if err != nil {
		return nil, err
	}
	return r.open(ctx, kind, name, b)
}

// open opens sealed bytes. A key that is not in the ring may have come since.
func (r *Repo) open(ctx context.Context, kind, name string, sealed []byte) ([]byte, error) {
	plain, err := r.ring.Load().Open(kind, name, sealed)
	if errors.Is(err, seal.ErrUnknownKey) {
		if err := r.Reload(ctx); err != nil {
			return nil, err
		}
		plain, err = r.ring.Load().Open(kind, name, sealed)
	}
	if err != nil {
		return nil, &Damage{Object: name, Problem: err.Error(), err: err}
	}
	return plain, nil
}

func (r *Repo) putPlain(ctx context.Context, name string, b []byte, o remote.Put) error {
	_, err := r.bucket.Put(ctx, name, bytes.NewReader(b), int64(len(b)), o)
	return err
}

// Damage says that an object is not what was written there.
type Damage struct {
	Object  string // its name below the repository
	Problem string
	err     error
}

func (d *Damage) Error() string { return fmt.Sprintf("%s is damaged: %s", d.Object, d.Problem) }
func (d *Damage) Unwrap() error { return d.err }

const (
	maxSmall  = 1 << 20 // key files, marker, ring
	maxObject = 1 << 30
)

func readAll(ctx context.Context, b remote.Bucket, name string, most int64) ([]byte, error) {
	r, i, err := b.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var buf bytes.Buffer
	if i.Size > 0 && i.Size < most {
		buf.Grow(int(i.Size) + 1)
	}
	n, err := io.Copy(&buf, io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if n > most {
		return nil, &Damage{Object: name, Problem: fmt.Sprintf("it is larger than %d bytes", most)}
	}
	return buf.Bytes(), nil
}
