package backup

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
	"github.com/hubcap-dev/hubcap/sync/seal"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// Target is a store to restore into: empty, or one in which the same restore
// was interrupted. Nobody else may write to it meanwhile.
type Target struct {
	DB      store.DB
	Schemas []*store.Schema // the collections that are content; the engine holds Schemas as well
	Files   Files           // nil: the files stay in the bucket
}

// RestoreOptions of a restore; Cache is required.
type RestoreOptions struct {
	At       time.Time // zero: the newest
	Seq      uint64    // nothing after this change; 0: no bound
	Line     uint64    // of history; 0: the newest that reaches back to At
	Cache    string    // folder for what is fetched; removed when all is done
	Progress Progress
	Follow   bool // leave the mark, for a standby that goes on
}

func (o *RestoreOptions) progress() Progress {
	if o.Progress == nil {
		return func(string, int64, int64) {}
	}
	return o.Progress
}

// Restored says what a restore brought back.
type Restored struct {
	Repository string          `json:"repository"`
	Device     string          `json:"device"`
	Line       uint64          `json:"line"`
	Checkpoint checkpoint.Name `json:"-"`
	From       time.Time       `json:"from"` // the checkpoint it began with
	Seq        uint64          `json:"seq"`  // of the last change in it
	Time       time.Time       `json:"time"` // of that change
	Changes    int             `json:"changes"`
	Content    store.Content   `json:"content"` // read from the target at the end
	Proven     bool            `json:"proven"`  // the checkpoint's own counts and Merkle root were met on the way
	Files      int             `json:"files"`
	Lost       []string        `json:"lost"`     // files that the backup does not have whole: SHA-256
	LeftOut    []string        `json:"left_out"` // damaged objects that another way was found around
	Fetched    int64           `json:"fetched"`  // bytes
	Resumed    bool            `json:"resumed"`
	Took       time.Duration   `json:"took"`
}

const (
	// txBytes and txChanges are about how much one transaction writes.
	txBytes   = 4 << 20
	txChanges = 5000
	// keepChanges is how much of the target's log is kept while it is filled:
	// nobody follows it yet.
	keepChanges = 10_000
)

// Restore fills a target with the state at a moment. Everything is fetched
// and proven before the first document is written; an interrupted restore
// goes on with the next call of the same.
func (d *Device) Restore(ctx context.Context, t Target, o RestoreOptions) (*Restored, error) {
	began := time.Now()
	h, err := d.History(ctx)
	if err != nil {
		return nil, err
	}
	c, err := d.openCache(o.Cache)
	if err != nil {
		return nil, err
	}
	got, err := c.fetch(ctx, h, o)
	if err != nil {
		return nil, err
	}
	f, err := d.beginFilling(ctx, t, got, o)
	if err != nil {
		return nil, err
	}
	f.cache = c
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	f.out.Fetched = c.bytes.Load()
	f.out.Took = time.Since(began)
	c.remove()
	return &f.out, nil
}

// filling is one restore under way.
type filling struct {
	dev      *Device
	to       Target
	o        RestoreOptions
	got      *fetched
	cache    *cache
	schemas  map[string]*store.Schema
	mark     Mark
	out      Restored
	progress Progress
	trimmed  int64
	named    bool        // a change may have named another file
	tally    store.Tally // of the checkpoint's documents
}

