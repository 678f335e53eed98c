package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// LogReport is what an examination of the log found.
type LogReport struct {
	Oldest, Newest uint64   // Oldest is one above Newest when the log is empty
	Flaws          []string // at most maxFlaws; sentences for a person
}

const maxFlaws = 20

// ExamineLog reads the whole log: every change is there once, as it was
// written, and none is older than the one before it. Changes that are trimmed
// meanwhile are not missed.
func (db *DB) ExamineLog(ctx context.Context) (r LogReport, err error) {
	if db.isClosed() {
		return r, store.Closed()
	}
	var oldest, head int64
	err = db.read.QueryRow(ctx, "SELECT coalesce((SELECT seq FROM hubcap._log ORDER BY seq LIMIT 1), seq + 1), seq FROM hubcap._head").Scan(&oldest, &head)
	if err != nil {
		return r, db.explain(ctx, err)
	}
	r.Oldest, r.Newest = uint64(oldest), uint64(head)
	flaw := func(format string, args ...any) { r.Flaws = append(r.Flaws, fmt.Sprintf(format, args...)) }
	for at, last := oldest-1, (time.Time{}); at < head && len(r.Flaws) < maxFlaws; {
		rows, err := db.read.Query(ctx, "SELECT seq, change FROM hubcap._log WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3", at, head, readLog)
		if err != nil {
			return r, db.explain(ctx, err)
		}
		found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
			Seq    int64
			Change []byte
		}])
		if err != nil {
			return r, db.explain(ctx, err)
		}
		if len(found) == 0 {
			flaw("the log ends at change %d, and its head is %d", at, head)
			break
		}
		for _, f := range found {
			if f.Seq > at+1 && !db.trimmed(ctx, at+1) {
				flaw("%s missing in the log", numbers(at+1, f.Seq-1))
			}
			at = f.Seq
			c, err := store.ParseChange(f.Change)
			switch {
			case err != nil:
				flaw("change %d is damaged: %v", f.Seq, err)
				continue
			case c.Seq != uint64(f.Seq):
				flaw("change %d says that it is %d", f.Seq, c.Seq)
			case c.Time.Before(last):
				flaw("change %d is older than the one before it", f.Seq)
			}
			last = c.Time
		}
	}
	return r, nil
}

// trimmed reports whether a change may be gone because the log is trimmed up
// to there by now.
func (db *DB) trimmed(ctx context.Context, seq int64) bool {
	var below bool
	err := db.read.QueryRow(ctx, "SELECT EXISTS (SELECT FROM hubcap._log WHERE seq < $1)", seq).Scan(&below)
	return err == nil && !below
}

func numbers(from, to int64) string {
	if from == to {
		return fmt.Sprintf("change %d is", from)
	}
	return fmt.Sprintf("changes %d to %d are", from, to)
}
