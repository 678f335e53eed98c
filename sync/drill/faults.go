package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// faults are tried one after the other, each on a world of its own. strike
// says whether the fault was seen, and returns an error where the promise is
// broken.
var faults = []struct {
	name, promise string
	strike        func(ctx context.Context, w *world) (live bool, err error)
}{
	{"bucket cut at each of 20 calls", "the backup goes on by itself, nothing is missing", cutAnywhere},
	{"answers of the bucket lost at each of 20 calls", "what was written twice counts once, nothing is missing", lostAnswers},
	{"bucket away for long", "writers do not wait; what waited goes up when it is back", away},
	{"bucket hangs", "writers do not wait", hangs},
	{"bucket refuses the credential", "the state says so; with a right one it goes on", refused},
	{"hub killed while it ships", "the next start goes on where the bucket ends", killed},
	{"a second hub on the same backup", "the first is shut out and stops, their writes do not mix", second},
	{"flipped bit in a piece of the log", "verification names it, a restore refuses or finds another way", flipped("/log/")},
	{"flipped bit in a checkpoint", "verification names it, a restore refuses or finds another way", flipped("/part-")},
	{"flipped bit in a checkpoint's head", "verification names it, a restore refuses or finds another way", flipped("/head")},
	{"a piece of the log gone", "verification names the gap, and what is before it comes back", gone},
	{"an older bucket in its place", "verification says that it was rolled back", rolledBack},
	{"restore cut at each of 20 calls", "the same command goes on and ends with the same", restoreCut},
	{"clock a year ahead", "nothing is deleted", clockAhead},
	{"wrong passphrase", "it is refused, and says so", wrongPassphrase},
}

func away503() error { return fault.New(fault.Unavailable, "503 from the bucket") }

func cutAnywhere(ctx context.Context, w *world) (bool, error) { return everyCall(ctx, w, false) }

func lostAnswers(ctx context.Context, w *world) (bool, error) { return everyCall(ctx, w, true) }

func everyCall(ctx context.Context, w *world, after bool) (live bool, err error) {
	for n := 1; n <= 20; n++ {
		first := len(w.bucket.Calls())
		w.bucket.Script(remote.FailAt(first+n, away503(), after))
		if err := w.write(ctx, 5); err != nil {
			return live, fmt.Errorf("a writer was stopped: %w", err)
		}
		_ = w.s.Flush(ctx) // may fail: that is the fault
		if n%5 == 0 {
			_, _ = w.s.Checkpoint(ctx, nil)
		}
		live = live || len(w.bucket.Calls()) >= first+n
		w.bucket.Script(nil)
		if err := w.ready(ctx); err != nil {
			return live, err
		}
	}
	return live, w.whole(ctx)
}

func away(ctx context.Context, w *world) (bool, error) {
	w.bucket.Script(func(remote.Call) remote.Trouble { return remote.Trouble{Err: away503()} })
	if err := w.write(ctx, 200); err != nil {
		return true, fmt.Errorf("a writer was stopped: %w", err)
	}
	short, cancel := context.WithTimeout(ctx, 5*time.Second)
	live := w.s.Flush(short) != nil
	cancel()
	w.bucket.Script(nil)
	return live, w.whole(ctx)
}

func hangs(ctx context.Context, w *world) (bool, error) {
	w.bucket.Script(func(remote.Call) remote.Trouble { return remote.Trouble{Delay: 2 * time.Second} })
	head := w.db.Head().Seq
	if err := w.write(ctx, 200); err != nil {
		return true, err
	}
	live := w.s.State().Shipped.Seq < w.db.Head().Seq
	if w.db.Head().Seq < head+200 {
		return live, errors.New("writers waited for the bucket")
	}
	w.bucket.Script(nil)
	return live, w.whole(ctx)
}

func refused(ctx context.Context, w *world) (bool, error) {
	w.bucket.Script(func(remote.Call) remote.Trouble {
		return remote.Trouble{Err: fault.New(fault.Denied, "403 from the bucket")}
	})
	if err := w.write(ctx, 5); err != nil {
		return true, err
	}
	err := w.s.Flush(ctx)
	live := fault.Is(err, fault.Denied)
	if live && w.s.State().Err == nil {
		return live, errors.New("its state says nothing")
	}
	w.bucket.Script(nil)
	return live, w.whole(ctx)
}

func killed(ctx context.Context, w *world) (live bool, err error) {
	for range 5 {
		if err := w.write(ctx, 7); err != nil {
			return live, err
		}
		w.bucket.Script(func(remote.Call) remote.Trouble { return remote.Trouble{Err: away503()} })
		w.stop()
		live = live || w.s.State().Shipped.Seq < w.db.Head().Seq
		w.bucket.Script(nil)
		w.start(ctx)
		if err := w.ready(ctx); err != nil {
			return live, err
		}
	}
	return live, w.whole(ctx)
}

func second(ctx context.Context, w *world) (bool, error) {
	other := w.dev.NewShipper(w.source(), backup.ShipOptions{Name: "drill", Holder: "the other", Scratch: w.scratch})
	run, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { _ = other.Run(run); close(ended) }()
	defer func() { cancel(); <-ended }()
	if err := other.Flush(ctx); err != nil {
		return false, err
	}
	if err := w.write(ctx, 20); err != nil {
		return true, err
	}
	// The first asks only now and then; a checkpoint asks at once.
	_, err := w.s.Checkpoint(ctx, nil)
	if !errors.Is(err, backup.ErrFenced) {
		return true, fmt.Errorf("the first one wrote on: %v", err)
	}
	if err := other.Flush(ctx); err != nil {
		return true, err
	}
	_, err = w.restored(ctx, w.cache())
	return true, err
}

