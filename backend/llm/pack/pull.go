package pack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
)

// Progress hears how much of a pull is done, in bytes, many times a second:
// it must not block.
type Progress func(done, total int64)

// Tries in a row that bring nothing, and the pause after the first; it
// doubles.
const (
	maxTries   = 4
	firstPause = 500 * time.Millisecond
)

// Pull fetches a model by its name in the registry, such as smollm2:135m,
// and puts it on the shelf. It goes on from where an earlier pull of the same
// file ended, however that ended; every byte counts for the digest, those of
// the earlier one too.
func (s *Shelf) Pull(ctx context.Context, name string, progress Progress) (Added, error) {
	ref, err := parseReference(name)
	if err != nil {
		return Added{}, err
	}
	g, err := s.registry()
	if err != nil {
		return Added{}, err
	}
	var m manifest
	if err := s.retry(ctx, func() (bool, error) { m, err = g.manifest(ctx, ref); return false, err }); err != nil {
		return Added{}, err
	}
	model, err := m.model()
	if err != nil {
		return Added{}, err
	}
	if p, here, err := s.withDigest(model.sum()); err != nil || here {
		return Added{Pack: p, Already: true}, err
	}
	done, err := s.claim(model.sum())
	if err != nil {
		return Added{}, err
	}
	defer done()
	said, err := s.saidBy(ctx, g, ref, m)
	if err != nil {
		return Added{}, err
	}
	path, err := s.fetch(ctx, g, ref, model, progress)
	if err != nil {
		return Added{}, err
	}
	added, err := s.settle(ctx, path, model.sum(), stem(ref.String()+".gguf"), said)
	// A model that can't be used would not be better for going on with it; one
	// that could not be tried for the moment is worth its bytes.
	if err == nil || fault.Is(err, fault.Invalid) {
		err = errors.Join(err, removeIfThere(path))
	}
	return added, err
}

// claim keeps two pulls of one file apart.
func (s *Shelf) claim(digest string) (release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pulling[digest] {
		return nil, fault.New(fault.Conflict, "this model is being pulled right now").WithRemedy("wait for it")
	}
	s.pulling[digest] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.pulling, digest)
	}, nil
}

// saidBy reads the small layers: licences, and the chat template for a file
// that has none in itself.
func (s *Shelf) saidBy(ctx context.Context, g *registry, ref reference, m manifest) (Pack, error) {
	said := Pack{Source: fmt.Sprintf("%s from the registry %s", ref, g.base.Host)}
	var licences []string
	for _, l := range m.Layers {
		if l.Size > maxSmallBlob || l.MediaType != licenceLayer && l.MediaType != templateLayer || l.MediaType == licenceLayer && len(licences) == maxLicences {
			continue
		}
		var text string
		err := s.retry(ctx, func() (bool, error) {
			var err error
			text, err = g.smallBlob(ctx, ref, l)
			return false, err
		})
		if err != nil {
			return Pack{}, err
		}
		if l.MediaType == templateLayer {
			said.Form = llm.FormOf(text)
			continue
		}
		licences = append(licences, text)
	}
	if len(licences) > 0 {
		said.LicenceText = strings.Join(licences, "\n\n")
		for l := range strings.Lines(licences[0]) { // its title
			if said.Licence = line(l); said.Licence != "" {
				break
			}
		}
	}
	return said, nil
}

// retry runs try until it succeeds, fails for good, or has failed maxTries
// times in a row without getting on.
func (s *Shelf) retry(ctx context.Context, try func() (gotOn bool, err error)) error {
	failed, wait := 0, firstPause
	for {
		gotOn, err := try()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if gotOn {
			failed, wait = 0, firstPause
		}
		failed++
		if !passing(err) || failed == maxTries {
			return err
		}
		d := wait
		var f *fault.Error
		if errors.As(err, &f) && f.RetryAfter > d {
			d = f.RetryAfter
		}
		if err := s.opts.Pause(ctx, d); err != nil {
			return err
		}
		wait *= 2
	}
}

// passing tells what may be gone a moment later.
func passing(err error) bool {
	return fault.Is(err, fault.Unavailable) && !errors.Is(err, errWrong) || fault.Is(err, fault.Limited)
}

// errWrong is under the fault for bytes that are not those announced.
var errWrong = errors.New("digest or size differ")

