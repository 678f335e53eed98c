package postgres

import (
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// collection is a schema with the statements that serve it.
type collection struct {
	*store.Schema
	table   Table
	columns [][]string // of each index, in the schema's order

	fetch, insert, update, remove string
	at                            string   // the condition that finds one document
	taken                         []string // of each unique index: who else holds a tuple; "" for others
}

// record is the list of columns that scanRecord reads.
const record = "org, key, rev, location, grp, owner, crc, doc"

func newCollection(s *store.Schema) *collection {
	c := &collection{Schema: s, table: Layout([]*store.Schema{s})[0]}
	name := c.table.qualified()
	var all []string
	for _, ix := range c.table.Indexes {
		var cols []string
		for _, f := range ix.Fields {
			cols = append(cols, ix.column(f))
		}
		c.columns = append(c.columns, cols)
		all = append(all, cols...)
	}
	// A plan is made once a connection, perhaps while the table is empty and
	// all indexes look alike. So that only the primary key will do, its order
	// is asked for, which an equality would make meaningless.
	one := fmt.Sprintf("FROM %s WHERE org = $1 AND key >= $2 AND key <= $2 ORDER BY key LIMIT 1", name)
	c.fetch = fmt.Sprintf("SELECT %s %s", record, one)
	c.at = fmt.Sprintf("ctid = (SELECT ctid %s)", one)
	columns, places := "org, key, rev, location, grp, owner, crc, doc", "$1, $2, $3, $4, $5, $6, $7, $8"
	set := "rev = $3, location = $4, grp = $5, owner = $6, crc = $7, doc = $8"
	for i, col := range all {
		columns += ", " + col
		places += fmt.Sprintf(", $%d", 9+i)
		set += fmt.Sprintf(", %s = $%d", col, 9+i)
	}
	c.insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", name, columns, places)
	// Writers hold a lock, so the revision is the one that was read. Should
	// somebody else have his hands in the table, nothing is overwritten.
	c.update = fmt.Sprintf("UPDATE %s SET %s WHERE %s AND rev = $%d", name, set, c.at, 9+len(all))
	c.remove = fmt.Sprintf("DELETE FROM %s WHERE %s AND rev = $3", name, c.at)
	for i, ix := range c.table.Indexes {
		sql := ""
		if ix.Unique {
			sql = fmt.Sprintf("SELECT 1 FROM %s WHERE org = $1 AND key <> $2", name)
			last := len(c.columns[i]) - 1
			for j, col := range c.columns[i][:last] {
				sql += fmt.Sprintf(" AND %s = $%d", col, 3+j)
			}
			sql += fmt.Sprintf(" AND %s >= $%d AND %[1]s <= $%[2]d ORDER BY %[1]s LIMIT 1", c.columns[i][last], 3+last)
		}
		c.taken = append(c.taken, sql)
	}
	return c
}

// values are the parameters of insert and, with the old revision after them,
// of update.
func (c *collection) values(org string, row *store.Row, rev int64) []any {
	v := []any{org, row.Key, rev, row.Place.Location, row.Place.Group, row.Place.Owner, int64(checksum(row.Doc)), string(row.Doc)}
	for _, t := range row.Entries {
		for _, x := range t {
			v = append(v, x.Go())
		}
	}
	return v
}

func checksum(doc []byte) uint32 { return crc32.Checksum(doc, crc32.MakeTable(crc32.Castagnoli)) }

// scanned is a row of the columns in record.
type scanned struct {
	store.Record
	crc int64
}

func (s *scanned) into() []any {
	return []any{&s.Org, &s.Key, &s.Rev, &s.Place.Location, &s.Place.Group, &s.Place.Owner, &s.crc, &s.Doc}
}

// damage says that the document is not what was written; nil when it is.
func (s *scanned) damage(c *collection) *store.Damaged {
	if int64(checksum(s.Doc)) == s.crc {
		return nil
	}
	return &store.Damaged{Collection: c.Name, Key: s.Key, Problem: "its checksum is wrong"}
}

// sayable reports whether PostgreSQL can hold a text; a key or bound that is
// not can't be in it either.
func sayable(s string) bool { return strings.IndexByte(s, 0) < 0 && strings.ToValidUTF8(s, "") == s }
