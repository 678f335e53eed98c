package backup

import (
	"context"
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/segment"
)

// Span is a log segment in the bucket.
type Span struct {
	segment.Name
	Bytes   int64     // sealed
	Written time.Time // by the bucket's clock
	Void    bool      // written after its writer was shut out
}

// spans lists the segments of a line, by their first change. Objects with
// other names are not ours, and left out.
func (d *Device) spans(ctx context.Context, line uint64) (out []Span, err error) {
	err = d.list(ctx, segment.Folder(line), "", func(path string, i remote.Info) error {
		if n, err := segment.ParseName(path); err == nil {
			out = append(out, Span{Name: n, Bytes: i.Size, Written: i.Modified})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the log: %w", err)
	}
	return out, nil
}

// readSegment reads a segment whole, and proves it.
func (d *Device) readSegment(ctx context.Context, n segment.Name) (segment.Head, []store.Change, error) {
	b, err := d.repo.get(ctx, kindSegment, d.name(n.Path()))
	if err != nil {
		return segment.Head{}, nil, err
	}
	return d.parseSegment(n, b)
}

func (d *Device) parseSegment(n segment.Name, plain []byte) (segment.Head, []store.Change, error) {
	h, each, err := segment.Changes(n, plain)
	if err != nil {
		return segment.Head{}, nil, &Damage{Object: d.name(n.Path()), Problem: err.Error(), err: err}
	}
	changes := make([]store.Change, 0, min(h.Changes, 100_000))
	for c, err := range each {
		if err != nil {
			return segment.Head{}, nil, &Damage{Object: d.name(n.Path()), Problem: err.Error(), err: err}
		}
		changes = append(changes, c)
	}
	return h, changes, nil
}
