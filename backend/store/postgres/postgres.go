package postgres

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// DB is an open store.
type DB struct {
	o        Options
	address  address
	read     *pgxpool.Pool
	write    *pgxpool.Pool
	replicas []*replica
	turn     atomic.Uint32 // which replica is asked next
	secrets  []string      // passwords of all addresses
	schemas  map[string]*collection
	data     *group // truth and the log
	local    *group // derived and local
	cursors  *store.Cursors

	stop   context.CancelFunc // of the listener
	listen sync.WaitGroup

	mu     sync.RWMutex
	closed bool
	epoch  string
	seq    uint64 // last committed, as far as is known here
	at     int64  // its time, microseconds since 1970
	fault  error
	moved  chan struct{} // closed and replaced when seq moves
	ended  chan struct{} // closed by Close
}

// position is the row of _head.
type position struct {
	epoch string
	seq   int64
	at    int64 // microseconds since 1970
}

// Open opens the store in a database that has all migrations (see Migrator),
// with these collections. Its errors are sentences for a person, with a
// remedy, and never show the password.
func Open(ctx context.Context, url string, schemas []*store.Schema, o Options) (*DB, error) {
	if err := store.CheckSchemas(schemas); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	db := &DB{o: o, schemas: map[string]*collection{}, moved: make(chan struct{}), ended: make(chan struct{}), stop: func() {}}
	db.data, db.local = &group{db: db, truth: true}, &group{db: db}
	for _, s := range schemas {
		db.schemas[s.Name] = newCollection(s)
	}
	if err := db.open(ctx, url); err != nil {
		_ = db.Close()
		return nil, db.explain(ctx, err)
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, url string) (err error) {
	for pool, conns := range map[**pgxpool.Pool]int{&db.read: db.o.Readers, &db.write: writers} {
		var c *pgxpool.Config
		if c, db.address, err = db.o.config(url, conns); err != nil {
			return err
		}
		if *pool, err = pgxpool.NewWithConfig(ctx, c); err != nil {
			return err
		}
	}
	for _, url := range db.o.Replicas {
		c, addr, err := db.o.config(url, db.o.Readers)
		if err != nil {
			return err
		}
		db.secrets = append(db.secrets, addr.password)
		pool, err := pgxpool.NewWithConfig(ctx, c) // which connects to nobody yet
		if err != nil {
			return err
		}
		db.replicas = append(db.replicas, &replica{pool: pool})
	}
	if err := db.checkServer(ctx); err != nil {
		return err
	}
	if err := db.checkSteps(ctx); err != nil {
		return err
	}
	if err := db.checkTables(ctx); err != nil {
		return err
	}
	if err := db.prepare(ctx); err != nil {
		return err
	}
	head, err := db.readHead(ctx)
	if err != nil {
		return err
	}
	db.epoch, db.seq, db.at = head.epoch, uint64(head.seq), head.at
	var key []byte
	if err := db.write.QueryRow(ctx, "SELECT cursor FROM hubcap._local").Scan(&key); err != nil {
		return err
	}
	if len(key) != 32 {
		return fault.New(fault.Internal, "the key of cursors in hubcap._local has %d bytes, want 32", len(key))
	}
	db.cursors = store.NewCursors([32]byte(key))
	followers, err := db.followers(ctx)
	if err != nil {
		return err
	}
	for _, f := range followers {
		db.ask("the follower "+f.Name, f.At)
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	db.stop = stop
	db.listen.Go(func() { db.follow(running) })
	return nil
}

// checkServer refuses a PostgreSQL that is too old or orders bytes otherwise.
func (db *DB) checkServer(ctx context.Context) error {
	var version int
	var encoding string
	if err := db.write.QueryRow(ctx, askServer).Scan(&version, &encoding); err != nil {
		return err
	}
	return serverFits(version, encoding)
}

const askServer = "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"

func serverFits(version int, encoding string) error {
	switch {
	case version < 150000:
		return fault.New(fault.Unavailable, "the database is PostgreSQL %d, Hubcap needs 15 or later", version/10000).
			WithRemedy("upgrade PostgreSQL")
	case encoding != "UTF8":
		return fault.New(fault.Unavailable, "the database keeps text as %s, Hubcap needs UTF-8", encoding).
			WithRemedy("create it with: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0")
	}
	return nil
}

// Close waits for running transactions, then lets go of the database.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.moved)
	close(db.ended)
	db.mu.Unlock()
	db.stop()
	db.listen.Wait()
	db.data.close()
	db.local.close()
	for _, p := range []*pgxpool.Pool{db.read, db.write} {
		if p != nil {
			p.Close()
		}
	}
	for _, r := range db.replicas {
		r.pool.Close()
	}
	return nil
}

func (db *DB) isClosed() bool {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.closed
}

// Head is the position of the last committed change, as far as this process
// has heard: its own at once, those of other nodes a moment later.
func (db *DB) Head() store.Position {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return store.Position{Epoch: db.epoch, Seq: db.seq}
}

// Fault says why the store refuses writes.
func (db *DB) Fault() error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.fault
}

