package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// fillStep is how many documents one transaction reads and fills.
const fillStep = 500

// prepareCollection compares what the database knows of a collection with its
// declaration: documents of a newer program are refused, the columns of new
// indexes are filled. A crash in it starts it over.
func (db *DB) prepareCollection(ctx context.Context, c *collection) error {
	schema, was := 0, "[]"
	err := db.write.QueryRow(ctx, "SELECT schema, built::text FROM hubcap._collections WHERE name = $1", c.Name).Scan(&schema, &was)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return err
	case schema > c.Version:
		return newer(fmt.Sprintf("%s has schema %d", c.Name, schema), fmt.Sprint(c.Version))
	}
	var built []Index
	if err := json.Unmarshal([]byte(was), &built); err != nil {
		return fmt.Errorf("read what is built: %w", err)
	}
	missing := slices.ContainsFunc(c.table.Indexes, func(ix Index) bool {
		return !slices.ContainsFunc(built, func(b Index) bool { return reflect.DeepEqual(b, ix) })
	})
	if schema == c.Version && !missing {
		return nil
	}
	if missing {
		if err := db.fill(ctx, c); err != nil {
			return err
		}
	}
	now, err := json.Marshal(c.table.Indexes)
	if err != nil {
		return err
	}
	_, err = db.write.Exec(ctx, `INSERT INTO hubcap._collections (name, schema, built) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET schema = $2, built = $3`, c.Name, c.Version, string(now))
	return err
}

// fill computes place and index values of every document anew.
func (db *DB) fill(ctx context.Context, c *collection) error {
	set := "location = $3, grp = $4, owner = $5"
	n := 6
	for _, cols := range c.columns {
		for _, col := range cols {
			set += fmt.Sprintf(", %s = $%d", col, n)
			n++
		}
	}
	update := fmt.Sprintf("UPDATE %s SET %s WHERE %s", c.table.qualified(), set, c.at)
	org, key, last := "", "", false
	for !last {
		err := db.within(ctx, func(tx pgx.Tx) error {
			lock := "hubcap._local"
			if c.Class == store.Truth {
				lock = "hubcap._head"
			}
			if _, err := tx.Exec(ctx, "SELECT 1 FROM "+lock+" FOR UPDATE"); err != nil {
				return err
			}
			rows, err := tx.Query(ctx, fmt.Sprintf("SELECT org, key, doc FROM %s WHERE (org, key) > ($1, $2) ORDER BY org, key LIMIT %d",
				c.table.qualified(), fillStep), org, key)
			if err != nil {
				return err
			}
			docs, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s store.Record, err error) {
				return s, r.Scan(&s.Org, &s.Key, &s.Doc)
			})
			if err != nil {
				return err
			}
			var b pgx.Batch
			for _, d := range docs {
				place, tuples, err := c.Entries(d.Doc)
				if err != nil {
					return fmt.Errorf("document %q: %w", d.Key, err)
				}
				args := []any{d.Org, d.Key, place.Location, place.Group, place.Owner}
				for _, t := range tuples {
					for _, v := range t {
						args = append(args, v.Go())
					}
				}
				b.Queue(update, args...)
				org, key = d.Org, d.Key
			}
			last = len(docs) < fillStep
			return tx.SendBatch(ctx, &b).Close()
		})
		if err != nil {
			return fmt.Errorf("fill the columns of %s: %w", strings.Join(slices.Concat(c.columns...), ", "), err)
		}
	}
	return nil
}
