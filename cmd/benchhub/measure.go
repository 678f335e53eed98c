package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// measureOneByOne sends one request after the other: processor time of the hub
// a request, and the wall time beside it.
func measureOneByOne(ctx context.Context, o options, h *hub, t *table) error {
	users, err := askers(ctx, h, o, 1)
	if err != nil {
		return err
	}
	a := users[0]
	for _, s := range []struct {
		name string
		n    int
		next func() request
		cpu  time.Duration // bars; 0 is none
		p99  time.Duration
	}{
		{"get", 4000, a.get, 150 * time.Microsecond, 0},
		{"list of 30", 1500, func() request { return request{path: "/api/v1/vehicles?limit=30"} }, 1700 * time.Microsecond, 0},
		{"decode", 3000, a.decode, 0, 0},
		{"durable create", 1500, a.create, 500 * time.Microsecond, 0},
		{"search selective", 600, a.selective, 0, 100 * time.Millisecond},
		{"search broad", 300, a.broad, 0, 250 * time.Millisecond},
		{"search sorted, faceted", 300, a.sorted, 0, 250 * time.Millisecond},
	} {
		for range s.n / 10 { // warm
			h.ask(ctx, s.next())
		}
		if err := h.settle(ctx, time.Minute); err != nil {
			return err
		}
		var took []time.Duration
		before := h.processor()
		for range s.n {
			got := h.ask(ctx, s.next())
			if got.err != nil || got.status >= 300 {
				return fmt.Errorf("%s: status %d, %w: %s", s.name, got.status, got.err, got.body)
			}
			took = append(took, got.took)
		}
		cpu := (h.processor() - before) / time.Duration(s.n)
		if s.name == "durable create" {
			// Indexing follows the write; what is left of it when the last
			// answer came belongs to the writes too.
			if err := h.settle(ctx, time.Minute); err != nil {
				return err
			}
			t.note(s.name+", one by one", fmt.Sprintf("CPU with all indexing that follows %s a request", ms((h.processor()-before)/time.Duration(s.n))))
		}
		t.time(fmt.Sprintf("%s, one by one: CPU a request (wall p50 %s, p99 %s)", s.name, ms(percentile(took, 50)), ms(percentile(took, 99))), s.cpu, cpu)
		if s.p99 > 0 {
			t.time(s.name+", one by one: p99", s.p99, percentile(took, 99))
		}
	}
	return nil
}

// outcome is what became of many requests.
type outcome struct {
	mu       sync.Mutex
	took     map[string][]time.Duration // by class, answers 2xx
	statuses map[int]int                // 0: no answer
	wrong    []string                   // a few answers that should not be
	health   []time.Duration
}

func (out *outcome) add(class string, a answer, allow503 bool) {
	out.mu.Lock()
	defer out.mu.Unlock()
	out.statuses[a.status]++
	ok := a.err == nil && a.status/100 == 2
	if ok {
		out.took[class] = append(out.took[class], a.took)
	}
	if !ok && !(allow503 && a.status == 503 && a.retry != "") && len(out.wrong) < 5 {
		out.wrong = append(out.wrong, fmt.Sprintf("%s: %d %v %.200s", class, a.status, a.err, a.body))
	}
}

func (out *outcome) said() string {
	var parts []string
	keys := []int{}
	for s := range out.statuses {
		keys = append(keys, s)
	}
	slices.Sort(keys)
	for _, s := range keys {
		parts = append(parts, fmt.Sprintf("%d of %d", out.statuses[s], s))
	}
	return strings.Join(parts, ", ")
}

// drive lets users ask until the time is over, and looks at the hub's health
// meanwhile.
func drive(ctx context.Context, h *hub, users []*asker, length time.Duration, think func(*rand.Rand) time.Duration, allow503 bool) *outcome {
	out := &outcome{took: map[string][]time.Duration{}, statuses: map[int]int{}}
	end := time.Now().Add(length)
	var wg sync.WaitGroup
	for _, u := range users {
		wg.Go(func() {
			if think != nil { // not all at once
				_ = wait(ctx, time.Duration(u.rand.Int64N(int64(think(u.rand))+1))) // the loop looks at ctx
			}
			for ctx.Err() == nil && time.Now().Before(end) {
				q := u.mixed()
				a := h.ask(ctx, q)
				out.add(q.class, a, allow503)
				if q.class == "list" {
					u.turned(a.body)
				}
				if think != nil {
					_ = wait(ctx, min(think(u.rand), max(0, time.Until(end)))) // as above
				}
			}
		})
	}
	var over atomic.Bool
	checked := make(chan struct{})
	go func() {
		defer close(checked)
		for !over.Load() && ctx.Err() == nil {
			a := h.ask(ctx, request{path: "/healthz"})
			if a.err != nil || a.status != 200 {
				a.took = time.Minute // no answer is the worst answer
			}
			out.health = append(out.health, a.took)
			_ = wait(ctx, 50*time.Millisecond) // as above
		}
	}()
	wg.Wait()
	over.Store(true)
	<-checked
	return out
}

