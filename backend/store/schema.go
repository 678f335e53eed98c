package store

import (
	"errors"
	"fmt"
	"time"
)

// Class says what a collection's documents are worth.
type Class int

const (
	Truth   Class = iota + 1 // logged, backed up, never made again
	Derived                  // can be made again from truth; not logged
	Local                    // belongs to this installation (sessions, cursors); not logged
)

func (c Class) String() string {
	switch c {
	case Truth:
		return "truth"
	case Derived:
		return "derived"
	case Local:
		return "local"
	}
	return fmt.Sprintf("Class(%d)", int(c))
}

// Schema is a collection without its Go type: what an engine needs to know.
// Define makes it; it never changes afterwards.
type Schema struct {
	Name    string
	Class   Class
	Version int // of the document's shape; documents of a newer one are refused
	Indexes []IndexSchema

	// Entries computes place and index entries of a document of any version
	// up to Version, for building a new index over old documents.
	Entries func(doc []byte) (Place, []Tuple, error)

	// Cover takes out of canonical bytes what a scope is without; nil stays nil.
	Cover func(s Scope, doc []byte) ([]byte, error)

	// Blobs names the files of a document of any version up to Version; nil
	// for a collection without files.
	Blobs func(doc []byte) ([]string, error)
}

// IndexSchema is an index without its Go type. Build changes when its
// meaning does, and tells the engine to make the index again.
type IndexSchema struct {
	Name   string
	Unique bool // within an organisation; a tuple with a null is never a duplicate
	Build  int
	Fields []FieldSchema
}

// FieldSchema is one column of an index.
type FieldSchema struct {
	Name string
	Kind Kind
}

// Index returns the index of that name.
func (c *Schema) Index(name string) (*IndexSchema, bool) {
	for i := range c.Indexes {
		if c.Indexes[i].Name == name {
			return &c.Indexes[i], true
		}
	}
	return nil, false
}

// Row is a document on its way in.
type Row struct {
	Key     string
	Place   Place
	Doc     []byte  // canonical
	Entries []Tuple // one an index, in the schema's order
	Past    int64   // the new revision is greater than this; for restoring what was deleted
}

// RowOf is the row that gives a document of any version up to Version the
// revision rev, where nothing greater is there.
func (c *Schema) RowOf(key string, doc []byte, rev int64) (Row, error) {
	row := Row{Key: key, Doc: doc, Past: rev - 1}
	var err error
	if row.Place, row.Entries, err = c.Entries(doc); err != nil {
		return Row{}, fmt.Errorf("%s %q: %w", c.Name, key, err)
	}
	return row, nil
}

// Record is a document on its way out.
type Record struct {
	Org   string
	Key   string
	Rev   int64
	Place Place
	Doc   []byte // canonical; the caller's to keep
}

// Records is one page of a query.
type Records struct {
	Records []Record
	Next    string     // cursor of the next page; "" at the end
	Damaged []*Damaged // documents of this page that could not be read
}

// Damaged says that a document's bytes are not what was written. The rest of
// the store is served.
type Damaged struct {
	Collection string
	Key        string
	Problem    string
}

func (d *Damaged) Error() string {
	return fmt.Sprintf("%s %q is damaged on disk (%s): restore it from a backup", d.Collection, d.Key, d.Problem)
}

// ErrTrimmed says that the log no longer reaches back to where a follower
// stands: it must rebuild.
var ErrTrimmed = errors.New("the change log has been trimmed past this point")

// Observer hears what an engine does, for metrics. Nil functions are skipped.
// They are called often and must not block.
type Observer struct {
	Commit func(took time.Duration, writers, changes int) // one durable commit, shared by writers
	Lag    func(follower string, changes uint64)          // after each acknowledgement
}
