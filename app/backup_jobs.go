package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// onBackup makes a kind of job that works on a backup. None keeps a
// checkpoint: each looks at what is there and goes on from it.
func onBackup(name, title string, do func(context.Context, *job.Run, rest.BackupJob, backup.Progress) (any, error)) job.Kind {
	return job.Kind{Name: name, Title: title, Run: func(ctx context.Context, r *job.Run) error {
		var in rest.BackupJob
		if err := r.Input(&in); err != nil {
			return err
		}
		ctx, tell, end := watched(ctx, r)
		defer end()
		out, err := do(ctx, r, in, func(step string, done, of int64) { tell(done, of, step) })
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return err
		}
		return r.Result(out)
	}}
}

func (a *App) backUpNow() job.Kind {
	return onBackup(rest.BackupNow, "Back up", func(ctx context.Context, _ *job.Run, in rest.BackupJob, p backup.Progress) (any, error) {
		p("sending what is new", 0, 0)
		if err := a.backups.Now(ctx, in.ID, in.Full, p); err != nil {
			return nil, err
		}
		return map[string]any{"seq": a.db.Head().Seq, "full": in.Full}, nil
	})
}

// mostFindings is how many findings a job's result names.
const mostFindings = 50

func (a *App) verifyBackup() job.Kind {
	return onBackup(rest.BackupVerify, "Verify a backup", func(ctx context.Context, r *job.Run, in rest.BackupJob, p backup.Progress) (any, error) {
		v, err := a.backups.Verify(ctx, r.Caller().Scope, in.ID, in.Full, p)
		if err != nil {
			return nil, err
		}
		r.Rows(int64(v.Objects))
		list := v.Findings
		if len(list) > mostFindings {
			list = list[:mostFindings]
		}
		out := map[string]any{"ok": v.OK, "objects": v.Objects, "bytes": v.Bytes, "read": v.Read, "findings": append([]backup.Finding{}, list...), "more": len(v.Findings) - len(list)}
		if !v.OK {
			worst := slices.IndexFunc(v.Findings, func(f backup.Finding) bool { return !f.Harmless() })
			f := v.Findings[max(worst, 0)]
			return nil, fault.New(fault.Unavailable, "%d findings; the first: %s %s (%s)", len(v.Findings), f.Object, f.Problem, f.Verdict).
				WithRemedy("write a new checkpoint with `hubcap backup now --full`, then verify again")
		}
		return out, nil
	})
}

func (a *App) testBackup() job.Kind {
	return onBackup(rest.BackupTest, "Test a restore", func(ctx context.Context, r *job.Run, in rest.BackupJob, p backup.Progress) (any, error) {
		proof, err := a.backups.Prove(ctx, in.ID, p)
		if err != nil {
			return nil, err
		}
		r.Rows(int64(proof.Documents))
		return map[string]any{"seq": proof.Seq, "documents": proof.Documents, "root": proof.Root, "took_ms": proof.TookMS}, nil
	})
}

func (a *App) pruneBackup() job.Kind {
	return onBackup(rest.BackupPrune, "Forget old backups", func(ctx context.Context, r *job.Run, in rest.BackupJob, p backup.Progress) (any, error) {
		out, err := a.backups.Prune(ctx, r.Caller().Scope, in.ID, false, p)
		if err != nil {
			return nil, err
		}
		r.Rows(int64(len(out.Deleted)))
		return map[string]any{"marked": len(out.Marked), "deleted": len(out.Deleted), "bytes": out.Bytes, "waiting": out.Waiting, "locked": out.Locked}, nil
	})
}

func (a *App) rotateBackup() job.Kind {
	return onBackup(rest.BackupRotate, "Change a backup's data key", func(ctx context.Context, r *job.Run, in rest.BackupJob, p backup.Progress) (any, error) {
		out, err := a.backups.Rotate(ctx, r.Caller().Scope, r.Caller().Actor, in.ID, p)
		if err != nil {
			return nil, err
		}
		r.Rows(int64(out.Resealed))
		return out, nil
	})
}

// backupUsage is what this hub writes in a day and holds, by its log and its
// files.
func (a *App) backupUsage(ctx context.Context) (retain.Usage, error) {
	const sample = 2000
	var u retain.Usage
	head := a.beneath.Head().Seq
	for after := head - min(head, sample); after < head; {
		changes, err := a.beneath.Changes(ctx, after, sample)
		if err != nil {
			after = head - (head-after)/2 // trimmed: a shorter look back
			if after >= head-1 {
				break
			}
			continue
		}
		if len(changes) > 0 {
			days := max(a.now().Sub(changes[0].Time).Hours()/24, 1)
			u.WritesPerDay = float64(len(changes)) / days
		}
		break
	}
	// A checkpoint is compressed to about a fifth of the file, indexes left out.
	if info, err := os.Stat(filepath.Join(a.cfg.Data, "data.db")); err == nil {
		u.StoreBytes = info.Size() / 5
	} else {
		u.StoreBytes = int64(head) * 150
	}
	files := 0
	err := a.files.blobs.Each(ctx, func(i blob.Info) error {
		u.FilesStored += i.Bytes
		files++
		return nil
	})
	if files > 0 {
		u.FileBytes = float64(u.FilesStored) / float64(files)
		u.FilesPerDay = max(float64(files)/365, 0.1)
	}
	return u, err
}
