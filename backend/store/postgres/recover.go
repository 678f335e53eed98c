package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Loss is the range of changes that a store has lost.
type Loss struct{ From, To uint64 }

// AcceptLoss lets a database that came back without its last changes (DB.Fault
// names them) go on without them. The sequences up to seen, the last that
// anybody saw, are not given out again, and the log begins a new epoch, so
// that every follower rebuilds from what there is. The zero Loss means that
// nothing was missing.
func AcceptLoss(ctx context.Context, url string, seen uint64, o Options) (Loss, error) {
	o = o.withDefaults()
	c, addr, err := o.config(url, 1)
	if err != nil {
		return Loss{}, err
	}
	conn, err := pgx.ConnectConfig(ctx, c.ConnConfig)
	if err != nil {
		return Loss{}, addr.explain(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var lost Loss
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		var head int64
		if err := tx.QueryRow(ctx, "SELECT seq FROM hubcap._head FOR UPDATE").Scan(&head); err != nil {
			return err
		}
		if seen <= uint64(head) {
			return nil
		}
		lost = Loss{From: uint64(head) + 1, To: seen}
		if _, err := tx.Exec(ctx, "DELETE FROM hubcap._log"); err != nil { // nobody follows the old epoch
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE hubcap._head SET seq = $1, epoch = substr(md5(gen_random_uuid()::text), 1, 16)", int64(seen))
		return err
	})
	if err != nil {
		return Loss{}, addr.explain(err)
	}
	return lost, nil
}
