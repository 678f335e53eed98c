package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Def declares a collection of documents of the Go type T, a struct.
type Def[T any] struct {
	Name  string // lower case and '_', as in "service_records"; never changes
	Class Class

	// Schema is the number of T's shape, from 1. Each step of Upgrade turns a
	// document of one shape into the next: Upgrade[0] turns 1 into 2, and so
	// on, so there are Schema-1 of them from the first release on.
	Schema  int
	Upgrade []func(doc map[string]any) error

	Key     func(*T) string // the document's key, part of the document
	Place   func(*T) Place  // nil: nowhere in particular
	Indexes []Index[T]
	Veils   []Veil[T]

	// Blobs names the files that a document stands for, as SHA-256 in lower
	// case hexadecimal: a backup holds them before it holds the document. nil:
	// none.
	Blobs func(*T) []string
}

// Veil covers a part of a document for scopes that are Without it. An index
// is not covered: whoever asks by one learns its order, so no field of one
// may say what a veil covers.
type Veil[T any] struct {
	Name string
	Hide func(v *T) // takes the covered values out

	// Keep puts the covered values of the document that is being replaced into
	// the new one, which its writer could not see. It may not write into what
	// v's own slices and maps hold.
	Keep func(v, before *T)
}

// Index declares one order over a collection.
type Index[T any] struct {
	Name   string
	Unique bool // within an organisation; nulls are never duplicates
	Build  int  // raise it when a Field's Value means something else than before
	Fields []Field[T]
}

// Field is one column of an index.
type Field[T any] struct {
	Name  string
	Kind  Kind
	Value func(*T) Value
}

// Collection reads and writes documents of one type through any engine.
type Collection[T any] struct {
	def    Def[T]
	schema Schema
}

// Doc is a document read, with its key and revision.
type Doc[T any] struct {
	Org   string
	Key   string
	Rev   int64 // 1 for the first; the HTTP ETag
	Place Place
	Value T
}

// Page is one page of a query.
type Page[T any] struct {
	Items   []Doc[T]
	Next    string     // Cursor of the next page; "" at the end
	Damaged []*Damaged // documents of this page whose bytes are not what was written
}

// Define checks a declaration and returns its collection. It panics on a
// declaration that cannot work: that is a broken program.
func Define[T any](d Def[T]) *Collection[T] {
	c := &Collection[T]{def: d}
	if err := checkDef(d); err != nil {
		panic("store: collection " + strconv.Quote(d.Name) + ": " + err.Error())
	}
	c.schema = Schema{Name: d.Name, Class: d.Class, Version: d.Schema, Entries: c.entriesOf, Cover: c.coverDoc}
	if d.Blobs != nil {
		c.schema.Blobs = c.blobsOf
	}
	for _, ix := range d.Indexes {
		s := IndexSchema{Name: ix.Name, Unique: ix.Unique, Build: ix.Build}
		for _, f := range ix.Fields {
			s.Fields = append(s.Fields, FieldSchema{Name: f.Name, Kind: f.Kind})
		}
		c.schema.Indexes = append(c.schema.Indexes, s)
	}
	return c
}

// Schema is the collection as engines see it; pass it to an engine's Open.
func (c *Collection[T]) Schema() *Schema { return &c.schema }

// Name is the collection's name, as in Change.Collection.
func (c *Collection[T]) Name() string { return c.schema.Name }

// Get returns one document; fault.NotFound when there is none in scope.
func (c *Collection[T]) Get(r Reader, key string) (Doc[T], error) {
	if err := r.Scope().confined("reading a document"); err != nil {
		return Doc[T]{}, err
	}
	rec, err := r.Fetch(&c.schema, key)
	if err != nil {
		return Doc[T]{}, err
	}
	return c.doc(r.Scope(), rec)
}

