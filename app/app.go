// Package app is the composition root: it opens the parts of the hub in
// order, joins them, starts their loops, and closes them in reverse.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/lease"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/reference"
	"github.com/hubcap-dev/hubcap/backend/report"
	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/move"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
	"github.com/hubcap-dev/hubcap/backend/view"
	"github.com/hubcap-dev/hubcap/backend/vpic"
	embedded "github.com/hubcap-dev/hubcap/embedded/vpic"
	"github.com/hubcap-dev/hubcap/frontend"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// Options are what a start gives the app beside its settings.
type Options struct {
	Version string
	Log     *slog.Logger     // nil is silent
	Now     func() time.Time // nil is time.Now
	Window  rest.Window      // the desktop window that will show the hub; nil without one

	// SetupCode shows another code for the first owner on the console; nil
	// shows none.
	SetupCode func(code string)

	// ReadPaper starts this program as the child that reads files (backend/paper);
	// nil: of photos and papers no smaller pictures are made and no text is read.
	ReadPaper []string

	// ReadList starts this program as the child that reads lists
	// (backend/intake/list); nil: they are read in this process.
	ReadList []string

	still bool // begin no work: the doctor only looks
}

// App is an open hub.
type App struct {
	cfg     config.Config
	version string
	log     *slog.Logger
	now     func() time.Time
	ids     *store.IDs

	indexes  *vpic.Shelf
	decoder  *vpic.Current
	metrics  *telemetry.Metrics
	db       store.DB // every write through it is told by the trail
	beneath  store.DB // the engine itself
	keys     *vault.Keys
	trail    *audit.Trail
	vehicles *vehicle.Hub
	accounts *account.Accounts
	search   *search.Index
	meaning  *meaning.Index
	model    *local.Client
	shelf    *pack.Shelf
	engines  *packEngines
	router   *route.Router

	providers *route.Desk
	insights  *insight.Service
	doubts    *doubts // claims beside VINs, for search and insights
	jobs      *job.Desk
	files     *files
	intakes   *intake.Service
	prints    *report.Printer
	leases    *lease.Keeper
	backups   *targets.Desk
	outsides  outsides
	feed      *rest.Feed

	references *reference.Shelf // recalls and fuel economy

	still  bool
	window rest.Window

	readPaper    []string
	readList     []string
	announceCode func(string)
	listening    atomic.Pointer[string] // the address on this computer, while it is served

	tickets  gate.Tickets
	repeats  *gate.Repeats
	face     atomic.Pointer[lan.LAN] // while others are served
	rotating sync.Mutex              // one change of keys at a time
	samples  sync.Mutex              // the sample fleet comes or goes whole
	handler  http.Handler
	closers  []func() error
	running  context.Context // of the loops; ends with Close
	stop     context.CancelFunc
	loops    sync.WaitGroup
}

// Open opens the data folder and everything that stands on it. The caller
// closes the app.
func Open(ctx context.Context, cfg config.Config, o Options) (*App, error) {
	a := &App{cfg: cfg, version: o.Version, log: o.Log, now: o.Now, window: o.Window, still: o.still, readPaper: o.ReadPaper, readList: o.ReadList, announceCode: o.SetupCode}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.now == nil {
		a.now = time.Now
	}
	a.ids = &store.IDs{Now: a.now}
	a.running, a.stop = context.WithCancel(context.Background())
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	if err := a.openIndex(); err != nil {
		return err
	}
	a.openReference()
	a.metrics = telemetry.NewMetrics(telemetry.Probes{
		Head:      func() uint64 { return a.db.Head().Seq },
		SearchLag: a.searchLag,
		Searches:  func() int { return a.search.Queued() },
		Jobs:      a.openJobCounts,
	})
	if err := a.openStore(ctx); err != nil {
		return err
	}
	if err := a.openAudit(ctx); err != nil {
		return err
	}
	a.vehicles = vehicle.New(a.db, a.decoder, vehicle.Options{Now: a.now, IDs: a.ids,
		Kept: []vehicle.Kept{{Schema: insight.Insights.Schema(), Remove: insight.RemoveOf}}})
	a.openFiles()
	a.openIntakes()
	a.openBackups()
	if err := a.openAccounts(ctx); err != nil {
		return err
	}

	if err := a.openShelf(); err != nil {
		return err
	}
	a.openModel()
	a.openRouter()
	a.openMeaning()
	a.doubts = &doubts{decoder: a.decoder.Get, now: a.now}
	if err := a.openSearch(); err != nil {
		return err
	}
	a.openInsights()
	a.openPrints()
	a.openJobs()
	a.loop("meaning", a.meaning.Run)
	a.loop("models", a.examine)

	a.repeats = gate.NewRepeats(a.db, store.Org(account.Home), a.now, a.log)
	a.loop("tidy", a.tidy)
	a.loop("audit", a.trail.Run)
	if !a.still {
		a.loop("vpic", a.watchIndex)
		a.loop("reference", a.tidyReference)
		a.loop("papers", a.files.readAgain)
		if a.cfg.Watch != "" {
			a.loop("watched folder", a.watchLists)
		}
	}

	a.handler = a.repeats.Wrap(api.New(api.Deps{
		REST: rest.Deps{
			Version: a.version, Decoder: a.decoder.Get, Indexes: a.indexes, Reference: a.references, Views: view.New(a.db, a.ids, a.now), RevertVpic: a.revertVpic, Doctor: a.doctor, DB: a.db, Vehicles: a.vehicles, Accounts: a.accounts, Search: a.search, Insights: a.insights, Jobs: a.jobs, Files: a.files, Intakes: a.intakes, Prints: a.prints, Feed: a.feed, Packs: a.shelf, Router: a.router, Providers: a.providers, ModelAdvice: Advice, Window: a.window, Now: a.now, LoadSample: a.loadSample, RemoveSample: a.removeSample, Checks: embedded.PublicSample, Settings: a.settings, LAN: a.LAN, URL: a.url, Instance: gate.Instance(a.cfg.Data),
			Audit: a.trail, Vault: a.vaultState, RotateVault: a.rotateVault,
			Backups: a.backups, BackupUsage: a.backupUsage, Copies: a.copies, RemoveCopy: a.removeCopy, SwitchCopy: a.switchCopy, RestoreFrom: a.startOutside, Drills: a.drills, DrillFile: a.drillFile,
		},
		Log: a.log, Site: frontend.Files(), Metrics: a.metrics.Handler(), Ready: a.ready,
		Request: a.metrics.Request, NewID: a.ids.New,
	}))
	return a.firstStart(ctx)
}

