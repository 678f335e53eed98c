package insight_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
)

// fakeModel walks lattices without a worker. spoil, if set, changes what it
// answers.
type fakeModel struct {
	condition llm.Condition
	spoil     func(path []int) ([]int, error)
	asked     int
}

func (m *fakeModel) State() llm.State {
	c := m.condition
	if c == "" {
		c = llm.Ready
	}
	return llm.State{Condition: c, Model: "Fake 1M", Reason: "run: make worker"}
}

func (m *fakeModel) Word(ctx context.Context, r llm.WordRequest, each func(llm.Chunk)) (llm.WordReply, error) {
	m.asked++
	rng := rand.New(rand.NewPCG(r.Seed, uint64(m.asked)))
	var path []int
	at, used := 0, uint64(0)
	for {
		var open []int
		for i, a := range r.Lattice.Arcs {
			if a.From == at && a.Uses&used == 0 {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			break
		}
		i := open[rng.IntN(len(open))]
		a := r.Lattice.Arcs[i]
		path, at, used = append(path, i), a.To, used|a.Uses
		if a.Break && ctx.Err() == nil {
			each(llm.Chunk{Path: slices.Clone(path)})
		}
	}
	if ctx.Err() != nil {
		return llm.WordReply{}, ctx.Err()
	}
	if m.spoil != nil {
		p, err := m.spoil(path)
		return llm.WordReply{Path: p}, err
	}
	return llm.WordReply{Path: path}, nil
}

// one saves a single vehicle with a rollback, and returns its id.
func (h *hub) one(t *testing.T) string {
	t.Helper()
	entries := sample.Entries(sample.Seed, today)
	entries[55].Draft.Claimed = vehicle.Claimed{Year: 2001, Make: "Ford", Source: "auction list"}
	if _, err := h.vehicles.Import(t.Context(), caller, entries[55:56], false); err != nil {
		t.Fatal(err)
	}
	return h.ids(t)[0]
}

func TestRulesAtOnceAndSavedOnce(t *testing.T) {
	h := newHub(t, nil)
	id := h.one(t)
	first, err := h.insights.Vehicle(t.Context(), caller, id)
	if err != nil {
		t.Fatal(err)
	}
	b := first.Briefing
	if b.Way != insight.Rules || b.Model != nil || b.Subject != id || b.Release == "" || b.MS.Rules < 1 || len(b.Sentences) == 0 || !first.Final {
		t.Errorf("got %+v", b)
	}
	again, err := h.insights.Vehicle(t.Context(), caller, id)
	if err != nil {
		t.Fatal(err)
	}
	if again.Briefing.Text() != b.Text() {
		t.Errorf("the same day reads differently:\n%s\n%s", b.Text(), again.Briefing.Text())
	}
	p, err := h.insights.List(t.Context(), caller, id, "", 10)
	if err != nil || len(p.Items) != 1 {
		t.Fatalf("%d saved, want 1 (%v)", len(p.Items), err)
	}
	if s := p.Items[0].Value; s.Label == "" || strings.Contains(s.Label, "AI") && !strings.Contains(s.Label, "No AI") || s.Briefing.Text() != b.Text() {
		t.Errorf("saved %+v", s)
	}
	// Every finding of a saved vehicle opens records at a revision.
	for _, f := range b.Findings {
		if len(f.Records) == 0 || f.Method == "" {
			t.Errorf("finding %s (%s) rests on nothing: %+v", f.ID, f.Kind, f)
		}
		for _, r := range f.Records {
			if r.Collection == "" || r.Key == "" || r.Rev < 1 {
				t.Errorf("finding %s (%s) has a broken record %+v", f.ID, f.Kind, r)
			}
		}
	}
}

func TestModelWordsAndIsSaved(t *testing.T) {
	m := &fakeModel{}
	h := newHub(t, m)
	id := h.one(t)
	d, err := h.insights.Vehicle(t.Context(), caller, id)
	if err != nil {
		t.Fatal(err)
	}
	if d.Briefing.Way != insight.Rules || d.Final {
		t.Errorf("before the model: %+v", d.Briefing)
	}
	var streamed []string
	b, err := d.Word(t.Context(), insight.Shown{Sentence: func(s insight.Sentence) { streamed = append(streamed, s.Text) }})
	if err != nil {
		t.Fatal(err)
	}
	if b.Way != insight.Worded || b.Model == nil || *b.Model != "Fake 1M" || b.MS.Model < 1 || !strings.Contains(b.Label(), "Fake 1M") {
		t.Errorf("got %+v", b)
	}
	if strings.Join(streamed, " ") != b.Text() {
		t.Errorf("streamed %q, want %q", streamed, b.Text())
	}
	asked := m.asked
	again, err := h.insights.Vehicle(t.Context(), caller, id)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Final || again.Briefing.Way != insight.Worded || again.Briefing.Text() != b.Text() {
		t.Errorf("the saved wording is not used: %+v", again.Briefing)
	}
	if _, err := again.Word(t.Context(), insight.Shown{}); err != nil || m.asked != asked {
		t.Errorf("the model was asked again (%v)", err)
	}
	// A new record makes new findings, so a new briefing.
	if _, err := h.vehicles.Readings.Add(t.Context(), caller, id, vehicle.Reading{Date: "2026-11-21", Odometer: vehicle.Kilometers(987_654)}); err != nil {
		t.Fatal(err)
	}
	fresh, err := h.insights.Vehicle(t.Context(), caller, id)
	if err != nil || fresh.Final || fresh.Briefing.Way != insight.Rules {
		t.Errorf("after a change: %+v, %v", fresh.Briefing, err)
	}
	if p, _ := h.insights.List(t.Context(), caller, id, "", 10); len(p.Items) != 2 || p.Items[0].Value.Briefing.Way != insight.Rules {
		t.Errorf("%d saved, want 2, the newest first", len(p.Items))
	}
}

// Whatever the model does, the page has its plain wording.
func TestModelFailsAndTheRulesStay(t *testing.T) {
	for _, row := range []struct {
		name  string
		model *fakeModel
		want  string
	}{
		{"not built", &fakeModel{condition: llm.Missing}, "not ready"},
		{"failed", &fakeModel{condition: llm.Failed}, "not ready"},
		{"dies in the middle", &fakeModel{spoil: func([]int) ([]int, error) {
			return nil, fault.New(fault.Unavailable, "the local model failed")
		}}, "the local model failed"},
		{"leaves the lattice", &fakeModel{spoil: func(p []int) ([]int, error) { return append(p, 0), nil }}, "not let near"},
		{"names arcs that do not exist", &fakeModel{spoil: func(p []int) ([]int, error) { return []int{-1, 1 << 30}, nil }}, "not let near"},
		{"answers nothing", &fakeModel{spoil: func([]int) ([]int, error) { return nil, nil }}, "not let near"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := newHub(t, row.model)
			d, err := h.insights.Vehicle(t.Context(), caller, h.one(t))
			if err != nil {
				t.Fatal(err)
			}
			before := d.Briefing.Text()
			b, err := d.Word(t.Context(), insight.Shown{})
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
			if b.Way != insight.Rules || b.Text() != before {
				t.Errorf("the plain wording did not stay: %+v", b)
			}
		})
	}
}

