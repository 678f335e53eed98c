package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/hubcap-dev/hubcap/backend/store"
)

func (db *DB) View(ctx context.Context, s store.Scope, fn func(store.Reader) error) error {
	if atLeast, ok := store.Staleness(ctx); ok && len(db.replicas) > 0 {
		return db.ViewStale(ctx, s, atLeast, fn)
	}
	return db.view(ctx, s, &view{db: db, ctx: ctx}, fn)
}

func (db *DB) view(ctx context.Context, s store.Scope, v *view, fn func(store.Reader) error) error {
	if err := s.Check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if db.isClosed() {
		return store.Closed()
	}
	defer v.end()
	return fn(&tx{work: &work{db: db, view: v}, scope: s})
}

// view is a reading transaction: one snapshot, begun by its first question.
type view struct {
	link
	db  *DB
	ctx context.Context // of the View

	on       *replica // nil: the primary
	answered bool     // a question of the caller
}

const beginView = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"

// tries is how often a reader that finds its connection broken takes another.
const tries = 3

func (v *view) ask(questions ...question) error {
	if v.conn != nil {
		_, err := v.send(v.ctx, v.db.o.Statement, questions...)
		if err == nil || !v.leaves(err) {
			v.answered = true
			return v.db.explain(v.ctx, err)
		}
	}
	for n := 1; ; n++ {
		err := v.begin(questions)
		v.answered = err == nil
		if err == nil || n == tries || v.heard || !passing(err) || v.ctx.Err() != nil {
			return v.db.explain(v.ctx, err)
		}
		v.db.read.Reset() // its other connections broke with it
	}
}

func (v *view) begin(questions []question) error {
	if err := v.acquire(v.db.read); err != nil {
		return err
	}
	v.keep(statement{sql: beginView})
	_, err := v.send(v.ctx, v.db.o.Statement, questions...)
	if err != nil {
		v.end()
	}
	return err
}

func (v *view) acquire(pool *pgxpool.Pool) error {
	ctx, cancel := soon(v.ctx, v.db.o.Acquire)
	defer cancel()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		if v.ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			return later(v.db.address.hide(err), "all connections to the database are busy", v.db.o.Acquire)
		}
		return err
	}
	v.link = link{conn: conn}
	return nil
}

func (v *view) end() { v.link.end(true) }
