package rest

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Bounds of the live feed.
const (
	maxListeners = 200
	feedHolds    = 4096                  // notices; who is further behind reads the log itself
	feedLinger   = 50 * time.Millisecond // for more changes to share one wake
	feedReads    = 500                   // changes at once
)

// notice is a change as listeners hear of it: no value of the document.
type notice struct {
	seq             uint64
	org, collection string
	key             string
	place           store.Place
	rev             int64
	deleted         bool
}

// Feed reads the change log once for all who listen. A listener holds its own
// place in the log and nothing else, so that a slow one costs no memory. While
// nobody listens the log is not read at all.
type Feed struct {
	db    store.DB
	log   *slog.Logger
	ended chan struct{} // closed by End

	mu        sync.Mutex
	listeners int
	joined    chan struct{} // has a value when the first listener came
	held      []notice      // of the changes after from, up to at
	from, at  uint64
	moved     chan struct{} // closed and replaced when at moves
	end       sync.Once
}

// NewFeed returns a feed over a store; Run reads for it.
func NewFeed(db store.DB, log *slog.Logger) *Feed {
	return &Feed{db: db, log: log, ended: make(chan struct{}), joined: make(chan struct{}, 1), moved: make(chan struct{})}
}

// End sends all listeners away, and those who come later: the hub stops.
func (f *Feed) End() { f.end.Do(func() { close(f.ended) }) }

// Run reads the log while somebody listens, until ctx ends.
func (f *Feed) Run(ctx context.Context) error {
	for {
		if !f.wanted() {
			select {
			case <-f.joined:
				continue
			case <-ctx.Done():
				return nil
			}
		}
		f.read(ctx)
	}
}

// wanted reports whether anybody listens.
func (f *Feed) wanted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.listeners > 0
}

// join lets a listener in. The first one finds the feed at the log's head.
func (f *Feed) join() error {
	select {
	case <-f.ended:
		return fault.New(fault.Unavailable, "Hubcap is stopping").WithRemedy("connect again in a moment")
	default:
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.listeners >= maxListeners {
		e := fault.New(fault.Unavailable, "%d pages listen for changes already", maxListeners).WithRemedy("close some, or ask again later")
		e.RetryAfter = 10 * time.Second
		return e
	}
	if f.listeners++; f.listeners == 1 {
		f.restart()
		select {
		case f.joined <- struct{}{}:
		default:
		}
	}
	return nil
}

func (f *Feed) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listeners--
}

// restart holds nothing and goes on at the head; f.mu is held.
func (f *Feed) restart() {
	f.at = f.db.Head().Seq
	f.from, f.held = f.at, nil
}

// read waits for changes and takes them in. It returns now and then, to see
// whether anybody still listens. Where the log can't be read it goes on at the
// head, and listeners are told to read everything again.
func (f *Feed) read(ctx context.Context) {
	f.mu.Lock()
	at := f.at
	f.mu.Unlock()
	short, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	err := f.db.Wait(short, at)
	if short.Err() != nil {
		return
	}
	pause(ctx, feedLinger)
	var changes []store.Change
	if err == nil {
		changes, err = f.db.Changes(ctx, at, feedReads)
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		f.log.Warn("live updates lost their place in the log", "seq", at, "err", err)
		pause(ctx, time.Second)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil:
		f.restart()
	case f.at != at || len(changes) == 0:
		return // everybody left and somebody came back meanwhile
	default:
		for i := range changes {
			if n, ok := noticeOf(&changes[i]); ok {
				f.held = append(f.held, n)
			}
		}
		f.at = changes[len(changes)-1].Seq
		if over := len(f.held) - feedHolds; over > 0 {
			f.from = f.held[over-1].seq
			f.held = slices.Clone(f.held[over:])
		}
	}
	close(f.moved)
	f.moved = make(chan struct{})
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// noticeOf leaves out what is the hub's own bookkeeping.
func noticeOf(c *store.Change) (notice, bool) {
	return notice{c.Seq, c.Org, c.Collection, c.Key, c.Place, c.Rev, c.Deleted()}, c.Collection != store.Undos.Name() && c.Collection != audit.Entries.Name()
}

// after returns what is held after a place in the log, and up to where that
// is all. ok is false for a place from before what is held.
func (f *Feed) after(seq uint64) (news []notice, at uint64, moved <-chan struct{}, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if seq < f.from {
		return nil, seq, f.moved, false
	}
	i, _ := slices.BinarySearchFunc(f.held, seq+1, func(n notice, seq uint64) int { return cmp.Compare(n.seq, seq) })
	// held is only added to and replaced: this part never changes.
	return f.held[i:len(f.held):len(f.held)], max(f.at, seq), f.moved, true
}

// older reads notices from the log itself, for a listener from before what is
// held; store.ErrTrimmed when it no longer reaches back so far.
func (f *Feed) older(ctx context.Context, seq uint64) (news []notice, at uint64, err error) {
	changes, err := f.db.Changes(ctx, seq, feedReads)
	if err != nil || len(changes) == 0 {
		return nil, seq, err
	}
	for i := range changes {
		if n, ok := noticeOf(&changes[i]); ok {
			news = append(news, n)
		}
	}
	return news, changes[len(changes)-1].Seq, nil
}
