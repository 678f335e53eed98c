package postgres

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// replica is a streaming replica that may answer reads.
type replica struct {
	pool *pgxpool.Pool
	// until is when it may be asked again after it failed (Unix nanoseconds).
	until atomic.Int64
}

// rest is how long a replica that failed is left alone.
const rest = 2 * time.Second

// ViewStale is View for a reader that accepts to be a little behind. It is
// answered by a replica that holds at least the change atLeast (the sequence
// of the caller's last write, so that he reads it; 0 is any) and whose newest
// change is no more than Options.MaxLag older than the primary's; by the
// primary when there is none.
func (db *DB) ViewStale(ctx context.Context, s store.Scope, atLeast uint64, fn func(store.Reader) error) error {
	v := &view{db: db, ctx: ctx}
	defer v.end()
	n := len(db.replicas)
	first := int(db.turn.Add(1))
	for i := range n {
		if r := db.replicas[(first+i)%n]; v.beginOn(r, atLeast) {
			break
		}
	}
	return db.view(ctx, s, v, fn)
}

// beginOn begins the view on a replica, if it is there and recent enough: what
// counts is the head in the very snapshot that will be read.
func (v *view) beginOn(r *replica, atLeast uint64) bool {
	db := v.db
	if time.Now().UnixNano() < r.until.Load() || v.ctx.Err() != nil || db.isClosed() {
		return false
	}
	var head position
	err := v.acquire(r.pool)
	if err == nil {
		v.keep(statement{sql: beginView})
		_, err = v.send(v.ctx, db.o.Statement, question{sql: "SELECT epoch, seq, at FROM hubcap._head",
			scan: func(r pgx.Rows) error { return r.Scan(&head.epoch, &head.seq, &head.at) }})
	}
	if err == nil && head.epoch != db.Head().Epoch {
		err = errForeign
	}
	if err == nil && db.recent(head, atLeast) {
		v.on, v.heard = r, false // by the caller
		return true
	}
	v.end()
	if err != nil && v.ctx.Err() == nil {
		r.tire(db, err)
	}
	return false
}

// errForeign is a replica of something else, or one that lags behind a restore.
var errForeign = errors.New("it follows another store than the primary's")

// tire leaves a replica that failed with err alone for a while.
func (r *replica) tire(db *DB, err error) {
	r.until.Store(time.Now().Add(rest).UnixNano())
	r.pool.Reset()
	db.o.Log.Warn("a replica can't be used", "err", db.hide(err), "rest_ms", rest.Milliseconds())
}

// leaves takes a view from a replica that failed it with err, so that the
// primary answers instead: a replica cancels whatever reads rows that the
// primary has cleared away (max_standby_streaming_delay), and may end at any
// moment. A view of which the caller has heard stays: the primary's snapshot
// is another one.
func (v *view) leaves(err error) bool {
	r := v.on
	var pg *pgconn.PgError
	said := errors.As(err, &pg)
	if r == nil || v.answered || v.heard || v.ctx.Err() != nil || !said && !broken(err) {
		return false
	}
	v.end()
	v.on = nil
	if said && pg.Severity == "ERROR" {
		v.db.o.Log.Warn("a replica did not answer a question", "err", v.db.hide(err))
	} else {
		r.tire(v.db, err)
	}
	return true
}

// recent compares a replica's head with what was asked and with the primary's.
func (db *DB) recent(head position, atLeast uint64) bool {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if uint64(head.seq) < atLeast {
		return false
	}
	return uint64(head.seq) >= db.seq || time.Duration(db.at-head.at)*time.Microsecond <= db.o.MaxLag
}
