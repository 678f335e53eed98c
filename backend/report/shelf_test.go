package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/report"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// yard has one truck under any id but "gone".
type yard struct{ block chan struct{} }

func (y yard) History(ctx context.Context, _ vehicle.Caller, id string) (vehicle.History, error) {
	if id == "gone" {
		return vehicle.History{}, fault.New(fault.NotFound, "no such vehicle")
	}
	if y.block != nil && id == "slow" {
		select {
		case <-y.block:
		case <-ctx.Done():
			return vehicle.History{}, context.Cause(ctx)
		}
	}
	return vehicle.History{Vehicle: truck().Vehicle}, nil
}

type house struct {
	*report.Printer
	desk *job.Desk
	c    job.Caller
	dir  string
	now  time.Time
}

func openHouse(t *testing.T, y yard) *house {
	h := &house{dir: filepath.Join(t.TempDir(), "printed"), now: time.Now(), c: job.Caller{Scope: store.Org("home"), Actor: actor.Machine()}}
	h.Printer = report.New(report.Printer{Vehicles: y, Shelf: report.NewShelf(h.dir, func() time.Time { return h.now }),
		Head:    func(context.Context, vehicle.Caller) (report.Head, error) { return head(report.Letter), nil },
		Address: func(id string) string { return "http://127.0.0.1:8080/vehicles/" + id }})
	db, err := mem.Open(job.Schemas(), mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h.desk = job.New(db, []job.Kind{{Name: report.Job, Title: "Print", Run: h.Run}}, job.Options{Grace: time.Hour})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = h.desk.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended; _ = db.Close() })
	return h
}

// print runs an order as a job to its end.
func (h *house) print(t *testing.T, o report.Order, during func(id string)) job.Status {
	t.Helper()
	w := h.desk.Watch(h.c)
	defer w.Close()
	j, err := h.desk.Start(t.Context(), h.c, report.Job, o, "")
	if err != nil {
		t.Fatal(err)
	}
	for {
		select {
		case <-w.C:
		case <-t.Context().Done():
			t.Fatal("the job did not end")
		}
		for _, s := range w.Take() {
			if s.ID != j.ID {
				continue
			}
			if s.State == job.Running && during != nil {
				during(s.ID)
				during = nil
			}
			if s.State.Ended() {
				return s
			}
		}
	}
}

func TestManyStickersAsAJob(t *testing.T) {
	h := openHouse(t, yard{})
	ids := []string{"a", "b", "gone", "c"}
	s := h.print(t, report.Order{What: report.OfStickers, IDs: ids, Paper: report.A4, Singles: true}, nil)
	if want := `{"what":"stickers","printed":3,"forms":["pdf","zip"]}`; s.State != job.Done || string(s.Result) != want || s.Rows != 3 || s.Count != 8 {
		t.Fatalf("got %s %s, %d rows, %d steps; %s; want done %s", s.State, s.Result, s.Rows, s.Count, s.Problem, want)
	}
	f, err := h.Shelf.Open(s.ID, "zip")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) != 3 || z.File[2].Name != "0003-1FTEW1EG5FFB12345.pdf" {
		t.Fatalf("the ZIP: got %v, %v", z, err)
	}

	// A day later it is swept.
	if err := h.Shelf.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Shelf.Open(s.ID, "pdf"); err != nil {
		t.Errorf("fetch on the same day: %v", err)
	}
	h.now = h.now.Add(report.Kept + time.Minute)
	if err := h.Shelf.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Shelf.Open(s.ID, "pdf"); !fault.Is(err, fault.NotFound) {
		t.Errorf("fetch a day later: got %v, want that it is gone", err)
	}
}

func TestACanceledPrintLeavesNothing(t *testing.T) {
	h := openHouse(t, yard{block: make(chan struct{})})
	s := h.print(t, report.Order{What: report.OfStickers, IDs: []string{"a", "slow", "b"}}, func(id string) {
		if _, err := h.desk.Cancel(t.Context(), h.c, id); err != nil {
			t.Error(err)
		}
		close(h.Vehicles.(yard).block)
	})
	if s.State != job.Canceled {
		t.Fatalf("got %s, want canceled", s.State)
	}
	if list, err := os.ReadDir(h.dir); err != nil && !errors.Is(err, os.ErrNotExist) || len(list) > 0 {
		t.Errorf("a canceled print left %v, %v", list, err)
	}
}

func TestOrdersThatAreRefused(t *testing.T) {
	for name, o := range map[string]report.Order{
		"nothing":      {What: "posters"},
		"paper":        {What: report.OfStickers, Paper: "b5"},
		"sheet":        {What: report.OfLabels, Template: "x"},
		"thin bars":    {What: report.OfLabels, Template: "57x32", Code: report.Code39},
		"off the page": {What: report.OfLabels, Template: "5160", Start: 31},
	} {
		if err := o.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
	many := report.Order{What: report.OfStickers, IDs: make([]string, report.MostOfJob+1)}
	if err := many.Check(); !fault.Is(err, fault.Limited) {
		t.Errorf("too many: got %v, want a limit", err)
	}
	h := openHouse(t, yard{})
	if _, err := h.Print(t.Context(), vehicle.Caller(h.c), report.Order{What: report.OfStickers, IDs: []string{"a", "gone"}}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a vehicle that is not seen: got %v, want that it is not there", err)
	}
	for _, id := range []string{"", "../../etc/passwd", "..", "0193a1f2"} {
		if _, err := h.Shelf.Open(id, "pdf"); !fault.Is(err, fault.NotFound) {
			t.Errorf("open %q: got %v, want that there is none", id, err)
		}
	}
}
