package backup

import (
	"context"
	"fmt"
	"os"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// Wanted says which documents of a backup are looked for.
type Wanted func(collection, org, key string, doc []byte) bool

// Extract returns the documents that were wanted as they were at a moment,
// without a store to restore into.
func (d *Device) Extract(ctx context.Context, o RestoreOptions, want Wanted) ([]checkpoint.Document, *Plan, error) {
	h, err := d.History(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := d.openCache(o.Cache)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(o.Cache) }()
	got, err := c.fetch(ctx, h, o)
	if err != nil {
		return nil, nil, err
	}
	e := extracting{found: map[string]int{}, want: want}
	for i := range got.head.Parts {
		b, err := c.part(ctx, got.head, i)
		if err != nil {
			return nil, nil, err
		}
		for doc, err := range checkpoint.Documents(b) {
			if err != nil {
				return nil, nil, fmt.Errorf("part %d of the checkpoint: %w", i+1, err)
			}
			e.now(doc)
		}
	}
	seq := got.head.Seq
	for _, s := range got.plan.Spans {
		b, err := c.segment(ctx, s.Name)
		if err != nil {
			return nil, nil, err
		}
		_, each, err := segment.Changes(s.Name, b)
		if err != nil {
			return nil, nil, &Damage{Object: d.name(s.Path()), Problem: err.Error(), err: err}
		}
		for ch, err := range each {
			if err != nil {
				return nil, nil, &Damage{Object: d.name(s.Path()), Problem: err.Error(), err: err}
			}
			if !o.At.IsZero() && ch.Time.After(o.At) || o.Seq > 0 && ch.Seq > o.Seq {
				break
			}
			if ch.Seq > seq {
				seq = ch.Seq
				e.now(checkpoint.Document{Collection: ch.Collection, Record: store.Record{Org: ch.Org, Key: ch.Key, Rev: ch.Rev, Doc: ch.After}})
			}
		}
	}
	return e.list(), got.plan, nil
}

// extracting holds the last state of each document that was ever wanted.
type extracting struct {
	want  Wanted
	docs  []checkpoint.Document
	found map[string]int
}

func (e *extracting) now(doc checkpoint.Document) {
	place := doc.Collection + "\x00" + doc.Org + "\x00" + doc.Key
	i, had := e.found[place]
	switch {
	case doc.Doc != nil && e.want(doc.Collection, doc.Org, doc.Key, doc.Doc):
		if !had {
			i = len(e.docs)
			e.found[place] = i
			e.docs = append(e.docs, checkpoint.Document{})
		}
		e.docs[i] = doc
	case had:
		e.docs[i].Doc = nil // deleted, or another's by now
	}
}

func (e *extracting) list() (out []checkpoint.Document) {
	for _, d := range e.docs {
		if d.Doc != nil {
			out = append(out, d)
		}
	}
	return out
}
