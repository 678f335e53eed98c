package backup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// PruneOptions of a prune.
type PruneOptions struct {
	Policy retain.Policy
	// Schemas name the files of documents. A collection that is not among
	// them keeps no file.
	Schemas []*store.Schema
	// Grace is how long garbage lies before it is deleted; 0 is a day.
	Grace    time.Duration
	LockFor  time.Duration // what stays is locked for so long from now on; 0: not
	Dry      bool          // only say what would happen
	Progress Progress
}

// Pruned says what a prune did, or would.
type Pruned struct {
	Decisions []retain.Decision
	Marked    []Garbage // garbage from now on
	Deleted   []Garbage
	Bytes     int64 // of what was deleted
	Waiting   int   // garbage that lies for its grace
	Locked    int
}

const (
	grace   = 24 * time.Hour
	maxSkew = time.Hour
)

// Prune forgets what the policy does not keep, in two phases: what nobody
// needs is marked in the manifest, and what was marked a day ago and still
// nobody needs is deleted. It wants a credential that may delete.
func (d *Device) Prune(ctx context.Context, o PruneOptions) (*Pruned, error) {
	if o.Grace == 0 {
		o.Grace = grace
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	there, err := d.repo.bucket.Clock(ctx)
	if err != nil {
		return nil, err
	}
	if skew := d.repo.now().Sub(there); skew.Abs() > maxSkew {
		return nil, fault.New(fault.Conflict, "this clock and the bucket's are %s apart: nothing is deleted", skew.Round(time.Second)).
			WithRemedy("set this computer's clock, then prune again")
	}
	p := &pruning{dev: d, o: o, there: there.UTC(), out: &Pruned{}}
	if err := p.look(ctx); err != nil {
		return nil, err
	}
	if err := p.neededFiles(ctx); err != nil {
		return nil, err
	}
	if o.Dry {
		p.mark()
		return p.out, nil
	}
	if err := p.delete(ctx); err != nil {
		return nil, err
	}
	p.mark()
	if err := p.save(ctx); err != nil {
		return nil, err
	}
	return p.out, p.lock(ctx)
}

// pruning is one prune under way.
type pruning struct {
	dev   *Device
	o     PruneOptions
	there time.Time // the bucket's clock
	out   *Pruned

	history  *History
	manifest *Manifest
	keep     map[string]bool        // paths that stay
	reasons  map[string]string      // why a path may go
	objects  map[string]remote.Info // everything of the device
	deleted  map[string]bool
}

// look lists what is there and decides.
func (p *pruning) look(ctx context.Context) (err error) {
	if p.manifest, err = p.dev.Manifest(ctx); err != nil {
		return err
	}
	if p.history, err = p.dev.History(ctx); err != nil {
		return err
	}
	p.keep, p.reasons, p.objects, p.deleted = map[string]bool{}, map[string]string{}, map[string]remote.Info{}, map[string]bool{}
	if err := p.dev.list(ctx, "", "", func(path string, i remote.Info) error { p.objects[path] = i; return nil }); err != nil {
		return err
	}
	points, spans := p.history.retained(p.manifest)
	var wished []time.Time
	for _, pin := range p.manifest.Pins {
		wished = append(wished, pin.At)
	}
	p.out.Decisions = retain.Plan(points, spans, wished, p.o.Policy)
	for _, dec := range p.out.Decisions {
		if dec.Keep {
			p.keep[dec.ID] = true
		} else {
			p.reasons[dec.ID] = strings.Join(dec.Reasons, "; ")
		}
	}
	return nil
}

// retained is the history in the words of package retain. A checkpoint's id
// is the path of its head, a segment's its own.
func (h *History) retained(m *Manifest) (points []retain.Point, spans []retain.Span) {
	proven := map[string]bool{}
	for _, pr := range m.Proofs {
		proven[pr.Checkpoint] = true
	}
	for _, l := range h.Lines {
		for _, f := range l.Fulls {
			if f.Whole {
				points = append(points, retain.Point{ID: f.HeadPath(), Line: l.ID, Seq: f.Seq, Time: f.Time, Bytes: f.Bytes, Verified: proven[f.HeadPath()]})
			}
		}
		for _, s := range l.Spans {
			if !s.Void {
				spans = append(spans, retain.Span{ID: s.Path(), Line: l.ID, From: s.From, To: s.To, Begin: s.Begin, End: s.End, Bytes: s.Bytes})
			}
		}
	}
	return points, spans
}

// neededFiles finds the files that what stays names: those of each
// checkpoint's head, and of each change in the log.
func (p *pruning) neededFiles(ctx context.Context) error {
	of := map[string]*store.Schema{}
	for _, s := range p.o.Schemas {
		of[s.Name] = s
	}
	done, all := int64(0), int64(0)
	for _, l := range p.history.Lines {
		all += int64(len(l.Fulls) + len(l.Spans))
	}
	blob := func(sha string) { p.keep[strings.TrimPrefix(p.dev.blobName(sha), p.dev.name(""))] = true }
	for _, l := range p.history.Lines {
		for _, f := range l.Fulls {
			done++
			if !p.keep[f.HeadPath()] {
				continue
			}
			h, err := p.dev.readHead(ctx, f.Name)
			if err != nil {
				return err
			}
			for i := range h.Parts {
				p.keep[f.PartPath(i+1)] = true
			}
			for _, sha := range h.Blobs {
				blob(sha)
			}
		}
		for _, s := range l.Spans {
			done++
			p.o.Progress("reading what stays", done, all)
			if !p.keep[s.Path()] {
				continue
			}
			_, changes, err := p.dev.readSegment(ctx, s.Name)
			if err != nil {
				return fmt.Errorf("nothing is deleted while the log that stays can't be read: %w", err)
			}
			for i := range changes {
				c := &changes[i]
				if of[c.Collection] == nil || of[c.Collection].Blobs == nil {
					continue
				}
				for _, doc := range [][]byte{c.Before, c.After} {
					if doc == nil {
						continue
					}
					list, err := of[c.Collection].Blobs(doc)
					if err != nil {
						return err
					}
					for _, sha := range list {
						blob(sha)
					}
				}
			}
		}
	}
	return nil
}

// mayGo says why an object of the device is not needed; "" when it stays.
func (p *pruning) mayGo(path string, i remote.Info) string {
	if p.keep[path] || p.deleted[path] {
		return ""
	}
	if why, ok := p.reasons[path]; ok {
		return why
	}
	switch {
	case strings.HasPrefix(path, "blob/"):
		return "no document that is kept names this file"
	case strings.HasPrefix(path, "full/"):
		return "it is part of a checkpoint that is not kept, or was never finished"
	case strings.HasPrefix(path, "log/") && strings.HasSuffix(path, ".seg") && known(path):
		return "its writer was shut out before it was written"
	case strings.HasPrefix(path, fenceFolder) && known(path) && path < fencePath(p.lastFence()):
		return "a newer fence says all that it said"
	}
	return "" // the manifest, the vault's rings, and what is not ours
}

func (p *pruning) lastFence() (n uint64) {
	for path := range p.objects {
		var f uint64
		if _, err := fmt.Sscanf(path, fenceFolder+"%08x", &f); err == nil {
			n = max(n, f)
		}
	}
	return n
}

// mark makes garbage of what may go, and takes back what is needed again.
func (p *pruning) mark() {
	was := map[string]Garbage{}
	for _, g := range p.manifest.Garbage {
		was[g.Path] = g
	}
	var now []Garbage
	for _, path := range slices.Sorted(maps.Keys(p.objects)) {
		why := p.mayGo(path, p.objects[path])
		if why == "" {
			continue
		}
		g, marked := was[path]
		if !marked {
			g = Garbage{Path: path, Since: p.there, Reason: why}
			p.out.Marked = append(p.out.Marked, g)
		}
		now = append(now, g)
	}
	p.manifest.Garbage = now
	p.out.Waiting = len(now)
}

// delete removes what was garbage for long enough, heads of checkpoints
// before their parts. Every segment that stays was read just before, so
// nothing goes whose stand-in is damaged.
func (p *pruning) delete(ctx context.Context) error {
	due := slices.Clone(p.manifest.Garbage)
	slices.SortStableFunc(due, func(a, b Garbage) int {
		return boolOrder(strings.HasSuffix(b.Path, "/head"), strings.HasSuffix(a.Path, "/head"))
	})
	for n, g := range due {
		i, there := p.objects[g.Path]
		if !there || p.there.Sub(g.Since) < p.o.Grace || p.there.Sub(i.Modified) < p.patience(g.Path) || p.mayGo(g.Path, i) == "" {
			continue
		}
		if err := p.dev.repo.bucket.Delete(ctx, i.Name); err != nil {
			return fmt.Errorf("delete %s: %w", i.Name, err)
		}
		p.deleted[g.Path] = true
		p.out.Deleted = append(p.out.Deleted, g)
		p.out.Bytes += i.Size
		p.o.Progress("deleting", int64(n+1), int64(len(due)))
	}
	return nil
}

// patience is how old an object must be to be deleted. A checkpoint may be
// under way for days over a slow line.
func (p *pruning) patience(path string) time.Duration {
	if _, decided := p.reasons[path]; !decided && strings.HasPrefix(path, "full/") {
		return 7 * p.o.Grace
	}
	return p.o.Grace
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// save writes the manifest as it is now.
func (p *pruning) save(ctx context.Context) error {
	for path := range p.deleted {
		delete(p.objects, path)
	}
	h, err := p.dev.History(ctx)
	if err != nil {
		return err
	}
	_, err = p.dev.amend(ctx, func(m *Manifest) error {
		m.Garbage = p.manifest.Garbage
		m.take(h)
		return nil
	})
	return err
}

// lock extends the locks of all that stays.
func (p *pruning) lock(ctx context.Context) error {
	if p.o.LockFor <= 0 {
		return nil
	}
	f, err := p.dev.repo.bucket.Features(ctx)
	if err != nil || !f.Lock {
		return err
	}
	until := p.there.Add(p.o.LockFor)
	for _, path := range slices.Sorted(maps.Keys(p.keep)) {
		i, there := p.objects[path]
		if !there {
			continue
		}
		if err := p.dev.repo.bucket.Lock(ctx, i.Name, until); err != nil {
			return fmt.Errorf("lock %s: %w", i.Name, err)
		}
		p.out.Locked++
		p.o.Progress("extending locks", int64(p.out.Locked), int64(len(p.keep)))
	}
	return nil
}
