// Command benchhub measures a built hub at 100,000 vehicles and under load,
// and prints what it found as a table beside the bars.
//
//	go run ./cmd/benchhub -hub build/bin/hubcap
//
// It seeds a data folder once (kept under build/cache), works on a copy of it,
// and talks to the hub over loopback only. The generator runs on the same
// cores as the hub, so its own processor time stands in the table too: wall
// times are upper bounds, processor time of the hub is the better figure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	hub      string
	models   string
	cache    string
	vehicles int
	users    int
	inFlight int
	seconds  int
	seed     uint64
	staff    int
}

func main() {
	var o options
	flag.StringVar(&o.hub, "hub", "build/bin/hubcap", "the hub's binary")
	flag.StringVar(&o.models, "models", "", "folder of model packs that the hub uses, for searches by meaning; none by default")
	flag.StringVar(&o.cache, "cache", "build/cache/benchhub", "folder in which seeded data is kept")
	flag.IntVar(&o.vehicles, "vehicles", 100_000, "vehicles in the store")
	flag.IntVar(&o.users, "users", 1000, "users of the load")
	flag.IntVar(&o.inFlight, "inflight", 1000, "requests in flight in the flood")
	flag.IntVar(&o.seconds, "seconds", 60, "length of the load; the flood takes half of it")
	flag.IntVar(&o.staff, "accounts", 200, "accounts whose keys the requests come with; 0 is this computer itself, who is asked for nothing")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of what is asked for")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchhub:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	began := time.Now()
	seeded, err := seedOnce(ctx, o)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(o.cache, "run-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()

	var t table
	if err := measureStart(ctx, o, &t, "empty", filepath.Join(work, "empty"), 300*time.Millisecond); err != nil {
		return err
	}
	data := filepath.Join(work, "data")
	if err := os.CopyFS(data, os.DirFS(seeded)); err != nil {
		return fmt.Errorf("copy the seeded data: %w", err)
	}
	if err := measureStart(ctx, o, &t, fmt.Sprintf("at %d", o.vehicles), data, time.Second); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		fn   func(context.Context, options, *hub, *table) error
	}{{"one by one", measureOneByOne}, {"load", measureLoad}, {"flood", measureFlood}} {
		fmt.Fprintf(os.Stderr, "%6.1fs %s\n", time.Since(began).Seconds(), step.name)
		// Each step has a hub of its own, so that its greatest memory is its own.
		if err := with(ctx, o, data, func(h *hub) error {
			if err := h.settle(ctx, time.Minute); err != nil {
				return err
			}
			if err := h.hire(ctx, o.staff); err != nil {
				return err
			}
			return step.fn(ctx, o, h, &t)
		}); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	fmt.Printf("%s; %s, %d cores, load %s; %s; %d vehicles (%s); took %v\n\n", time.Now().UTC().Format(time.DateOnly), processor(), runtime.NumCPU(), loadAverage(),
		runtime.Version(), o.vehicles, folderSizes(seeded), time.Since(began).Round(time.Second))
	t.print(os.Stdout)
	return nil
}

// measureStart starts the hub a few times on a folder and says how long the
// middle one took until it answered, and what it holds when it is idle.
func measureStart(ctx context.Context, o options, t *table, name, data string, bar time.Duration) error {
	var took []time.Duration
	var idle memory
	for range 5 {
		if err := with(ctx, o, data, func(h *hub) error {
			took = append(took, h.started)
			if len(took) < 5 {
				return nil
			}
			if err := h.settle(ctx, time.Minute); err != nil {
				return err
			}
			var err error
			idle, err = h.memory()
			return err
		}); err != nil {
			return err
		}
	}
	t.time("cold start "+name+", median of 5 (slowest "+ms(slowest(took))+")", bar, percentile(took, 50))
	t.megabytes("idle resident "+name+idle.split(), 80, idle.resident)
	return nil
}
