package bolt

import (
	"context"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Seized is a name that one part of this process has for itself.
type Seized struct {
	db   *DB
	name string
	once sync.Once
	free chan struct{} // closed when it is let go
}

// Seize waits until nobody else in this process has the name, and takes it.
// No other process can: the folder's lock makes this one alone. It is lost
// when the store closes.
func (db *DB) Seize(ctx context.Context, name string) (*Seized, error) {
	for {
		db.mu.Lock()
		if db.closed {
			db.mu.Unlock()
			return nil, store.Closed()
		}
		other := db.seized[name]
		if other == nil {
			s := &Seized{db: db, name: name, free: make(chan struct{})}
			if db.seized == nil {
				db.seized = map[string]*Seized{}
			}
			db.seized[name] = s
			db.mu.Unlock()
			return s, nil
		}
		db.mu.Unlock()
		select {
		case <-other.free:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// Lost is closed when the name was let go or the store was closed.
func (s *Seized) Lost() <-chan struct{} { return s.free }

// Check is nil while the name is held.
func (s *Seized) Check(context.Context) error {
	select {
	case <-s.free:
		return store.Closed()
	default:
		return nil
	}
}

// Release lets go of the name.
func (s *Seized) Release() {
	s.db.mu.Lock()
	if s.db.seized[s.name] == s {
		delete(s.db.seized, s.name)
	}
	s.db.mu.Unlock()
	s.once.Do(func() { close(s.free) })
}

// releaseAll lets go of every name.
func (db *DB) releaseAll() {
	db.mu.Lock()
	all := make([]*Seized, 0, len(db.seized))
	for _, s := range db.seized {
		all = append(all, s)
	}
	db.mu.Unlock()
	for _, s := range all {
		s.Release()
	}
}
