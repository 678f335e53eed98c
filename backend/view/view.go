// Package view keeps the views of a list that people saved: what is asked for,
// in which order, with which columns. A view is its maker's own, or shared with
// everybody of the organisation; it holds no vehicle, so whoever opens it sees
// what they may see.
package view

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// View is a saved view of the vehicles.
type View struct {
	ID      string          `json:"id" readOnly:"true"`
	Name    string          `json:"name" minLength:"1" maxLength:"60"`
	Query   string          `json:"query" maxLength:"500" doc:"as typed into the search"`
	Sort    string          `json:"sort" maxLength:"100" doc:"fields with a comma between them, - in front from the greatest"`
	Columns []string        `json:"columns" maxItems:"100" doc:"names of columns, in order; none is the usual ones"`
	Shared  bool            `json:"shared" doc:"everybody of the organisation sees it"`
	Owner   string          `json:"owner" readOnly:"true" doc:"who made it"`
	Updated store.Timestamp `json:"updated" readOnly:"true"`
}

// Views is the collection of views.
var Views = store.Define(store.Def[View]{
	Name: "views", Class: store.Truth, Schema: 1,
	Key: func(v *View) string { return v.ID },
	Indexes: []store.Index[View]{
		{Name: "owner", Fields: []store.Field[View]{
			{Name: "owner", Kind: store.Text, Value: func(v *View) store.Value { return store.String(v.Owner) }},
		}},
	},
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{Views.Schema()} }

// Caller is who asks, in which organisation.
type Caller struct {
	Scope store.Scope
	Actor actor.Actor
	All   bool // may change the shared views of others
}

// Keeper keeps views. Its methods may be called from many goroutines.
type Keeper struct {
	db  store.DB
	ids *store.IDs
	now func() time.Time
}

// New returns a keeper over an open store.
func New(db store.DB, ids *store.IDs, now func() time.Time) *Keeper {
	return &Keeper{db: db, ids: ids, now: now}
}

// MaxViews is how many an organisation may keep.
const MaxViews = 500

// everywhere is the organisation's own scope: a view stands at no place, and
// belongs to people of any.
func everywhere(c Caller) store.Scope { return store.Org(c.Scope.Org()) }

// owner is how a view names who made it: two programs of one name are two.
func owner(a actor.Actor) string { return string(a.Kind) + ":" + a.ID }

// List returns the caller's own views and the shared ones, by name.
func (k *Keeper) List(ctx context.Context, c Caller) ([]store.Doc[View], error) {
	all, err := k.all(ctx, c)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d store.Doc[View]) bool { return !d.Value.Shared && d.Value.Owner != owner(c.Actor) })
	slices.SortStableFunc(all, func(a, b store.Doc[View]) int {
		return strings.Compare(strings.ToLower(a.Value.Name), strings.ToLower(b.Value.Name))
	})
	return all, nil
}