// GetMany returns the documents that exist in scope, in the order of keys:
// what a search's answer is read again with. Damaged ones are left out and
// named.
func (c *Collection[T]) GetMany(r Reader, keys []string) (Page[T], error) {
	if m, ok := r.(ManyFetcher); ok && r.Scope().org != "" {
		recs, err := m.FetchMany(&c.schema, keys)
		if err != nil {
			return Page[T]{}, err
		}
		return c.page(r.Scope(), recs)
	}
	p := Page[T]{Items: make([]Doc[T], 0, len(keys))}
	for _, k := range keys {
		d, err := c.Get(r, k)
		var damaged *Damaged
		switch {
		case err == nil:
			p.Items = append(p.Items, d)
		case errors.As(err, &damaged):
			p.Damaged = append(p.Damaged, damaged)
		case !fault.Is(err, fault.NotFound):
			return Page[T]{}, err
		}
	}
	return p, nil
}

// Query returns one page of documents in the order of the query's index.
func (c *Collection[T]) Query(r Reader, q Query) (Page[T], error) {
	recs, err := r.Select(&c.schema, q)
	if err != nil {
		return Page[T]{}, err
	}
	return c.page(r.Scope(), recs)
}

func (c *Collection[T]) page(s Scope, recs Records) (Page[T], error) {
	p := Page[T]{Items: make([]Doc[T], 0, len(recs.Records)), Next: recs.Next, Damaged: recs.Damaged}
	for _, rec := range recs.Records {
		d, err := c.doc(s, rec)
		if err != nil {
			return Page[T]{}, err
		}
		p.Items = append(p.Items, d)
	}
	return p, nil
}

// Insert writes a new document; fault.Conflict when its key exists.
func (c *Collection[T]) Insert(tx Tx, v *T) (rev int64, err error) { return c.Put(tx, v, 0) }

// Put writes a document over the revision ifRev, with AnyRev over whatever
// is there. It is fault.Conflict when the revision is another or a unique
// index holds the same values, fault.NotFound when there is nothing in scope
// to replace, and fault.Invalid, naming the field, for what a document can't
// hold.
func (c *Collection[T]) Put(tx Tx, v *T, ifRev int64) (rev int64, err error) {
	if err := tx.Scope().confined("writing a document"); err != nil {
		return 0, err
	}
	row := Row{Key: c.def.Key(v)}
	if err := checkKey(row.Key); err != nil {
		return 0, err
	}
	if v, err = c.unveiled(tx, row.Key, v, ifRev); err != nil {
		return 0, err
	}
	if row.Doc, err = canonicalOf(v, c.def.Schema); err != nil {
		return 0, err
	}
	if row.Place, row.Entries, err = c.entries(v); err != nil {
		return 0, err
	}
	return tx.Store(&c.schema, row, ifRev)
}

// Delete removes the document at ifRev, with AnyRev at any revision. It is
// fault.NotFound when there is none in scope.
func (c *Collection[T]) Delete(tx Tx, key string, ifRev int64) error {
	if err := tx.Scope().confined("deleting a document"); err != nil {
		return err
	}
	return tx.Remove(&c.schema, key, ifRev)
}

// Decode turns canonical bytes, such as Change.After, into a document of
// today's shape, upgrading an older one.
func (c *Collection[T]) Decode(doc []byte) (T, error) {
	var v T
	n, err := schemaOf(doc)
	if err != nil {
		return v, fmt.Errorf("%s: %w", c.def.Name, err)
	}
	if n > c.def.Schema {
		return v, fault.New(fault.Unavailable, "a document of %s was written by a newer Hubcap (its schema is %d, this program knows %d)",
			c.def.Name, n, c.def.Schema).WithRemedy("start the newer version")
	}
	if n < c.def.Schema {
		if doc, err = c.upgrade(doc, n); err != nil {
			return v, err
		}
	}
	if err := json.Unmarshal(doc, &v); err != nil {
		return v, fmt.Errorf("%s: read document: %w", c.def.Name, err)
	}
	return v, nil
}

// Encode is the canonical bytes of a document, as Decode reads them.
func (c *Collection[T]) Encode(v *T) ([]byte, error) { return canonicalOf(v, c.def.Schema) }

func (c *Collection[T]) upgrade(doc []byte, from int) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("%s: read document: %w", c.def.Name, err)
	}
	delete(m, schemaKey)
	for n := from; n < c.def.Schema; n++ {
		if err := c.def.Upgrade[n-1](m); err != nil {
			return nil, fmt.Errorf("%s: upgrade document from schema %d: %w", c.def.Name, n, err)
		}
	}
	return json.Marshal(m)
}

