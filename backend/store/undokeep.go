package store

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// UndoEntry is what a batch changed, as it was before: enough to take the
// batch back after the log has been trimmed, and to tell who did what. A batch
// over several subjects has one for each, and a large one has several. An
// entry that was taken back stays, marked as spent, until it is forgotten.
type UndoEntry struct {
	ID      string      `json:"id"` // the batch, "/" and a key of its own: see OfBatch
	Batch   string      `json:"batch"`
	At      Timestamp   `json:"at"`
	Actor   actor.Actor `json:"actor"`
	Subject string      `json:"subject,omitempty"` // what the items belong to, such as a vehicle's key

	// Of a batch's first entry:
	First    bool   `json:"first,omitempty"`
	Deed     string `json:"deed,omitempty"`     // what the batch is, in a word of the domain; "" for a plain write
	Of       string `json:"of,omitempty"`       // the batch that this one took back
	Subjects int64  `json:"subjects,omitempty"` // in the whole batch, where they are more than one

	Spent  string     `json:"spent,omitempty"`  // the batch that took this entry back
	Purged bool       `json:"purged,omitempty"` // its items were forgotten for good
	Items  []UndoItem `json:"items"`

	Location string `json:"location,omitempty"`
	Group    string `json:"group,omitempty"`
	Owner    string `json:"owner,omitempty"`
}

// UndoItem is one document that a batch wrote.
type UndoItem struct {
	Collection string          `json:"collection"`
	Key        string          `json:"key"`
	Rev        int64           `json:"rev"`              // that the batch gave it; what stands there may be undone
	Before     json.RawMessage `json:"before"`           // null when the batch made it
	Gone       bool            `json:"gone"`             // the batch deleted it
	Fields     []string        `json:"fields,omitempty"` // of the document's first level, that the batch changed
}

// New reports whether the batch made the document.
func (i *UndoItem) New() bool { return len(i.Before) == 0 || string(i.Before) == "null" }

// Trash reports whether undoing the entry brings back a document that is gone.
func (u *UndoEntry) Trash() bool {
	return u.Spent == "" && slices.ContainsFunc(u.Items, func(i UndoItem) bool { return i.Gone && !i.New() })
}

// Undos is the collection of undo entries: open the store with its schema.
var Undos = Define(Def[UndoEntry]{
	Name: "undo", Class: Truth, Schema: 1,
	Key:   func(u *UndoEntry) string { return u.ID },
	Place: func(u *UndoEntry) Place { return Place{u.Location, u.Group, u.Owner} },
	Indexes: []Index[UndoEntry]{
		{Name: "at", Fields: []Field[UndoEntry]{
			{Name: "at", Kind: Time, Value: func(u *UndoEntry) Value { return u.At.Value() }},
			{Name: "first", Kind: Bool, Value: func(u *UndoEntry) Value { return Flag(u.First) }},
			{Name: "trash", Kind: Bool, Value: func(u *UndoEntry) Value { return Flag(u.Trash()) }},
		}},
		{Name: "subject", Fields: []Field[UndoEntry]{
			{Name: "subject", Kind: Text, Value: func(u *UndoEntry) Value { return StringOrNull(u.Subject) }},
			{Name: "at", Kind: Time, Value: func(u *UndoEntry) Value { return u.At.Value() }},
		}},
	},
})

// OfBatch is the range of keys of a batch's undo entries, in the order in
// which they were written. An index would say the same and cost each write a
// page more.
func OfBatch(batch string) *Range { return StartsWith(batch + "/") }

func undoKey(batch, own string) string { return batch + "/" + own }

// undoSize is about how many bytes of documents one entry holds.
const undoSize = MaxDocument / 2

// Keeping is how the transactions of a batch are kept for Undo.
type Keeping struct {
	IDs     *IDs                // gives keys to the entries
	Now     time.Time           // gives them their time
	Subject func(Change) string // what a change belongs to, "" for nothing; nil: nothing does

	// First is a key for the batch's first entry, given with the batch's first
	// transaction that writes anything and empty with the others.
	First string
	Deed  string // see UndoEntry
	Of    string // see UndoEntry
}

