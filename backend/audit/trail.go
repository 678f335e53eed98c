package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Options of a trail. Vault is required.
type Options struct {
	// Vault opens the ring that authenticates entries. While it fails entries
	// are written without a MAC: the hub goes on, and Verify tells of it.
	Vault func() (*vault.Vault, error)

	Now func() time.Time
	Log *slog.Logger // nil is silent

	// Subject says what a change is about, beyond its own collection and key: a
	// service record is about its vehicle. nil, or an empty answer: itself.
	Subject func(*store.Change) Subject
}

// Trail writes and reads the entries of all organisations.
type Trail struct {
	db store.DB // that writes no entries by itself
	o  Options

	trimming sync.RWMutex // held for reading by who walks the whole chain
	unsealed atomic.Bool  // said in the log that the vault does not open

	counting sync.Mutex
	counted  map[tally]*total
	others   map[tally]*total
}

// New returns a trail over an open store whose schemas include Schemas. Give
// the store that Keep returns to who writes, and db to nobody else.
func New(db store.DB, o Options) *Trail {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Trail{db: db, o: o, counted: map[tally]*total{}, others: map[tally]*total{}}
}

// Record writes an event in a transaction of its own.
func (t *Trail) Record(ctx context.Context, s store.Scope, by actor.Actor, h Happening) error {
	e := Entry{}
	e.tell(by, h)
	return t.write(ctx, s, by, &e)
}

func (t *Trail) write(ctx context.Context, s store.Scope, by actor.Actor, e *Entry) error {
	_, err := t.db.Update(ctx, store.Write{Scope: s, Actor: by}, func(tx store.Tx) error {
		return t.append(tx, s.Org(), e)
	})
	if err != nil {
		return fmt.Errorf("record %s: %w", e.Event, err)
	}
	return nil
}

// tell fills in who did what.
func (e *Entry) tell(by actor.Actor, h Happening) {
	e.Event, e.Note = Event(clean(string(h.Event), nameRunes)), clean(h.Note, noteRunes)
	e.Actor = actor.Actor{Kind: by.Kind, ID: clean(by.ID, nameRunes), Name: clean(by.Name, nameRunes)}
	e.From, e.Via = clean(by.From, nameRunes), clean(by.Via, nameRunes)
	e.Subject = Subject{clean(h.Subject.Kind, nameRunes), clean(h.Subject.ID, nameRunes), clean(h.Subject.Name, nameRunes)}
}

// link is what an entry must know of the one before it.
type link struct {
	N    int64           `json:"n"`
	At   store.Timestamp `json:"at"`
	Hash string          `json:"hash"`
	MAC  string          `json:"mac"`
}

// append makes e the chain's last entry, within a transaction: no other
// writer can come between what is read here and what is written.
func (t *Trail) append(tx store.Tx, org string, e *Entry) error {
	own := tx.ScopedTx(store.System().In(org))
	last, err := lastOf(own)
	if err != nil {
		return fmt.Errorf("read the trail's end: %w", err)
	}
	e.N, e.Prev, e.At = last.N+1, last.Hash, store.Moment(t.o.Now())
	e.ID = keyOf(e.N)
	if e.At.Before(last.At.Time) {
		e.At = last.At
	}
	unsealed, err := sealer(t.o.Vault).seal(org, e, last)
	if err != nil {
		return fmt.Errorf("seal entry %d: %w", e.N, err)
	}
	if unsealed != nil && !t.unsealed.Swap(true) {
		t.o.Log.Error("the audit trail is written without proof: the vault does not open", "err", unsealed)
	} else if unsealed == nil {
		t.unsealed.Store(false)
	}
	if _, err := Entries.Insert(own, e); err != nil {
		return fmt.Errorf("write entry %d: %w", e.N, err)
	}
	return nil
}

// lastOf reads the end of a chain; the zero link where there is none. After an
// entry that is damaged on disk the chain goes on with the next number and
// without its hash, which Verify tells.
func lastOf(r store.Reader) (link, error) {
	p, err := r.Select(Entries.Schema(), store.Query{Reverse: true, Limit: 1})
	if err != nil {
		return link{}, err
	}
	var last link
	if len(p.Records) > 0 {
		if err := json.Unmarshal(p.Records[0].Doc, &last); err != nil {
			return link{}, err
		}
	}
	for _, d := range p.Damaged {
		if n := numberOf(d.Key); n > last.N {
			last = link{N: n, At: last.At}
		}
	}
	return last, nil
}
