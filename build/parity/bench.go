package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// bench prints the speed of the decoder over the road's mix: distinct VINs in
// random order on one thread, each timed, beside what a random load costs on
// this machine.
func bench(w io.Writer, archive string, n int, seed uint64, now time.Time) error {
	rel, err := readTables(archive)
	if err != nil {
		return err
	}
	g, err := newGenerator(rel, seed, now)
	if err != nil {
		return err
	}
	vins, err := g.roadMix(n)
	if err != nil {
		return err
	}
	rel, g = nil, nil
	runtime.GC()
	d, err := openIndex()
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	var r vin.Result
	o := vin.Options{Now: now}
	for _, v := range vins { // first touch of the index's pages
		d.DecodeInto(&r, v, o)
	}
	load := randomLoad(seed)

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu := threadCPU()
	for _, v := range vins {
		d.DecodeInto(&r, v, o)
	}
	cpu = threadCPU() - cpu
	runtime.ReadMemStats(&after)

	times := timeEach(d, vins, o)
	fmt.Fprintf(w, "VINs           %d distinct, seed %d, random order, one thread\n", len(vins), seed)
	fmt.Fprintf(w, "mean CPU       %.2f us\n", us(cpu)/float64(len(vins)))
	fmt.Fprintf(w, "p50            %.2f us\n", us(at(times, 50)))
	fmt.Fprintf(w, "p99            %.2f us\n", us(at(times, 99)))
	fmt.Fprintf(w, "p99.9          %.2f us\n", us(times[len(times)*999/1000]))
	fmt.Fprintf(w, "allocations    %.4f a VIN\n", float64(after.Mallocs-before.Mallocs)/float64(len(vins)))
	fmt.Fprintf(w, "random load    %.1f ns in 16 MB; p50 is %.1f of them\n", load, us(at(times, 50))*1000/load)

	yearless := make([]string, 0, len(vins)/5)
	for i := 0; i < len(vins); i += 5 {
		v := []byte(vins[i])
		v[9] = 'U'
		yearless = append(yearless, string(v))
	}
	times = timeEach(d, yearless, o)
	fmt.Fprintf(w, "without a year %d VINs: p50 %.2f us, p99 %.2f us\n", len(yearless), us(at(times, 50)), us(at(times, 99)))
	o.SkipDefaults = true
	times = timeEach(d, vins, o)
	fmt.Fprintf(w, "no defaults    p50 %.2f us, p99 %.2f us\n", us(at(times, 50)), us(at(times, 99)))
	return nil
}

func timeEach(d *vin.Decoder, vins []string, o vin.Options) []time.Duration {
	var r vin.Result
	times := make([]time.Duration, len(vins))
	for i, v := range vins {
		start := time.Now()
		d.DecodeInto(&r, v, o)
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	return times
}

func at(times []time.Duration, percent int) time.Duration { return times[len(times)*percent/100] }

func us(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// threadCPU is the time that this thread has spent on a processor.
func threadCPU() time.Duration {
	const onThread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(onThread, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// randomLoad is the time in ns of one load from a random place of 16 MB, where
// each load names the next.
func randomLoad(seed uint64) float64 {
	const n = 16 << 20 / 64
	type line struct {
		next uint32
		_    [60]byte
	}
	chain := make([]line, n)
	order := rand.New(rand.NewPCG(seed, 2)).Perm(n)
	for i, p := range order {
		chain[p].next = uint32(order[(i+1)%n])
	}
	const loads = 4 * n
	p := uint32(0)
	for range n {
		p = chain[p].next
	}
	start := time.Now()
	for range loads {
		p = chain[p].next
	}
	took := time.Since(start)
	runtime.KeepAlive(p)
	return float64(took.Nanoseconds()) / loads
}