func measureLoad(ctx context.Context, o options, h *hub, t *table) error {
	users, err := askers(ctx, h, o, o.users)
	if err != nil {
		return err
	}
	// A mean of 5 s, as people differ.
	think := func(r *rand.Rand) time.Duration {
		return 2500*time.Millisecond + time.Duration(r.Int64N(int64(5*time.Second)))
	}
	began, hubBefore, ownBefore := time.Now(), h.processor(), own()
	out := drive(ctx, h, users, time.Duration(o.seconds)*time.Second, think, false)
	length, hubCPU, ownCPU := time.Since(began), h.processor()-hubBefore, own()-ownBefore

	total, good := 0, 0
	for s, n := range out.statuses {
		total += n
		if s/100 == 2 {
			good += n
		}
	}
	t.note("load", fmt.Sprintf("%d users, 5 s think time, %d s: %d requests (%s); processor: hub %.0f %% of one core, generator %.0f %%",
		o.users, o.seconds, total, out.said(), share(hubCPU, length), share(ownCPU, length)))
	for _, w := range out.wrong {
		t.note("load, wrong", w)
	}
	t.percent("load: errors", 0.1, 100*float64(total-good)/float64(max(total, 1)))
	for _, c := range []struct {
		class string
		bar   time.Duration
	}{{"decode", 100 * time.Millisecond}, {"get", 100 * time.Millisecond}, {"list", 150 * time.Millisecond},
		{"search selective", 300 * time.Millisecond}, {"search by meaning", 300 * time.Millisecond}, {"search broad", 300 * time.Millisecond}, {"search sorted, faceted", 300 * time.Millisecond},
		{"create", 400 * time.Millisecond}, {"note", 400 * time.Millisecond}} {
		d := out.took[c.class]
		if len(d) == 0 {
			continue // without a model nobody asks for meanings
		}
		t.time(fmt.Sprintf("load: %s, p99 of %d (p50 %s, p95 %s)", c.class, len(d), ms(percentile(d, 50)), ms(percentile(d, 95))), c.bar, percentile(d, 99))
	}
	m, err := h.memory()
	if err != nil {
		return err
	}
	t.megabytes("load: greatest resident; at the end"+m.split(), 300, m.greatest)
	return nil
}

func measureFlood(ctx context.Context, o options, h *hub, t *table) error {
	users, err := askers(ctx, h, o, o.inFlight)
	if err != nil {
		return err
	}
	began, hubBefore, ownBefore := time.Now(), h.processor(), own()
	out := drive(ctx, h, users, time.Duration(o.seconds)*time.Second/2, nil, true)
	length, hubCPU, ownCPU := time.Since(began), h.processor()-hubBefore, own()-ownBefore
	t.note("flood", fmt.Sprintf("%d in flight, %d s: %s; processor: hub %.0f %% of one core, generator %.0f %%", o.inFlight, o.seconds/2, out.said(), share(hubCPU, length), share(ownCPU, length)))
	for _, w := range out.wrong {
		t.note("flood, wrong", w)
	}
	var all []time.Duration
	for _, d := range out.took {
		all = append(all, d...)
	}
	t.count("flood: answers other than 2xx and 503 with Retry-After", 0, len(out.wrong))
	t.time(fmt.Sprintf("flood: health, p99 of %d (slowest %s)", len(out.health), ms(slowest(out.health))), time.Second, percentile(out.health, 99))
	t.note("flood: answers 2xx", fmt.Sprintf("%d, p50 %s, p99 %s", len(all), ms(percentile(all, 50)), ms(percentile(all, 99))))
	m, err := h.memory()
	if err != nil {
		return err
	}
	t.note("flood: greatest resident", fmt.Sprintf("%.0f MB%s", m.greatest, m.split()))
	return nil
}

func share(cpu, wall time.Duration) float64 { return 100 * cpu.Seconds() / wall.Seconds() }
