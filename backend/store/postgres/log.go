package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// readLog is how much of the log one statement reads.
const readLog = 1000

func (db *DB) Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error) {
	if db.isClosed() {
		return nil, store.Closed()
	}
	head := db.Head().Seq
	if after >= head {
		return nil, nil
	}
	var out []store.Change
	for at := after; at < head; {
		n, err := db.readChanges(ctx, at, head, &out, limit)
		if err != nil {
			return nil, db.explain(ctx, err)
		}
		if n == 0 {
			break
		}
		at = out[len(out)-1].Seq
		if out[len(out)-1].Last && len(out) >= limit {
			break
		}
	}
	if len(out) == 0 {
		return nil, store.ErrTrimmed
	}
	return out, nil
}

// readChanges adds some more changes to out, at most to the end of the
// transaction in which limit is reached.
func (db *DB) readChanges(ctx context.Context, after, head uint64, out *[]store.Change, limit int) (n int, err error) {
	rows, err := db.read.Query(ctx, "SELECT seq, change FROM hubcap._log WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3",
		int64(after), int64(head), min(readLog, max(limit, 1)))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var b []byte
		if err := rows.Scan(&seq, &b); err != nil {
			return n, err
		}
		if uint64(seq) != after+1 {
			return n, store.ErrTrimmed
		}
		c, err := store.ParseChange(b)
		if err != nil {
			return n, &store.Damaged{Collection: "log", Key: fmt.Sprint(seq), Problem: err.Error()}
		}
		*out = append(*out, c)
		after++
		n++
		if c.Last && len(*out) >= limit {
			break
		}
	}
	return n, rows.Err()
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
	if db.isClosed() {
		return store.Closed()
	}
	head := db.Head()
	if at.Epoch == head.Epoch && at.Seq > head.Seq {
		// Another node may have written what is not known here yet.
		now, err := db.readHead(ctx)
		if err != nil {
			return db.explain(ctx, err)
		}
		_ = db.learn(head, now)
		db.ask("the follower "+follower, at)
		if err := db.Fault(); err != nil {
			return err
		}
		head = db.Head()
	}
	_, err := db.write.Exec(ctx, `INSERT INTO hubcap._followers (name, epoch, seq, max_lag) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET epoch = $2, seq = $3, max_lag = $4`, follower, at.Epoch, int64(at.Seq), int64(maxLag))
	if err == nil && db.o.Observer.Lag != nil {
		db.o.Observer.Lag(follower, head.Seq-min(at.Seq, head.Seq))
	}
	return db.explain(ctx, err)
}

func (db *DB) Forget(ctx context.Context, follower string) error {
	if db.isClosed() {
		return store.Closed()
	}
	_, err := db.write.Exec(ctx, "DELETE FROM hubcap._followers WHERE name = $1", follower)
	return db.explain(ctx, err)
}

func (db *DB) Followers(ctx context.Context) ([]store.FollowerState, error) {
	if db.isClosed() {
		return nil, store.Closed()
	}
	f, err := db.followers(ctx)
	return f, db.explain(ctx, err)
}

func (db *DB) followers(ctx context.Context) ([]store.FollowerState, error) {
	rows, err := db.write.Query(ctx, "SELECT name, epoch, seq, max_lag FROM hubcap._followers ORDER BY name")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (f store.FollowerState, err error) {
		var seq, lag int64
		err = r.Scan(&f.Name, &f.At.Epoch, &seq, &lag)
		f.At.Seq, f.MaxLag = uint64(seq), uint64(lag)
		return f, err
	})
}

// trimStep is how many changes one transaction removes.
const trimStep = 1000

func (db *DB) Trim(ctx context.Context, keep uint64) (removed uint64, err error) {
	followers, err := db.Followers(ctx)
	if err != nil {
		return 0, err
	}
	// Whole transactions only: go back to the end of one.
	var upTo int64
	err = db.write.QueryRow(ctx, `SELECT coalesce((SELECT seq FROM hubcap._log WHERE seq <= $1 AND last ORDER BY seq DESC LIMIT 1), 0)`,
		int64(store.TrimPoint(db.Head(), keep, followers))).Scan(&upTo)
	for err == nil && upTo > 0 {
		tag, failed := db.write.Exec(ctx, "DELETE FROM hubcap._log WHERE seq IN (SELECT seq FROM hubcap._log WHERE seq <= $1 ORDER BY seq LIMIT $2)", upTo, trimStep)
		err = failed
		removed += uint64(tag.RowsAffected())
		if tag.RowsAffected() < trimStep {
			break
		}
	}
	return removed, db.explain(ctx, err)
}
