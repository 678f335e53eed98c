// Package snapshot reads a whole store as it was at one sequence, without
// holding a long transaction: it copies the documents page by page into a
// spool, reads from the change log what was written meanwhile, and merges the
// two.
//
// Every change holds the document whole, so whichever side of a change a page
// saw, the merged document is the one after it.
package snapshot

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Options of a snapshot.
type Options struct {
	// Hold is the name under which the log is kept from being trimmed
	// meanwhile. Two snapshots at once need two names.
	Hold string

	// Dir holds the spool, about as large as the documents; it is removed at
	// the end.
	Dir string

	// Progress hears of every page; nil is nobody.
	Progress func(documents int)
}

// maxBehind is how many changes a snapshot that hangs may hold back.
const maxBehind = 2_000_000

// Snapshot is a store at one sequence, ready to be read.
type Snapshot struct {
	At   store.Position
	Time time.Time // of the change At; zero when the log does not say

	schemas []*store.Schema
	spool   *os.File
	touched map[string][]touch // by collection, sorted by place
}

// touch is the last change to a document while the spool was written.
type touch struct {
	place string // org, 0, key: as stores sort
	rec   *store.Record
}

// Take copies every document of truth of the schemas. The caller closes the
// snapshot.
func Take(ctx context.Context, db store.DB, schemas []*store.Schema, o Options) (s *Snapshot, err error) {
	s = &Snapshot{touched: map[string][]touch{}}
	for _, c := range schemas {
		if c.Class == store.Truth {
			s.schemas = append(s.schemas, c)
		}
	}
	from := db.Head()
	if err := db.Acknowledge(ctx, o.Hold, from, maxBehind); err != nil {
		return nil, fmt.Errorf("hold the change log: %w", err)
	}
	defer func() { err = errors.Join(err, db.Forget(context.WithoutCancel(ctx), o.Hold)) }()
	if s.spool, err = os.CreateTemp(o.Dir, "snapshot-*"); err != nil {
		return nil, fmt.Errorf("make a spool: %w", err)
	}
	defer func() {
		if err != nil {
			s.Close()
			s = nil
		}
	}()
	// The open file is all that is needed: a killed process leaves none behind.
	_ = os.Remove(s.spool.Name())
	if err := s.scan(ctx, db, o.Progress); err != nil {
		return s, err
	}
	return s, s.tail(ctx, db, from)
}

// Close removes the spool.
func (s *Snapshot) Close() {
	_ = s.spool.Close()
	_ = os.Remove(s.spool.Name()) // where it could not be removed while open
}

func (s *Snapshot) scan(ctx context.Context, db store.DB, progress func(int)) error {
	w := bufio.NewWriterSize(s.spool, 1<<20)
	n := 0
	for i, c := range s.schemas {
		err := store.EachPage(ctx, db, c, "", func(p store.Records) error {
			for j := range p.Records {
				if err := writeRecord(w, i, &p.Records[j]); err != nil {
					return err
				}
			}
			n += len(p.Records)
			if progress != nil {
				progress(n)
			}
			return nil
		})
		if err != nil {
			return spoolError(err)
		}
	}
	return spoolError(w.Flush())
}

func spoolError(err error) error {
	if err != nil && fault.Of(err) == fault.Internal && strings.Contains(err.Error(), "no space left") {
		return fault.Wrap(fault.Full, err, "there is no room for the snapshot's spool").WithRemedy("free about as much room as the store takes, or name another folder with --data")
	}
	return err
}

