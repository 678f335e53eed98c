package intake_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

var clock = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var index = sync.OnceValues(func() (*vin.Decoder, error) {
	b, err := os.ReadFile("../../embedded/vpic/data/vpic.idx")
	if err != nil {
		return nil, err
	}
	return vin.Open(string(b))
})

// house is a service with all that it stands on.
type house struct {
	*intake.Service
	t     testing.TB
	db    store.DB
	hub   *vehicle.Hub
	desk  *job.Desk
	blobs intake.Blobs
}

func open(t testing.TB) *house {
	t.Helper()
	d, err := index()
	if err != nil {
		t.Fatalf("the vPIC index is missing: run `make vpic` (%v)", err)
	}
	now := func() time.Time { return clock }
	schemas := append(vehicle.Schemas(), store.Undos.Schema())
	schemas = append(append(schemas, intake.Schemas()...), job.Schemas()...)
	db, err := mem.Open(schemas, mem.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	h := &house{t: t, db: db, blobs: blob.OpenFolder(t.TempDir(), now)}
	h.hub = vehicle.New(db, d, vehicle.Options{Now: now})
	h.Service = h.another()
	h.desk = job.New(db, []job.Kind{{Name: intake.CommitJob, Title: "Take in", Run: h.Commit}, {Name: intake.CheckJob, Title: "Check", Run: h.Check}}, job.Options{Now: now})
	return h
}

// another is a service over the same store that holds nothing in memory yet.
func (h *house) another() *intake.Service {
	d, err := index()
	if err != nil {
		h.t.Fatal(err)
	}
	now := func() time.Time { return clock }
	s := intake.New(intake.Options{DB: h.db, Blobs: h.blobs, Vehicles: h.hub, Decoder: func() *vin.Decoder { return d }, IDs: &store.IDs{Now: now}, Now: now,
		Defaults: func(context.Context, vehicle.Caller) mapping.Defaults {
			return mapping.Defaults{Currency: "USD", DistanceUnit: "mi"}
		}})
	h.t.Cleanup(s.Close)
	return s
}

func me() vehicle.Caller { return vehicle.Caller{Scope: store.Org("home"), Actor: actor.Machine()} }

// own is somebody who reaches what is their own alone.
func own(id string) vehicle.Caller {
	return vehicle.Caller{Scope: store.Org("home").OwnedBy(id), Actor: actor.Actor{Kind: actor.User, ID: id, Name: id}}
}

// list makes an intake of texts of files.
func (h *house) list(c vehicle.Caller, files ...string) intake.Intake {
	h.t.Helper()
	s, err := h.Create(context.Background(), c, "Tuesday")
	if err != nil {
		h.t.Fatal(err)
	}
	for i, text := range files {
		if s, err = h.AddFile(context.Background(), c, s.Intake.ID, "file"+string(rune('A'+i))+".csv", strings.NewReader(text)); err != nil {
			h.t.Fatal(err)
		}
	}
	return s.Intake
}

// look is a whole look at an intake.
func (h *house) look(c vehicle.Caller, id string, l intake.Look) intake.View {
	h.t.Helper()
	if l.Limit == 0 {
		l.Limit = intake.MaxRows
	}
	v, err := h.Look(context.Background(), c, id, l, true)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// statuses are those of all rows, in order.
func (h *house) statuses(id string) string {
	h.t.Helper()
	var out []string
	for _, r := range h.look(me(), id, intake.Look{}).Rows {
		out = append(out, string(r.Status))
	}
	return strings.Join(out, " ")
}

// commit takes an intake in and waits for the job's end.
func (h *house) commit(c vehicle.Caller, o intake.CommitOrder) job.Status {
	h.t.Helper()
	if err := o.Check(); err != nil {
		h.t.Fatal(err)
	}
	j, err := h.desk.Start(context.Background(), job.Caller(c), intake.CommitJob, o, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return h.finish(c, j.ID)
}

// finish runs the desk until a job has ended.
func (h *house) finish(c vehicle.Caller, id string) job.Status {
	h.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.desk.Run(ctx) }()
	w := h.desk.Watch(job.Caller(c))
	defer w.Close()
	var s job.Status
	for {
		var err error
		if s, err = h.desk.Get(context.Background(), job.Caller(c), id); err != nil {
			h.t.Fatal(err)
		}
		if s.State.Ended() {
			break
		}
		select {
		case <-w.C:
			w.Take()
		case <-time.After(30 * time.Second):
			h.t.Fatalf("the job stands at %+v", s)
		}
	}
	stop()
	if err := <-ended; err != nil {
		h.t.Fatal(err)
	}
	return s
}

// vinOf gives a stem with ? in the place of its check digit the right one.
func vinOf(t testing.TB, stem string) string {
	t.Helper()
	digit, ok := vin.CheckDigit(strings.Replace(stem, "?", "0", 1))
	if !ok {
		t.Fatalf("%s has no check digit", stem)
	}
	return strings.Replace(stem, "?", string(digit), 1)
}
