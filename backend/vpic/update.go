package vpic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/inbox"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/dump"
	"github.com/hubcap-dev/hubcap/backend/vpic/index"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
)

// Update says what an update is made from.
type Update struct {
	Path  string // of the dump
	Name  string // what the file was called; "" takes the path's
	Force bool   // take it although it is older, or loses sample VINs

	// Progress hears how far it is, in percent, and what is being done; nil is
	// nobody.
	Progress func(percent int, note string)
}

// Updated is what an update did.
type Updated struct {
	Release  string    `json:"release"`
	Before   string    `json:"before"` // release that was in use
	Digest   string    `json:"digest"`
	Source   string    `json:"source"`
	Bytes    int64     `json:"bytes"`
	Already  bool      `json:"already"` // the same index is in use; nothing was done
	Rows     int64     `json:"rows"`    // read of the dump
	Skipped  int64     `json:"skipped"` // rows that nobody needs
	Counts   []Count   `json:"counts"`
	Warnings []string  `json:"warnings"`
	Changed  []Changed `json:"changed"` // sample VINs that decode otherwise now
	TookMS   int64     `json:"took_ms"`

	Decoder *vin.Decoder `json:"-"`
}

// Count is how many of something the index in use and the new one hold.
type Count struct {
	What   string `json:"what"`
	Before int    `json:"before"`
	Now    int    `json:"now"`
}

// Changed is a sample VIN with the values that differ.
type Changed struct {
	VIN         string   `json:"vin"`
	Lost        bool     `json:"lost"` // no make any more
	Differences []string `json:"differences"`
}

const (
	fell    = 20 // a count that fell by more than a twentieth is warned of
	maxLost = 3  // sample VINs that may be lost
)

// Update builds an index from a dump, verifies it, and chooses it. Until then
// the index in use is not touched; what fails leaves nothing behind.
func (s *Shelf) Update(ctx context.Context, u Update) (Updated, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	began := s.o.Now()
	tell := func(percent int, note string) {
		if u.Progress != nil {
			u.Progress(percent, note)
		}
	}
	inUse, _, err := s.Use()
	if err != nil {
		return Updated{}, err
	}
	tell(0, "open the dump")
	f, err := dump.Open(u.Path, u.Name)
	if err != nil {
		return Updated{}, err
	}
	defer f.Close()
	if f.Release < inUse.Release() && !u.Force {
		return Updated{}, fault.New(fault.Conflict, "the dump is of %s, older than %s in use", f.Release, inUse.Release()).
			WithRemedy("repeat with --force to use the older one")
	}
	source, err := f.Source(ctx)
	if err != nil {
		return Updated{}, err
	}
	if f.Release == inUse.Release() && fmt.Sprintf("%x", source) == inUse.Source() {
		return Updated{Release: f.Release, Before: f.Release, Digest: inUse.Digest(), Source: inUse.Source(), Already: true, Counts: []Count{}, Warnings: []string{}, Changed: []Changed{}, Decoder: inUse}, nil
	}
	out, built, err := s.build(ctx, f, index.Stamp{Release: f.Release, Source: source}, tell)
	if err != nil {
		return Updated{}, err
	}
	out.Before = inUse.Release()
	tell(92, "write and verify the index")
	if err := s.take(ctx, &out, built, inUse, u.Force); err != nil {
		return Updated{}, err
	}
	out.TookMS = s.o.Now().Sub(began).Milliseconds()
	return out, nil
}

// build reads the dump and builds the index in memory, all of which is given
// back at its end.
func (s *Shelf) build(ctx context.Context, f *dump.File, stamp index.Stamp, tell func(int, string)) (out Updated, built []byte, err error) {
	defer debug.FreeOSMemory()
	last := -1
	f.Watch = func(done, total int64) {
		if p := int(min(done*60/max(total, 1), 60)); p > last {
			last = p
			tell(p, "read the dump")
		}
	}
	rel, stats, err := dump.Read(ctx, f)
	if err != nil {
		return out, nil, err
	}
	tell(62, "build the index")
	if built, err = buildIndex(rel, stamp); err != nil {
		return out, nil, fault.Wrap(fault.Invalid, err, "no index can be built from this dump").
			WithRemedy("if it is NHTSA's own, its tables have changed and Hubcap needs a newer version; the index in use stays")
	}
	return Updated{Release: f.Release, Source: fmt.Sprintf("%x", stamp.Source), Rows: stats.Rows, Skipped: stats.Skipped, Warnings: []string{}, Changed: []Changed{}}, built, ctx.Err()
}

// buildIndex is index.Build of tables that nobody has vouched for.
func buildIndex(rel *tables.Release, stamp index.Stamp) (b []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the builder gave up: %v", p)
		}
	}()
	return index.Build(rel, stamp)
}

// take writes the index, verifies what was written, and chooses it.
func (s *Shelf) take(ctx context.Context, out *Updated, built []byte, inUse *vin.Decoder, force bool) error {
	temp, err := s.write(built)
	if err != nil {
		return err
	}
	out.Bytes = int64(len(built))
	data, unmap, err := Map(temp)
	if err == nil {
		err = s.examine(out, data, inUse, force)
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = s.choose(temp, out)
		}
		if err != nil {
			unmap()
		}
	}
	if err != nil { // temp is gone already where only the choice failed
		_ = os.Remove(temp)
	}
	return err
}

