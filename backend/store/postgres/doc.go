// Package postgres keeps a store in a PostgreSQL database, version 15 or
// later: a table a collection, a column an indexed field, a btree an index,
// all in the schema "hubcap", readable with psql.
//
//   - layout.go says what tables and indexes a declared collection has, step.go
//     writes the SQL that leads from one layout to the next, migrations/ holds
//     the steps, migrate.go runs them, drift.go compares.
//   - Writers of truth go one after another under the lock of one row, _head,
//     and those of one process share transactions (group.go), so that the
//     store is serial, the log gapless, and many writers share an fsync.
//   - Readers have snapshots of their own (tx.go); select.go turns a plan into
//     SQL that walks one index.
//   - NOTIFY wakes whoever waits for the log; what counts is the table
//     (listen.go).
//
// Why so is docs/adr/0010.
package postgres