func (k *Keeper) all(ctx context.Context, c Caller) ([]store.Doc[View], error) {
	var out []store.Doc[View]
	q := store.Query{Limit: store.MaxLimit}
	for {
		var p store.Page[View]
		if err := k.db.View(ctx, everywhere(c), func(r store.Reader) (err error) { p, err = Views.Query(r, q); return err }); err != nil {
			return nil, fmt.Errorf("list views: %w", err)
		}
		out = append(out, p.Items...)
		if q.Cursor = p.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// Mine reports whether a view is the caller's own.
func Mine(c Caller, v *View) bool { return v.Owner == owner(c.Actor) }

// Add keeps a new view.
func (k *Keeper) Add(ctx context.Context, c Caller, v View) (store.Doc[View], error) {
	if err := v.check(); err != nil {
		return store.Doc[View]{}, err
	}
	have, err := k.all(ctx, c)
	if err != nil {
		return store.Doc[View]{}, err
	}
	if len(have) >= MaxViews {
		return store.Doc[View]{}, fault.New(fault.Limited, "%d views are kept already", len(have)).WithRemedy("remove views that nobody needs")
	}
	v.ID, v.Owner, v.Updated = k.ids.New(), owner(c.Actor), store.Moment(k.now())
	return k.write(ctx, c, func(tx store.Tx) (View, int64, error) {
		rev, err := Views.Insert(tx, &v)
		return v, rev, err
	})
}

// Set replaces a view at the revision that the caller read.
func (k *Keeper) Set(ctx context.Context, c Caller, id string, ifRev int64, v View) (store.Doc[View], error) {
	if err := v.check(); err != nil {
		return store.Doc[View]{}, err
	}
	return k.write(ctx, c, func(tx store.Tx) (View, int64, error) {
		old, err := k.mayChange(tx, c, id)
		if err != nil {
			return v, 0, err
		}
		v.ID, v.Owner, v.Updated = id, old.Owner, store.Moment(k.now())
		rev, err := Views.Put(tx, &v, ifRev)
		return v, rev, err
	})
}

// Remove takes a view away.
func (k *Keeper) Remove(ctx context.Context, c Caller, id string) error {
	_, err := k.write(ctx, c, func(tx store.Tx) (View, int64, error) {
		old, err := k.mayChange(tx, c, id)
		if err != nil {
			return old, 0, err
		}
		return old, 0, Views.Delete(tx, id, store.AnyRev)
	})
	return err
}

// mayChange reads a view that the caller may change: their own, or a shared
// one where they may change those of others. One that they don't see is not
// there.
func (k *Keeper) mayChange(r store.Reader, c Caller, id string) (View, error) {
	doc, err := Views.Get(r, id)
	if fault.Is(err, fault.NotFound) || err == nil && !doc.Value.Shared && !Mine(c, &doc.Value) {
		return View{}, fault.New(fault.NotFound, "there is no such view").WithRemedy("it may have been removed; look at the list of views again")
	}
	if err == nil && !Mine(c, &doc.Value) && !c.All {
		return View{}, fault.New(fault.Denied, "this view is somebody else's").WithRemedy("save it under a name of your own")
	}
	return doc.Value, err
}

func (k *Keeper) write(ctx context.Context, c Caller, fn func(store.Tx) (View, int64, error)) (store.Doc[View], error) {
	var out store.Doc[View]
	_, err := k.db.Update(ctx, store.Write{Scope: everywhere(c), Actor: c.Actor}, func(tx store.Tx) error {
		v, rev, err := fn(tx)
		out = store.Doc[View]{Key: v.ID, Rev: rev, Value: v}
		return err
	})
	return out, err
}

var columnName = regexp.MustCompile(`^[a-zA-Z]{1,40}$`)

// check tidies a view and finds what is wrong with it.
func (v *View) check() error {
	for _, t := range []struct {
		field string
		text  *string
		max   int
	}{{"/name", &v.Name, 60}, {"/query", &v.Query, 500}, {"/sort", &v.Sort, 100}} {
		*t.text = strings.TrimSpace(*t.text)
		if !utf8.ValidString(*t.text) || strings.ContainsFunc(*t.text, func(r rune) bool { return r < ' ' }) {
			return fault.InvalidField(t.field, "is not plain text", "write it in one line")
		}
		if n := utf8.RuneCountInString(*t.text); n > t.max {
			return fault.InvalidField(t.field, fmt.Sprintf("has %d characters", n), fmt.Sprintf("shorten it to %d", t.max))
		}
	}
	if v.Name == "" {
		return fault.InvalidField("/name", "is empty", "give the view a name")
	}
	if len(v.Columns) > 100 {
		return fault.InvalidField("/columns", "are more than 100", "keep those that you look at")
	}
	seen := map[string]bool{}
	columns := []string{}
	for i, c := range v.Columns {
		// A field of one's own has any name behind its mark.
		own, isOwn := strings.CutPrefix(c, "field:")
		if isOwn && (own == "" || utf8.RuneCountInString(own) > 60 || strings.ContainsFunc(own, func(r rune) bool { return r < ' ' })) || !isOwn && !columnName.MatchString(c) {
			return fault.InvalidField(fmt.Sprintf("/columns/%d", i), "is not the name of a column", "use the names that the list of vehicles has")
		}
		if !seen[c] {
			seen[c] = true
			columns = append(columns, c)
		}
	}
	v.Columns = columns
	return nil
}
