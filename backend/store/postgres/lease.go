package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// How a seized name is watched. The server notices a holder that is cut off
// by its keepalives, well after the holder has noticed by itself.
const (
	seizeAgain = 500 * time.Millisecond // between two tries
	seizeAsk   = time.Second            // between two looks at what is held
	seizeWait  = 2 * time.Second        // for an answer
)

// The server's keepalives on such a connection, in seconds: a holder that is
// cut off is given up after about 5 + 3 x 2 s.
var seizeParams = map[string]string{
	"application_name": "hubcap lease", "tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3",
}

// Seized is a name that this process alone has among all that use the
// database: an advisory lock of a connection of its own.
type Seized struct {
	mu   sync.Mutex // of conn
	conn *pgx.Conn
	key  int64
	stop context.CancelFunc
	lost chan struct{} // closed by the watch, after the connection
}

// Seize waits until nobody has the name and takes it. A process that is
// killed lets go of it at once: its connection ends.
func (db *DB) Seize(ctx context.Context, name string) (*Seized, error) {
	sum := sha256.Sum256([]byte("hubcap lease\x00" + name))
	key := int64(binary.BigEndian.Uint64(sum[:]))
	var conn *pgx.Conn
	for {
		if db.isClosed() {
			closeConn(conn)
			return nil, store.Closed()
		}
		var ok bool
		var err error
		if conn == nil || conn.IsClosed() {
			conn, err = db.seizeConn(ctx)
		}
		if err == nil {
			asking, cancel := soon(ctx, seizeWait)
			err = conn.QueryRow(asking, "SELECT pg_try_advisory_lock($1)", key).Scan(&ok)
			cancel()
		}
		switch {
		case err == nil && ok:
			return db.watch(conn, key)
		case err != nil:
			closeConn(conn) // it may have got the lock without telling
			conn = nil
			db.o.Log.Debug("a lease can't be asked for", "lease", name, "err", db.address.explain(err))
		}
		again := time.NewTimer(seizeAgain)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			closeConn(conn)
			return nil, context.Cause(ctx)
		}
	}
}

func (db *DB) seizeConn(ctx context.Context) (*pgx.Conn, error) {
	c := db.write.Config().ConnConfig
	for name, value := range seizeParams {
		c.RuntimeParams[name] = value
	}
	return pgx.ConnectConfig(ctx, c)
}

func closeConn(c *pgx.Conn) {
	if c == nil {
		return
	}
	closing, cancel := soon(context.Background(), time.Second)
	defer cancel()
	_ = c.Close(closing) // which lets go of the lock, as its end on any other way does
}

// watch asks every now and then whether the connection still stands.
func (db *DB) watch(conn *pgx.Conn, key int64) (*Seized, error) {
	ctx, stop := context.WithCancel(context.Background())
	s := &Seized{conn: conn, key: key, stop: stop, lost: make(chan struct{})}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		stop()
		closeConn(conn)
		return nil, store.Closed()
	}
	db.listen.Go(func() {
		defer close(s.lost)
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			closeConn(s.conn)
		}()
		defer stop()
		for {
			next := time.NewTimer(seizeAsk)
			select {
			case <-next.C:
			case <-db.ended:
				next.Stop()
				return
			case <-ctx.Done():
				next.Stop()
				return
			}
			if err := s.Check(ctx); err != nil {
				return
			}
		}
	})
	return s, nil
}

// Lost is closed when the name is no longer held.
func (s *Seized) Lost() <-chan struct{} { return s.lost }

var errSeized = errors.New("the connection that held the lock is gone")

// Check asks the database whether this connection has the lock. One that does
// not answer in time is ended, so that the lock does not stay with it.
func (s *Seized) Check(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn.IsClosed() {
		return errSeized
	}
	// Not with the caller's end: a question that is broken off ends the connection.
	asking, cancel := soon(context.WithoutCancel(ctx), seizeWait)
	defer cancel()
	var held bool
	err := s.conn.QueryRow(asking, `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
		AND objsubid = 1 AND classid::bigint = ($1::bigint >> 32) & 4294967295 AND objid::bigint = $1::bigint & 4294967295)`, s.key).Scan(&held)
	if err == nil && held {
		return nil
	}
	s.stop()
	return errors.Join(errSeized, err)
}

// Release lets go of the name and waits until that is done.
func (s *Seized) Release() {
	s.stop()
	<-s.lost
}
