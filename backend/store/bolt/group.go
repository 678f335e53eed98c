package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	bbolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// group lets the writers of one bbolt file share commits.
//
// A writer takes the lock, runs its function inside the open bbolt
// transaction (the first one begins it) and looks whether others wait for
// the lock. If so it leaves the commit to them and waits for it; the last one
// commits for all. A lone writer therefore never waits for company, and many
// share an fsync. A function that fails takes back its own writes (journal)
// and nobody else's.
type group struct {
	bolt *bbolt.DB
	path string // for messages

	// started runs when a session begins, committed when it is on disk and its
	// writers do not yet know; both under the lock, both may be nil.
	started   func(*session)
	committed func(*session, time.Duration)

	waiting atomic.Int64
	reads   atomic.Uint64 // buckets looked up for reading so far, for ease
	mu      sync.Mutex
	cur     *session
	closed  bool
	stuck   atomic.Bool                 // a transaction could not be ended
	broken  atomic.Pointer[fault.Error] // a commit failed and left the file in doubt
}

// session is one bbolt transaction and what its writers share.
type session struct {
	tx      *bbolt.Tx
	buckets map[string]*bbolt.Bucket
	journal []undo
	damaged error // bbolt panicked: nothing of this session can be kept
	began   time.Time
	writers int
	changes int
	seq     uint64    // last sequence given out
	last    time.Time // of the last change
	done    chan struct{}
	err     error
}

type undo struct {
	bucket *bbolt.Bucket
	key    []byte
	old    []byte // nil: the key was free
}

// A session is committed at the latest when it is this large or this old: a
// writer of one document does not wait long behind an import.
const (
	maxWriters = 256
	maxChanges = 5_000
	maxAge     = 25 * time.Millisecond
)

func (s *session) full() bool {
	return s.damaged != nil || s.writers >= maxWriters || s.changes >= maxChanges || time.Since(s.began) > maxAge
}

// update runs fn in the current session and returns when it is on disk.
func (g *group) update(ctx context.Context, fn func(*session) error) error {
	s, err := g.join(ctx, fn)
	if err != nil {
		return err
	}
	<-s.done
	return s.err
}

// join runs fn in the session under the lock, and commits when nobody waits
// for the lock: also when fn failed, panicked or ended its goroutine, for
// others may have left their commit to this writer.
func (g *group) join(ctx context.Context, fn func(*session) error) (s *session, err error) {
	g.waiting.Add(1)
	g.mu.Lock()
	g.waiting.Add(-1)
	defer g.mu.Unlock()
	defer func() {
		if c := g.cur; c != nil && (g.waiting.Load() == 0 || c.full()) {
			g.commit()
		}
	}()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case g.closed:
		return nil, store.Closed()
	}
	if err := g.brokenBy(); err != nil {
		return nil, err
	}
	if g.cur == nil {
		if g.cur, err = g.open(); err != nil {
			return nil, err
		}
	}
	cur := g.cur
	seq, last, changes := cur.seq, cur.last, cur.changes
	cur.journal = cur.journal[:0]
	kept := false
	defer func() {
		if !kept {
			cur.undo()
			cur.seq, cur.last, cur.changes = seq, last, changes
		}
	}()
	if err := fn(cur); err != nil {
		return nil, err
	}
	if cur.damaged != nil {
		return nil, cur.damaged
	}
	kept = true
	cur.writers++
	return cur, nil
}

func (g *group) open() (*session, error) {
	tx, err := g.begin()
	if err != nil {
		return nil, g.writeError(err)
	}
	s := &session{tx: tx, buckets: map[string]*bbolt.Bucket{}, began: time.Now(), done: make(chan struct{})}
	if g.started != nil {
		g.started(s)
	}
	return s, nil
}

func (g *group) begin() (tx *bbolt.Tx, err error) {
	err = guard(g.path, "", func() (err error) { tx, err = g.bolt.Begin(true); return err })
	return tx, err
}

