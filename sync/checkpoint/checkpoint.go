// Package checkpoint is the form of a full snapshot in a backup: every
// document of truth at one sequence, sorted, in parts of bounded size, and a
// head that is written last and names them.
//
// The bytes here are before sealing; docs/formats/backup.md is their law.
package checkpoint

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Name is what a checkpoint's folder says of it.
type Name struct {
	Line  uint64 // of history
	Seq   uint64 // of the last change that it holds
	Time  time.Time
	Fence uint64 // of the writer
}

// Folder is where the checkpoints of a line lie, below a device's folder.
func Folder(line uint64) string { return fmt.Sprintf("full/%08x/", line) }

// Path is the checkpoint's own folder, with a slash at its end.
func (n Name) Path() string {
	return fmt.Sprintf("%s%016x-%016x-%08x/", Folder(n.Line), n.Seq, n.Time.UnixMicro(), n.Fence)
}

// HeadPath is the object that makes the checkpoint whole.
func (n Name) HeadPath() string { return n.Path() + "head" }

// PartPath is the object of a part, counted from 1.
func (n Name) PartPath(i int) string { return fmt.Sprintf("%spart-%05d", n.Path(), i) }

var nameForm = regexp.MustCompile(`^full/([0-9a-f]{8})/([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{8})/(head|part-[0-9]{5,})$`)

// ParseName reads the name out of an object's path; object is "head" or a
// part's.
func ParseName(path string) (n Name, object string, err error) {
	m := nameForm.FindStringSubmatch(path)
	if m == nil {
		return Name{}, "", fault.New(fault.Invalid, "%q is not the name of a part of a checkpoint", path)
	}
	var v [4]uint64
	for i := range v {
		v[i], _ = strconv.ParseUint(m[i+1], 16, 64) // the form has allowed nothing else
	}
	n = Name{Line: v[0], Seq: v[1], Time: time.UnixMicro(int64(v[2])).UTC(), Fence: v[3]}
	if n.Path()+m[5] != path {
		return Name{}, "", fault.New(fault.Invalid, "%q names a checkpoint that can't be", path)
	}
	return n, m[5], nil
}

// Head says what a checkpoint holds.
type Head struct {
	Format      int           `json:"format"`
	Line        uint64        `json:"line"`
	Seq         uint64        `json:"seq"`
	Time        time.Time     `json:"time"` // of the change Seq; of the checkpoint where there is none
	Fence       uint64        `json:"fence"`
	Made        time.Time     `json:"made"`
	Epoch       string        `json:"epoch"`
	Version     string        `json:"version"` // of the hub that wrote it
	Collections []Collection  `json:"collections"`
	Content     store.Content `json:"content"`
	Parts       []Part        `json:"parts"`
	Blobs       []string      `json:"blobs"` // SHA-256 of the files that its documents name
	Missing     []string      `json:"missing,omitempty"`
}

// Collection names the shape of a collection's documents, in the order in
// which they were summed up.
type Collection struct {
	Name   string `json:"name"`
	Schema int    `json:"schema"`
}

// Part is one object of a checkpoint.
type Part struct {
	Bytes     int64  `json:"bytes"`  // sealed
	SHA256    string `json:"sha256"` // of the bytes before sealing
	Documents int    `json:"documents"`
}

// Format of heads and parts.
const Format = 1

// Name of the checkpoint that the head belongs to.
func (h *Head) Name() Name { return Name{Line: h.Line, Seq: h.Seq, Time: h.Time, Fence: h.Fence} }

// Bytes is the sealed size of all parts.
func (h *Head) Bytes() (n int64) {
	for _, p := range h.Parts {
		n += p.Bytes
	}
	return n
}

// Encode is the head before sealing.
func (h *Head) Encode() ([]byte, error) { return json.Marshal(h) }

// ParseHead reads a head that must be of the name given.
func ParseHead(n Name, b []byte) (*Head, error) {
	var h Head
	if err := json.Unmarshal(b, &h); err != nil {
		return nil, fmt.Errorf("read the head of %s: %w", n.Path(), err)
	}
	if h.Format > Format {
		return nil, fault.New(fault.Conflict, "the checkpoint %s is of the newer form %d", n.Path(), h.Format).WithRemedy("use a newer hubcap")
	}
	if h.Format < 1 || h.Name().Path() != n.Path() {
		return nil, fmt.Errorf("the head of %s is that of another", n.Path())
	}
	return &h, nil
}