// tail reads what was written since from.
func (s *Snapshot) tail(ctx context.Context, db store.DB, from store.Position) error {
	until := db.Head()
	if until.Epoch != from.Epoch {
		return fault.New(fault.Conflict, "the store began a new history meanwhile").WithRemedy("try again")
	}
	s.At = from
	last := map[string]map[string]*store.Record{}
	for s.At.Seq < until.Seq {
		changes, err := db.Changes(ctx, s.At.Seq, 1000)
		if err != nil {
			return fmt.Errorf("read the change log: %w", err)
		}
		if len(changes) == 0 {
			return fault.New(fault.Conflict, "the change log ends at %d, and %d was written", s.At.Seq, until.Seq).WithRemedy("run `hubcap doctor`")
		}
		for i := range changes {
			c := &changes[i]
			of := last[c.Collection]
			if of == nil {
				of = map[string]*store.Record{}
				last[c.Collection] = of
			}
			place := c.Org + "\x00" + c.Key
			if c.Deleted() {
				of[place] = nil
			} else {
				of[place] = &store.Record{Org: c.Org, Key: c.Key, Rev: c.Rev, Place: c.Place, Doc: c.After}
			}
			s.At.Seq, s.Time = c.Seq, c.Time
		}
	}
	for collection, of := range last {
		list := make([]touch, 0, len(of))
		for place, rec := range of {
			list = append(list, touch{place, rec})
		}
		slices.SortFunc(list, func(a, b touch) int { return strings.Compare(a.place, b.place) })
		s.touched[collection] = list
	}
	return s.dated(ctx, db)
}

// dated finds the time of the last change where nothing was written
// meanwhile.
func (s *Snapshot) dated(ctx context.Context, db store.DB) error {
	if !s.Time.IsZero() || s.At.Seq == 0 {
		return nil
	}
	changes, err := db.Changes(ctx, s.At.Seq-1, 1)
	switch {
	case errors.Is(err, store.ErrTrimmed):
		return nil
	case err != nil:
		return fmt.Errorf("read the change log: %w", err)
	}
	for i := range changes {
		if changes[i].Seq == s.At.Seq {
			s.Time = changes[i].Time
		}
	}
	return nil
}

// Each calls fn with every collection, and then with each of its documents in
// the order of store.ContentOf.
func (s *Snapshot) Each(ctx context.Context, begin func(*store.Schema) error, fn func(*store.Schema, *store.Record) error) error {
	if _, err := s.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(s.spool, 1<<20)
	at, next, err := readRecord(r)
	for i, c := range s.schemas {
		if err := begin(c); err != nil {
			return err
		}
		touched := s.touched[c.Name]
		emit := func(until string) error { // all that was touched before this place
			for len(touched) > 0 && (until == "" || touched[0].place < until) {
				if touched[0].rec != nil {
					if err := fn(c, touched[0].rec); err != nil {
						return err
					}
				}
				touched = touched[1:]
			}
			return nil
		}
		for ; err == nil && at == i; at, next, err = readRecord(r) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			place := next.Org + "\x00" + next.Key
			if err := emit(place); err != nil {
				return err
			}
			if len(touched) > 0 && touched[0].place == place {
				continue // emitted as it is now, with what comes next
			}
			if err := fn(c, next); err != nil {
				return err
			}
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("read the spool: %w", err)
		}
		if err := emit(""); err != nil {
			return err
		}
	}
	return nil
}

// Content sums the snapshot up.
func (s *Snapshot) Content(ctx context.Context) (store.Content, error) {
	var t store.Tally
	err := s.Each(ctx, func(c *store.Schema) error { t.Begin(c.Name); return nil },
		func(c *store.Schema, r *store.Record) error { t.Add(c.Name, r); return nil })
	return t.Content(), err
}

func writeRecord(w *bufio.Writer, schema int, r *store.Record) error {
	b := binary.AppendUvarint(nil, uint64(schema))
	b = binary.AppendUvarint(b, uint64(r.Rev))
	for _, s := range []string{r.Org, r.Key} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Doc)))
	if _, err := w.Write(b); err != nil {
		return err
	}
	_, err := w.Write(r.Doc)
	return err
}

func readRecord(r *bufio.Reader) (schema int, rec *store.Record, err error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, nil, err
	}
	rec = &store.Record{}
	rev, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, nil, io.ErrUnexpectedEOF
	}
	rec.Rev = int64(rev)
	var parts [3][]byte
	for i := range parts {
		size, err := binary.ReadUvarint(r)
		if err != nil {
			return 0, nil, io.ErrUnexpectedEOF
		}
		parts[i] = make([]byte, size)
		if _, err := io.ReadFull(r, parts[i]); err != nil {
			return 0, nil, io.ErrUnexpectedEOF
		}
	}
	rec.Org, rec.Key, rec.Doc = string(parts[0]), string(parts[1]), parts[2]
	return int(n), rec, nil
}
