// Package drill tries a backup out: it restores from the bucket as on the day
// of the loss, looks whether everything is there and right, takes the time,
// and says so in a signed report.
package drill

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// Engine is a kind of store to restore into.
type Engine struct {
	Name string

	// Open gives an empty target, and what closes it when it is filled.
	Open func(ctx context.Context) (to backup.Target, shut func() error, err error)

	// Serve starts a hub on what was restored, asks it for an answer, and lets
	// every package look at what it keeps. It returns what they found wrong.
	// nil: the engine's documents are all that is looked at.
	Serve func(ctx context.Context) (wrong []string, err error)

	// Remove takes away what was restored; nil: it goes by itself.
	Remove func() error
}

// Options of a drill.
type Options struct {
	Device  *backup.Device
	Shipper *backup.Shipper // of the hub itself; nil on another machine: then nothing live is compared
	Engines []Engine
	Chaos   bool // the faults as well; Schemas are needed
	Schemas []*store.Schema
	Scratch string // a folder for what is fetched
	Version string
	Now     func() time.Time // nil: time.Now
	// Progress hears how far it is; nil is nobody.
	Progress backup.Progress
}

// Report says how a drill came out.
type Report struct {
	Format     int       `json:"format"`
	Made       time.Time `json:"made"`
	Version    string    `json:"version"`
	Machine    string    `json:"machine"`
	Repository string    `json:"repository"`
	Device     string    `json:"device"`
	Compared   bool      `json:"compared"` // with the live store, at one and the same change
	RPO        *RPO      `json:"rpo,omitempty"`
	Runs       []Run     `json:"runs"`
	Chaos      []Fault   `json:"chaos,omitempty"`
	OK         bool      `json:"ok"`
}

// RPO is how long a change waited before it was in the bucket: from when the
// oldest change of a segment was written to when the bucket had it.
type RPO struct {
	Segments int       `json:"segments"`
	Since    time.Time `json:"since"`
	P50MS    int64     `json:"p50_ms"`
	P99MS    int64     `json:"p99_ms"`
	MaxMS    int64     `json:"max_ms"`
}

// Run is one restore.
type Run struct {
	Engine    string         `json:"engine"`
	OK        bool           `json:"ok"`
	Trouble   string         `json:"trouble,omitempty"`
	Seq       uint64         `json:"seq"`
	At        time.Time      `json:"at"` // of the newest change that came back
	Counts    map[string]int `json:"counts"`
	Root      string         `json:"root"`
	Equal     bool           `json:"equal"` // to the live store
	Files     int            `json:"files"`
	Lost      []string       `json:"lost"`
	Wrong     []string       `json:"wrong"`
	Fetched   int64          `json:"fetched"`
	RestoreMS int64          `json:"restore_ms"`
	ServeMS   int64          `json:"serve_ms"`
	RTOMS     int64          `json:"rto_ms"` // from an empty machine to an answer
}

// Format of reports.
const Format = 1

// Run carries out a drill. A promise that does not hold is in the report and
// no error.
func (o Options) Run(ctx context.Context) (*Report, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	r := &Report{Format: Format, Made: o.Now().UTC(), Version: o.Version, Machine: fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
		Repository: o.Device.Repo().ID(), Device: o.Device.ID(), Runs: []Run{}}
	var err error
	if r.RPO, err = o.rpo(ctx); err != nil {
		return nil, err
	}
	r.OK = len(o.Engines) > 0
	for i, e := range o.Engines {
		run := o.restore(ctx, e, filepath.Join(o.Scratch, fmt.Sprint("fetched-", i)))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.Compared = r.Compared || o.Shipper != nil
		r.OK = r.OK && run.OK
		r.Runs = append(r.Runs, run)
	}
	if o.Chaos {
		if r.Chaos, err = o.chaos(ctx); err != nil {
			return nil, err
		}
		for _, f := range r.Chaos {
			r.OK = r.OK && f.Held
		}
	}
	return r, nil
}

// restore brings everything back into one engine.
func (o Options) restore(ctx context.Context, e Engine, cache string) Run {
	r := Run{Engine: e.Name, Lost: []string{}, Wrong: []string{}}
	began := time.Now()
	to, shut, err := e.Open(ctx)
	if err != nil {
		r.Trouble = err.Error()
		return r
	}
	got, err := o.fill(ctx, to, cache, &r)
	err = errors.Join(err, shut())
	if err == nil {
		r.Seq, r.At, r.Counts, r.Root, r.Files, r.Fetched = got.Seq, got.Time, got.Content.Counts, got.Content.Root, got.Files, got.Fetched
		r.Lost = append(r.Lost, got.Lost...)
		r.RestoreMS = got.Took.Milliseconds()
		if e.Serve != nil {
			o.Progress("looking at what came back", 0, 0)
			serve := time.Now()
			r.Wrong, err = e.Serve(ctx)
			r.ServeMS = time.Since(serve).Milliseconds()
		}
	}
	r.RTOMS = time.Since(began).Milliseconds()
	if e.Remove != nil {
		err = errors.Join(err, e.Remove())
	}
	if err != nil {
		r.Trouble = err.Error()
	}
	if r.Wrong == nil {
		r.Wrong = []string{}
	}
	r.OK = err == nil && len(r.Lost) == 0 && len(r.Wrong) == 0
	return r
}

func (o Options) fill(ctx context.Context, to backup.Target, cache string, r *Run) (*backup.Restored, error) {
	if o.Shipper == nil {
		return o.Device.Restore(ctx, to, backup.RestoreOptions{Cache: cache, Progress: o.Progress})
	}
	_, got, err := o.Shipper.Prove(ctx, to, cache, o.Progress)
	r.Equal = err == nil
	return got, err
}

// rpo looks at when the segments that were shipped as they were written came
// into the bucket; nil without any.
func (o Options) rpo(ctx context.Context) (*RPO, error) {
	h, err := o.Device.History(ctx)
	if err != nil {
		return nil, err
	}
	var lags []time.Duration
	r := &RPO{}
	for _, l := range h.Lines {
		for _, s := range l.Spans {
			if s.Void || s.Level != segment.Raw {
				continue
			}
			if r.Since.IsZero() || s.Begin.Before(r.Since) {
				r.Since = s.Begin
			}
			lags = append(lags, max(0, s.Written.Sub(s.Begin)))
		}
	}
	if len(lags) == 0 {
		return nil, nil
	}
	slices.Sort(lags)
	at := func(p float64) int64 { return lags[int(p*float64(len(lags)-1))].Milliseconds() }
	r.Segments, r.P50MS, r.P99MS, r.MaxMS = len(lags), at(0.5), at(0.99), at(1)
	return r, nil
}