// rollback ends a transaction. When bbolt can't even do that, the file stays
// locked within it, and close would wait for ever.
func (g *group) rollback(tx *bbolt.Tx) {
	err := guard(g.path, "", tx.Rollback)
	var damaged *store.Damaged
	if errors.As(err, &damaged) {
		g.stuck.Store(true)
	}
}

// commit ends the session and tells its writers.
func (g *group) commit() {
	s := g.cur
	g.cur = nil
	defer close(s.done)
	if s.damaged != nil || s.writers == 0 {
		g.rollback(s.tx)
		s.err = s.damaged
		return
	}
	began := time.Now()
	if err := guard(g.path, "", s.tx.Commit); err != nil {
		g.rollback(s.tx) // in case Commit left it open
		s.err = g.writeError(err)
		if !isFull(err) {
			// What an fsync could not write is not written by asking again:
			// the file is read anew at the next start.
			g.broken.Store(fault.Wrap(fault.Unavailable, err, "writing %s failed, so the store takes no more writes; reading goes on", g.path).
				WithRemedy("check the disk and start Hubcap again"))
		}
		return
	}
	if g.committed != nil {
		g.committed(s, time.Since(began))
	}
}

func (g *group) writeError(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrDatabaseNotOpen):
		return store.Closed()
	case isFull(err):
		return fault.Wrap(fault.Full, err, "the disk is full: nothing was saved").
			WithRemedy("free some space; reading goes on, and nothing that was saved before is lost")
	}
	return fault.Wrap(fault.Unavailable, err, "write %s", g.path)
}

func (g *group) brokenBy() error {
	if err := g.broken.Load(); err != nil {
		return err
	}
	return nil
}

// view reads under guard.
func (g *group) view(fn func(*bbolt.Tx) error) error {
	return guard(g.path, "", func() error { return g.bolt.View(fn) })
}

// close waits for the session and for readers.
func (g *group) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil
	}
	g.closed = true
	if g.cur != nil {
		g.commit()
	}
	if g.stuck.Load() {
		return &store.Damaged{Collection: g.path, Problem: "a transaction could not be ended"}
	}
	return guard(g.path, "", g.bolt.Close)
}

// bucket returns a top-level bucket that exists.
func (s *session) bucket(name []byte) *bbolt.Bucket {
	b := s.buckets[string(name)]
	if b == nil {
		b = s.tx.Bucket(name)
		switch {
		case bytes.Equal(name, bucketLog):
			b.FillPercent = 1 // only ever appended to
		case bytes.HasPrefix(name, []byte(docsPrefix)):
			b.FillPercent = 0.9 // keys are UUIDv7: nearly always appended to
		}
		s.buckets[string(name)] = b
	}
	return b
}

// put sets a key and notes how to go back. value must not change afterwards.
func (s *session) put(b *bbolt.Bucket, key, value []byte) error {
	s.remember(b, key)
	return b.Put(key, value)
}

func (s *session) delete(b *bbolt.Bucket, key []byte) error {
	s.remember(b, key)
	return b.Delete(key)
}

func (s *session) remember(b *bbolt.Bucket, key []byte) {
	u := undo{bucket: b, key: append([]byte{}, key...)}
	if old := b.Get(key); old != nil {
		u.old = append([]byte{}, old...)
	}
	s.journal = append(s.journal, u)
}

func (s *session) undo() {
	if s.damaged != nil {
		return // all of the session is dropped
	}
	for i := len(s.journal) - 1; i >= 0; i-- {
		u := s.journal[i]
		err := guard("", string(u.key), func() error {
			if u.old == nil {
				return u.bucket.Delete(u.key)
			}
			return u.bucket.Put(u.key, u.old)
		})
		if err != nil {
			s.damaged = fmt.Errorf("take back a failed write: %w", err)
			return
		}
	}
	s.journal = s.journal[:0]
}
