package bolt

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// The words of a salvage. A document is
//   - live: it lies in the tree, and its sums are right;
//   - salvaged: the tree no longer reaches it, and it is proven to be the last
//     one: the log says so, or its page was cut off and is not free;
//   - older: a copy with right sums that may have been changed or removed
//     since; nothing that still can be read says so or denies it;
//   - lost: something still names it, and no copy of it is left;
//   - removed: copies are left, and the log or an index says that it was
//     deleted: it is not brought back.

// SalvageOptions of a salvage; the zero SalvageOptions works.
type SalvageOptions struct {
	LockWait time.Duration
	Progress func(step string, done, of int64) // bytes or documents; may be nil
}

// SalvageReport says what was found in a damaged file and what became of it.
type SalvageReport struct {
	File        string              `json:"file"`
	Bytes       int64               `json:"bytes"`
	Head        uint64              `json:"head"`    // the last change found
	Witness     uint64              `json:"witness"` // the last change that the head file saw; 0 when it can't be read
	Flaws       []string            `json:"flaws"`   // the first of what is wrong with the pages
	LogGaps     int                 `json:"log_gaps"`
	Collections []SalvageCollection `json:"collections"`
	Lost        []SalvageDocument   `json:"lost"`
	Older       []SalvageDocument   `json:"older"`
	More        int                 `json:"more"`     // lost and older ones that are not named
	Homeless    int                 `json:"homeless"` // sound documents whose collection can't be told
	Strange     map[string]int      `json:"strange"`  // documents of collections that this program does not know
	Content     *store.Content      `json:"content,omitempty"`
}

// SalvageCollection counts a collection's documents.
type SalvageCollection struct {
	Name     string `json:"name"`
	Live     int    `json:"live"`
	Salvaged int    `json:"salvaged"`
	Older    int    `json:"older"`
	Lost     int    `json:"lost"`
	Removed  int    `json:"removed"`
}

// SalvageDocument is one document that is lost or may be an older copy.
type SalvageDocument struct {
	Collection string `json:"collection"`
	Org        string `json:"org"`
	Key        string `json:"key"`
	Rev        int64  `json:"rev,omitempty"` // of the copy
	Why        string `json:"why"`
	InBackup   string `json:"in_backup,omitempty"` // where the backup still has it
}

// Whole reports whether nothing is lost or doubtful.
func (r *SalvageReport) Whole() bool {
	return len(r.Lost) == 0 && len(r.Older) == 0 && r.More == 0 && r.Homeless == 0 && len(r.Strange) == 0
}

// maxNamed is how many documents a report names of each kind.
const maxNamed = 10_000

func (r *SalvageReport) name(list *[]SalvageDocument, d SalvageDocument) {
	if len(*list) < maxNamed {
		*list = append(*list, d)
		return
	}
	r.More++
}

func (r *SalvageReport) of(collection string) *SalvageCollection {
	at, found := slices.BinarySearchFunc(r.Collections, collection, func(c SalvageCollection, name string) int { return cmp.Compare(c.Name, name) })
	if !found {
		r.Collections = slices.Insert(r.Collections, at, SalvageCollection{Name: collection})
	}
	return &r.Collections[at]
}

// Salvaged is what was found in a damaged folder. Close lets go of it.
type Salvaged struct {
	Report SalvageReport

	w       *wreck
	file    *os.File
	lock    *os.File
	schemas map[string]*store.Schema
	list    []*store.Schema // the same, in the order given
	chosen  []found
	o       SalvageOptions
}

// found is a document to be written, and where its bytes lie.
type found struct {
	docID
	copyAt
	rank int // live before salvaged before older, where two are in each other's way
}

