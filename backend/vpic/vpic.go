// Package vpic keeps the vPIC index that a hub decodes from: the one built
// in, or a newer one that was built here from NHTSA's monthly dump.
//
// A Shelf is the folder DATA/vpic: each index brought in is a file
// RELEASE.idx, and the file current says which is in use and which was before
// it. No file there is ever changed: a new one is written beside it, verified
// and renamed, and only then chosen. A chosen index that is damaged or gone
// is passed over for the one built in, with a warning.
package vpic

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/inbox"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// Current is the decoder in use. A change of it is seen by the next decode;
// those under way end with the one that they began with.
//
// An index that was in use stays mapped until the process ends: answers hold
// slices of it. That is address space; its pages are the system's to drop.
type Current struct{ p atomic.Pointer[vin.Decoder] }

// NewCurrent returns a holder of d.
func NewCurrent(d *vin.Decoder) *Current {
	c := &Current{}
	c.p.Store(d)
	return c
}

// Get is the decoder in use.
func (c *Current) Get() *vin.Decoder { return c.p.Load() }

// Set makes d the decoder in use.
func (c *Current) Set(d *vin.Decoder) { c.p.Store(d) }

// Decode asks the decoder in use.
func (c *Current) Decode(input string, o vin.Options) vin.Result { return c.Get().Decode(input, o) }

// Options of a Shelf.
type Options struct {
	BuiltIn func() (*vin.Decoder, error) // opens the index that is built in
	Checks  []byte                       // VINs with known answers, as vin.ReadChecks reads them
	Now     func() time.Time             // nil is time.Now

	Free func(dir string) (int64, error) // bytes free on a folder's disk; nil asks the system
}

// Shelf keeps the indexes of a data folder. Its methods may be called from
// many goroutines.
type Shelf struct {
	dir string
	o   Options
	mu  sync.Mutex // held while something is written

	inbox.Box // of dumps that are sent
	opened    time.Time
}

// maxUpload is about ten times NHTSA's file.
const maxUpload = 4 << 30

// New returns the shelf of a data folder. It touches nothing.
func New(data string, o Options) *Shelf {
	if o.Now == nil {
		o.Now = time.Now
	}
	dir := filepath.Join(data, "vpic")
	return &Shelf{dir: dir, o: o, opened: o.Now(), Box: inbox.Box{Dir: dir, Most: maxUpload, Less: "send NHTSA's plain dump as it is, packed", Free: o.Free}}
}

// Kept is an index that was brought in.
type Kept struct {
	File    string    `json:"file"` // in the shelf's folder
	Release string    `json:"release"`
	Digest  string    `json:"digest"` // of the index
	Bytes   int64     `json:"bytes"`
	Brought time.Time `json:"brought"`
}

// choice is the file current. A nil index is the one built in.
type choice struct {
	Use      *Kept `json:"use"`
	Previous *Kept `json:"previous"`
	Chosen   bool  `json:"chosen"` // there is something to revert to

	// BuiltIn is the release built in when the choice was made: a program that
	// later brings a newer one than was chosen is believed.
	BuiltIn string `json:"built_in"`
}

const choiceFile = "current"

func (s *Shelf) path(name string) string { return filepath.Join(s.dir, name) }

func (s *Shelf) readChoice() (choice, error) {
	var c choice
	b, err := os.ReadFile(s.path(choiceFile))
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	for _, k := range []*Kept{c.Use, c.Previous} {
		if err == nil && k != nil && (filepath.Base(k.File) != k.File || filepath.Ext(k.File) != ".idx") {
			err = fmt.Errorf("%q is not the name of an index", k.File)
		}
	}
	if err != nil {
		return choice{}, fault.Wrap(fault.Unavailable, err, "the choice of the vPIC index in %s can't be read", s.path(choiceFile)).
			WithRemedy("bring the release in again with `hubcap vpic update FILE`")
	}
	return c, nil
}

// Use opens the index to decode from. warning says why it is not the one that
// was chosen. It is quick: the header is checked, not the whole digest
// (Verify does that).
func (s *Shelf) Use() (d *vin.Decoder, warning, err error) {
	c, warning := s.readChoice()
	if c.Use == nil {
		d, err = s.o.BuiltIn()
		return d, warning, err
	}
	d, warning = s.open(*c.Use)
	builtIn, err := s.o.BuiltIn()
	switch {
	case warning == nil && err == nil && builtIn.Release() > c.Use.Release && builtIn.Release() != c.BuiltIn:
		return builtIn, nil, nil
	case warning == nil:
		return d, nil, nil
	}
	return builtIn, warning, err
}

