package insight

import (
	"context"
	"fmt"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Saved is a briefing as it was shown, with its evidence.
type Saved struct {
	ID          string          `json:"id"`
	VehicleID   string          `json:"vehicleId"`
	Fingerprint string          `json:"fingerprint"` // of the findings; the same ones are not saved twice
	Label       string          `json:"label"`       // who chose the words, as shown under the text
	Briefing    Briefing        `json:"briefing"`
	Created     store.Timestamp `json:"created"`
	Bare        bool            `json:"bare,omitempty"` // made for somebody who may not see costs, without them
	vehicle.Placed
}

// InsightsName is the collection's name in the log and in evidence.
const InsightsName = "insights"

// Insights is the collection of briefings. They are truth: what a person was
// shown, and on what it rested, can't be made again once records change.
var Insights = store.Define(store.Def[Saved]{
	Name: InsightsName, Class: store.Truth, Schema: 1,
	Key:   func(s *Saved) string { return s.ID },
	Place: func(s *Saved) store.Place { return store.Place{Location: s.Location, Group: s.Group, Owner: s.Owner} },
	Indexes: []store.Index[Saved]{{Name: "vehicle", Fields: []store.Field[Saved]{
		{Name: "vehicle", Kind: store.Text, Value: func(s *Saved) store.Value { return store.String(s.VehicleID) }},
		{Name: "created", Kind: store.Time, Value: func(s *Saved) store.Value { return s.Created.Value() }},
	}}},
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema { return []*store.Schema{Insights.Schema()} }

// keepSaved is how many briefings of a vehicle are kept.
const keepSaved = 30

// last returns the newest saved briefing of a vehicle.
func (s *Service) last(ctx context.Context, c vehicle.Caller, vehicleID string) (store.Doc[Saved], bool, error) {
	p, err := s.List(ctx, c, vehicleID, "", keepSaved)
	if err != nil || len(p.Items) == 0 {
		return store.Doc[Saved]{}, false, err
	}
	return p.Items[0], true, nil
}

// List returns a vehicle's saved briefings, the newest first: to those who
// may not see costs the ones that were made without, to others the rest.
func (s *Service) List(ctx context.Context, c vehicle.Caller, vehicleID, cursor string, limit int) (store.Page[Saved], error) {
	var p store.Page[Saved]
	err := s.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		p, err = Insights.Query(r, store.Query{Index: "vehicle", Prefix: store.Values(store.String(vehicleID)), Reverse: true, Cursor: cursor, Limit: limit})
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read saved briefings: %w", err)
	}
	bare := c.Scope.Withholds(vehicle.CostsVeil)
	p.Items = slices.DeleteFunc(p.Items, func(d store.Doc[Saved]) bool { return d.Value.Bare != bare })
	return p, nil
}

// save puts a new briefing on file and drops the oldest ones.
func (s *Service) save(ctx context.Context, c vehicle.Caller, doc *Saved) (rev int64, err error) {
	_, err = s.db.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor}, func(tx store.Tx) error {
		if rev, err = Insights.Insert(tx, doc); err != nil {
			return err
		}
		old, err := Insights.Query(tx, store.Query{Index: "vehicle", Prefix: store.Values(store.String(doc.VehicleID)), Reverse: true, Limit: keepSaved + 10})
		if err != nil {
			return err
		}
		for _, d := range old.Items[min(keepSaved, len(old.Items)):] {
			if err := Insights.Delete(tx, d.Key, d.Rev); err != nil {
				return err
			}
		}
		return nil
	})
	return rev, err
}

// RemoveOf removes every saved briefing of a vehicle, within the transaction
// that removes the vehicle.
func RemoveOf(tx store.Tx, vehicleID string) error {
	for {
		p, err := Insights.Query(tx, store.Query{Index: "vehicle", Prefix: store.Values(store.String(vehicleID)), Limit: 100})
		if err != nil || len(p.Items) == 0 {
			return err
		}
		for _, d := range p.Items {
			if err := Insights.Delete(tx, d.Key, d.Rev); err != nil {
				return fmt.Errorf("remove saved briefings: %w", err)
			}
		}
	}
}

// reword replaces the wording of a saved briefing by a model's.
func (s *Service) reword(ctx context.Context, c vehicle.Caller, doc *Saved, rev int64) error {
	_, err := s.db.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor}, func(tx store.Tx) error {
		_, err := Insights.Put(tx, doc, rev)
		return err
	})
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return nil // somebody else was faster, or it is gone: nothing is lost
	}
	return err
}