// A model that passed its check and then goes bad is caught text by text.
func TestModelGoesBadAfterItsCheck(t *testing.T) {
	m := &fakeModel{}
	h := newHub(t, m)
	if err := h.insights.Prepare(t.Context(), caller.Scope); err != nil {
		t.Fatal(err)
	}
	m.spoil = func(p []int) ([]int, error) { return p[:len(p)-1], nil }
	d, err := h.insights.Vehicle(t.Context(), caller, h.one(t))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := d.Word(t.Context(), insight.Shown{}); err == nil || b.Way != insight.Rules {
		t.Errorf("a broken path was shown: %+v, %v", b, err)
	}
}

func TestCheckRunsOnceAMachine(t *testing.T) {
	m := &fakeModel{}
	h := newHub(t, m)
	if err := h.insights.Prepare(t.Context(), caller.Scope); err != nil {
		t.Fatal(err)
	}
	asked := m.asked
	if asked == 0 {
		t.Fatal("the check asked nothing")
	}
	again := insight.New(h.db, h.vehicles, insight.Options{Models: h.router})
	if err := again.Prepare(t.Context(), caller.Scope); err != nil || m.asked != asked {
		t.Errorf("after a restart the check ran again (%v)", err)
	}
	if _, v, ok := again.State(t.Context(), caller.Scope); !ok || v == nil || !v.Report.Earned || v.Capability != llm.Word {
		t.Errorf("verdict %+v", v)
	}
}