// open maps an index and checks that it is the one that was kept.
func (s *Shelf) open(k Kept) (*vin.Decoder, error) {
	broken := func(err error) error {
		return fault.Wrap(fault.Unavailable, err, "the vPIC index %s of release %s can't be used; Hubcap decodes with the one built in", s.path(k.File), k.Release).
			WithRemedy("bring the release in again with `hubcap vpic update FILE`, or choose the built-in index with `hubcap vpic revert`")
	}
	data, unmap, err := Map(s.path(k.File))
	if err != nil {
		return nil, broken(err)
	}
	d, err := vin.Open(data)
	if err == nil && (d.Digest() != k.Digest || int64(len(data)) != k.Bytes) {
		err = errors.New("it is not the file that was brought in")
	}
	if err != nil {
		unmap()
		return nil, broken(err)
	}
	return d, nil
}

// Info is what is known of the index in use.
type Info struct {
	Release string     `json:"release"` // "2026_10"
	Digest  string     `json:"digest"`  // SHA-256 of the index's content
	Source  string     `json:"source"`  // SHA-256 of the file that it was built from
	BuiltIn bool       `json:"built_in"`
	Brought *time.Time `json:"brought,omitempty"` // when it was brought in
	Counts  vin.Counts `json:"counts"`

	BuiltInRelease string `json:"built_in_release"`
	Previous       string `json:"previous,omitempty"` // release that a revert goes back to; empty where there is none
	Warning        string `json:"warning,omitempty"`  // why the chosen index is not in use
	Remedy         string `json:"remedy,omitempty"`
}

// Info says which index is in use.
func (s *Shelf) Info() (Info, error) {
	c, _ := s.readChoice()
	d, warning, err := s.Use()
	if err != nil {
		return Info{}, err
	}
	builtIn, err := s.o.BuiltIn()
	if err != nil {
		return Info{}, err
	}
	i := Info{Release: d.Release(), Digest: d.Digest(), Source: d.Source(), Counts: d.Counts(), BuiltIn: d.Digest() == builtIn.Digest(), BuiltInRelease: builtIn.Release()}
	if c.Use != nil && c.Use.Digest == i.Digest && warning == nil {
		i.BuiltIn, i.Brought = false, &c.Use.Brought
	}
	if c.Chosen {
		i.Previous = builtIn.Release()
		if c.Previous != nil {
			i.Previous = c.Previous.Release
		}
	}
	if warning != nil {
		i.Warning = warning.Error()
		var f *fault.Error
		if errors.As(warning, &f) {
			i.Warning, i.Remedy = f.Message, f.Remedy
		}
	}
	return i, nil
}

// Verify reads the whole index in use and compares it with its digest, then
// decodes the VINs whose answers are known. What it finds is for a person;
// nothing is well. A release other than the one built in may rightly answer
// otherwise: only lost VINs count then.
func (s *Shelf) Verify() (findings []string, err error) {
	d, warning, err := s.Use()
	if err != nil {
		return nil, err
	}
	if warning != nil {
		findings = append(findings, warning.Error())
	}
	if err := d.Verify(); err != nil {
		return append(findings, err.Error()), nil
	}
	builtIn, err := s.o.BuiltIn()
	if err != nil {
		return nil, err
	}
	checks, err := vin.ReadChecks(s.o.Checks)
	if err != nil {
		return nil, err
	}
	for _, c := range checks {
		if d.Digest() != builtIn.Digest() {
			if gone, err := lost(builtIn, d, c); err != nil || gone {
				findings = append(findings, fmt.Sprintf("the sample VIN %s no longer decodes", c.VIN))
			}
			continue
		}
		differences, err := d.Differences(c)
		if err != nil {
			return nil, err
		}
		if len(differences) > 0 {
			findings = append(findings, fmt.Sprintf("the sample VIN %s has %d wrong values: %s", c.VIN, len(differences), differences[0]))
		}
	}
	return findings, nil
}
