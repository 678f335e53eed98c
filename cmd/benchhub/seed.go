package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/embedded/vpic"
)

// organisation is the one that the hub serves until accounts exist.
const organisation = "home"

// seedVersion is raised when the fleet is made otherwise than before.
const seedVersion = 3

// keepChanges is how much of its change log a hub keeps.
const keepChanges = 100_000

// seedOnce returns the seeded data folder, and makes it when it is not there:
// the fleet through the packages that the hub writes with, the search index by
// a hub of the binary that is measured.
func seedOnce(ctx context.Context, o options) (string, error) {
	dir := filepath.Join(o.cache, fmt.Sprintf("v%d-%d", seedVersion, o.vehicles))
	if o.models != "" {
		dir += "-meanings"
	}
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(o.cache, 0o755); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(o.cache, "seed-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp) // nothing is left of it after the rename
	began := time.Now()
	if err := fill(ctx, temp, o.vehicles); err != nil {
		return "", fmt.Errorf("seed %d vehicles: %w", o.vehicles, err)
	}
	fmt.Fprintf(os.Stderr, "%6.1fs seeded\n", time.Since(began).Seconds())
	err = with(ctx, o, temp, func(h *hub) error {
		if err := h.indexed(ctx, o.vehicles, 10*time.Minute); err != nil {
			return err
		}
		return h.settle(ctx, 30*time.Minute) // the log is trimmed meanwhile, and meanings are made
	})
	if err != nil {
		return "", fmt.Errorf("index %d vehicles: %w", o.vehicles, err)
	}
	fmt.Fprintf(os.Stderr, "%6.1fs indexed\n", time.Since(began).Seconds())
	return dir, os.Rename(temp, dir)
}

// fill writes n vehicles, many at once so that they share commits.
func fill(ctx context.Context, dir string, n int) (err error) {
	data, ok := vpic.Index()
	if !ok {
		return vpic.ErrMissing
	}
	decoder, err := vin.Open(data)
	if err != nil {
		return err
	}
	db, err := bolt.Open(ctx, dir, append(vehicle.Schemas(), store.Undos.Schema()), bolt.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	hub := vehicle.New(db, decoder, vehicle.Options{})
	who := vehicle.Caller{Scope: store.Org(organisation), Actor: actor.Hub("bench")}
	fleet := sample.Fleet(sample.Seed, time.Now())
	const writers = 64
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < n && errs[w] == nil; i += writers {
				e, err := entry(fleet[i%len(fleet)].Entry, i)
				if err == nil {
					_, err = hub.Import(ctx, who, []vehicle.Entry{e}, false)
				}
				if err == nil && i%2000 == 0 {
					_, err = db.Trim(ctx, keepChanges) // as a running hub does
				}
				errs[w] = err
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// vinOf is the VIN of the i-th vehicle made from a VIN of the sample: another
// serial number, and the check digit that belongs to it.
func vinOf(of string, i int) (string, error) {
	v := of[:11] + fmt.Sprintf("%06d", i)
	d, ok := vin.CheckDigit(v)
	if !ok {
		return "", fmt.Errorf("%s has no check digit", v)
	}
	return v[:8] + string(d) + v[9:], nil
}

// entry is the i-th vehicle: one of the sample with another serial number, its
// first records, and notes of its own.
func entry(of vehicle.Entry, i int) (vehicle.Entry, error) {
	r := rand.New(rand.NewPCG(uint64(i), seedVersion))
	e := of
	var err error
	if e.Draft.VIN, err = vinOf(of.Draft.VIN, i); err != nil {
		return e, err
	}
	e.Draft.Stock = fmt.Sprintf("B%06d", i)
	e.Draft.Plate = fmt.Sprintf("%c%c%c %04d", 'A'+r.IntN(26), 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(10_000))
	e.Draft.Stage = vehicle.Stages()[r.IntN(len(vehicle.Stages()))]
	e.Draft.Tags = []string{[]string{"auction", "retail", "fleet", "lease"}[r.IntN(4)]}
	e.Readings = e.Readings[:min(3, len(e.Readings))]
	e.Services = e.Services[:min(2, len(e.Services))]
	e.Fuels = e.Fuels[:min(2, len(e.Fuels))]
	e.Notes = nil
	for range r.IntN(3) {
		e.Notes = append(e.Notes, remark(r))
	}
	return e, nil
}

// remark is a note as people write them.
func remark(r *rand.Rand) string {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	return fmt.Sprintf("%s %s %s, %s; %s.",
		pick("Front", "Rear", "Left", "Right", "Driver side", "Passenger side"),
		pick("brake pads", "door", "bumper", "tire", "window", "light", "mirror", "fender", "seat"),
		pick("worn", "scratched", "replaced", "dented", "missing", "noisy", "repaired", "leaking"),
		pick("seen at the walk-around", "says the seller", "on the last visit", "after the auction", "photo taken"),
		pick("call the customer", "order the part", "nothing to do", "look again in spring", "price it in", "ask the workshop"))
}
