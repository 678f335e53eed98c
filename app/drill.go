package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/drill"
)

// drillsFolder holds the reports of drills.
const drillsFolder = "drills"

// drillBackup restores a backup as on the day of the loss, compares it with
// the live store, and keeps the signed report.
func (a *App) drillBackup() job.Kind {
	return onBackup(rest.BackupDrill, "Restore drill", func(ctx context.Context, r *job.Run, in rest.BackupJob, p backup.Progress) (any, error) {
		dev, shipper, err := a.backups.Drilled(ctx, r.Caller().Scope, in.ID)
		if err != nil {
			return nil, err
		}
		scratch, err := os.MkdirTemp(a.scratch(), "drill-*")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(scratch)
		o := drill.Options{Device: dev, Shipper: shipper, Chaos: in.Chaos, Schemas: Content(), Scratch: scratch, Version: a.version, Now: a.now, Progress: p,
			Engines: []drill.Engine{embeddedDrill(dev, filepath.Join(scratch, "restored"), a.cfg, Options{Version: a.version})}}
		report, err := o.Run(ctx)
		if err != nil {
			return nil, err
		}
		path, err := keepReport(filepath.Join(a.cfg.Data, drillsFolder), report, dev.Repo())
		if err != nil {
			return nil, err
		}
		r.Rows(int64(len(report.Runs) + len(report.Chaos)))
		return rest.DrillOf(path, report), nil
	})
}

// scratch is the folder for what work on backups needs for a while.
func (a *App) scratch() string {
	dir := filepath.Join(a.cfg.Data, "backup")
	_ = os.MkdirAll(dir, 0o700) // whoever writes there says what is wrong
	return dir
}

// embeddedDrill restores into a data folder, and opens a hub on it.
func embeddedDrill(dev *backup.Device, dir string, cfg config.Config, o Options) drill.Engine {
	cfg.Data, cfg.DB, cfg.Sample = dir, "", false
	return drill.Engine{Name: "embedded store", Open: func(ctx context.Context) (backup.Target, func() error, error) {
		db, err := bolt.Open(ctx, dir, Collections(), bolt.Options{})
		if err != nil {
			return backup.Target{}, nil, err
		}
		return backup.Target{DB: db, Schemas: Content(), Files: blobsOf(dir)}, db.Close, nil
	}, Serve: func(ctx context.Context) ([]string, error) { return serveOnce(ctx, dev, cfg, o) },
		Remove: func() error { return os.RemoveAll(dir) }}
}

// databaseDrill restores into an empty database, which keeps what comes
// there: it is the caller's.
func databaseDrill(dev *backup.Device, url, dir string, cfg config.Config, o Options) drill.Engine {
	cfg.Data, cfg.DB, cfg.Sample = dir, url, false
	return drill.Engine{Name: "PostgreSQL", Open: func(ctx context.Context) (backup.Target, func() error, error) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return backup.Target{}, nil, err
		}
		db, err := openEither(ctx, url, true)
		if err != nil {
			return backup.Target{}, nil, err
		}
		return backup.Target{DB: db, Schemas: Content(), Files: blobsOf(dir)}, db.Close, nil
	}, Serve: func(ctx context.Context) ([]string, error) { return serveOnce(ctx, dev, cfg, o) },
		Remove: func() error { return os.RemoveAll(dir) }}
}

// invariants are the doctor's checks that speak of what a backup carries.
var invariants = []string{"tables", "pages", "records", "attachments", "log", "audit"}

// serveOnce opens a hub on a restored store, with the keys that travelled with
// it, asks it for vehicles, and lets every package look at what it keeps.
func serveOnce(ctx context.Context, dev *backup.Device, cfg config.Config, o Options) (wrong []string, err error) {
	rings, err := dev.Vaults(ctx)
	if err != nil {
		return nil, err
	}
	if err := importRings(vault.Source{Dir: cfg.Data}, rings); err != nil {
		return nil, err
	}
	o.still = true
	a, err := Open(ctx, cfg, o)
	if err != nil {
		return nil, fmt.Errorf("a hub does not start on what came back: %w", err)
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.ready(); err != nil {
		return nil, err
	}
	if _, err := a.vehicles.Empty(ctx, vehicle.Caller{Scope: store.Org(account.Home), Actor: actor.Hub("drill")}); err != nil {
		return nil, fmt.Errorf("the hub does not answer: %w", err)
	}
	checks := slices.DeleteFunc(a.examinations(), func(c check) bool { return !slices.Contains(invariants, c.name) })
	found, _ := a.diagnose(ctx, false, checks)
	for _, d := range found.Checks {
		for _, f := range d.Findings {
			if f.Severity == rest.Wrong {
				wrong = append(wrong, d.Title+": "+f.What)
			}
		}
	}
	return wrong, ctx.Err()
}

// keepReport writes a report as signed JSON and as a page, and returns the
// path of both without their ending.
func keepReport(dir string, r *drill.Report, by *backup.Repo) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	signed, err := drill.Sign(r, by)
	if err != nil {
		return "", err
	}
	_, key := by.Sign(nil)
	var page bytes.Buffer
	if err := drill.WriteHTML(&page, r, key); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "drill-"+r.Made.UTC().Format("20060102T150405Z"))
	if err := os.WriteFile(path+".html", page.Bytes(), 0o600); err != nil {
		return "", err
	}
	return path, os.WriteFile(path+".json", signed, 0o600)
}

// drills lists the reports that were kept, the newest first.
func (a *App) drills(context.Context) ([]rest.Drill, error) {
	list, err := filepath.Glob(filepath.Join(a.cfg.Data, drillsFolder, "drill-*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(list)
	slices.Reverse(list)
	out := []rest.Drill{}
	for _, path := range list {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // removed meanwhile
		}
		if r, _, err := drill.Check(b); err == nil {
			out = append(out, rest.DrillOf(strings.TrimSuffix(path, ".json"), r))
		}
	}
	return out, nil
}

// drillFile is a kept report: "json", signed, or "html".
func (a *App) drillFile(_ context.Context, name, form string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(a.cfg.Data, drillsFolder, filepath.Base(name)+"."+form))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "there is no report %s", name)
	}
	return b, err
}

// BareDrill is a drill on a machine that has nothing but the backup.
type BareDrill struct {
	Database string // an empty database to restore into as well; "" is none
	Chaos    bool
	Out      string // folder for the report
	Version  string
	Progress backup.Progress
}

// Drill restores a backup on a bare machine into every engine that there is,
// compares them with one another, and writes the signed report.
func Drill(ctx context.Context, cfg config.Config, d *backup.Device, b BareDrill) (*drill.Report, string, error) {
	scratch, err := os.MkdirTemp("", "hubcap-drill-*")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(scratch)
	o := drill.Options{Device: d, Chaos: b.Chaos, Schemas: Content(), Scratch: scratch, Version: b.Version, Progress: b.Progress}
	open := Options{Version: b.Version}
	o.Engines = append(o.Engines, embeddedDrill(d, filepath.Join(scratch, "restored"), cfg, open))
	if b.Database != "" {
		o.Engines = append(o.Engines, databaseDrill(d, b.Database, filepath.Join(scratch, "beside"), cfg, open))
	}
	r, err := o.Run(ctx)
	if err != nil {
		return nil, "", err
	}
	path, err := keepReport(b.Out, r, d.Repo())
	return r, path, err
}
