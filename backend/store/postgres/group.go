package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// group lets the writers of one process share transactions, and with them
// the wait for the disk.
//
// A writer takes the mutex, runs its function inside the open transaction
// (the first one begins it, and with it takes the lock that keeps other
// processes' writers out) and looks whether others wait for the mutex. If so
// it leaves the commit to them; the last one commits for all. A lone writer
// never waits for company.
type group struct {
	db    *DB
	truth bool

	waiting atomic.Int64
	mu      sync.Mutex
	cur     *session
	closed  bool

	away   error     // the last one who wanted to begin found no database
	awayAt time.Time // when he had found that
}

// session is one transaction and what its writers share.
type session struct {
	link
	db      *DB
	xid     string
	began   time.Time
	writers int
	log     []store.Change
	size    int       // of the documents in log
	seq     uint64    // last sequence given out
	last    time.Time // of the last change

	mark  int   // of kept: where the running writer's statements begin
	saved bool  // the running writer has a savepoint
	dead  error // something failed: nothing of this session can be kept
	own   bool  // ... and it was a question of the running writer

	done chan struct{}
	err  error
}

// A session is committed at the latest when it is this large or this old: a
// writer of one document does not wait long behind an import. Savepoints are
// subtransactions, of which PostgreSQL keeps 64 close at hand.
const (
	maxWriters = 60
	maxChanges = 5_000
	maxBytes   = 16 << 20
	maxAge     = 25 * time.Millisecond

	keptBytes  = 2 << 20 // kept statements are sent at the latest now
	keptNumber = 500

	attempts = 6
)

func (s *session) full() bool {
	return s.dead != nil || s.writers >= maxWriters || len(s.log) >= maxChanges || s.size >= maxBytes || time.Since(s.began) > maxAge
}

// update runs fn in the current session and returns when it is on disk. When
// the session fails, fn is run again in one of its own: there it fails through
// its own doing or not at all.
func (g *group) update(ctx context.Context, fn func(*session) error) error {
	pause := 5 * time.Millisecond
	for n := 1; ; n++ {
		s, err := g.join(ctx, n > 1, fn)
		if err == nil {
			<-s.done
			err = s.err
		}
		if c, ok := err.(callers); ok {
			return c.error
		}
		if err == nil || n == attempts || !passing(err) {
			return g.db.explain(ctx, err)
		}
		if gone(err) {
			g.db.write.Reset() // its other connections broke with it
		}
		t := time.NewTimer(pause/2 + rand.N(pause))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
		pause *= 2
	}
}

// join runs fn in the session under the mutex, and commits when nobody waits
// for it: also when fn failed, panicked or ended its goroutine, for others may
// have left their commit to this writer.
func (g *group) join(ctx context.Context, alone bool, fn func(*session) error) (s *session, err error) {
	came := time.Now()
	g.waiting.Add(1)
	g.mu.Lock()
	g.waiting.Add(-1)
	defer g.mu.Unlock()
	defer func() {
		if c := g.cur; c != nil && (alone || g.waiting.Load() == 0 || c.full()) {
			g.commit()
		}
	}()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case g.closed:
		return nil, store.Closed()
	}
	if alone && g.cur != nil {
		g.commit()
	}
	if g.cur == nil {
		// Who waited while another found the database away hears the same: one
		// after another they would each wait as long as it takes to find out.
		if came.Before(g.awayAt) {
			return nil, g.away
		}
		if g.cur, err = g.open(ctx); err != nil {
			if ctx.Err() == nil && broken(err) && !passing(err) {
				g.away, g.awayAt = err, time.Now()
			}
			return nil, err
		}
		g.awayAt = time.Time{}
	}
	cur := g.cur
	cur.mark, cur.saved, cur.own = len(cur.kept), false, false
	kept := false
	defer func() {
		if !kept {
			cur.undo()
		}
	}()
	err = fn(cur)
	switch {
	case cur.dead == nil:
	case cur.own, cur.writers == 0:
		return nil, cur.dead // whatever fn made of it: nothing can be kept
	default:
		return nil, errDropped // perhaps through another's writes
	}
	if err != nil {
		return nil, callers{err}
	}
	kept = true
	if cur.saved {
		cur.keep(statement{sql: "RELEASE SAVEPOINT writer"})
	}
	cur.writers++
	return cur, nil
}

// callers is an error of the caller's function: it is passed on as it is.
type callers struct{ error }

// open begins a transaction and takes the lock of its class: from here on it
// sees all that other writers committed, and none of them writes.
func (g *group) open(ctx context.Context) (*session, error) {
	acquiring, cancel := context.WithTimeout(ctx, g.db.o.Acquire+g.db.o.Statement)
	defer cancel()
	conn, err := g.db.write.Acquire(acquiring)
	if err != nil {
		return nil, err
	}
	s := &session{link: link{conn: conn}, db: g.db, done: make(chan struct{})}
	known := g.db.Head()
	s.keep(statement{sql: "BEGIN ISOLATION LEVEL READ COMMITTED"})
	lock := question{sql: "SELECT pg_current_xact_id()::text FROM hubcap._local FOR UPDATE", scan: func(r pgx.Rows) error { return r.Scan(&s.xid) }}
	var head position
	if g.truth {
		lock = question{
			sql:  "SELECT pg_current_xact_id()::text, epoch, seq, at FROM hubcap._head FOR UPDATE",
			scan: func(r pgx.Rows) error { return r.Scan(&s.xid, &head.epoch, &head.seq, &head.at) },
		}
	}
	_, err = s.send(context.WithoutCancel(ctx), g.db.o.Statement, lock)
	if err == nil && g.truth {
		err = g.db.learn(known, head)
		s.seq, s.last = uint64(head.seq), time.UnixMicro(head.at).UTC()
	}
	if err != nil {
		s.end(true)
		return nil, err
	}
	s.began = time.Now() // the wait for the lock is not its age
	return s, nil
}

