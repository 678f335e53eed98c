package targets

import (
	"context"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
)

// Record is what this installation remembers of a target: what was done last
// and how it came out. It is not backed up.
type Record struct {
	ID string `json:"id"`

	Known   backup.Known    `json:"known"`   // of the bucket, so that an older copy of it is noticed
	Shipped store.Timestamp `json:"shipped"` // when the last segment went up
	Through store.Timestamp `json:"through"` // everything written until then is in the bucket
	Objects int64           `json:"objects"` // in the bucket, as last counted
	Bytes   int64           `json:"bytes"`
	First   store.Timestamp `json:"first"` // the earliest moment that can be restored

	Checkpoint Done `json:"checkpoint"`
	Compact    Done `json:"compact"`
	Prune      Done `json:"prune"`
	Verify     Done `json:"verify"`
	Test       Done `json:"test"` // a restore into a scratch store, compared

	Share    int64 `json:"share"`    // which part of the bucket is read in full next
	Findings int64 `json:"findings"` // of the last verification

	TestTook int64  `json:"test_took"` // milliseconds
	TestSeq  int64  `json:"test_seq"`
	TestDocs int64  `json:"test_docs"`
	TestRoot string `json:"test_root,omitempty"`

	Trouble string          `json:"trouble,omitempty"` // why it does not work, "" while it does
	Since   store.Timestamp `json:"since"`             // of the trouble
	Denied  bool            `json:"denied,omitempty"`  // the trouble is the credential
	SkewMS  int64           `json:"skew_ms"`
}

// Done says when a chore was last done, and how it came out.
type Done struct {
	Tried store.Timestamp `json:"tried"`
	Well  store.Timestamp `json:"well"` // the last time that it came out right
	Why   string          `json:"why,omitempty"`
}

// OK reports whether the last try came out right.
func (d Done) OK() bool { return !d.Well.IsZero() && d.Why == "" }

func (d *Done) did(now time.Time, err error) {
	d.Tried, d.Why = store.Moment(now), ""
	if err != nil {
		d.Why = clip(err.Error())
		return
	}
	d.Well = d.Tried
}

func clip(s string) string {
	if r := []rune(s); len(r) > 500 {
		return string(r[:500]) + "…"
	}
	return s
}

var records = store.Define(store.Def[Record]{Name: "backup_records", Class: store.Local, Schema: 1, Key: func(r *Record) string { return r.ID }})

func home() store.Scope { return store.Org(account.Home) }

// record reads what is remembered of a target; an empty one where nothing is.
func (d *Desk) record(ctx context.Context, id string) (Record, error) {
	var doc store.Doc[Record]
	err := d.o.DB.View(ctx, home(), func(r store.Reader) (err error) { doc, err = records.Get(r, id); return err })
	if fault.Is(err, fault.NotFound) {
		return Record{ID: id}, nil
	}
	return doc.Value, err
}

// remember changes what is remembered of a target.
func (d *Desk) remember(ctx context.Context, id string, change func(*Record)) error {
	return d.o.DB.UpdateLocal(context.WithoutCancel(ctx), home(), func(tx store.Tx) error {
		doc, err := records.Get(tx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		r := doc.Value
		r.ID = id
		change(&r)
		_, err = records.Put(tx, &r, store.AnyRev)
		return err
	})
}
