package insight_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
	"github.com/hubcap-dev/hubcap/embedded/models"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// What is found by meaning is quoted as it stands in a record that is there,
// beside the evidence and never as a part of it.
func TestRelatedRecordsAreQuotedNotEvidence(t *testing.T) {
	h := newHub(t, nil)
	var asked []meaning.Request
	var found []meaning.Match
	var problem error
	explainer := insight.New(h.db, h.vehicles, insight.Options{Now: h.now, Near: func(_ context.Context, s store.Scope, r meaning.Request) ([]meaning.Match, error) {
		if s.Org() != caller.Scope.Org() {
			t.Errorf("asked under %s, not under the caller's scope", s.Org())
		}
		asked = append(asked, r)
		var out []meaning.Match
		for _, m := range found {
			if r.Key == "" || r.Key == m.Key {
				out = append(out, m)
			}
		}
		return out, problem
	}})
	for _, id := range h.load(t, sample.Seed) {
		d, err := explainer.Vehicle(t.Context(), caller, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range d.Briefing.Findings {
			asked, found, problem = nil, nil, nil
			e, err := explainer.Explain(t.Context(), caller, id, f.ID)
			if err != nil || len(e.Related) != 0 {
				t.Fatalf("%s with nothing alike: %v, %v", f.ID, e.Related, err)
			}
			if wanted := len(asked) > 0; wanted != tellsMore(f) {
				t.Errorf("%s %s: texts looked for: %v", f.Kind, f.Metric, wanted)
			}
			if len(asked) == 0 || f.Kind != insight.ServiceDue {
				continue
			}
			hist, err := h.vehicles.History(t.Context(), caller, id)
			if err != nil {
				t.Fatal(err)
			}
			piece := func(collection, record, field, text string) meaning.Match {
				return meaning.Match{Key: id, Piece: meaning.Piece{Field: field, Text: text, Collection: collection, Record: record}, Score: 0.5}
			}
			found = []meaning.Match{
				piece(vehicle.VehiclesName, id, insight.SaidField, d.Briefing.Sentences[0].Text), // Hubcap's own words
				piece(vehicle.ServicesName, f.Records[0].Key, "note", "is evidence already"),
				piece(vehicle.ServicesName, "gone", "note", "was removed meanwhile"),
				piece(vehicle.VehiclesName, id, "note", "is no note of it any more"),
			}
			for _, r := range hist.Readings {
				found = append(found, piece(vehicle.ReadingsName, r.Record.ID, "note", "Reading of "+string(r.Record.Date)))
			}
			if e, err = explainer.Explain(t.Context(), caller, id, f.ID); err != nil {
				t.Fatal(err)
			}
			evidence := map[string]bool{}
			for _, x := range e.Evidence {
				evidence[x.Record.Key] = true
			}
			for _, r := range e.Related {
				if evidence[r.Record.Key] || r.Record.Collection != vehicle.ReadingsName || r.Text != "Reading of "+r.Date || !r.Own || r.Record.Rev == 0 || r.Alike != 50 {
					t.Errorf("%s: %+v", f.ID, r)
				}
			}
			if free := len(hist.Readings) - 1; len(e.Related) != min(4, free) && len(e.Related) != min(4, free+1) {
				t.Errorf("%s: %d related records of %d readings", f.ID, len(e.Related), len(hist.Readings))
			}
			problem = fault.New(fault.Unavailable, "no model embeds now")
			if e, err = explainer.Explain(t.Context(), caller, id, f.ID); err != nil || len(e.Related) != 0 || e.Statement == "" {
				t.Errorf("without meanings: %+v, %v", e, err)
			}
			return
		}
	}
	t.Error("no service is due in the whole fleet")
}

// tellsMore is the list of what notes may say more about.
func tellsMore(f insight.Finding) bool {
	switch f.Kind {
	case insight.ServiceDue, insight.Rollback, insight.Jump, insight.Gap:
		return true
	case insight.Cost:
		return f.Direction != insight.Below && f.Direction != insight.FarBelow
	}
	return false
}

// What the threshold lets in, of a hundred judged notes of a workshop: more
// of what is about the finding than of what is not.
func TestRelatedNotesOfAWorkshop(t *testing.T) {
	race.Skip(t)
	if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") == "" {
		t.Skip("set HUBCAP_TEST_WORKER_REQUIRED to ask the real model")
	}
	about := map[string]string{ // metric of a service, and the subjects of notes about it
		"oil": "oilleak oilburn", "tires": "tires", "brakes": "brakes", "brake_fluid": "brakes", "coolant": "overheat",
		"transmission": "gearbox", "battery": "battery", "cabin_filter": "aircon interior",
	}
	b, err := os.ReadFile(filepath.Join("..", "search", "testdata", "judged.json"))
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Docs []struct{ ID, Text string } }
	if err := json.Unmarshal(b, &set); err != nil {
		t.Fatal(err)
	}
	pack, _ := models.Find(models.MiniLM)
	root := filepath.Join("..", "..")
	c := local.Open(local.Options{Programs: []string{filepath.Join(root, "build", "bin", "hubcap-worker")}, Model: pack.Title, Embed: true, Context: 256, Threads: 1,
		Locate: func() (string, error) { return pack.Locate(filepath.Join(root, "build", "models")) }})
	t.Cleanup(c.Close)
	var texts []string
	for _, d := range set.Docs {
		texts = append(texts, d.Text)
	}
	kinds := slices.Sorted(maps.Keys(about))
	for _, k := range kinds {
		texts = append(texts, insight.About(insight.Finding{Kind: insight.ServiceDue, Metric: k}))
	}
	reply, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	right, wrong := 0, 0
	for i, k := range kinds {
		for n, d := range set.Docs {
			var alike float32
			for at, x := range reply.Vectors[n] {
				alike += x * reply.Vectors[len(set.Docs)+i][at]
			}
			subject, _, _ := strings.Cut(d.ID, "-")
			switch {
			case alike < insight.RelatedLeast:
			case strings.Contains(about[k], subject):
				right++
			default:
				wrong++
				t.Logf("%s lets in %q at %.2f", k, d.Text, alike)
			}
		}
	}
	t.Logf("%d right and %d wrong of %d notes for %d kinds of service", right, wrong, len(set.Docs), len(kinds))
	if right < 12 || wrong > right {
		t.Errorf("%d right and %d wrong", right, wrong)
	}
}
