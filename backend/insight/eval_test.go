package insight_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/embedded/models"
)

// TestEval writes briefings over the sample fleet and has a stranger, the
// reader, derive every claim again from the records: 24 here, as many as
// HUBCAP_TEST_EVAL says by `make eval`. With HUBCAP_TEST_WORKER_REQUIRED the
// real model chooses the words, and its figures are printed; else the rules
// do.
func TestEval(t *testing.T) {
	n := 24
	if s := os.Getenv("HUBCAP_TEST_EVAL"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatalf("HUBCAP_TEST_EVAL=%q is not a number", s)
		}
	}
	var m model
	rec := &recorder{}
	if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") != "" {
		rec.Client = realModel(t)
		m = rec
	}
	done, unsupported, missing, worded := 0, 0, 0, 0
	for seed := uint64(sample.Seed); done < n; seed += 2 {
		// Two fleets in one hub, so that there are similar vehicles enough.
		h := newHub(t, m)
		h.load(t, seed)
		ids := h.load(t, seed+1)
		raws := rawFleet(t, h, ids)
		step := max(1, len(ids)/max(1, n-done))
		for i := 0; i < len(ids) && done < n; i += step {
			done++
			d, err := h.insights.Vehicle(t.Context(), caller, ids[i])
			if err != nil {
				t.Errorf("vehicle %d of seed %d: %v", i, seed, err)
				continue
			}
			texts := [][]insight.Sentence{d.Briefing.Sentences}
			if m != nil {
				b, err := d.Word(t.Context(), insight.Shown{})
				if err != nil {
					t.Errorf("vehicle %d of seed %d: stays at rules: %v", i, seed, err)
				} else {
					worded++
					texts = append(texts, b.Sentences)
					urgent := slices.ContainsFunc(b.Findings, func(f insight.Finding) bool { return f.Severity.Urgent() })
					if got := rec.usage[len(rec.usage)-1].OutputTokens; got > 90 && !urgent {
						t.Errorf("%s: %d output tokens without an urgent finding, want at most 90: %v", b.VIN, got, b.Sentences)
					}
				}
			}
			for _, s := range texts {
				u, left := readAll(t, raws[ids[i]], s, d.Briefing)
				unsupported, missing = unsupported+u, missing+left
			}
		}
	}
	t.Logf("%d briefings, %d of them worded by a model: %d unsupported sentences, %d urgent facts left out", done, worded, unsupported, missing)
	if m != nil {
		rec.report(t)
	}
}

var leftOut = regexp.MustCompile(`^(?:(\w+) more findings? (?:is|are) listed below|The list below holds (\w+) more findings?)\.$`)

// readAll reads one text and returns how many sentences do not hold and how
// many urgent facts are left out.
func readAll(t *testing.T, raw *raw, text []insight.Sentence, b insight.Briefing) (unsupported, missing int) {
	t.Helper()
	r := &reader{raw: raw, seen: map[string]bool{}}
	for i, s := range text {
		if m := leftOut.FindStringSubmatch(s.Text); m != nil && i == len(text)-1 {
			cited := map[string]bool{}
			for _, x := range text[:i] {
				for _, id := range x.Findings {
					cited[id] = true
				}
			}
			if left := len(b.Findings) - len(cited); left != number(m[1]+m[2]) || left != len(s.Findings) || left != b.Dropped {
				unsupported++
				t.Errorf("%s: %q, but %d are left out", b.VIN, s.Text, left)
			}
			continue
		}
		if err := r.read(s.Text); err != nil {
			unsupported++
			t.Errorf("%s: %q: %v", b.VIN, s.Text, err)
		}
	}
	for about, is := range r.urgent() {
		if is && !r.seen[about] {
			missing++
			t.Errorf("%s: nothing is said of its %s: %+v", b.VIN, about, text)
		}
	}
	return unsupported, missing
}