func TestCanceledWordingKeepsTheRules(t *testing.T) {
	h := newHub(t, &fakeModel{})
	if err := h.insights.Prepare(t.Context(), caller.Scope); err != nil {
		t.Fatal(err)
	}
	d, err := h.insights.Vehicle(t.Context(), caller, h.one(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b, err := d.Word(ctx, insight.Shown{Sentence: func(insight.Sentence) { cancel() }})
	if !errors.Is(err, context.Canceled) || b.Way != insight.Rules {
		t.Errorf("got %s, %v", b.Way, err)
	}
}

func TestUnsavedVINSavesNothing(t *testing.T) {
	h := newHub(t, nil)
	head := h.db.Head().Seq
	b, err := h.insights.Brief(t.Context(), caller, "1FTEW1EP5HF165449", 0)
	if err != nil {
		t.Fatal(err)
	}
	if b.Subject != "" || b.VIN != "1FTEW1EP5HF165449" || len(b.Sentences) == 0 || !strings.Contains(b.Text(), "2017 Ford F-150") {
		t.Errorf("got %+v", b)
	}
	for _, f := range b.Findings {
		if len(f.Records) > 0 {
			t.Errorf("finding %s of an unsaved VIN cites %v", f.ID, f.Records)
		}
	}
	if h.db.Head().Seq != head {
		t.Error("something was saved")
	}
	if _, err := h.insights.Brief(t.Context(), caller, "  ", 0); !fault.Is(err, fault.Invalid) {
		t.Errorf("no VIN: got %v, want Invalid", err)
	}
}

func TestRefIsAnIDOrAVIN(t *testing.T) {
	h := newHub(t, nil)
	id := h.one(t)
	doc, err := h.vehicles.Get(t.Context(), caller, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range []string{id, doc.Value.VIN, strings.ToLower(doc.Value.VIN)} {
		if b, err := h.insights.Brief(t.Context(), caller, ref, 0); err != nil || b.Subject != id {
			t.Errorf("Brief(%q) is about %q (%v), want %q", ref, b.Subject, err, id)
		}
	}
	stranger := vehicle.Caller{Scope: store.Org("other"), Actor: caller.Actor}
	if _, err := h.insights.Vehicle(t.Context(), stranger, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("another organisation: got %v, want NotFound", err)
	}
}

func TestOldBriefingsArePruned(t *testing.T) {
	h := newHub(t, nil)
	id := h.one(t)
	for i := range int64(40) {
		if _, err := h.vehicles.Readings.Add(t.Context(), caller, id, vehicle.Reading{Date: "2026-11-21", Odometer: vehicle.Kilometers(500_000 + i)}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.insights.Vehicle(t.Context(), caller, id); err != nil {
			t.Fatal(err)
		}
	}
	if p, err := h.insights.List(t.Context(), caller, id, "", 100); err != nil || len(p.Items) > 31 {
		t.Errorf("%d briefings are kept (%v), want about 30", len(p.Items), err)
	}
}

func TestRemovedWithTheVehicle(t *testing.T) {
	h := newHub(t, nil)
	id := h.one(t)
	if _, err := h.insights.Vehicle(t.Context(), caller, id); err != nil {
		t.Fatal(err)
	}
	_, err := h.db.Update(t.Context(), store.Write{Scope: caller.Scope, Actor: caller.Actor}, func(tx store.Tx) error {
		return insight.RemoveOf(tx, id)
	})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := h.insights.List(t.Context(), caller, id, "", 10); err != nil || len(p.Items) != 0 {
		t.Errorf("%d briefings are left (%v)", len(p.Items), err)
	}
}

// A reader who thinks in kilometers gets them from an odometer in miles, and
// the other way round.
func TestUnitOfTheReader(t *testing.T) {
	h := newHub(t, nil)
	ids := h.load(t, sample.Seed)
	raws := rawFleet(t, h, ids)
	for _, unit := range []string{"km", "mi"} {
		s := insight.New(h.db, h.vehicles, insight.Options{Now: h.now, Unit: func(context.Context, vehicle.Caller) string { return unit }})
		other := regexp.MustCompile(map[string]string{"km": `\d mi\b`, "mi": `\d km\b`}[unit])
		for i := 0; i < len(ids); i += 5 {
			d, err := s.Vehicle(t.Context(), caller, ids[i])
			if err != nil {
				t.Fatal(err)
			}
			if other.MatchString(d.Briefing.Text()) {
				t.Errorf("asked for %s: %s", unit, d.Briefing.Text())
			}
			readAll(t, raws[ids[i]], d.Briefing.Sentences, d.Briefing)
		}
	}
}

// The shape that programs rely on.
func TestJSON(t *testing.T) {
	h := newHub(t, nil)
	b, err := h.insights.Brief(t.Context(), caller, "1HGCM82633A004352", 0)
	if err != nil {
		t.Fatal(err)
	}
	b.MS.Rules = 1
	out, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "briefing.json", string(out)+"\n")
}
