package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

//go:embed migrations
var embedded embed.FS

// Steps are Hubcap's migrations.
func Steps() fs.FS {
	f, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return f
}

// stepsTable is where goose notes what was applied.
const stepsTable = space + "._migrations"

// lockID keeps two programs from migrating at once: an advisory lock.
const lockID = 0x68756263 // "hubc"

// Migrator applies the numbered steps to a database.
type Migrator struct {
	address address
	db      *sql.DB
	goose   *goose.Provider
	steps   fs.FS
}

// StepState is one step and whether the database has it.
type StepState struct {
	Version int64  `json:"version"`
	Name    string `json:"name"`
	Applied bool   `json:"applied"`
	SQL     string `json:"-"`
}

// NewMigrator connects to the database and prepares it to be migrated.
func NewMigrator(ctx context.Context, url string, o Options) (*Migrator, error) {
	o.Statement = -1
	o = o.withDefaults()
	o.Statement, o.Idle, o.Slow = 0, 0, -1 // building an index takes its time
	c, addr, err := o.config(url, 2)
	if err != nil {
		return nil, err
	}
	m := &Migrator{address: addr, steps: o.Steps, db: stdlib.OpenDB(*c.ConnConfig)}
	if err := m.open(ctx); err != nil {
		_ = m.db.Close()
		return nil, addr.explain(err)
	}
	return m, nil
}

func (m *Migrator) open(ctx context.Context) error {
	var version int
	var encoding string
	if err := m.db.QueryRowContext(ctx, askServer).Scan(&version, &encoding); err != nil {
		return err
	}
	if err := serverFits(version, encoding); err != nil {
		return err
	}
	var there bool
	if err := m.db.QueryRowContext(ctx, "SELECT to_regnamespace($1) IS NOT NULL", space).Scan(&there); err != nil {
		return err
	}
	if !there {
		// Two that begin at once may both find it missing.
		if _, err := m.db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+space); err != nil && !taken(err) {
			return err
		}
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(lockID), lock.WithLockTimeout(1, 300))
	if err != nil {
		return err
	}
	m.goose, err = goose.NewProvider(goose.DialectPostgres, m.db, m.steps, goose.WithSessionLocker(locker),
		goose.WithTableName(stepsTable), goose.WithSlog(slog.New(slog.DiscardHandler)), goose.WithDisableGlobalRegistry(true))
	return err
}

func taken(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "23505" || pg.Code == "42P06")
}

// Close lets go of the database.
func (m *Migrator) Close() error { return errors.Join(m.goose.Close(), m.db.Close()) }

// Status lists all steps of this program.
func (m *Migrator) Status(ctx context.Context) ([]StepState, error) {
	if err := m.refuseNewer(ctx); err != nil {
		return nil, err
	}
	found, err := m.goose.Status(ctx)
	if err != nil {
		return nil, m.address.explain(err)
	}
	var out []StepState
	for _, s := range found {
		b, err := fs.ReadFile(m.steps, s.Source.Path)
		if err != nil {
			return nil, err
		}
		out = append(out, StepState{Version: s.Source.Version, Name: path.Base(s.Source.Path), Applied: s.State == goose.StateApplied, SQL: string(b)})
	}
	return out, nil
}

// Unused reports whether no document was ever written here; the tables may be
// missing, or half of them.
func (m *Migrator) Unused(ctx context.Context) (unused bool, err error) {
	err = m.db.QueryRowContext(ctx, "SELECT to_regclass($1) IS NULL", space+"._head").Scan(&unused)
	if err == nil && !unused {
		err = m.db.QueryRowContext(ctx, "SELECT seq = 0 FROM "+space+"._head").Scan(&unused)
	}
	return unused, m.address.explain(err)
}

// Plan lists the steps that Up would apply, with their SQL.
func (m *Migrator) Plan(ctx context.Context) ([]StepState, error) {
	all, err := m.Status(ctx)
	var out []StepState
	for _, s := range all {
		if !s.Applied {
			out = append(out, s)
		}
	}
	return out, err
}

// Up applies what is missing and returns it. Two programs at once take turns.
func (m *Migrator) Up(ctx context.Context) ([]StepState, error) {
	if err := m.refuseNewer(ctx); err != nil {
		return nil, err
	}
	done, err := m.goose.Up(ctx)
	return states(done, true), m.address.explain(err)
}

// Down takes the steps after version back; 0 takes all back, and the data
// with them.
func (m *Migrator) Down(ctx context.Context, version int64) ([]StepState, error) {
	if err := m.refuseNewer(ctx); err != nil {
		return nil, err
	}
	done, err := m.goose.DownTo(ctx, version)
	return states(done, false), m.address.explain(err)
}

func states(done []*goose.MigrationResult, applied bool) (out []StepState) {
	for _, d := range done {
		out = append(out, StepState{Version: d.Source.Version, Name: path.Base(d.Source.Path), Applied: applied})
	}
	return out
}

func (m *Migrator) refuseNewer(ctx context.Context) error {
	has, err := m.goose.GetDBVersion(ctx)
	if err != nil {
		return m.address.explain(err)
	}
	return compareSteps(has, latest(m.steps), false)
}

// checkSteps refuses a database that lacks steps or has more than are known.
func (db *DB) checkSteps(ctx context.Context) error {
	var there bool
	if err := db.write.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", stepsTable).Scan(&there); err != nil {
		return err
	}
	has := int64(0)
	if there {
		if err := db.write.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM "+stepsTable).Scan(&has); err != nil {
			return err
		}
	}
	return compareSteps(has, latest(db.o.Steps), true)
}

func compareSteps(has, know int64, all bool) error {
	switch {
	case has > know:
		return newer(fmt.Sprintf("it has migration %d", has), fmt.Sprint(know))
	case all && has < know:
		return fault.New(fault.Unavailable, "the database has migration %d, this program needs %d", has, know).
			WithRemedy("look at: hubcap migrate plan; then run: hubcap migrate up")
	}
	return nil
}

// latest is the greatest number of a step.
func latest(steps fs.FS) (n int64) {
	names, _ := fs.Glob(steps, "*.sql")
	for _, name := range names {
		digits, _, _ := strings.Cut(name, "_")
		if v, err := strconv.ParseInt(digits, 10, 64); err == nil {
			n = max(n, v)
		}
	}
	return n
}