// Keep writes undo entries for all that the transaction has written so far;
// call it last in an Update with a Batch. A document of nearly the greatest
// size is left out: it can't be undone.
func (k Keeping) Keep(tx Tx) error {
	changes := tx.Pending()
	if len(changes) == 0 {
		return nil
	}
	if changes[0].Batch == "" {
		return fault.New(fault.Internal, "only a write with a batch can be undone")
	}
	entries, err := k.gather(changes)
	if err != nil || len(entries) == 0 {
		return err
	}
	if k.First != "" {
		e := &entries[0]
		e.ID, e.First, e.Deed, e.Of = undoKey(e.Batch, k.First), true, k.Deed, k.Of
		subjects := map[string]bool{}
		for _, e := range entries {
			subjects[e.Subject] = true
		}
		if len(subjects) > 1 {
			e.Subjects = int64(len(subjects))
		}
	}
	own := tx.ScopedTx(System().In(changes[0].Org))
	for i := range entries {
		if entries[i].ID == "" {
			entries[i].ID = undoKey(entries[i].Batch, k.IDs.New())
		}
		if _, err := Undos.Insert(own, &entries[i]); err != nil {
			return err
		}
	}
	return nil
}

// gather makes a transaction's entries: one item a document, as it was before
// the first write of it and with the revision of the last.
func (k Keeping) gather(changes []Change) ([]UndoEntry, error) {
	type written struct {
		item    UndoItem
		subject string
		place   Place
		after   json.RawMessage
	}
	var all []written
	at := map[[2]string]int{}
	for _, c := range changes {
		if c.Collection == Undos.Name() {
			continue
		}
		if c.Org != changes[0].Org {
			return nil, fault.New(fault.Internal, "a batch over several organisations can't be undone")
		}
		name := [2]string{c.Collection, c.Key}
		i, again := at[name]
		if !again {
			i = len(all)
			at[name] = i
			w := written{item: UndoItem{Collection: c.Collection, Key: c.Key, Before: c.Before}}
			if k.Subject != nil {
				w.subject = k.Subject(c)
			}
			all = append(all, w)
		}
		all[i].item.Rev, all[i].item.Gone, all[i].place, all[i].after = c.Rev, c.Deleted(), c.Place, c.After
	}
	// Subjects stand in the order in which they were first written, and the
	// documents of each in theirs.
	type group struct {
		subject string
		place   Place
	}
	var entries []UndoEntry
	open := map[group]int{} // the entry that takes more
	size := map[int]int{}
	for _, w := range all {
		item := w.item
		if len(item.Before) > MaxDocument-4096 || item.Before == nil && item.Gone {
			continue
		}
		item.Fields = changedFields(item.Before, w.after)
		g := group{w.subject, w.place}
		i, have := open[g]
		if !have || len(entries[i].Items) > 0 && size[i]+len(item.Before) > undoSize {
			i = len(entries)
			open[g] = i
			entries = append(entries, UndoEntry{Batch: changes[0].Batch, At: Moment(k.Now), Actor: changes[0].Actor, Subject: w.subject,
				Location: w.place.Location, Group: w.place.Group, Owner: w.place.Owner})
		}
		entries[i].Items = append(entries[i].Items, item)
		size[i] += len(item.Before) + 256
	}
	return entries, nil
}

// changedFields names the fields of two canonical documents' first level that
// differ; none where one of them is not there.
func changedFields(before, after json.RawMessage) []string {
	var a, b map[string]json.RawMessage
	if before == nil || after == nil || json.Unmarshal(before, &a) != nil || json.Unmarshal(after, &b) != nil {
		return nil
	}
	var out []string
	for name, v := range a {
		if !bytes.Equal(v, b[name]) {
			out = append(out, name)
		}
	}
	for name := range b {
		if _, was := a[name]; !was {
			out = append(out, name)
		}
	}
	out = slices.DeleteFunc(out, func(name string) bool { return strings.HasPrefix(name, "$") })
	slices.Sort(out)
	return out
}

// SumUp notes on a batch's first entry over how many subjects the batch went,
// once that is known.
func SumUp(tx Tx, batch, first string, subjects int) error {
	own := tx.ScopedTx(System().In(tx.Scope().Org()))
	d, err := Undos.Get(own, undoKey(batch, first))
	if fault.Is(err, fault.NotFound) {
		return nil // nothing was kept of it
	}
	if err != nil {
		return err
	}
	d.Value.Subjects = int64(subjects)
	_, err = Undos.Put(own, &d.Value, d.Rev)
	return err
}