func (a *App) openSearch() error {
	index, err := search.Open(filepath.Join(a.cfg.Data, "search"), a.db, search.Options{
		Fields: searchFields(), Sources: []search.Source{searchVehicles(a.now, a.files.cache, a.doubts)}, Near: a.meaning.Near, Now: a.now, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.search = index
	a.closers = append(a.closers, index.Close)
	a.loop("search", index.Run)
	return nil
}

// searchLag is how many changes the index has yet to take; all of them while
// it is of another line of history and must be built again.
func (a *App) searchLag() uint64 {
	head, at := a.db.Head(), a.search.At()
	if at.Epoch != head.Epoch || at.Seq > head.Seq {
		return head.Seq
	}
	return head.Seq - at.Seq
}

// openInsights joins the models and the insights.
func (a *App) openInsights() {
	a.insights = insight.New(a.db, a.vehicles, insight.Options{Models: a.router, Own: a.model.State, Now: a.now, IDs: a.ids, Log: a.log, Unit: a.distanceUnit, Claims: a.doubts.stand, Near: a.meaning.Near})
	a.loop("model", a.watchModel)
}

// distanceUnit is the unit in which a caller wants to read distances, "" when
// that can't be read: the vehicle's own unit does then.
func (a *App) distanceUnit(ctx context.Context, c vehicle.Caller) string {
	p, err := a.accounts.Preferences(ctx, c.Scope.Org(), c.Actor)
	if err != nil {
		return ""
	}
	return p.Distance
}

// The pauses after which a loop that the store failed is begun again.
const (
	firstPause = time.Second
	mostPause  = 30 * time.Second
)

// loop runs until the app closes. One that the store failed is begun again
// after a pause: a database comes back. A loop that fails otherwise is a
// broken program: it is logged, and the rest of the hub goes on.
func (a *App) loop(name string, run func(context.Context) error) {
	a.loops.Go(func() {
		for pause := firstPause; ; pause = min(2*pause, mostPause) {
			began := time.Now()
			err := run(a.running)
			switch {
			case err == nil || a.running.Err() != nil:
				return
			case !fault.Is(err, fault.Unavailable):
				a.log.Error("loop ended", "loop", name, "err", err)
				return
			}
			a.log.Warn("loop is begun again", "loop", name, "err", err)
			if time.Since(began) > mostPause {
				pause = firstPause
			}
			select {
			case <-a.running.Done():
				return
			case <-time.After(pause):
			}
		}
	})
}

// ready says whether the hub can answer: its store takes writes, and a read
// of it comes back.
func (a *App) ready() error {
	if err := a.db.Fault(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(a.running, readyWait)
	defer cancel()
	return move.Refuse(ctx, a.db)
}

// readyWait is how long a probe waits for the store.
const readyWait = time.Second

// firstStart loads the sample fleet into an empty store where it was asked
// for.
func (a *App) firstStart(ctx context.Context) error {
	if !a.cfg.Sample {
		return nil
	}
	c := vehicle.Caller{Scope: store.Org(account.Home), Actor: actor.Hub("sample")}
	empty, err := a.vehicles.Empty(ctx, c)
	if err != nil || !empty || a.db.Head().Seq > 0 {
		return err
	}
	// A stop in this second waits for the whole fleet: a part of it would
	// never be completed.
	_, _, err = a.loadSample(context.WithoutCancel(ctx), c)
	return err
}

// removeSample waits for a load that is under way: the rest of it would come
// after the removal.
func (a *App) removeSample(ctx context.Context, c vehicle.Caller) (batch string, n int, err error) {
	a.samples.Lock()
	defer a.samples.Unlock()
	return a.vehicles.RemoveSample(ctx, c)
}

func (a *App) loadSample(ctx context.Context, c vehicle.Caller) (batch string, n int, err error) {
	a.samples.Lock()
	defer a.samples.Unlock()
	has, err := a.vehicles.HasSample(ctx, c)
	if err != nil || has {
		return "", 0, err
	}
	entries := sample.Entries(sample.Seed, a.now())
	if batch, err = a.vehicles.Import(ctx, c, entries, true); err != nil {
		return batch, 0, fmt.Errorf("load the sample fleet: %w", err)
	}
	return batch, len(entries), nil
}

// Handler is the hub's one HTTP handler, without the gate.
func (a *App) Handler() http.Handler { return a.handler }

// Close ends the loops and closes the parts in reverse.
func (a *App) Close() error {
	a.stop()
	a.loops.Wait()
	var errs []error
	for _, c := range slices.Backward(a.closers) {
		errs = append(errs, c())
	}
	a.closers = nil
	return errors.Join(errs...)
}
