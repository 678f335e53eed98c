package postgres

import (
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Options of a store; the zero Options works.
type Options struct {
	Now      func() time.Time // for the times of changes
	Observer store.Observer
	Log      *slog.Logger // nil: silent

	// Steps are the migrations that the database must have; nil is Hubcap's.
	Steps fs.FS

	// Readers is how many connections read at once; 0 is 16. Writers need
	// three more, and following the log one.
	Readers int

	// Replicas are the addresses of streaming replicas, for ViewStale; MaxLag is
	// how much older than the primary's their newest change may be; 0 is 5 s.
	Replicas []string
	MaxLag   time.Duration

	// Acquire is how long a reader waits for a connection; 0 is 2 s.
	Acquire time.Duration
	// Statement is how long the database works on one statement; 0 is 5 s.
	Statement time.Duration
	// Idle is after what silence within a transaction the database ends it,
	// so that a hub that is cut off holds up no other; 0 is 5 s.
	Idle time.Duration
	// Outcome is how long a commit whose answer was lost is asked after;
	// 0 is 10 s.
	Outcome time.Duration
	// Poll is the longest time in which another node's change goes unnoticed
	// when its notification is lost; 0 is 1 s.
	Poll time.Duration

	// Slow is from what time on a statement is logged, without its values;
	// 0 is 500 ms, less is never.
	Slow time.Duration
	// Query hears of each statement's end, for metrics. It must not block.
	Query func(took time.Duration, err error)
}

func (o Options) withDefaults() Options {
	or := func(d *time.Duration, usual time.Duration) {
		if *d == 0 {
			*d = usual
		}
	}
	or(&o.Acquire, 2*time.Second)
	or(&o.Statement, 5*time.Second)
	or(&o.Idle, 5*time.Second)
	or(&o.Outcome, 10*time.Second)
	or(&o.Poll, time.Second)
	or(&o.MaxLag, 5*time.Second)
	or(&o.Slow, 500*time.Millisecond)
	if o.Readers == 0 {
		o.Readers = 16
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Steps == nil {
		o.Steps = Steps()
	}
	return o
}

// The connections that write: a transaction of truth, one of local data, and
// one for all else (followers, trimming).
const writers = 3

// address is what must not be told of a database's URL.
type address struct{ password string }

// config reads the URL. Its error names no part of it: all of it may be
// secret.
func (o Options) config(url string, conns int) (*pgxpool.Config, address, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, address{}, fault.New(fault.Invalid, "the address of the database can't be read").
			WithRemedy("write it as postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full")
	}
	for name, value := range map[string]string{
		"application_name":                    "hubcap",
		"timezone":                            "UTC",
		"statement_timeout":                   milliseconds(o.Statement),
		"lock_timeout":                        milliseconds(o.Statement),
		"idle_in_transaction_session_timeout": milliseconds(o.Idle),
		// Every query walks one declared index in its order. Statistics that
		// are missing or old must not talk the planner out of it.
		"enable_seqscan":          "off",
		"enable_bitmapscan":       "off",
		"enable_sort":             "off",
		"enable_incremental_sort": "off",
		"plan_cache_mode":         "force_generic_plan",
		"jit":                     "off",
		// An acknowledged write is on disk, whatever the database's default.
		"synchronous_commit":              "on",
		"max_parallel_workers_per_gather": "0",
	} {
		c.ConnConfig.RuntimeParams[name] = value
	}
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = 3 * time.Second
	}
	c.MaxConns = int32(conns)
	c.ConnConfig.Tracer = &tracer{slow: o.Slow, log: o.Log, query: o.Query}
	return c, address{c.ConnConfig.Password}, nil
}
