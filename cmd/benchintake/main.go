// Command benchintake scores the check of claims and the repair of VINs on
// lists that it writes itself, with honest words and planted errors.
//
//	benchintake                     the report of docs/benchmarks/intake.md
//	benchintake -show 40            with examples of what went wrong
//	benchintake -write-vins 4000    draws the VINs that the tests use
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/claim/claimtest"
	"github.com/hubcap-dev/hubcap/backend/intake/repair"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/embedded/vpic"
)

type options struct {
	archive, out     string
	vins, rows, show int
	seeds            int
	fresh            bool
	vinSeed          uint64
}

func main() {
	var o options
	flag.StringVar(&o.archive, "archive", "embedded/vpic/vpic_2026_10.tar.zst", "vPIC tables, for new VINs")
	flag.StringVar(&o.out, "out", "backend/intake/claim/claimtest/vins.txt", "where -write-vins goes")
	flag.IntVar(&o.vins, "write-vins", 0, "draw so many VINs and end")
	flag.IntVar(&o.rows, "rows", 2500, "rows a list")
	flag.IntVar(&o.seeds, "seeds", 4, "lists")
	flag.IntVar(&o.show, "show", 0, "print so many examples of each kind of failure")
	flag.BoolVar(&o.fresh, "fresh", false, "draw new VINs from the tables instead of those of the tests")
	flag.Uint64Var(&o.vinSeed, "vin-seed", 1, "seed of new VINs")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchintake:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, o options) error {
	data, ok := vpic.Index()
	if !ok {
		return vpic.ErrMissing
	}
	d, err := vin.Open(data)
	if err != nil {
		return err
	}
	vins := claimtest.VINs()
	if o.vins > 0 || o.fresh {
		g, err := newGenerator(o.archive, d, o.vinSeed, claimtest.Now)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		vins = nil
		for n := max(o.vins, 4000); len(vins) < n; {
			if s := g.vin(); !seen[s] {
				seen[s] = true
				vins = append(vins, s)
			}
		}
	}
	if o.vins > 0 {
		return os.WriteFile(o.out, []byte(strings.Join(vins, "\n")+"\n"), 0o644)
	}
	return score(out, d, vins, o)
}

func score(out io.Writer, d *vin.Decoder, vins []string, o options) error {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	c, err := claim.New(d)
	if err != nil {
		return err
	}
	r := d.Decode(vins[0], vin.Options{Now: claimtest.Now})
	c.Check(&r, claim.Claimed{claim.Make: "Ford", claim.Model: "F-150"}, nil)
	ready := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	var rows []claimtest.Row
	for seed := range o.seeds {
		rows = append(rows, claimtest.NewWriter(d, vins, uint64(seed+1)).List(o.rows)...)
	}
	check := func(r *vin.Result, cl claim.Claimed) []claim.Finding { return c.Check(r, cl, nil) }
	s := claimtest.Judge(d, rows, check)
	fmt.Fprintf(out, "checker ready in %v\n", ready.Round(time.Millisecond))
	s.Write(out)
	examples(out, "false hard", s.FalseHard, o.show)
	examples(out, "missed", s.Missed, o.show)
	examples(out, "soft", s.Softs, o.show)
	fmt.Fprintln(out, "naive compare:")
	claimtest.Judge(d, rows, claimtest.Naive).Write(out)

	results := make([]vin.Result, len(rows))
	for i := range rows {
		results[i] = d.Decode(rows[i].VIN, vin.Options{Now: claimtest.Now})
	}
	took := make([]time.Duration, len(rows))
	for i := range rows {
		from := time.Now()
		c.Check(&results[i], rows[i].Claimed, nil)
		took[i] = time.Since(from)
	}
	sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
	total := time.Duration(0)
	for _, t := range took {
		total += t
	}
	fmt.Fprintf(out, "checker and its words: %.1f MB\n", float64(after.HeapAlloc-before.HeapAlloc)/1e6)
	fmt.Fprintf(out, "check: mean %v a row, p50 %v, p99 %v\n", total/time.Duration(len(took)), took[len(took)/2], took[len(took)*99/100])
	repairs(out, d, c, vins, o)
	runtime.KeepAlive(c)
	return nil
}

// repairs counts how often the true VIN stands first or among the first three.
func repairs(out io.Writer, d *vin.Decoder, c *claim.Checker, vins []string, o options) {
	rep := repair.New(d, c)
	broken := claimtest.NewWriter(d, vins, 4242).Corrupt(5000)
	for _, with := range []bool{true, false} {
		type count struct{ n, first, three, any int }
		by := map[string]*count{}
		var took []time.Duration
		var missed []string
		for i := range broken {
			b := &broken[i]
			cl := b.Claimed
			if !with {
				cl = nil
			}
			from := time.Now()
			found := rep.Candidates(b.Written, cl, claimtest.Now, 10)
			took = append(took, time.Since(from))
			at := slices.IndexFunc(found, func(x repair.Candidate) bool { return x.VIN == b.VIN })
			for _, k := range []string{b.Kind, "all"} {
				if by[k] == nil {
					by[k] = &count{}
				}
				by[k].n++
				if at == 0 {
					by[k].first++
				}
				if at >= 0 && at < 3 {
					by[k].three++
				}
				if at >= 0 {
					by[k].any++
				}
			}
			if at < 0 || at > 2 {
				missed = append(missed, fmt.Sprintf("%s %s written %s, at %d of %d", b.Kind, b.VIN, b.Written, at, len(found)))
			}
		}
		slices.Sort(took)
		fmt.Fprintf(out, "repair, with claims %v: p50 %v, p99 %v, slowest %v\n", with, took[len(took)/2], took[len(took)*99/100], took[len(took)-1])
		for _, k := range []string{"substitution", "look_alike", "transposition", "missing", "extra", "all"} {
			n := by[k]
			fmt.Fprintf(out, "  %-13s %5d: first %5.1f %%, first three %5.1f %%, first ten %5.1f %%\n", k, n.n,
				100*float64(n.first)/float64(n.n), 100*float64(n.three)/float64(n.n), 100*float64(n.any)/float64(n.n))
		}
		examples(out, "not in three", missed, o.show)
	}
}

// examples prints some at random, so that a long list shows its kinds.
func examples(out io.Writer, what string, all []string, n int) {
	if n == 0 || len(all) == 0 {
		return
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, i := range rnd.Perm(len(all))[:min(n, len(all))] {
		fmt.Fprintf(out, "  %s: %s\n", what, all[i])
	}
}
