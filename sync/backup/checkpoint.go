package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/snapshot"
)

// Progress hears how far long work has come: a step in words, and what is
// done of how many (0: not known).
type Progress func(step string, done, of int64)

// Checkpoint writes a full checkpoint of the store as it is now: documents,
// their files, and at last the head that makes it whole.
func (s *Shipper) Checkpoint(ctx context.Context, progress Progress) (*checkpoint.Head, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	s.full.Lock()
	defer s.full.Unlock()
	c := s.claimed()
	if c == nil {
		return nil, fault.New(fault.Unavailable, "the backup does not reach its bucket").WithRemedy("look at its state, and try again")
	}
	snap, err := snapshot.Take(ctx, s.src.DB, s.src.Schemas, snapshot.Options{Hold: s.o.Name + "-checkpoint", Dir: s.o.Scratch,
		Progress: func(n int) { progress("reading the store", int64(n), 0) }})
	if err != nil {
		return nil, fmt.Errorf("read the store: %w", err)
	}
	defer snap.Close()
	if snap.At.Epoch != c.Epoch {
		return nil, fault.New(fault.Conflict, "the store began a new history meanwhile").WithRemedy("try again")
	}
	made := s.now().UTC()
	h := &checkpoint.Head{Format: checkpoint.Format, Line: c.Line, Seq: snap.At.Seq, Time: snap.Time, Fence: c.Number, Made: made, Epoch: c.Epoch, Version: s.src.Version}
	if h.Time.IsZero() {
		h.Time = made
	}
	w := &checkpointWriter{s: s, h: h, progress: progress}
	if err := w.write(ctx, snap); err != nil {
		return nil, err
	}
	head, err := h.Encode()
	if err != nil {
		return nil, err
	}
	if err := s.dev.shutOut(ctx, c.Number); err != nil {
		return nil, err
	}
	_, n, err := s.dev.repo.put(ctx, kindHead, s.dev.name(h.Name().HeadPath()), head, s.again())
	if err != nil {
		return nil, fmt.Errorf("write the checkpoint's head: %w", err)
	}
	s.wrote(n)
	s.set(func(st *State) { st.Checkpoint = h.Time })
	return h, nil
}

func (s *Shipper) claimed() *claim {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.claim == nil {
		return nil
	}
	c := *s.claim
	return &c
}

// again is how an object is written that an interrupted try may have left.
func (s *Shipper) again() remote.Put {
	p := s.once()
	p.IfAbsent = false
	return p
}

// checkpointWriter writes the parts of one checkpoint.
type checkpointWriter struct {
	s        *Shipper
	h        *checkpoint.Head
	progress Progress
	part     checkpoint.Writer
	tally    store.Tally
	named    map[string]bool
}

func (w *checkpointWriter) write(ctx context.Context, snap *snapshot.Snapshot) error {
	w.named = map[string]bool{}
	err := snap.Each(ctx, func(c *store.Schema) error {
		w.tally.Begin(c.Name)
		w.h.Collections = append(w.h.Collections, checkpoint.Collection{Name: c.Name, Schema: c.Version})
		return nil
	}, func(c *store.Schema, r *store.Record) error {
		w.tally.Add(c.Name, r)
		w.part.Add(c.Name, r)
		files, err := w.s.uploads.named(c.Name, r.Doc)
		if err != nil {
			return err
		}
		for _, f := range files {
			w.named[f] = true
		}
		if w.part.Size() >= checkpoint.PartBytes {
			return w.flush(ctx)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if w.part.Documents() > 0 {
		if err := w.flush(ctx); err != nil {
			return err
		}
	}
	w.h.Content = w.tally.Content()
	return w.files(ctx)
}

func (w *checkpointWriter) flush(ctx context.Context) error {
	s := w.s
	p := checkpoint.Part{Documents: w.part.Documents()}
	name := s.dev.name(w.h.Name().PartPath(len(w.h.Parts) + 1))
	plain, err := w.part.Close()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(plain)
	sealed := s.dev.repo.ring.Load().Seal(kindPart, name, plain)
	p.Bytes, p.SHA256 = int64(len(sealed)), hex.EncodeToString(sum[:])
	if err := s.dev.repo.putPlain(ctx, name, sealed, s.again()); err != nil {
		return fmt.Errorf("write part %d of the checkpoint: %w", len(w.h.Parts)+1, err)
	}
	w.h.Parts = append(w.h.Parts, p)
	s.wrote(p.Bytes)
	w.progress("writing the checkpoint", int64(w.tally.Documents()), 0)
	return nil
}

// files puts up what the documents name.
func (w *checkpointWriter) files(ctx context.Context) error {
	for f := range w.named {
		w.h.Blobs = append(w.h.Blobs, f)
	}
	slices.Sort(w.h.Blobs)
	if err := w.s.uploads.seen(ctx, w.h.Blobs); err != nil {
		return err
	}
	for i, f := range w.h.Blobs {
		n, err := w.s.uploads.put(ctx, f)
		if err != nil {
			return err
		}
		w.s.wrote(n)
		w.progress("putting files up", int64(i+1), int64(len(w.h.Blobs)))
	}
	missing := w.s.uploads.list()
	for _, f := range w.h.Blobs {
		if _, is := missing[f]; is {
			w.h.Missing = append(w.h.Missing, f)
		}
	}
	return nil
}

// readHead reads the head of a checkpoint.
func (d *Device) readHead(ctx context.Context, n checkpoint.Name) (*checkpoint.Head, error) {
	b, err := d.repo.get(ctx, kindHead, d.name(n.HeadPath()))
	if err != nil {
		return nil, err
	}
	h, err := checkpoint.ParseHead(n, b)
	if err != nil {
		return nil, &Damage{Object: d.name(n.HeadPath()), Problem: err.Error(), err: err}
	}
	return h, nil
}

// Full is a checkpoint in the bucket.
type Full struct {
	checkpoint.Name
	Bytes int64 // sealed, of what is there
	Whole bool  // its head is there
}

// fulls lists the checkpoints of a line, by their sequence.
func (d *Device) fulls(ctx context.Context, line uint64) (out []Full, err error) {
	err = d.list(ctx, checkpoint.Folder(line), "", func(path string, i remote.Info) error {
		n, object, err := checkpoint.ParseName(path)
		if err != nil {
			return nil // not ours
		}
		if len(out) == 0 || out[len(out)-1].Path() != n.Path() {
			out = append(out, Full{Name: n})
		}
		f := &out[len(out)-1]
		f.Bytes += i.Size
		f.Whole = f.Whole || object == "head"
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the checkpoints: %w", err)
	}
	return out, nil
}

// newestWhole is the newest whole checkpoint of a line, nil without one.
func (d *Device) newestWhole(ctx context.Context, line uint64) (*Full, error) {
	all, err := d.fulls(ctx, line)
	if err != nil {
		return nil, err
	}
	for _, f := range slices.Backward(all) {
		if f.Whole {
			return &f, nil
		}
	}
	return nil, nil
}
