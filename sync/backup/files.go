package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// blobName is where a file lies: under a keyed hash, so that nobody can tell
// from the name whether a file that they know is in the backup.
func (d *Device) blobName(sha256 string) string {
	keyed := d.repo.ring.Load().BlobName(sha256)
	return d.name("blob/" + keyed[:2] + "/" + keyed)
}

// uploads puts the files of documents up, each once.
type uploads struct {
	dev   *Device
	files Files
	how   func() remote.Put
	of    map[string]*store.Schema

	mu      sync.Mutex
	there   map[string]bool // known to be in the bucket
	garbage map[string]bool // paths that a prune may delete: as good as not there
	learnt  time.Time
	missing map[string]string
}

// forgetEvery is how long the shipper believes what it has seen in the bucket:
// much less than garbage lies before it is deleted, so that a file is named
// either before it is marked or is put up again.
const forgetEvery = time.Hour

func (u *uploads) learn(ctx context.Context) error {
	u.mu.Lock()
	old := u.dev.repo.now().Sub(u.learnt) >= forgetEvery
	u.mu.Unlock()
	if !old {
		return nil
	}
	m, err := u.dev.Manifest(ctx)
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.there, u.garbage, u.learnt = map[string]bool{}, m.garbage(), u.dev.repo.now()
	return nil
}

// seen takes from the bucket's listing which of these files are there: one
// request for a thousand of them.
func (u *uploads) seen(ctx context.Context, files []string) error {
	if len(files) < 10 {
		return nil
	}
	if err := u.learn(ctx); err != nil {
		return err
	}
	listed := map[string]bool{}
	if err := u.dev.list(ctx, "blob/", "", func(path string, _ remote.Info) error { listed[path] = true; return nil }); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, f := range files {
		if path := strings.TrimPrefix(u.dev.blobName(f), u.dev.name("")); listed[path] && !u.garbage[path] {
			u.there[f] = true
		}
	}
	return nil
}

func newUploads(d *Device, src Source, how func() remote.Put) *uploads {
	u := &uploads{dev: d, files: src.Files, how: how, of: map[string]*store.Schema{}, there: map[string]bool{}, missing: map[string]string{}}
	for _, s := range src.Schemas {
		u.of[s.Name] = s
	}
	return u
}

// named lists the files of a document.
func (u *uploads) named(collection string, doc []byte) ([]string, error) {
	s := u.of[collection]
	if s == nil || s.Blobs == nil || doc == nil {
		return nil, nil
	}
	return s.Blobs(doc)
}

// put makes sure that a file is in the bucket. A file that can't be read here
// does not stop the backup of everything else: it is remembered as missing,
// and tried again with the next checkpoint.
func (u *uploads) put(ctx context.Context, sha256 string) (sent int64, err error) {
	if err := u.learn(ctx); err != nil {
		return 0, err
	}
	name := u.dev.blobName(sha256)
	u.mu.Lock()
	known := u.there[sha256]
	doomed := u.garbage[strings.TrimPrefix(name, u.dev.name(""))]
	u.mu.Unlock()
	if known {
		return 0, nil
	}
	if !doomed {
		_, err = u.dev.repo.bucket.Stat(ctx, name)
	}
	if doomed || fault.Is(err, fault.NotFound) {
		sent, err = u.send(ctx, sha256, name)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	var local *localError
	switch {
	case errors.As(err, &local):
		u.missing[sha256] = local.Error()
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("put the file %s up: %w", sha256, err)
	}
	u.there[sha256] = true
	delete(u.missing, sha256)
	return sent, nil
}

// localError is about the file here, and not about the bucket.
type localError struct{ error }

func (e *localError) Unwrap() error { return e.error }

// localReader marks what goes wrong with the file here.
type localReader struct{ r io.Reader }

func (l *localReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if err != nil && err != io.EOF {
		err = &localError{err}
	}
	return n, err
}

func (u *uploads) send(ctx context.Context, sha256, name string) (int64, error) {
	if u.files == nil {
		return 0, &localError{fault.New(fault.NotFound, "there are no files here")}
	}
	f, size, err := u.files.Open(ctx, sha256)
	if err != nil {
		return 0, &localError{err}
	}
	defer f.Close()
	ring := u.dev.repo.ring.Load()
	sealed := seal.StreamSize(size)
	r, w := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		s := ring.SealStream(kindBlob, name, w)
		_, err := io.Copy(s, &localReader{f})
		if err == nil {
			err = s.Close()
		}
		failed <- err
		_ = w.CloseWithError(err) // nil is the end
	}()
	_, err = u.dev.repo.bucket.Put(ctx, name, r, sealed, u.how())
	_ = r.Close() // lets the sealing go on to its end
	var local *localError
	if sealErr := <-failed; errors.As(sealErr, &local) {
		return 0, sealErr
	}
	return sealed, err
}

// list returns the files that documents name and that could not be read
// here, with the reason.
func (u *uploads) list() map[string]string {
	u.mu.Lock()
	defer u.mu.Unlock()
	out := make(map[string]string, len(u.missing))
	for k, v := range u.missing {
		out[k] = v
	}
	return out
}

// openBlob opens a file of the backup; what is read is proven.
func (d *Device) openBlob(ctx context.Context, sha256 string) (io.ReadCloser, error) {
	name := d.blobName(sha256)
	r, _, err := d.repo.bucket.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{d.repo.ring.Load().OpenStream(kindBlob, name, r), r}, nil
}
