package backup

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/segment"
	"github.com/hubcap-dev/hubcap/sync/snapshot"
)

// Verdict is what is wrong with an object of a backup.
type Verdict string

const (
	Missing    Verdict = "missing"     // it should be there
	Damaged    Verdict = "damaged"     // its bytes are not what was written
	Gap        Verdict = "gap"         // log is missing between what is there
	RolledBack Verdict = "rolled_back" // the bucket shows an older state than it had
	Foreign    Verdict = "foreign"     // nobody of ours wrote it; harmless
	Void       Verdict = "void"        // written after its writer was shut out; harmless
)

// Finding is one thing that a verification found.
type Finding struct {
	Verdict Verdict `json:"verdict"`
	Object  string  `json:"object"`
	Problem string  `json:"problem"`
}

// Harmless reports whether a restore does not miss it.
func (f Finding) Harmless() bool { return f.Verdict == Foreign || f.Verdict == Void }

// Verification is what a look at the bucket showed.
type Verification struct {
	At       time.Time `json:"at"`
	Objects  int       `json:"objects"`
	Bytes    int64     `json:"bytes"`
	Read     int       `json:"read"` // objects read in full and opened
	Findings []Finding `json:"findings"`
	Reaches  []Reach   `json:"reaches"`
	OK       bool      `json:"ok"` // nothing was found that a restore would miss
}

// VerifyOptions of a verification.
type VerifyOptions struct {
	// Share reads the objects whose turn it is: part N of T, from 0. T of 1
	// reads everything, of 0 nothing beyond heads, fences and manifest.
	N, T int
	// Known is what the hub itself remembers of the bucket; zero where it
	// remembers nothing.
	Known    Known
	Progress Progress
}

// Known is what a hub remembers of the bucket, so that an older copy put in
// its place is noticed.
type Known struct {
	Fence      uint64 `json:"fence"`
	Line       uint64 `json:"line"`
	Seq        uint64 `json:"seq"`        // shipped
	Generation uint64 `json:"generation"` // of the manifest
}

// Verify looks whether everything is there that a restore needs, and opens
// what its turn is.
func (d *Device) Verify(ctx context.Context, o VerifyOptions) (*Verification, error) {
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	v := &verifying{dev: d, o: o, out: &Verification{At: d.repo.now().UTC(), Findings: []Finding{}}}
	if err := v.run(ctx); err != nil {
		return nil, err
	}
	v.out.OK = !slices.ContainsFunc(v.out.Findings, func(f Finding) bool { return !f.Harmless() })
	return v.out, nil
}

type verifying struct {
	dev     *Device
	o       VerifyOptions
	out     *Verification
	objects map[string]remote.Info
}

func (v *verifying) found(verdict Verdict, path, format string, args ...any) {
	v.out.Findings = append(v.out.Findings, Finding{Verdict: verdict, Object: v.dev.name(path), Problem: fmt.Sprintf(format, args...)})
}

// judge turns an error about an object into a finding; any other is returned.
func (v *verifying) judge(path string, err error) error {
	var damage *Damage
	switch {
	case err == nil:
		return nil
	case errors.As(err, &damage):
		v.found(Damaged, path, "%s", damage.Problem)
	case fault.Is(err, fault.NotFound):
		v.found(Missing, path, "it is not there")
	default:
		return err
	}
	return nil
}

func (v *verifying) run(ctx context.Context) error {
	v.objects = map[string]remote.Info{}
	err := v.dev.list(ctx, "", "", func(path string, i remote.Info) error {
		v.objects[path] = i
		v.out.Objects++
		v.out.Bytes += i.Size
		if !known(path) {
			v.found(Foreign, path, "no hub writes an object of this name")
		}
		return nil
	})
	if err != nil {
		return err
	}
	h, err := v.dev.History(ctx)
	if err != nil {
		return v.judge(fenceFolder, err)
	}
	if err := v.manifest(ctx, h); err != nil {
		return err
	}
	if err := v.checkpoints(ctx, h); err != nil {
		return err
	}
	v.log(h)
	if err := v.known(ctx, h); err != nil {
		return err
	}
	if err := v.read(ctx); err != nil {
		return err
	}
	v.out.Reaches = h.Reaches()
	slices.SortStableFunc(v.out.Findings, func(a, b Finding) int { return strings.Compare(a.Object, b.Object) })
	return nil
}