// rawFleet reads every vehicle's records and finds its siblings by hand.
func rawFleet(t *testing.T, h *hub, ids []string) map[string]*raw {
	t.Helper()
	dec := decoder(t)
	out := map[string]*raw{}
	for _, id := range ids {
		hist, err := h.vehicles.History(context.Background(), caller, id)
		if err != nil {
			t.Fatal(err)
		}
		out[id] = newRaw(hist, dec.Decode(hist.Vehicle.VIN, vin.Options{ModelYear: hist.Vehicle.YearHint, Now: today}), today)
	}
	for _, a := range ids {
		for _, b := range ids {
			x, y := &out[a].result, &out[b].result
			years := x.ModelYear - y.ModelYear
			if a != b && x.Get("Make") == y.Get("Make") && x.Get("Model") == y.Get("Model") && years >= -2 && years <= 2 && x.ModelYear > 0 && x.Get("Model") != "" {
				out[a].siblings = append(out[a].siblings, out[b])
			}
		}
	}
	return out
}

// realModel opens the built worker with the catalogue's pack.
func realModel(t testing.TB) *local.Client {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	pack, _ := models.Find(models.SmolLM2)
	c := local.Open(local.Options{
		Programs: []string{filepath.Join(root, "build", "bin", "hubcap-worker")}, Model: pack.Title, Threads: 1, Form: llm.ChatML, Prefix: insight.Prefix(llm.ChatML),
		Locate: func() (string, error) { return pack.Locate(filepath.Join(root, "build", "models")) }, Verify: pack.Verify,
	})
	t.Cleanup(c.Close)
	for {
		changed := c.Changed()
		switch s := c.State(); s.Condition {
		case llm.Ready:
			return c
		case llm.Missing, llm.Failed:
			t.Fatalf("the model is %s: %s", s.Condition, s.Reason)
		}
		<-changed
	}
}

// recorder notes what each wording cost.
type recorder struct {
	*local.Client
	first, whole []time.Duration
	usage        []llm.Usage
}

func (r *recorder) Word(ctx context.Context, req llm.WordRequest, each func(llm.Chunk)) (llm.WordReply, error) {
	start, first := time.Now(), time.Duration(0)
	reply, err := r.Client.Word(ctx, req, func(c llm.Chunk) {
		if first == 0 {
			first = time.Since(start)
		}
		each(c)
	})
	if err == nil {
		r.first, r.whole, r.usage = append(r.first, first), append(r.whole, time.Since(start)), append(r.usage, reply.Usage)
	}
	return reply, err
}

func (r *recorder) report(t *testing.T) {
	t.Helper()
	column := func(f func(llm.Usage) int) []time.Duration {
		var out []time.Duration
		for _, u := range r.usage {
			out = append(out, time.Duration(f(u))*time.Millisecond)
		}
		return out
	}
	row := func(name string, v []time.Duration, unit string) {
		if len(v) == 0 {
			return
		}
		slices.Sort(v)
		at := func(p float64) int64 { return v[min(len(v)-1, int(p*float64(len(v))))].Milliseconds() }
		t.Logf("%-24s p50 %5d  p95 %5d  max %5d  %s", name, at(0.5), at(0.95), at(1), unit)
	}
	row("first checked sentence", r.first, "ms")
	row("whole insight", r.whole, "ms")
	row("processor time", column(func(u llm.Usage) int { return int(u.CPU.Milliseconds()) }), "ms")
	row("prompt tokens", column(func(u llm.Usage) int { return u.PromptTokens }), "")
	row("output tokens", column(func(u llm.Usage) int { return u.OutputTokens }), "")
	row("choices", column(func(u llm.Usage) int { return u.Choices }), "")
	over := 0
	for _, u := range r.usage {
		if u.PromptTokens > 120 {
			t.Errorf("a prompt of %d tokens beyond the prefix, want at most 120", u.PromptTokens)
		}
		if u.OutputTokens > 90 {
			over++
		}
	}
	t.Logf("over 90 output tokens: %d of %d (only urgent findings may do that)", over, len(r.usage))
}