func (d *Device) beginFilling(ctx context.Context, t Target, got *fetched, o RestoreOptions) (*filling, error) {
	f := &filling{dev: d, to: t, o: o, got: got, schemas: map[string]*store.Schema{}, progress: o.progress()}
	for _, s := range t.Schemas {
		if s.Class == store.Truth {
			f.schemas[s.Name] = s
		}
	}
	for _, c := range got.head.Collections {
		if s := f.schemas[c.Name]; s == nil || s.Version < c.Schema {
			return nil, fault.New(fault.Conflict, "this backup was made by a newer hubcap (%s): %s is not known here in that shape", got.head.Version, c.Name).
				WithRemedy("restore it with hubcap %s or newer", got.head.Version)
		}
	}
	f.mark = Mark{ID: markID, Repository: d.repo.id, Device: d.id, Checkpoint: got.plan.Checkpoint.Path(), Until: int64(got.plan.Seq)}
	if !o.At.IsZero() {
		f.mark.At = o.At.UTC().Format(time.RFC3339Nano)
	}
	f.mark.Bound = int64(o.Seq)
	f.out = Restored{Repository: d.repo.id, Device: d.id, Line: got.plan.Line, Checkpoint: got.plan.Checkpoint.Name, From: got.head.Time,
		Seq: got.head.Seq, Time: got.head.Time, LeftOut: got.bad, Lost: []string{}}
	old, err := markOf(ctx, t.DB)
	switch {
	case err != nil:
		return nil, err
	case old == nil:
		return f, store.RequireEmpty(ctx, t.DB, slices.Collect(maps.Values(f.schemas)))
	case old.Repository != f.mark.Repository || old.Device != f.mark.Device || old.Checkpoint != f.mark.Checkpoint || old.At != f.mark.At || old.Bound != f.mark.Bound:
		return nil, fault.New(fault.Conflict, "the target holds half of another restore").WithRemedy("begin with an empty target")
	}
	f.out.Resumed = true
	until := f.mark.Until
	f.mark = *old
	f.mark.Until = max(until, old.Until)
	return f, nil
}

func (f *filling) run(ctx context.Context) error {
	if f.mark.Seq == 0 {
		if err := f.documents(ctx); err != nil {
			return err
		}
	}
	if err := f.changes(ctx, f.got.plan.Spans, func(n segment.Name) ([]byte, error) { return f.cache.segment(ctx, n) }); err != nil {
		return err
	}
	if err := f.files(ctx); err != nil {
		return err
	}
	return f.finish(ctx)
}

// documents writes the parts of the checkpoint.
func (f *filling) documents(ctx context.Context) error {
	h := f.got.head
	from := f.mark.Part
	for _, c := range h.Collections {
		f.tally.Begin(c.Name)
	}
	total := int64(0)
	for _, n := range h.Content.Counts {
		total += int64(n)
	}
	for i := int(from); i < len(h.Parts); i++ {
		b, err := f.cache.part(ctx, h, i)
		if err != nil {
			return err
		}
		if err := f.part(ctx, b, i, total); err != nil {
			return fmt.Errorf("part %d of the checkpoint: %w", i+1, err)
		}
	}
	if from == 0 {
		if c := f.tally.Content(); c.Root != h.Content.Root || !maps.Equal(c.Counts, h.Content.Counts) {
			return &Damage{Object: f.dev.name(h.Name().HeadPath()), Problem: fmt.Sprintf("its parts hold %v with the root %s, its head says %v with %s", c.Counts, c.Root, h.Content.Counts, h.Content.Root)}
		}
		f.out.Proven = true
	}
	next := f.mark
	next.Seq = int64(h.Seq)
	if next.Seq == 0 {
		next.Seq = -1 // a checkpoint of an empty store
	}
	return f.write(ctx, next, func(store.Tx) error { return nil })
}

func (f *filling) part(ctx context.Context, b []byte, i int, total int64) error {
	var batch []checkpoint.Document
	size := 0
	flush := func(last bool) error {
		next := f.mark
		next.Documents += int64(len(batch))
		if last {
			next.Part = int64(i + 1)
		}
		err := f.write(ctx, next, func(tx store.Tx) error {
			for j := range batch {
				if err := f.insert(tx, &batch[j]); err != nil {
					return err
				}
			}
			return nil
		})
		batch, size = batch[:0], 0
		f.progress("writing documents", f.mark.Documents, total)
		return err
	}
	for doc, err := range checkpoint.Documents(b) {
		if err != nil {
			return err
		}
		if f.schemas[doc.Collection] == nil {
			return fmt.Errorf("it holds the unknown collection %s", doc.Collection)
		}
		f.tally.Add(doc.Collection, &doc.Record)
		batch = append(batch, doc)
		if size += len(doc.Doc); size >= txBytes || len(batch) >= txChanges {
			if err := flush(false); err != nil {
				return err
			}
		}
	}
	return flush(true)
}