func flipped(part string) func(context.Context, *world) (bool, error) {
	return func(ctx context.Context, w *world) (bool, error) {
		if err := w.ready(ctx); err != nil {
			return false, err
		}
		names, err := w.objects(ctx, part)
		if err != nil || len(names) == 0 {
			return false, errors.Join(err, fmt.Errorf("there is no %s", part))
		}
		name := names[w.random.IntN(len(names))]
		if err := w.flip(ctx, name); err != nil {
			return false, err
		}
		v, err := w.dev.Verify(ctx, backup.VerifyOptions{T: 1})
		if err != nil {
			return true, err
		}
		if v.OK || !slices.ContainsFunc(v.Findings, func(f backup.Finding) bool { return f.Object == name }) {
			return true, fmt.Errorf("verification does not name %s: %v", name, v.Findings)
		}
		_, err = w.restored(ctx, w.cache())
		if err != nil && !strings.Contains(err.Error(), name) && !strings.Contains(err.Error(), "left out") {
			return true, fmt.Errorf("the restore says something else: %w", err)
		}
		return true, nil
	}
}

func gone(ctx context.Context, w *world) (bool, error) {
	for range 3 {
		if err := errors.Join(w.write(ctx, 5), w.ready(ctx)); err != nil {
			return false, err
		}
	}
	names, err := w.objects(ctx, "/log/")
	if err != nil || len(names) < 3 {
		return false, errors.Join(err, errors.New("the log is too short"))
	}
	if err := w.bucket.Bucket.Delete(ctx, names[1]); err != nil {
		return false, err
	}
	v, err := w.dev.Verify(ctx, backup.VerifyOptions{})
	if err != nil {
		return true, err
	}
	if v.OK {
		return true, errors.New("verification found nothing")
	}
	_, err = w.restored(ctx, w.cache())
	var gap *backup.GapError
	if !errors.As(err, &gap) {
		return true, fmt.Errorf("a restore over the gap: %v", err)
	}
	to, err := w.store()
	if err != nil {
		return true, err
	}
	_, err = w.dev.Restore(ctx, backup.Target{DB: to, Schemas: w.o.Schemas, Files: &shelf{of: map[string][]byte{}}}, backup.RestoreOptions{Seq: gap.Whole.After, Cache: w.cache()})
	return true, err
}

func rolledBack(ctx context.Context, w *world) (bool, error) {
	if err := w.ready(ctx); err != nil {
		return false, err
	}
	st := w.s.State()
	names, err := w.objects(ctx, "/log/")
	if err != nil || len(names) == 0 {
		return false, errors.Join(err, errors.New("there is no log"))
	}
	if err := w.bucket.Bucket.Delete(ctx, names[len(names)-1]); err != nil {
		return false, err
	}
	v, err := w.dev.Verify(ctx, backup.VerifyOptions{Known: backup.Known{Fence: st.Fence, Line: st.Line, Seq: st.Shipped.Seq}})
	if err != nil {
		return true, err
	}
	if !slices.ContainsFunc(v.Findings, func(f backup.Finding) bool { return f.Verdict == backup.RolledBack }) {
		return true, fmt.Errorf("verification says %v", v.Findings)
	}
	return true, nil
}

func restoreCut(ctx context.Context, w *world) (live bool, err error) {
	if err := w.ready(ctx); err != nil {
		return false, err
	}
	for n := 1; n <= 20; n++ {
		to, err := w.store()
		if err != nil {
			return live, err
		}
		cache := w.cache()
		w.bucket.Script(remote.FailFrom(len(w.bucket.Calls())+n, away503()))
		_, first := w.into(ctx, to, cache)
		w.bucket.Script(nil)
		if first == nil {
			continue // it needed fewer calls
		}
		live = true
		if _, err := w.into(ctx, to, cache); err != nil {
			return live, fmt.Errorf("cut at call %d: %w", n, err)
		}
	}
	return live, nil
}

func clockAhead(ctx context.Context, w *world) (bool, error) {
	if err := w.ready(ctx); err != nil {
		return false, err
	}
	ahead := func() time.Time { return time.Now().AddDate(1, 0, 0) }
	key, err := backup.Unlock(ctx, w.bucket, labSecret)
	if err != nil {
		return false, err
	}
	repo, err := backup.Open(ctx, w.bucket, key, backup.Options{Now: ahead})
	if err != nil {
		return false, err
	}
	dev, err := repo.Device(w.dev.ID())
	if err != nil {
		return false, err
	}
	before, err := w.objects(ctx, "")
	if err != nil {
		return false, err
	}
	_, err = dev.Prune(ctx, backup.PruneOptions{Policy: retain.Policy{Window: time.Minute}, Schemas: w.o.Schemas, Grace: time.Nanosecond})
	if !fault.Is(err, fault.Conflict) {
		return true, fmt.Errorf("it was pruned: %v", err)
	}
	after, err := w.objects(ctx, "")
	if err != nil || len(after) != len(before) {
		return true, errors.Join(err, errors.New("objects are gone"))
	}
	return true, w.whole(ctx)
}

func wrongPassphrase(ctx context.Context, w *world) (bool, error) {
	_, err := backup.Unlock(ctx, w.bucket, labSecret+"!")
	if !fault.Is(err, fault.Denied) {
		return true, fmt.Errorf("it answered %v", err)
	}
	return true, nil
}
