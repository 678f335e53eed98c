package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// Manifest is what was in the bucket when it was last put in order: what must
// be there, what may go, and which checkpoints were proven. A restore works
// without it.
type Manifest struct {
	Format     int       `json:"format"`
	Generation uint64    `json:"generation"`
	Written    time.Time `json:"written"`
	Objects    []Entry   `json:"objects"` // heads of checkpoints and log segments
	Garbage    []Garbage `json:"garbage"`
	Proofs     []Proof   `json:"proofs"` // the newest last
	Pins       []Pin     `json:"pins"`
}

// Entry is an object that must be there.
type Entry struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
}

// Garbage is an object that nobody needs any more. It is deleted a while
// later, if still nobody does.
type Garbage struct {
	Path   string    `json:"path"`
	Since  time.Time `json:"since"` // by the bucket's clock
	Reason string    `json:"reason"`
}

// Proof says that a restore was tried and came out right.
type Proof struct {
	Checkpoint string    `json:"checkpoint"` // path of its head
	Line       uint64    `json:"line"`
	Seq        uint64    `json:"seq"` // up to which it was restored
	At         time.Time `json:"at"`
	Documents  int       `json:"documents"`
	Root       string    `json:"root"`
	TookMS     int64     `json:"took_ms"`
}

// Pin is a moment that somebody wishes to keep.
type Pin struct {
	At   time.Time `json:"at"`
	Note string    `json:"note"`
}

const (
	manifestPath = "manifest"
	maxProofs    = 50
)

// Manifest reads the manifest; an empty one where there is none yet.
func (d *Device) Manifest(ctx context.Context) (*Manifest, error) {
	m, _, err := d.manifest(ctx)
	return m, err
}

func (d *Device) manifest(ctx context.Context) (*Manifest, string, error) {
	name := d.name(manifestPath)
	info, err := d.repo.bucket.Stat(ctx, name)
	if fault.Is(err, fault.NotFound) {
		return &Manifest{Format: Format}, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	b, err := d.repo.get(ctx, kindManifest, name)
	if err != nil {
		return nil, "", err
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, "", &Damage{Object: name, Problem: err.Error(), err: err}
	}
	if m.Format > Format {
		return nil, "", fault.New(fault.Conflict, "the backup's manifest is of the newer form %d", m.Format).WithRemedy("use a newer hubcap")
	}
	return &m, info.Tag, nil
}

// amend changes the manifest in one conditional write; change may run more
// than once.
func (d *Device) amend(ctx context.Context, change func(*Manifest) error) (*Manifest, error) {
	for range 8 {
		m, tag, err := d.manifest(ctx)
		if err != nil {
			return nil, err
		}
		if err := change(m); err != nil {
			return nil, err
		}
		m.Generation++
		m.Written = d.repo.now().UTC()
		b, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		_, _, err = d.repo.put(ctx, kindManifest, d.name(manifestPath), b, remote.Put{IfTag: tag, IfAbsent: tag == ""})
		if errors.Is(err, remote.ErrChanged) || errors.Is(err, remote.ErrExists) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("write the manifest: %w", err)
		}
		return m, nil
	}
	return nil, fault.New(fault.Conflict, "others change the manifest again and again").WithRemedy("try again later")
}

// Pin keeps a moment, whatever the rules say.
func (d *Device) Pin(ctx context.Context, p Pin) error {
	_, err := d.amend(ctx, func(m *Manifest) error {
		if !slices.ContainsFunc(m.Pins, func(o Pin) bool { return o.At.Equal(p.At) }) {
			m.Pins = append(m.Pins, p)
		}
		return nil
	})
	return err
}

// Unpin lets the rules decide on a moment again.
func (d *Device) Unpin(ctx context.Context, at time.Time) error {
	_, err := d.amend(ctx, func(m *Manifest) error {
		m.Pins = slices.DeleteFunc(m.Pins, func(o Pin) bool { return o.At.Equal(at) })
		return nil
	})
	return err
}

// proven remembers a restore that came out right.
func (d *Device) proven(ctx context.Context, p Proof) error {
	_, err := d.amend(ctx, func(m *Manifest) error {
		m.Proofs = append(m.Proofs, p)
		if n := len(m.Proofs) - maxProofs; n > 0 {
			m.Proofs = slices.Delete(m.Proofs, 0, n)
		}
		return nil
	})
	return err
}

// take lists what must be there now, of what a history shows.
func (m *Manifest) take(h *History) {
	gone := m.garbage()
	m.Objects = m.Objects[:0]
	for _, l := range h.Lines {
		for _, f := range l.Fulls {
			if f.Whole && !gone[f.HeadPath()] {
				m.Objects = append(m.Objects, Entry{f.HeadPath(), f.Bytes})
			}
		}
		for _, s := range l.Spans {
			if !s.Void && !gone[s.Path()] {
				m.Objects = append(m.Objects, Entry{s.Path(), s.Bytes})
			}
		}
	}
}

func (m *Manifest) garbage() map[string]bool {
	out := make(map[string]bool, len(m.Garbage))
	for _, g := range m.Garbage {
		out[g.Path] = true
	}
	return out
}