// Salvage reads the data file of a stopped store, whatever its state, and
// decides for every document which copy is the last. The file is opened for
// reading alone. Time and memory go with the file's size.
func Salvage(ctx context.Context, dir string, schemas []*store.Schema, o SalvageOptions) (*Salvaged, error) {
	if o.LockWait == 0 {
		o.LockWait = time.Second
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	s := &Salvaged{schemas: map[string]*store.Schema{}, o: o}
	for _, c := range schemas {
		if c.Class == store.Truth {
			s.schemas[c.Name], s.list = c, append(s.list, c)
		}
	}
	if err := s.search(ctx, dir); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Salvaged) search(ctx context.Context, dir string) (err error) {
	path := filepath.Join(dir, dataFile)
	if _, err := os.Stat(path); err != nil {
		return fault.Wrap(fault.NotFound, err, "there is no %s", path).WithRemedy("name the data folder of the hub")
	}
	if s.lock, err = lockFolder(ctx, dir, s.o.LockWait); err != nil {
		return err
	}
	if s.file, err = os.Open(path); err != nil {
		return folderError(dir, err)
	}
	info, err := s.file.Stat()
	if err != nil {
		return folderError(dir, err)
	}
	if s.w, err = openWreck(s.file, info.Size()); err != nil {
		return err
	}
	s.Report = SalvageReport{
		File: path, Bytes: info.Size(), Flaws: []string{}, Collections: []SalvageCollection{},
		Lost: []SalvageDocument{}, Older: []SalvageDocument{}, Strange: map[string]int{},
	}
	for name := range s.schemas {
		s.Report.of(name)
	}
	j := newJudge(s.w, s.schemas, &s.Report, s.o.Progress)
	j.witness = readHead(dir)
	s.Report.Witness = j.witness.Seq
	s.chosen, err = j.run(ctx)
	return err
}

// readHead reads the head file without making it.
func readHead(dir string) store.Position {
	f, err := os.Open(filepath.Join(dir, "head"))
	if err != nil {
		return store.Position{}
	}
	defer f.Close()
	return (&headFile{f}).read()
}

// Close lets go of the folder.
func (s *Salvaged) Close() error {
	var errs []error
	if s.file != nil {
		errs = append(errs, s.file.Close())
	}
	if s.lock != nil {
		errs = append(errs, unlockFolder(s.lock))
	}
	return errors.Join(errs...)
}

// Documents is how many documents Fill writes.
func (s *Salvaged) Documents() int { return len(s.chosen) }

// fillBytes is about how much one transaction of Fill writes.
const fillBytes = 4 << 20

// Fill writes what was found into an empty store, opened with the same
// schemas, at the revisions that it had, and reads it again. A document that stands in the way of another one
// (the same value where only one may have it) or that this program can't read
// is counted as lost.
func (s *Salvaged) Fill(ctx context.Context, to store.DB) error {
	// In the order of the schemas, as a move does: the audit trail is compared
	// with what follows it in the log.
	order := map[string]int{}
	for i, c := range s.list {
		order[c.Name] = i
	}
	slices.SortFunc(s.chosen, func(a, b found) int {
		return cmp.Or(order[a.coll]-order[b.coll], a.rank-b.rank, cmp.Compare(a.off, b.off))
	})
	trimmed := 0
	for done := 0; done < len(s.chosen); {
		n, size := 0, 0
		for done+n < len(s.chosen) && size < fillBytes && s.chosen[done+n].coll == s.chosen[done].coll {
			size += int(s.chosen[done+n].size)
			n++
		}
		part := s.chosen[done : done+n]
		if err := s.write(ctx, to, part); err != nil {
			if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
				return err
			}
			if err := s.writeEach(ctx, to, part); err != nil {
				return err
			}
		}
		done += n
		s.o.Progress("writing", int64(done), int64(len(s.chosen)))
		if done-trimmed > keepFilled {
			trimmed = done
			if _, err := to.Trim(ctx, keepFilled); err != nil {
				return err
			}
		}
	}
	content, err := store.ContentOf(ctx, to, s.list, nil)
	if err != nil {
		return fmt.Errorf("read again what was written: %w", err)
	}
	for _, c := range s.Report.Collections {
		if want := c.Live + c.Salvaged + c.Older; content.Counts[c.Name] != want {
			return fault.New(fault.Internal, "%d documents of %s were written and %d are there", want, c.Name, content.Counts[c.Name])
		}
	}
	s.Report.Content = &content
	return nil
}

// keepFilled is how much of the new store's log is kept while it is filled.
const keepFilled = 10_000

func (s *Salvaged) writeEach(ctx context.Context, to store.DB, part []found) error {
	for _, f := range part {
		err := s.write(ctx, to, []found{f})
		if err == nil {
			continue
		}
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
			return err
		}
		c := s.Report.of(f.coll)
		switch f.rank {
		case rankLive:
			c.Live--
		case rankSalvaged:
			c.Salvaged--
		default:
			c.Older--
			s.Report.Older = slices.DeleteFunc(s.Report.Older, func(d SalvageDocument) bool { return d.Collection == f.coll && d.Org == f.org && d.Key == f.key })
		}
		c.Lost++
		s.Report.name(&s.Report.Lost, SalvageDocument{Collection: f.coll, Org: f.org, Key: f.key, Rev: f.rev, Why: err.Error()})
	}
	return nil
}

func (s *Salvaged) write(ctx context.Context, to store.DB, part []found) error {
	rows := make([]store.Row, len(part))
	for i, f := range part {
		doc, err := s.w.document(f)
		if err != nil {
			return err
		}
		rows[i] = store.Row{Key: f.key, Doc: doc, Past: f.rev - 1}
		if rows[i].Place, rows[i].Entries, err = s.schemas[f.coll].Entries(doc); err != nil {
			return fault.Wrap(fault.Invalid, err, "%s %q can't be read by this program", f.coll, f.key)
		}
	}
	_, err := to.Update(ctx, store.Write{Scope: store.System().In(part[0].org), Actor: actor.Machine()}, func(tx store.Tx) error {
		for i, f := range part {
			if _, err := tx.ScopedTx(store.System().In(f.org)).Store(s.schemas[f.coll], rows[i], 0); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// document reads a chosen copy again, and verifies it again.
func (w *wreck) document(f found) ([]byte, error) {
	b, err := w.read(f.off, int(f.size))
	if err != nil {
		return nil, err
	}
	if f.logged {
		c, err := store.ParseChange(b)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "%s %q was changed while it was read", f.coll, f.key)
		}
		return c.After, nil
	}
	r, _, problem := parseRecord(docKey(f.org, f.key), b)
	if problem != "" {
		return nil, fault.New(fault.Invalid, "%s %q was changed while it was read: %s", f.coll, f.key, problem)
	}
	return bytes.Clone(r.doc), nil
}