func (db *DB) readHead(ctx context.Context) (p position, err error) {
	err = db.write.QueryRow(ctx, "SELECT epoch, seq, at FROM hubcap._head").Scan(&p.epoch, &p.seq, &p.at)
	return p, err
}

// learn takes in the head that the database tells of. known is what was known
// before it was asked: a head behind that proves that commits are gone, as
// when a replica that lagged became the primary.
func (db *DB) learn(known store.Position, head position) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	switch {
	case head.epoch != db.epoch:
		if known.Epoch == db.epoch {
			db.epoch, db.seq, db.at = head.epoch, uint64(head.seq), head.at // history was not continued: followers rebuild
			db.wake()
		}
	case uint64(head.seq) < known.Seq:
		if db.fault == nil {
			db.fault = store.Lost(store.Position{Epoch: head.epoch, Seq: uint64(head.seq)}, "this hub", known.Seq)
			db.o.Log.Error("committed changes are gone", "err", db.fault)
		}
	case uint64(head.seq) > db.seq:
		db.seq, db.at = uint64(head.seq), head.at
		db.wake()
	}
	return db.fault
}

// advance moves the head to what was committed.
func (db *DB) advance(seq uint64, at int64) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if seq > db.seq {
		db.seq, db.at = seq, at
		db.wake()
	}
}

func (db *DB) wake() {
	if !db.closed {
		close(db.moved)
		db.moved = make(chan struct{})
	}
}

// ask compares the log with a witness of it.
func (db *DB) ask(witness string, saw store.Position) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if saw.Epoch == db.epoch && saw.Seq > db.seq && db.fault == nil {
		db.fault = store.Lost(store.Position{Epoch: db.epoch, Seq: db.seq}, witness, saw.Seq)
	}
}

// prepare refuses documents of a newer program and fills the columns of
// indexes that are declared otherwise than they were filled.
func (db *DB) prepare(ctx context.Context) error {
	for _, c := range db.schemas {
		if err := db.prepareCollection(ctx, c); err != nil {
			return fmt.Errorf("prepare %s: %w", c.Name, err)
		}
	}
	return nil
}

// within runs fn in a transaction of its own, for the store's housekeeping.
func (db *DB) within(ctx context.Context, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, db.write, fn)
}

// newer is the refusal of what a newer program wrote.
func newer(found, knows string) error {
	return fault.New(fault.Unavailable, "the database was written by a newer Hubcap: %s, this program knows %s; nothing was touched", found, knows).
		WithRemedy("start the newer version, or restore a backup made by this one into an empty database")
}

// Ping asks whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if db.isClosed() {
		return store.Closed()
	}
	ctx, cancel := soon(ctx, db.o.Acquire)
	defer cancel()
	return db.address.explain(db.read.Ping(ctx))
}

// Usage is how the connections of a store are used, for metrics.
type Usage struct {
	Readers, ReadersBusy int32         // open; in use
	Writers, WritersBusy int32         //
	Waits                int64         // readers that had to wait for a connection, ever
	Waited               time.Duration // and how long in all
}

// Usage is of this moment.
func (db *DB) Usage() Usage {
	r, w := db.read.Stat(), db.write.Stat()
	return Usage{r.TotalConns(), r.AcquiredConns(), w.TotalConns(), w.AcquiredConns(), r.EmptyAcquireCount(), r.AcquireDuration()}
}

// hide is an error's text without any address's password.
func (db *DB) hide(err error) error {
	for _, s := range db.secrets {
		err = address{s}.hide(err)
	}
	return db.address.hide(err)
}

// soon is a context for what must not hang.
func soon(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}
