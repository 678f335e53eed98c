//go:build unix

package vehicle_test

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// BenchmarkCreate saves vehicles one after the other, with all that a save
// costs: decoding, the change log, and what Undo and activity keep.
func BenchmarkCreate(b *testing.B) {
	index, err := os.ReadFile("../../embedded/vpic/data/vpic.idx")
	if err != nil {
		b.Fatal(err)
	}
	d, err := vin.Open(string(index))
	if err != nil {
		b.Fatal(err)
	}
	db, err := bolt.Open(b.Context(), b.TempDir(), append(vehicle.Schemas(), store.Undos.Schema()), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	h := vehicle.New(db, d, vehicle.Options{})
	create := func(i int) {
		if _, err := h.Create(b.Context(), me(), vehicle.Draft{VIN: fmt.Sprintf("4T1BF1FK0FU%06d", i%1_000_000), Stock: fmt.Sprint(i)}); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 5000 { // pages that a fresh file has not
		create(i)
	}
	began := used(b)
	n := 5000
	for b.Loop() {
		create(n)
		n++
	}
	b.ReportMetric(float64(used(b)-began)/float64(b.N)/1000, "cpu-us/op")
}

// used is the processor time of this process, in nanoseconds.
func used(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