// manifest looks whether everything is there that it names.
func (v *verifying) manifest(ctx context.Context, h *History) error {
	m, err := v.dev.Manifest(ctx)
	if err != nil {
		return v.judge(manifestPath, err)
	}
	if m.Generation < v.o.Known.Generation {
		v.found(RolledBack, manifestPath, "it is generation %d, and %d was there", m.Generation, v.o.Known.Generation)
	}
	garbage := m.garbage()
	for _, e := range m.Objects {
		if garbage[e.Path] {
			continue
		}
		i, there := v.objects[e.Path]
		switch {
		case !there:
			v.found(Missing, e.Path, "the manifest of %s names it, and it is not there", m.Written.UTC().Format(time.RFC3339))
		case strings.HasSuffix(e.Path, ".seg") && i.Size != e.Bytes:
			v.found(Damaged, e.Path, "it has %d bytes, and %d were written", i.Size, e.Bytes)
		}
	}
	return nil
}

// checkpoints opens the heads and looks for parts and files.
func (v *verifying) checkpoints(ctx context.Context, h *History) error {
	for _, l := range h.Lines {
		for _, f := range l.Fulls {
			if !f.Whole {
				continue // under way, or given up: no restore uses it
			}
			head, err := v.dev.readHead(ctx, f.Name)
			if err != nil {
				if err := v.judge(f.HeadPath(), err); err != nil {
					return err
				}
				continue
			}
			for i, p := range head.Parts {
				path := f.PartPath(i + 1)
				switch info, there := v.objects[path]; {
				case !there:
					v.found(Missing, path, "the checkpoint's head names it, and it is not there")
				case info.Size != p.Bytes:
					v.found(Damaged, path, "it has %d bytes, and %d were written", info.Size, p.Bytes)
				}
			}
			for _, sha := range head.Blobs {
				path := strings.TrimPrefix(v.dev.blobName(sha), v.dev.name(""))
				if _, there := v.objects[path]; !there && !slices.Contains(head.Missing, sha) {
					v.found(Missing, path, "the file %s, which the checkpoint of %s names", sha, f.Time.UTC().Format(time.RFC3339))
				}
			}
		}
	}
	return nil
}

// log looks for gaps behind each line's oldest checkpoint.
func (v *verifying) log(h *History) {
	for i := range h.Lines {
		l := &h.Lines[i]
		for _, s := range l.Spans {
			if s.Void {
				v.found(Void, s.Path(), "its writer was shut out before it was written")
			}
		}
		var seq uint64
		first := slices.IndexFunc(l.Fulls, func(f Full) bool { return f.Whole })
		if first < 0 {
			continue
		}
		for seq = l.Fulls[first].Seq; ; {
			next, ahead := l.covering(seq+1, nil)
			if next == nil && ahead == nil {
				break
			}
			if next == nil {
				// The window of a checkpoint that is kept for its day may have
				// gone; a gap is one only where no later checkpoint bridges it.
				if !slices.ContainsFunc(l.Fulls, func(f Full) bool { return f.Whole && f.Seq > seq && f.Seq+1 >= ahead.From }) {
					v.found(Gap, segment.Folder(l.ID), "the changes %d to %d are missing", seq+1, ahead.From-1)
				}
				next = ahead
			}
			seq = next.To
		}
	}
}

// known compares with what the hub remembers.
func (v *verifying) known(ctx context.Context, h *History) error {
	k := v.o.Known
	if k.Fence == 0 {
		return nil
	}
	last, err := v.dev.lastFence(ctx)
	if err != nil {
		return v.judge(fenceFolder, err)
	}
	if last.Number < k.Fence {
		v.found(RolledBack, fencePath(k.Fence), "the newest fence is %d, and %d was there", last.Number, k.Fence)
		return nil
	}
	i := slices.IndexFunc(h.Lines, func(l Line) bool { return l.ID == k.Line })
	if i < 0 {
		v.found(RolledBack, segment.Folder(k.Line), "this line of history was there, and is gone")
		return nil
	}
	var seq uint64
	for _, s := range h.Lines[i].Spans {
		if !s.Void {
			seq = max(seq, s.To)
		}
	}
	for _, f := range h.Lines[i].Fulls {
		if f.Whole {
			seq = max(seq, f.Seq)
		}
	}
	if seq < k.Seq {
		v.found(RolledBack, segment.Folder(k.Line), "the log ends at change %d, and %d was there", seq, k.Seq)
	}
	return nil
}

