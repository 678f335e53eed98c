package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// link is one transaction's connection. Statements whose answer nobody waits
// for (BEGIN, writes) are kept and travel with the next question, in one
// round trip and in order.
type link struct {
	conn  *pgxpool.Conn
	kept  []statement
	bytes int  // of kept
	heard bool // a row has been given to a question
}

// statement is one without an answer. one: it must touch exactly one row.
type statement struct {
	sql  string
	args []any
	one  bool
}

// question is a statement with rows for an answer.
type question struct {
	sql  string
	args []any
	scan func(pgx.Rows) error // called once a row
}

// errMoved says that a row was not as it was read under the writers' lock.
var errMoved = fmt.Errorf("a row was changed beside the store: %w", errDropped)

func (l *link) keep(s statement) {
	l.kept = append(l.kept, s)
	for _, a := range s.args {
		if text, ok := a.(string); ok {
			l.bytes += len(text)
		}
	}
}

// send sends what was kept and then the questions. asking is true when it was
// a question that failed. When it fails, the transaction is of no more use.
func (l *link) send(ctx context.Context, timeout time.Duration, questions ...question) (asking bool, err error) {
	if len(l.kept)+len(questions) == 0 {
		return false, nil
	}
	// A little more than the database's own limit, whose answer says more.
	ctx, cancel := context.WithTimeout(ctx, timeout+2*time.Second)
	defer cancel()
	var b pgx.Batch
	for _, s := range l.kept {
		b.Queue(s.sql, s.args...)
	}
	for _, q := range questions {
		b.Queue(q.sql, q.args...)
	}
	r := l.conn.SendBatch(ctx, &b)
	defer func() { err = errors.Join(err, closing(r.Close(), err)) }()
	for _, s := range l.kept {
		tag, err := r.Exec()
		if err != nil {
			return false, err
		}
		if s.one && tag.RowsAffected() != 1 {
			return false, errMoved
		}
		if s.sql == commit && tag.String() != "COMMIT" {
			return false, errDropped
		}
	}
	l.kept, l.bytes = l.kept[:0], 0
	for _, q := range questions {
		rows, err := r.Query()
		if err != nil {
			return true, err
		}
		for rows.Next() {
			l.heard = true
			if err := q.scan(rows); err != nil {
				rows.Close()
				return true, err
			}
		}
		if rows.Close(); rows.Err() != nil {
			return true, rows.Err()
		}
	}
	return false, nil
}

// closing is the error of closing a batch, unless it only repeats first.
func closing(err, first error) error {
	if first != nil {
		return nil
	}
	return err
}

const commit = "COMMIT"

// end gives the connection back; one with an open transaction is rolled back
// or, when that fails, closed.
func (l *link) end(open bool) {
	if l.conn == nil {
		return
	}
	if open && !l.conn.Conn().IsClosed() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_, _ = l.conn.Exec(ctx, "ROLLBACK")
	}
	l.conn.Release() // which closes what is still in a transaction
	l.conn = nil
}