// Cover takes out of a decoded document what the scope is without.
func (c *Collection[T]) Cover(s Scope, v *T) {
	for _, veil := range c.def.Veils {
		if s.Withholds(veil.Name) {
			veil.Hide(v)
		}
	}
}

// unveiled returns v with what its writer could not see, as it stands in the
// document that v replaces.
func (c *Collection[T]) unveiled(tx Tx, key string, v *T, ifRev int64) (*T, error) {
	if ifRev == 0 || !slices.ContainsFunc(c.def.Veils, func(veil Veil[T]) bool { return tx.Scope().Withholds(veil.Name) }) {
		return v, nil
	}
	rec, err := tx.Fetch(&c.schema, key)
	if fault.Is(err, fault.NotFound) {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	before, err := c.Decode(rec.Doc)
	if err != nil {
		return nil, err
	}
	if err := c.checkCovered(tx.Scope(), v); err != nil {
		return nil, err
	}
	whole := *v
	for _, veil := range c.def.Veils {
		if tx.Scope().Withholds(veil.Name) {
			veil.Keep(&whole, &before)
		}
	}
	return &whole, nil
}

// checkCovered refuses a document that sets what its writer can't see: it
// would be lost, or tell whether it was right.
func (c *Collection[T]) checkCovered(s Scope, v *T) error {
	given, err := canonicalOf(v, c.def.Schema)
	if err != nil {
		return err
	}
	bare, err := c.Decode(given)
	if err != nil {
		return err
	}
	c.Cover(s, &bare)
	covered, err := canonicalOf(&bare, c.def.Schema)
	if err != nil {
		return err
	}
	if !bytes.Equal(given, covered) {
		return fault.New(fault.Denied, "this changes what you may not see (%s)", strings.Join(s.veils, ", ")).WithRemedy("leave it out; what stands there is kept")
	}
	return nil
}

// coverDoc is Cover of canonical bytes.
func (c *Collection[T]) coverDoc(s Scope, doc []byte) ([]byte, error) {
	if doc == nil || !slices.ContainsFunc(c.def.Veils, func(veil Veil[T]) bool { return s.Withholds(veil.Name) }) {
		return doc, nil
	}
	v, err := c.Decode(doc)
	if err != nil {
		return nil, err
	}
	c.Cover(s, &v)
	return canonicalOf(&v, c.def.Schema)
}

func (c *Collection[T]) doc(s Scope, r Record) (Doc[T], error) {
	v, err := c.Decode(r.Doc)
	if err != nil {
		return Doc[T]{}, err
	}
	c.Cover(s, &v)
	return Doc[T]{Org: r.Org, Key: r.Key, Rev: r.Rev, Place: r.Place, Value: v}, nil
}

func (c *Collection[T]) entries(v *T) (Place, []Tuple, error) {
	var p Place
	if c.def.Place != nil {
		p = c.def.Place(v)
	}
	for _, part := range []string{p.Location, p.Group, p.Owner} {
		if why := String(part).fits(Text); why != "" {
			return p, nil, fault.New(fault.Invalid, "the document's place %s", why)
		}
	}
	tuples := make([]Tuple, len(c.def.Indexes))
	for i, ix := range c.def.Indexes {
		t := make(Tuple, len(ix.Fields))
		for j, f := range ix.Fields {
			t[j] = f.Value(v)
			if why := t[j].fits(f.Kind); why != "" {
				return p, nil, fault.InvalidField("/"+f.Name, why, "shorten or correct it")
			}
		}
		tuples[i] = t
	}
	return p, tuples, nil
}

func (c *Collection[T]) entriesOf(doc []byte) (Place, []Tuple, error) {
	v, err := c.Decode(doc)
	if err != nil {
		return Place{}, nil, err
	}
	return c.entries(&v)
}

func (c *Collection[T]) blobsOf(doc []byte) ([]string, error) {
	v, err := c.Decode(doc)
	if err != nil {
		return nil, err
	}
	return c.def.Blobs(&v), nil
}
