package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
)

// kill -9 again and again in creating, importing and undoing: nothing
// acknowledged is lost, and no vehicle is without its records, no record
// without its vehicle.
func TestDrillKill(t *testing.T) {
	dir := t.TempDir()
	acked := &ledger{enough: make(chan struct{})}
	kills := rounds(6, 201)
	for round := range kills {
		p := startHub(t, dir)
		switch round % 3 {
		case 0:
			killInCreate(p, acked, round)
		case 1:
			p.want(200, "DELETE", "/api/v1/sample", nil)
			killWhile(p, round, func() (answer, error) { return p.ask("POST", "/api/v1/sample", nil) })
		case 2:
			p.want(200, "DELETE", "/api/v1/sample", nil)
			batch := p.want(201, "POST", "/api/v1/sample", nil).header.Get("Hubcap-Batch")
			killWhile(p, round, func() (answer, error) { return p.ask("POST", "/api/v1/undo/"+batch, nil) })
		}
		if t.Failed() {
			return
		}
		there := checkWhole(t, dir)
		for _, id := range acked.ids {
			if !there[id] {
				t.Fatalf("round %d: %s was acknowledged and is lost", round, id)
			}
		}
	}
	t.Logf("%d kills, %d acknowledged vehicles and readings, none lost", kills, len(acked.ids))
}

// killInCreate kills while four people save vehicles and readings.
func killInCreate(p *process, acked *ledger, round int) {
	l := &ledger{enough: make(chan struct{}), most: 1 + round*7%30}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := w; ; i += 4 {
				v, err := p.ask("POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(i)})
				if err != nil {
					return
				}
				if v.status != 201 {
					p.t.Errorf("create: %d %s", v.status, v.raw)
					return
				}
				id := v.body["id"].(string)
				l.add(id)
				r, err := p.ask("POST", "/api/v1/vehicles/"+id+"/readings", map[string]any{"date": "2026-01-02", "odometer": map[string]any{"value": "12", "unit": "km"}})
				if err != nil {
					return
				}
				if r.status != 201 {
					p.t.Errorf("reading: %d %s", r.status, r.raw)
					return
				}
				l.add(r.body["record"].(map[string]any)["id"].(string))
			}
		})
	}
	select {
	case <-l.enough:
	case <-time.After(30 * time.Second):
		p.t.Error("the hub does not answer writes")
	}
	p.kill()
	wg.Wait()
	acked.ids = append(acked.ids, l.ids...)
}

// killWhile kills when the log has grown somewhat since the request began, or
// after its end.
func killWhile(p *process, round int, request func() (answer, error)) {
	start := p.seq()
	done := make(chan struct{})
	go func() {
		defer close(done)
		a, err := request()
		if err == nil && a.status/100 != 2 {
			p.t.Errorf("status %d: %s", a.status, a.raw)
		}
	}()
	for until := start + float64(1+round*131%1500); p.seq() < until; {
		select {
		case <-done:
			until = 0
		default:
		}
	}
	p.kill()
	<-done
}

// seq is the sequence of the hub's last change.
func (p *process) seq() float64 {
	p.t.Helper()
	return p.want(200, "GET", "/api/v1/meta", nil).body["seq"].(float64)
}

// checkWhole opens a folder without a hub and compares vehicles, records and
// the sample's plan with one another. It returns all ids that there are.
func checkWhole(t *testing.T, dir string) map[string]bool {
	t.Helper()
	db, err := bolt.Open(t.Context(), dir, append(vehicle.Schemas(), store.Undos.Schema()), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := db.Fault(); err != nil {
		t.Fatal(err)
	}
	plan := map[string]string{} // of the sample: stock number to counts of records
	for _, e := range sample.Entries(sample.Seed, time.Now()) {
		plan[e.Draft.Stock] = fmt.Sprint(len(e.Readings), len(e.Services), len(e.Fuels))
	}
	there := map[string]bool{}
	vehicles := all(t, db, vehicle.Vehicles)
	for _, v := range vehicles {
		there[v.ID] = true
	}
	records := map[string][3]int{}
	count := func(kind int, id, of string) {
		there[id] = true
		if !there[of] {
			t.Errorf("record %s has no vehicle", id)
		}
		n := records[of]
		n[kind]++
		records[of] = n
	}
	for _, r := range all(t, db, vehicle.Readings) {
		count(0, r.ID, r.VehicleID)
	}
	for _, r := range all(t, db, vehicle.Services) {
		count(1, r.ID, r.VehicleID)
	}
	for _, r := range all(t, db, vehicle.Fuels) {
		count(2, r.ID, r.VehicleID)
	}
	for _, v := range vehicles {
		n := records[v.ID]
		if got := strings.Trim(fmt.Sprint(n), "[]"); v.Sample && got != plan[v.Stock] {
			t.Errorf("%s of the sample has %s records, want %s: half-written", v.Stock, got, plan[v.Stock])
		}
	}
	return there
}

// all reads a collection to its end.
func all[T any](t *testing.T, db store.DB, c *store.Collection[T]) []T {
	t.Helper()
	var out []T
	for q := (store.Query{Limit: store.MaxLimit}); ; {
		var p store.Page[T]
		if err := db.View(t.Context(), store.System(), func(r store.Reader) (err error) { p, err = c.Query(r, q); return err }); err != nil {
			t.Fatal(err)
		}
		if len(p.Damaged) > 0 {
			t.Fatal(p.Damaged[0])
		}
		for _, d := range p.Items {
			out = append(out, d.Value)
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return out
		}
	}
}
