package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// errDropped is the end of a writer whose transaction failed through somebody
// else's doing: nothing of it was kept, and it is run again.
var errDropped = errors.New("the transaction that this write shared was dropped")

// passing reports whether err says that nothing was kept and that the same
// may well pass when it is run again.
func passing(err error) bool {
	if errors.Is(err, errDropped) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "40001", "40P01", // serialization, deadlock
			"0A000",                   // a cached plan whose table has changed
			"57P01", "57P02", "57P05": // the connection was ended
			return true
		}
		return false
	}
	return gone(err)
}

// gone reports whether err is a connection that broke, rather than an answer
// of the database or a connection that can't be made.
func gone(err error) bool {
	var connect *pgconn.ConnectError
	var pg *pgconn.PgError
	switch {
	case err == nil, errors.As(err, &connect), errors.Is(err, errDropped), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.As(err, &pg):
		return pg.Severity == "FATAL" || pg.Severity == "PANIC"
	}
	return broken(err)
}

// broken reports whether err is of the network rather than of this program.
func broken(err error) bool {
	var network net.Error // a context's deadline is one too
	var connect *pgconn.ConnectError
	return errors.As(err, &network) || errors.As(err, &connect) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err)
}

// explain is address.explain, but for a caller who gave up himself.
func (db *DB) explain(ctx context.Context, err error) error {
	var known *fault.Error
	if err != nil && ctx.Err() != nil && !errors.As(err, &known) {
		return ctx.Err()
	}
	return db.address.explain(err)
}

// explain turns what pgx says into a fault that a person can act on. No
// password stands in it.
func (a address) explain(err error) error {
	var known *fault.Error
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known), errors.Is(err, context.Canceled):
		return err
	case strings.Contains(err.Error(), "closed pool"):
		return store.Closed()
	case errors.Is(err, errDropped):
		return later(a.hide(err), "the database could not save this beside other writers", time.Second)
	}
	cause := a.hide(err)
	switch {
	case errors.As(err, &pg):
	case strings.Contains(err.Error(), "tls error"), strings.Contains(err.Error(), "refused TLS"):
		return fault.Wrap(fault.Unavailable, cause, "no encrypted connection to the database could be made").
			WithRemedy("check sslmode and sslrootcert in its address, and `ssl` in postgresql.conf there")
	case !broken(err):
		return err // of this program: not worth trying again
	default:
		return later(cause, "the database does not answer", 2*time.Second).
			WithRemedy("check that PostgreSQL runs and can be reached; nothing that was saved is lost")
	}
	switch {
	case pg.Code == "53100":
		return fault.Wrap(fault.Full, cause, "the database's disk is full: nothing was saved").
			WithRemedy("free some space there; reading goes on, and nothing that was saved before is lost")
	case pg.Code == "53300":
		return later(cause, "the database has no connection left", 2*time.Second).
			WithRemedy("raise max_connections there, or have this hub open fewer")
	case pg.Code == "57014":
		return later(cause, "the database took too long", time.Second).WithRemedy("try again; if it stays so, look at the slow statements in the log")
	case pg.Code == "55P03", pg.Code == "40001", pg.Code == "40P01":
		return later(cause, "the database is busy with other writers", time.Second)
	case pg.Code == "25006":
		return later(cause, "the database takes no writes (is it a replica?)", 5*time.Second).WithRemedy("name the primary")
	case strings.HasPrefix(pg.Code, "28"):
		return fault.Wrap(fault.Unavailable, cause, "the database does not let this user in").
			WithRemedy("check user and password, and pg_hba.conf there")
	case pg.Code == "42501":
		return fault.Wrap(fault.Unavailable, cause, "the database's user may not do this").
			WithRemedy("as its owner: GRANT CREATE ON DATABASE ... TO ...; or let the user own the schema hubcap and all that is in it")
	case pg.Code == "42704":
		return fault.Wrap(fault.Unavailable, cause, "the address of the database names a setting that PostgreSQL does not know").
			WithRemedy("look at what stands behind the ? in it")
	case pg.Code == "3D000":
		return fault.Wrap(fault.Unavailable, cause, "there is no such database").WithRemedy("create it, in UTF-8, and run: hubcap migrate up")
	case pg.Code == "42P01", pg.Code == "42703", pg.Code == "3F000":
		return fault.Wrap(fault.Unavailable, cause, "the database's tables are not those that this program knows").
			WithRemedy("run: hubcap migrate up")
	case strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "57"), strings.HasPrefix(pg.Code, "53"), pg.Code == "25P03":
		return later(cause, "the database is starting, stopping or short of something", 2*time.Second).
			WithRemedy("it is tried again; look at PostgreSQL's log if it stays so")
	case pg.Code == "54000":
		return fault.Wrap(fault.Invalid, cause, "the indexed fields and the place of the document are too long together").
			WithRemedy("shorten them")
	case strings.HasPrefix(pg.Code, "22"):
		return fault.Wrap(fault.Invalid, cause, "a value is outside what the database holds")
	}
	return cause
}

func later(cause error, message string, after time.Duration) *fault.Error {
	e := fault.Wrap(fault.Unavailable, cause, "%s", message)
	e.RetryAfter = after
	return e
}

// hide is err's text without the password, should a driver ever say it.
func (a address) hide(err error) error {
	said := err.Error()
	if a.password != "" {
		said = strings.ReplaceAll(said, a.password, "***")
	}
	return errors.New(said)
}
