package postgres

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// tracer tells of slow statements and counts all. It shows their text, which
// is ours, and never their values, which are people's.
type tracer struct {
	slow  time.Duration
	log   *slog.Logger
	query func(time.Duration, error)
}

type (
	traceKey struct{}
	tracing  struct {
		began time.Time
		sql   string
	}
)

func (t *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	return context.WithValue(ctx, traceKey{}, &tracing{time.Now(), d.SQL})
}

func (t *tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryEndData) {
	t.end(ctx, d.Err)
}

func (t *tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	sql := "a batch of " + strconv.Itoa(d.Batch.Len())
	if n := d.Batch.Len(); n > 0 {
		sql += ", at last " + d.Batch.QueuedQueries[n-1].SQL
	}
	return context.WithValue(ctx, traceKey{}, &tracing{time.Now(), sql})
}

func (t *tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (t *tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchEndData) {
	t.end(ctx, d.Err)
}

func (t *tracer) end(ctx context.Context, err error) {
	q, ok := ctx.Value(traceKey{}).(*tracing)
	if !ok {
		return
	}
	took := time.Since(q.began)
	if t.query != nil {
		t.query(took, err)
	}
	if t.slow > 0 && took >= t.slow && !errors.Is(err, context.Canceled) {
		var pg *pgconn.PgError
		code := ""
		if errors.As(err, &pg) {
			code = pg.Code
		}
		t.log.Warn("slow statement", "took_ms", took.Milliseconds(), "statement", strings.Join(strings.Fields(q.sql), " "), "code", code)
	}
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