// insert writes a document at the revision that it had. One that an
// interrupted restore has written already is left.
func (f *filling) insert(tx store.Tx, d *checkpoint.Document) error {
	s := f.schemas[d.Collection]
	own := tx.ScopedTx(store.System().In(d.Org))
	if f.out.Resumed {
		there, err := own.Fetch(s, d.Key)
		if err == nil && there.Rev == d.Rev && string(there.Doc) == string(d.Doc) {
			return nil
		}
	}
	return putRow(own, s, d.Key, d.Rev, d.Doc, 0)
}

func putRow(tx store.Tx, s *store.Schema, key string, rev int64, doc []byte, ifRev int64) error {
	row, err := s.RowOf(key, doc, rev)
	if err != nil {
		return err
	}
	got, err := tx.Store(s, row, ifRev)
	if err == nil && got != rev {
		err = fault.New(fault.Internal, "%s %q would get the revision %d in place of %d", s.Name, key, got, rev)
	}
	return err
}

// write carries out a transaction, with the mark that says that it is done.
func (f *filling) write(ctx context.Context, next Mark, fn func(store.Tx) error) error {
	_, err := f.to.DB.Update(ctx, f.as(), func(tx store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		_, err := Marks.Put(tx, &next, store.AnyRev)
		return err
	})
	if err != nil {
		return err
	}
	f.mark = next
	if f.mark.Documents-f.trimmed > keepChanges {
		f.trimmed = f.mark.Documents
		_, err = f.to.DB.Trim(ctx, keepChanges)
	}
	return err
}

// files brings the files that the documents name.
func (f *filling) files(ctx context.Context) error {
	if f.to.Files == nil {
		return nil
	}
	names := slices.Sorted(maps.Keys(f.schemas))
	for _, name := range names {
		s := f.schemas[name]
		if s.Blobs == nil {
			continue
		}
		err := store.EachPage(ctx, f.to.DB, s, "", func(p store.Records) error {
			for i := range p.Records {
				list, err := s.Blobs(p.Records[i].Doc)
				if err != nil {
					return err
				}
				for _, sha := range list {
					if err := f.file(ctx, sha); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *filling) file(ctx context.Context, sha256 string) error {
	has, err := f.to.Files.Has(ctx, sha256)
	if err != nil || has {
		return err
	}
	err = f.dev.RestoreFile(ctx, sha256, f.to.Files)
	var damage *Damage
	switch {
	case fault.Is(err, fault.NotFound), errors.As(err, &damage):
		f.out.Lost = append(f.out.Lost, sha256) // said in the report; the rest comes back
		return nil
	case err != nil:
		return err
	}
	f.out.Files++
	f.progress("bringing files", int64(f.out.Files), 0)
	return nil
}

// RestoreFile brings one file back.
func (d *Device) RestoreFile(ctx context.Context, sha256 string, to Files) error {
	r, err := d.openBlob(ctx, sha256)
	if err != nil {
		return err
	}
	defer r.Close()
	err = to.PutAs(ctx, sha256, r)
	if fault.Is(err, fault.Invalid) || errors.Is(err, seal.ErrForged) || errors.Is(err, seal.ErrUnknownKey) {
		return &Damage{Object: d.blobName(sha256), Problem: err.Error(), err: err}
	}
	if err != nil {
		return fmt.Errorf("bring the file %s back: %w", sha256, err)
	}
	return nil
}

// finish reads the target once more and takes the mark away.
func (f *filling) finish(ctx context.Context) error {
	var err error
	f.out.Content, err = store.ContentOf(ctx, f.to.DB, f.to.Schemas, func(n int) { f.progress("reading the result again", int64(n), 0) })
	if err != nil {
		return err
	}
	if f.o.Follow {
		next := f.mark
		next.Following = true
		return f.write(ctx, next, func(store.Tx) error { return nil })
	}
	if _, err := f.to.DB.Update(ctx, f.as(), func(tx store.Tx) error { return Marks.Delete(tx, markID, store.AnyRev) }); err != nil {
		return err
	}
	_, err = f.to.DB.Trim(ctx, 1)
	return err
}
