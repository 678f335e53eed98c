package insight_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/embedded/vpic"
)

// today is the day of all tests.
var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var caller = vehicle.Caller{Scope: store.Org("test"), Actor: actor.Machine()}

// decoder opens the built-in index; without it the tests of whole briefings
// have nothing to work on.
func decoder(t testing.TB) *vin.Decoder {
	t.Helper()
	data, ok := vpic.Index()
	if !ok {
		t.Skip("the VIN index is not built (make vpic)")
	}
	d, err := vin.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// hub is a store in memory with vehicles and briefings over it.
type hub struct {
	now      func() time.Time
	db       *mem.DB
	vehicles *vehicle.Hub
	insights *insight.Service
	router   *route.Router
}

// model chooses words, and says how it is.
type model interface {
	route.Worder
	State() llm.State
}

// engines are what a hub's router knows.
type engines []route.Engine

func (e engines) Engines(context.Context) ([]route.Engine, error) { return e, nil }

// newHub has a model that chooses words, or none.
func newHub(t testing.TB, m model) *hub {
	t.Helper()
	if m == nil {
		return hubOf(t)
	}
	return hubOf(t, route.Engine{Ref: "pack/own", Title: m.State().Model, Print: "own", Worder: m, State: m.State})
}

// hubOf has engines, of which none has earned anything yet.
func hubOf(t testing.TB, list ...route.Engine) *hub {
	t.Helper()
	now := func() time.Time { return today }
	db, err := mem.Open(slices.Concat(vehicle.Schemas(), insight.Schemas(), route.Schemas(), []*store.Schema{store.Undos.Schema()}), mem.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	v := vehicle.New(db, decoder(t), vehicle.Options{Now: now})
	h := &hub{now: now, db: db, vehicles: v}
	o := insight.Options{Now: now}
	if len(list) > 0 {
		h.router = route.New(db, nil, route.Options{Local: engines(list), Checks: []route.Check{insight.WordCheck(), insight.WriteCheck()}, Now: now})
		o.Models = h.router
	}
	h.insights = insight.New(db, v, o)
	return h
}

// load saves the sample fleet of a seed and returns the vehicles' ids.
func (h *hub) load(t testing.TB, seed uint64) []string {
	t.Helper()
	if _, err := h.vehicles.Import(context.Background(), caller, sample.Entries(seed, today), true); err != nil {
		t.Fatal(err)
	}
	return h.ids(t)
}

func (h *hub) ids(t testing.TB) []string {
	t.Helper()
	var ids []string
	cursor := ""
	for {
		p, err := h.vehicles.List(context.Background(), caller, cursor, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range p.Items {
			ids = append(ids, d.Key)
		}
		if cursor = p.Next; cursor == "" {
			return ids
		}
	}
}
