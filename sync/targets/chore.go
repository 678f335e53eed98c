package targets

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
)

// shares is over how many days the whole bucket is read once.
const shares = 30

// done keeps how a chore came out and returns its error.
func (r *runner) done(ctx context.Context, err error, change func(*Record, error)) error {
	if r.ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return err // broken off: it is due again
	}
	return errors.Join(err, r.d.remember(ctx, r.t.ID, func(rec *Record) { change(rec, err) }))
}

func (r *runner) compact(ctx context.Context, p backup.Progress) error {
	r.work.Lock()
	defer r.work.Unlock()
	err := r.ship.Flush(ctx)
	if err == nil {
		_, err = r.ship.Compact(ctx, p)
	}
	return r.done(ctx, err, func(rec *Record, err error) { rec.Compact.did(r.d.now(), err) })
}

func (r *runner) checkpoint(ctx context.Context, p backup.Progress) error {
	r.work.Lock()
	defer r.work.Unlock()
	_, err := r.ship.Checkpoint(ctx, p)
	return r.done(ctx, err, func(rec *Record, err error) { rec.Checkpoint.did(r.d.now(), err) })
}

// verify looks whether everything is there; all reads every object, else one
// share of them.
func (r *runner) verify(ctx context.Context, all bool, p backup.Progress) (*backup.Verification, error) {
	r.work.Lock()
	defer r.work.Unlock()
	rec, err := r.d.record(ctx, r.t.ID)
	if err != nil {
		return nil, err
	}
	o := backup.VerifyOptions{N: int(rec.Share % shares), T: shares, Known: rec.Known, Progress: p}
	if all {
		o.N, o.T = 0, 1
	}
	v, err := r.dev.Verify(ctx, o)
	return v, r.done(ctx, err, func(rec *Record, err error) {
		rec.Verify.did(r.d.now(), err)
		if v == nil || err != nil {
			return
		}
		noted(rec, v, all)
	})
}

// noted keeps what a verification found.
func noted(rec *Record, v *backup.Verification, all bool) {
	found := int64(0)
	for _, f := range v.Findings {
		if !f.Harmless() {
			found++
		}
	}
	// What a share of the bucket does not show stays wrong until all was read.
	if all || found > 0 {
		rec.Findings = found
	}
	if !all {
		rec.Share = (rec.Share + 1) % shares
	}
	rec.Objects, rec.Bytes = int64(v.Objects), v.Bytes
	if len(v.Reaches) > 0 {
		rec.First = store.Moment(v.Reaches[0].From)
	}
}

// test restores the newest state into a scratch store and compares it.
func (r *runner) test(ctx context.Context, p backup.Progress) (*backup.Proof, error) {
	r.work.Lock()
	defer r.work.Unlock()
	proof, err := r.prove(ctx, p)
	return proof, r.done(ctx, err, func(rec *Record, err error) {
		rec.Test.did(r.d.now(), err)
		if proof != nil && err == nil {
			rec.TestTook, rec.TestSeq, rec.TestDocs, rec.TestRoot = proof.TookMS, int64(proof.Seq), int64(proof.Documents), proof.Root
		}
	})
}

func (r *runner) prove(ctx context.Context, p backup.Progress) (proof *backup.Proof, err error) {
	dir := r.folder("test")
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("make room for the restore test: %w", err)
	}
	scratch, closeIt, err := r.d.o.Scratch(ctx, dir+"/store")
	if err != nil {
		return nil, fmt.Errorf("make room for the restore test: %w", err)
	}
	proof, _, err = r.ship.Prove(ctx, scratch, dir+"/fetched", p)
	return proof, errors.Join(err, closeIt(), os.RemoveAll(dir))
}

// prune forgets what the rules do not keep; dry only says what it would.
func (r *runner) prune(ctx context.Context, dry bool, p backup.Progress) (*backup.Pruned, error) {
	r.work.Lock()
	defer r.work.Unlock()
	out, err := r.d.pruned(ctx, &r.t, dry, p)
	if dry {
		return out, err
	}
	return out, r.done(ctx, err, func(rec *Record, err error) { rec.Prune.did(r.d.now(), err) })
}

func (d *Desk) pruned(ctx context.Context, t *Target, dry bool, p backup.Progress) (*backup.Pruned, error) {
	dev, err := d.device(ctx, t)
	if err != nil {
		return nil, err
	}
	if !dry {
		b, err := d.pruneBucket(ctx, t)
		if err != nil {
			return nil, err
		}
		if dev, err = dev.Repo().WithBucket(b).Device(t.Device); err != nil {
			return nil, err
		}
	}
	return dev.Prune(ctx, backup.PruneOptions{Policy: t.Keep.Policy(), Schemas: d.o.Source().Schemas, LockFor: lockFor(t), Dry: dry, Progress: p})
}
