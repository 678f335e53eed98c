package bolt

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// takeStock reads where the log stands and asks the witnesses.
func (db *DB) takeStock() error {
	err := db.data.view(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		db.epoch = string(meta.Get(keyEpoch))
		if base := meta.Get(keyBase); len(base) == 8 {
			db.seq = binary.BigEndian.Uint64(base)
		}
		k, v := tx.Bucket(bucketLog).Cursor().Last()
		if k == nil {
			return nil
		}
		c, err := store.ParseChange(v)
		if err != nil {
			return fmt.Errorf("read the last change of the log: %w", err)
		}
		db.seq, db.last = max(db.seq, c.Seq), c.Time
		return nil
	})
	if err != nil {
		return err
	}
	if db.head, err = openHead(db.dir); err != nil {
		return err
	}
	db.ask("the head file", db.head.read())
	followers, err := db.followers()
	if err != nil {
		return err
	}
	for _, f := range followers {
		db.ask("the follower "+f.Name, f.At)
	}
	db.data.started = func(s *session) {
		db.mu.RLock()
		defer db.mu.RUnlock()
		s.seq, s.last = db.seq, db.last
	}
	db.data.committed = db.committed
	return nil
}

// ask compares the log with a witness of it.
func (db *DB) ask(witness string, saw store.Position) {
	if saw.Epoch == db.epoch && saw.Seq > db.seq && db.fault == nil {
		db.fault = store.Lost(store.Position{Epoch: db.epoch, Seq: db.seq}, witness, saw.Seq)
	}
}

// committed runs after each commit of data.db, before its writers know.
func (db *DB) committed(s *session, took time.Duration) {
	db.mu.Lock()
	if s.seq != db.seq {
		db.seq, db.last = s.seq, s.last
		// A head file that can't be written lags behind, and witnesses less.
		_ = db.head.write(store.Position{Epoch: db.epoch, Seq: db.seq})
		if !db.closed {
			close(db.moved)
			db.moved = make(chan struct{})
		}
	}
	db.mu.Unlock()
	if db.o.Observer.Commit != nil {
		db.o.Observer.Commit(took, s.writers, s.changes)
	}
}

func (db *DB) Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error) {
	if db.isClosed() {
		return nil, store.Closed()
	}
	// A commit can be read a moment before Head tells of it. A follower must
	// not see past the head, or it would bear witness of a loss.
	head := db.Head().Seq
	var out []store.Change
	err := db.data.view(func(tx *bbolt.Tx) error {
		cur := tx.Bucket(bucketLog).Cursor()
		k, v := cur.Seek(binary.BigEndian.AppendUint64(nil, after+1))
		if k == nil {
			return nil
		}
		if binary.BigEndian.Uint64(k) != after+1 {
			return store.ErrTrimmed
		}
		for ; k != nil && binary.BigEndian.Uint64(k) <= head; k, v = cur.Next() {
			c, err := store.ParseChange(v)
			if err != nil {
				return &store.Damaged{Collection: "log", Key: fmt.Sprint(binary.BigEndian.Uint64(k)), Problem: err.Error()}
			}
			out = append(out, c)
			if c.Last && len(out) >= limit {
				break
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (db *DB) Wait(ctx context.Context, after uint64) error {
	for {
		db.mu.RLock()
		moved, seq, closed := db.moved, db.seq, db.closed
		db.mu.RUnlock()
		switch {
		case seq > after:
			return nil
		case closed:
			return store.Closed()
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (db *DB) Acknowledge(ctx context.Context, follower string, at store.Position, maxLag uint64) error {
	head := db.Head()
	if at.Epoch == head.Epoch && at.Seq > head.Seq {
		db.mu.Lock()
		db.ask("the follower "+follower, at)
		err := db.fault
		db.mu.Unlock()
		if err != nil {
			return err
		}
	}
	b, err := json.Marshal(store.FollowerState{Name: follower, At: at, MaxLag: maxLag})
	if err != nil {
		return err
	}
	err = db.local.update(ctx, func(s *session) error {
		return s.put(s.bucket(bucketFollowers), []byte(follower), b)
	})
	if err == nil && db.o.Observer.Lag != nil {
		db.o.Observer.Lag(follower, head.Seq-min(at.Seq, head.Seq))
	}
	return err
}

func (db *DB) Forget(ctx context.Context, follower string) error {
	return db.local.update(ctx, func(s *session) error {
		return s.delete(s.bucket(bucketFollowers), []byte(follower))
	})
}

func (db *DB) Followers(ctx context.Context) ([]store.FollowerState, error) {
	if db.isClosed() {
		return nil, store.Closed()
	}
	return db.followers()
}

func (db *DB) followers() ([]store.FollowerState, error) {
	var out []store.FollowerState
	err := db.local.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketFollowers).ForEach(func(k, v []byte) error {
			var f store.FollowerState
			if err := json.Unmarshal(v, &f); err != nil {
				return fmt.Errorf("read follower %q: %w", k, err)
			}
			out = append(out, f)
			return nil
		})
	})
	return out, err
}

// trimStep is how many changes one transaction removes.
const trimStep = 1000

func (db *DB) Trim(ctx context.Context, keep uint64) (removed uint64, err error) {
	followers, err := db.Followers(ctx)
	if err != nil {
		return 0, err
	}
	upTo := store.TrimPoint(db.Head(), keep, followers)
	// Whole transactions only: go back to the end of one.
	err = db.data.view(func(tx *bbolt.Tx) error {
		cur := tx.Bucket(bucketLog).Cursor()
		k, v := cur.Seek(binary.BigEndian.AppendUint64(nil, upTo))
		for ; k != nil; k, v = cur.Prev() {
			c, err := store.ParseChange(v)
			if err != nil {
				return err
			}
			if c.Seq <= upTo && c.Last {
				upTo = c.Seq
				return nil
			}
		}
		upTo = 0
		return nil
	})
	for err == nil && upTo > 0 {
		n := uint64(0)
		err = db.data.update(ctx, func(s *session) error {
			n = 0
			log := s.bucket(bucketLog)
			var keys [][]byte
			cur := log.Cursor()
			for k, _ := cur.First(); k != nil && len(keys) < trimStep && binary.BigEndian.Uint64(k) <= upTo; k, _ = cur.Next() {
				keys = append(keys, append([]byte{}, k...))
			}
			for _, k := range keys {
				if err := s.delete(log, k); err != nil {
					return err
				}
				n++
			}
			s.changes += int(n)
			return nil
		})
		if err != nil {
			break
		}
		removed += n
		if n < trimStep {
			break
		}
	}
	return removed, err
}