// fetch brings the blob's part file to its whole length and returns its path.
func (s *Shelf) fetch(ctx context.Context, g *registry, ref reference, l layer, progress Progress) (string, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return "", full(err, "make the folder of models")
	}
	path := filepath.Join(s.dir, partFile+l.sum())
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", full(err, "make a file for the model")
	}
	defer f.Close()
	if !lockFile(f) {
		return "", fault.New(fault.Conflict, "another program is pulling this model right now").WithRemedy("wait for it")
	}
	p := &part{f: f, hash: sha256.New(), size: l.Size, progress: progress, room: s.left}
	if err := p.resume(ctx); err != nil {
		return "", err
	}
	if err := s.room(l.Size, l.Size-p.n); err != nil {
		return "", err
	}
	err = s.retry(ctx, func() (bool, error) {
		before := p.n
		err := g.append(ctx, ref.blob(l), p)
		return p.n > before, err
	})
	if err == nil && hex.EncodeToString(p.hash.Sum(nil)) != l.sum() {
		err = wrong()
	}
	if errors.Is(err, errWrong) {
		err = errors.Join(err, os.Remove(path))
	}
	if err != nil {
		return "", errors.Join(err, f.Sync())
	}
	if err := f.Sync(); err != nil {
		return "", full(err, "write the model")
	}
	return path, nil
}

func wrong() error {
	e := fault.Wrap(fault.Unavailable, errWrong, "the registry sent other bytes than it announced; they were thrown away")
	return e.WithRemedy("pull again, or use another registry")
}

// part is a blob on its way.
type part struct {
	f        *os.File
	hash     hash.Hash
	n, size  int64 // there, and announced
	progress Progress

	room func() error
	next int64 // n at which it is asked again
}

// resume reads what an earlier pull has left into the digest.
func (p *part) resume(ctx context.Context) error {
	fi, err := p.f.Stat()
	if err != nil {
		return fmt.Errorf("look at the part of the model: %w", err)
	}
	if fi.Size() > p.size {
		return p.restart()
	}
	p.tell()
	_, err = io.Copy(writer(func(b []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, err := p.hash.Write(b)
		p.n += int64(n)
		return n, err
	}), io.LimitReader(p.f, fi.Size()))
	if err != nil {
		return err
	}
	p.tell()
	return nil
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func (p *part) tell() {
	if p.progress != nil {
		p.progress(p.n, p.size)
	}
}

// restart forgets what is there.
func (p *part) restart() error {
	p.n = 0
	p.hash.Reset()
	if err := p.f.Truncate(0); err != nil {
		return fmt.Errorf("begin the model anew: %w", err)
	}
	_, err := p.f.Seek(0, io.SeekStart)
	return err
}

// append asks for the bytes that are missing and writes what comes.
func (g *registry) append(ctx context.Context, path string, p *part) error {
	if p.n == p.size {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := g.stalled()
	watch := time.AfterFunc(g.stall, func() { cancel(stalled) })
	defer watch.Stop()
	resp, err := g.get(ctx, path, p.n)
	if errors.Is(err, errRange) {
		return errors.Join(p.restart(), fault.Wrap(fault.Unavailable, err, "the pull begins anew"))
	}
	if err != nil {
		if context.Cause(ctx) == stalled {
			return stalled
		}
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusPartialContent {
		if want := fmt.Sprintf("bytes %d-%d/%d", p.n, p.size-1, p.size); resp.Header.Get("Content-Range") != want {
			return errors.Join(p.restart(), fault.New(fault.Unavailable, "the registry goes on from another place than it was asked to"))
		}
	} else if p.n > 0 {
		if err := p.restart(); err != nil {
			return err
		}
	}
	if resp.ContentLength >= 0 && resp.ContentLength != p.size-p.n {
		return wrong()
	}
	// One byte beyond the end shows a body that is longer, without reading it.
	body := io.LimitReader(resp.Body, p.size-p.n+1)
	var writeErr error
	_, err = io.Copy(writer(func(b []byte) (int, error) {
		watch.Reset(g.stall)
		if p.n+int64(len(b)) > p.size {
			return 0, wrong()
		}
		if p.n >= p.next {
			if writeErr = p.room(); writeErr != nil {
				return 0, writeErr
			}
			p.next = p.n + roomEvery
		}
		if _, writeErr = p.f.Write(b); writeErr != nil {
			return 0, writeErr
		}
		_, _ = p.hash.Write(b) // never fails
		p.n += int64(len(b))
		p.tell()
		return len(b), nil
	}), body)
	switch {
	case errors.Is(err, errWrong):
		return err
	case fault.Is(writeErr, fault.Full):
		return writeErr
	case writeErr != nil:
		return full(writeErr, "write the model")
	case context.Cause(ctx) == stalled:
		return stalled
	case p.n < p.size:
		return fault.Wrap(fault.Unavailable, errors.Join(err, io.ErrUnexpectedEOF), "the registry's answer broke off after %s of %s", gigabytes(p.n), gigabytes(p.size)).
			WithRemedy("pull again; it goes on from where it stopped")
	}
	return nil
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the part of the model: %w", err)
	}
	return nil
}