// ask sends the running writer's questions after what was kept.
func (s *session) ask(questions ...question) error {
	if s.dead != nil {
		return s.dead
	}
	if len(s.kept) > s.mark && !s.saved {
		// It has written, and may yet fail: what it wrote must be separable.
		s.kept = append(s.kept, statement{})
		copy(s.kept[s.mark+1:], s.kept[s.mark:])
		s.kept[s.mark] = statement{sql: "SAVEPOINT writer"}
		s.saved = true
	}
	asking, err := s.send(context.Background(), s.db.o.Statement, questions...)
	if err != nil {
		s.dead, s.own = err, asking && !passing(err)
		return s.db.address.explain(err)
	}
	s.mark = 0
	return nil
}

// do keeps a statement that writes.
func (s *session) do(sql string, args ...any) error {
	s.keep(statement{sql: sql, args: args, one: true})
	if s.bytes > keptBytes || len(s.kept) > keptNumber {
		return s.ask()
	}
	return nil
}

// undo takes back what the running writer did.
func (s *session) undo() {
	switch {
	case s.dead != nil:
	case s.saved:
		s.kept = append(s.kept[:0], statement{sql: "ROLLBACK TO SAVEPOINT writer"}, statement{sql: "RELEASE SAVEPOINT writer"})
	default:
		s.kept = s.kept[:s.mark]
	}
}

// number gives a writer's changes their sequences.
func (s *session) number(changes []store.Change, now time.Time) uint64 {
	now = now.UTC().Truncate(time.Microsecond)
	if now.Before(s.last) {
		now = s.last
	}
	first := s.seq + 1
	for i := range changes {
		c := &changes[i]
		c.Seq, c.Tx, c.Time, c.Last = first+uint64(i), first, now, i == len(changes)-1
		s.size += len(c.Before) + len(c.After)
	}
	s.log = append(s.log, changes...)
	s.seq, s.last = s.seq+uint64(len(changes)), now
	return s.seq
}

// commit ends the session and tells its writers.
func (g *group) commit() {
	s := g.cur
	g.cur = nil
	defer close(s.done)
	if s.dead != nil || s.writers == 0 {
		s.end(true)
		s.err = errDropped
		return
	}
	began := time.Now()
	s.appendLog()
	s.keep(statement{sql: commit})
	_, err := s.send(context.Background(), g.db.o.Statement)
	s.end(err != nil)
	switch {
	case err == nil:
	case unanswered(err):
		err = g.db.outcome(s.xid, err)
	case s.writers > 1:
		err = errDropped // through one of them
	}
	if err != nil {
		s.err = err
		return
	}
	if g.truth && len(s.log) > 0 {
		g.db.advance(s.seq, s.last.UnixMicro())
	}
	if g.db.o.Observer.Commit != nil {
		g.db.o.Observer.Commit(time.Since(began), s.writers, len(s.log))
	}
}

// appendLog keeps the statements that write the log and move the head.
func (s *session) appendLog() {
	if len(s.log) == 0 {
		return
	}
	for from := 0; from < len(s.log); {
		var (
			seq, tx                 []int64
			last                    []bool
			at                      []time.Time
			orgs, collections, keys []string
			bytes                   [][]byte
			size                    int
		)
		for ; from < len(s.log) && size < keptBytes; from++ {
			c := &s.log[from]
			b := c.Append(make([]byte, 0, 256+len(c.Before)+len(c.After)))
			size += len(b)
			seq, tx, last, at = append(seq, int64(c.Seq)), append(tx, int64(c.Tx)), append(last, c.Last), append(at, c.Time)
			orgs, collections, keys, bytes = append(orgs, c.Org), append(collections, c.Collection), append(keys, c.Key), append(bytes, b)
		}
		s.keep(statement{sql: `INSERT INTO hubcap._log (seq, tx, last, at, org, collection, key, change)
			SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::bytea[])`,
			args: []any{seq, tx, last, at, orgs, collections, keys, bytes}})
	}
	s.keep(statement{sql: "UPDATE hubcap._head SET seq = $1, at = $2", args: []any{int64(s.seq), s.last.UnixMicro()}, one: true})
	s.keep(statement{sql: "SELECT pg_notify('hubcap_log', $1)", args: []any{fmt.Sprint(s.seq, " ", s.last.UnixMicro())}})
}

// unanswered reports whether a commit that failed with err may have been made
// all the same.
func unanswered(err error) bool {
	return gone(err) || errors.Is(err, context.DeadlineExceeded)
}

// outcome asks what became of a transaction whose commit was not answered:
// nil when it was made, a passing error when it was not. It is never run
// again before that is known.
func (db *DB) outcome(xid string, cause error) error {
	ctx, cancel := context.WithTimeout(context.Background(), db.o.Outcome)
	defer cancel()
	db.write.Reset()
	for {
		var status *string
		err := db.write.QueryRow(ctx, "SELECT pg_xact_status($1::text::xid8)", xid).Scan(&status)
		switch {
		case err == nil && status == nil:
			return unknown(db.address.hide(cause))
		case err == nil && *status == "committed":
			return nil
		case err == nil && *status == "aborted":
			return errors.Join(errDropped, db.address.hide(cause))
		}
		t := time.NewTimer(100 * time.Millisecond)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return unknown(db.address.hide(cause))
		}
	}
}

func unknown(cause error) error {
	return later(cause, "the database went away while it saved: whether this was saved is not known", 5*time.Second).
		WithRemedy("look before you do it again")
}

// close commits what is open and refuses all that follows.
func (g *group) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return
	}
	g.closed = true
	if g.cur != nil {
		g.commit()
	}
}
