package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// follow keeps the head in step with what other nodes commit. Each commit
// notifies with its sequence; notifications can be lost with a connection, so
// the head is also read at each connecting and once every Poll. It ends with
// ctx.
func (db *DB) follow(ctx context.Context) {
	pause := 50 * time.Millisecond
	for ctx.Err() == nil {
		err := db.hear(ctx, func() { pause = 50 * time.Millisecond })
		if ctx.Err() != nil {
			return
		}
		db.o.Log.Warn("the database's notifications stopped, trying again", "err", db.address.explain(err), "pause_ms", pause.Milliseconds())
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
		}
		pause = min(2*pause, 2*time.Second)
	}
}

// hear listens on a connection of its own until it breaks.
func (db *DB) hear(ctx context.Context, well func()) error {
	c, err := pgx.ConnectConfig(ctx, db.write.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := soon(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = c.Close(closing)
	}()
	if _, err := c.Exec(ctx, "LISTEN hubcap_log"); err != nil {
		return err
	}
	for {
		known := db.Head()
		var now position
		asking, cancel := soon(ctx, db.o.Statement)
		err := c.QueryRow(asking, "SELECT epoch, seq, at FROM hubcap._head").Scan(&now.epoch, &now.seq, &now.at)
		cancel()
		if err != nil {
			return err
		}
		_ = db.learn(known, now)
		well()
		if err := db.hearUntilPoll(ctx, c); err != nil {
			return err
		}
	}
}

// hearUntilPoll takes notifications until the head should be read again.
func (db *DB) hearUntilPoll(ctx context.Context, c *pgx.Conn) error {
	until, cancel := soon(ctx, db.o.Poll)
	defer cancel()
	for {
		n, err := c.WaitForNotification(until)
		switch {
		case err == nil:
			var seq uint64
			var at int64
			if _, err := fmt.Sscan(n.Payload, &seq, &at); err == nil {
				db.advance(seq, at)
			}
		case until.Err() != nil && ctx.Err() == nil && !c.IsClosed():
			return nil
		default:
			return errors.Join(err, ctx.Err())
		}
	}
}
