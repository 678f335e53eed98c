package app

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// outsides are the backups of others that restores were asked of, with what
// opens them. They are kept in memory alone: a job's input is stored.
type outsides struct {
	mu   sync.Mutex
	list map[string]outside
}

type outside struct {
	entry  targets.Entry
	secret string
}

func (o *outsides) put(id string, of outside) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.list == nil {
		o.list = map[string]outside{}
	}
	o.list[id] = of
}

func (o *outsides) get(id string) (outside, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	of, ok := o.list[id]
	return of, ok
}

func (o *outsides) drop(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.list, id)
}

// startOutside begins the restore of a backup that this hub knows nothing of,
// as on the first start on a new machine.
func (a *App) startOutside(ctx context.Context, c job.Caller, in rest.RestoreFrom) (job.Job, error) {
	ref := a.ids.New()
	a.outsides.put(ref, outside{in.Targets(), in.Secret})
	work := rest.OutsideJob{Ref: ref, Device: in.Device}
	if in.At != nil {
		work.At = in.At.Time
	}
	j, err := a.jobs.Start(ctx, c, rest.RestoreOutside, work, "")
	if err != nil {
		a.outsides.drop(ref)
	}
	return j, err
}

// restoreOutside fills a copy from such a backup.
func (a *App) restoreOutside() job.Kind {
	return job.Kind{Name: rest.RestoreOutside, Title: "Restore from a backup", Run: func(ctx context.Context, r *job.Run) error {
		var in rest.OutsideJob
		if err := r.Input(&in); err != nil {
			return err
		}
		of, ok := a.outsides.get(in.Ref)
		if !ok {
			return fault.New(fault.Unavailable, "the hub was started anew meanwhile, and keeps no passphrase").WithRemedy("begin the restore again with the passphrase or the recovery key")
		}
		ctx, tell, end := watched(ctx, r)
		defer end()
		out, err := a.copyFrom(ctx, r, in, of, func(step string, done, of int64) { tell(done, of, step) })
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return err
		}
		a.outsides.drop(in.Ref)
		return r.Result(out)
	}}
}

func (a *App) copyFrom(ctx context.Context, r *job.Run, in rest.OutsideJob, of outside, p backup.Progress) (rest.StoreCopy, error) {
	dev, err := a.backups.Outside(ctx, of.entry, of.secret, in.Device)
	if err != nil {
		return rest.StoreCopy{}, err
	}
	name := "copy-" + r.ID()
	dir := a.copyFolder(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return rest.StoreCopy{}, fmt.Errorf("make room for the copy: %w", err)
	}
	restored, err := restoreFolder(ctx, dev, Restoring{At: in.At, Progress: p, Vault: a.vaultOf(dir)}, dir)
	if err != nil {
		return rest.StoreCopy{}, err
	}
	return a.noteCopy(ctx, r.Caller().Scope, r.Caller().Actor, name, of.entry.Where(), in.At, restored, p)
}

// noteCopy writes what a restored copy is, compared with the hub's own store.
func (a *App) noteCopy(ctx context.Context, scope store.Scope, by actor.Actor, name, from string, at time.Time, restored *backup.Restored, p backup.Progress) (rest.StoreCopy, error) {
	here, err := store.ContentOf(ctx, a.beneath, Content(), func(n int) { p("counting this store", int64(n), 0) })
	if err != nil {
		return rest.StoreCopy{}, err
	}
	dir := a.copyFolder(name)
	c := rest.StoreCopy{Name: name, Path: dir, Made: store.Moment(a.now()), Backup: from, Time: store.Moment(restored.Time), Seq: restored.Seq, Counts: []rest.CopyCount{},
		Root: restored.Content.Root, Lost: len(restored.Lost), Command: "hubcap restore --switch " + dir + " --data " + a.cfg.Data}
	if !at.IsZero() {
		moment := store.Moment(at)
		c.At = &moment
	}
	for _, s := range Content() {
		if there, now := restored.Content.Counts[s.Name], here.Counts[s.Name]; there+now > 0 {
			c.Counts = append(c.Counts, rest.CopyCount{Collection: s.Name, There: there, Here: now})
		}
	}
	if err := a.trail.Record(ctx, scope, by, audit.Happening{Event: audit.BackupRestored, Subject: audit.Subject{Kind: "copy", ID: name, Name: from},
		Note: fmt.Sprintf("as of change %d, %s", restored.Seq, restored.Time.UTC().Format(time.RFC3339))}); err != nil {
		return c, err
	}
	return c, writeJSON(a.copyFolder(name)+string(os.PathSeparator)+copyNote, c)
}