// turn reports whether it is the object's turn to be read in full.
func (v *verifying) turn(path string) bool {
	if v.o.T <= 0 {
		return false
	}
	sum := sha256.Sum256([]byte(path))
	return int(binary.BigEndian.Uint32(sum[:])%uint32(v.o.T)) == v.o.N%v.o.T
}

// read opens what its turn is, to the last byte.
func (v *verifying) read(ctx context.Context) error {
	var turn []string
	for path := range v.objects {
		if known(path) && v.turn(path) {
			turn = append(turn, path)
		}
	}
	slices.Sort(turn)
	for i, path := range turn {
		if err := v.judge(path, v.dev.prove(ctx, path)); err != nil {
			return err
		}
		v.out.Read++
		v.o.Progress("reading objects in full", int64(i+1), int64(len(turn)))
	}
	return nil
}

// prove reads one object to its last byte.
func (d *Device) prove(ctx context.Context, path string) error {
	name := d.name(path)
	if n, err := segment.ParseName(path); err == nil {
		_, _, err := d.readSegment(ctx, n)
		return err
	}
	if _, object, err := checkpoint.ParseName(path); err == nil {
		if object == "head" {
			_, err := d.repo.get(ctx, kindHead, name)
			return err
		}
		b, err := d.repo.get(ctx, kindPart, name)
		if err != nil {
			return err
		}
		for _, err := range checkpoint.Documents(b) {
			if err != nil {
				return &Damage{Object: name, Problem: err.Error(), err: err}
			}
		}
		return nil
	}
	switch folder, _, _ := strings.Cut(path, "/"); folder {
	case "blob":
		r, _, err := d.repo.bucket.Get(ctx, name)
		if err != nil {
			return err
		}
		defer r.Close()
		if _, err := io.Copy(io.Discard, d.repo.ring.Load().OpenStream(kindBlob, name, r)); err != nil {
			if ctx.Err() != nil || fault.Is(err, fault.Unavailable) {
				return err
			}
			return &Damage{Object: name, Problem: err.Error(), err: err}
		}
		return nil
	case "fence":
		_, err := d.readFence(ctx, path)
		return err
	case "vault":
		_, err := d.repo.get(ctx, kindVault, name)
		return err
	}
	return nil
}

// Prove restores the newest state into a scratch store and compares it with
// the live one, document for document by counts and Merkle root. Only this
// says that the backup can be restored.
func (s *Shipper) Prove(ctx context.Context, scratch Target, cache string, progress Progress) (*Proof, *Restored, error) {
	began := time.Now()
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	if err := s.Whole(ctx); err != nil {
		return nil, nil, fmt.Errorf("wait for the first checkpoint: %w", err)
	}
	want, at, err := s.content(ctx, progress)
	if err != nil {
		return nil, nil, err
	}
	if err := s.Flush(ctx); err != nil {
		return nil, nil, fmt.Errorf("ship what is to be compared: %w", err)
	}
	c := s.claimed()
	if c == nil || c.Epoch != at.Epoch {
		return nil, nil, fault.New(fault.Unavailable, "the backup stopped meanwhile").WithRemedy("look at its state, and try again")
	}
	r, err := s.dev.Restore(ctx, scratch, RestoreOptions{Seq: at.Seq, Line: c.Line, Cache: cache, Progress: progress})
	if err != nil {
		return nil, nil, err
	}
	if r.Content.Root != want.Root {
		return nil, r, fault.New(fault.Internal, "the restored store holds %v with the root %s, the live one held %v with %s at change %d",
			r.Content.Counts, r.Content.Root, want.Counts, want.Root, at.Seq).WithRemedy("run `hubcap backup verify --all`, then `hubcap backup now --full`")
	}
	n := 0
	for _, c := range want.Counts {
		n += c
	}
	p := &Proof{Checkpoint: r.Checkpoint.HeadPath(), Line: c.Line, Seq: at.Seq, At: s.now().UTC(), Documents: n, Root: want.Root, TookMS: time.Since(began).Milliseconds()}
	return p, r, s.dev.proven(ctx, *p)
}

// content sums the live store up at one change.
func (s *Shipper) content(ctx context.Context, progress Progress) (store.Content, store.Position, error) {
	snap, err := snapshot.Take(ctx, s.src.DB, s.src.Schemas, snapshot.Options{Hold: s.o.Name + "-proof", Dir: s.o.Scratch,
		Progress: func(n int) { progress("reading the store", int64(n), 0) }})
	if err != nil {
		return store.Content{}, store.Position{}, err
	}
	defer snap.Close()
	c, err := snap.Content(ctx)
	return c, snap.At, err
}