// examine holds a new index against its digest and the one in use.
func (s *Shelf) examine(out *Updated, data string, inUse *vin.Decoder, force bool) error {
	d, err := vin.Open(data)
	if err == nil {
		err = d.Verify()
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the new index can't be read back as it was written").WithRemedy("check the disk; the index in use stays")
	}
	out.Decoder, out.Digest = d, d.Digest()
	out.compare(inUse.Counts(), d.Counts())
	checks, err := vin.ReadChecks(s.o.Checks)
	if err != nil {
		return err
	}
	gone := 0
	for _, c := range checks {
		ch, err := changes(inUse, d, c)
		if err != nil {
			return err
		}
		if ch.Lost {
			gone++
		}
		if len(ch.Differences) > 0 {
			out.Changed = append(out.Changed, ch)
		}
	}
	if gone > maxLost && !force {
		return fault.New(fault.Invalid, "with the new index %d of %d well-known VINs no longer decode", gone, len(checks)).
			WithRemedy("the dump is not whole, or its tables mean something else now; --force takes it anyway, and `hubcap vpic revert` goes back")
	}
	return nil
}

// compare counts what both hold and warns where something fell.
func (u *Updated) compare(before, now vin.Counts) {
	u.Counts = []Count{
		{"makers (WMI)", before.WMIs, now.WMIs}, {"maker's schemas by year", before.Links, now.Links}, {"schemas", before.Schemas, now.Schemas},
		{"patterns", before.Patterns, now.Patterns}, {"models", before.Models, now.Models}, {"makes", before.Makes, now.Makes},
		{"specifications", before.Specs, now.Specs}, {"check digit exceptions", before.Exceptions, now.Exceptions},
	}
	for _, c := range u.Counts {
		if c.Before-c.Now > c.Before/fell {
			u.Warnings = append(u.Warnings, fmt.Sprintf("%s: %d, before %d", c.What, c.Now, c.Before))
		}
	}
}

// changes compares two indexes by one VIN.
func changes(before, now *vin.Decoder, c vin.Check) (Changed, error) {
	clock, err := time.Parse(time.DateOnly, c.Clock)
	if err != nil {
		return Changed{}, fmt.Errorf("check of %s: %w", c.VIN, err)
	}
	o := vin.Options{ModelYear: c.Year, Now: clock}
	a, b := before.Decode(c.VIN, o), now.Decode(c.VIN, o)
	out := Changed{VIN: c.VIN, Lost: a.Get("Make") != "" && b.Get("Make") == ""}
	codes := []string{}
	for _, r := range []*vin.Result{&a, &b} {
		for _, v := range r.Values {
			codes = append(codes, v.Code)
		}
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		x, y := a.All(code), b.All(code)
		if !slices.Equal(x, y) {
			out.Differences = append(out.Differences, fmt.Sprintf("%s: %q, before %q", code, strings.Join(y, "; "), strings.Join(x, "; ")))
		}
	}
	return out, nil
}

func lost(before, now *vin.Decoder, c vin.Check) (bool, error) {
	ch, err := changes(before, now, c)
	return ch.Lost, err
}

// write puts an index on disk under a name of its own.
func (s *Shelf) write(b []byte) (path string, err error) {
	if err := s.make(); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(s.dir, "new-*"+partSuffix)
	if err != nil {
		return "", inbox.NoRoom(s.dir, err)
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(inbox.NoRoom(s.dir, err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func (s *Shelf) make() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return inbox.NoRoom(s.dir, err)
	}
	return nil
}

// choose gives a verified index its name and makes it the one in use.
func (s *Shelf) choose(temp string, out *Updated) error {
	was, _ := s.readChoice()
	k := Kept{File: nameOf(out, was), Release: out.Release, Digest: out.Digest, Bytes: out.Bytes, Brought: s.o.Now().UTC()}
	next := choice{Use: &k, Previous: was.Use, Chosen: true}
	if was.Use != nil && was.Use.Release == k.Release { // the same release again: what was before it stays so
		next.Previous = was.Previous
	}
	if err := os.Rename(temp, s.path(k.File)); err != nil {
		return inbox.NoRoom(s.dir, err)
	}
	if err := s.writeChoice(next); err != nil {
		return err
	}
	s.sweep(next)
	return nil
}

// nameOf is a file name that no other index has: until it is chosen, the one
// in use stays whole, though it may be of the same release.
func nameOf(out *Updated, was choice) string {
	name := out.Release + ".idx"
	for _, k := range []*Kept{was.Use, was.Previous} {
		if k != nil && k.File == name && k.Digest != out.Digest {
			return out.Release + "-" + out.Digest[:8] + ".idx"
		}
	}
	return name
}

func (s *Shelf) writeChoice(c choice) error {
	if builtIn, err := s.o.BuiltIn(); err == nil {
		c.BuiltIn = builtIn.Release()
	}
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	temp, err := s.write(append(b, '\n'))
	if err != nil {
		return err
	}
	if err := os.Rename(temp, s.path(choiceFile)); err != nil {
		return errors.Join(inbox.NoRoom(s.dir, err), os.Remove(temp))
	}
	syncFolder(s.dir)
	return nil
}

// Revert goes back to the index that was in use before the last update; once
// more, and the update is back.
func (s *Shelf) Revert() (*vin.Decoder, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.readChoice()
	if err != nil { // what can't be read was no choice: the built-in index
		c = choice{Chosen: true}
	}
	if !c.Chosen {
		return nil, fault.New(fault.Conflict, "the built-in vPIC index is in use, and there is none to go back to").WithRemedy("bring a release in with `hubcap vpic update FILE`")
	}
	if c.Previous != nil {
		d, err := s.open(*c.Previous)
		if err != nil {
			return nil, err
		}
		return d, s.writeChoice(choice{Use: c.Previous, Previous: c.Use, Chosen: true})
	}
	d, err := s.o.BuiltIn()
	if err != nil {
		return nil, err
	}
	return d, s.writeChoice(choice{Previous: c.Use, Chosen: c.Use != nil})
}

// syncFolder makes a rename last. A folder that can't be opened, as on
// Windows, or synced keeps the old choice or the new one after a power cut.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
