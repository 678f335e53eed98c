package insight_test

import (
	"context"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/cloud"
	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
)

// Every finding of the sample fleet can be explained, with a statement that
// the check passes and with the records it rests on.
func TestExplain(t *testing.T) {
	h := newHub(t, nil)
	ids := h.load(t, sample.Seed)
	explained := 0
	for i := 0; i < len(ids); i += 7 {
		d, err := h.insights.Vehicle(t.Context(), caller, ids[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range d.Briefing.Findings {
			e, err := h.insights.Explain(t.Context(), caller, ids[i], f.ID)
			if err != nil {
				t.Fatal(err)
			}
			explained++
			if e.Finding.Value != f.Value || e.Rule == "" || e.Statement == "" || e.Wording != nil {
				t.Errorf("%s %s: %+v", f.ID, f.Kind, e)
			}
			if f.Kind == insight.ServiceDue && (strings.Contains(e.Compared, "_") || f.Unit == "days" && !strings.HasSuffix(e.Compared, " "+f.Reference+" months")) {
				t.Errorf("%s: compared %q, the interval is %s months", f.ID, e.Compared, f.Reference)
			}
			if len(e.Evidence)+e.More != len(f.Records) {
				t.Errorf("%s: %d records shown and %d more, want %d", f.ID, len(e.Evidence), e.More, len(f.Records))
			}
			for n, x := range e.Evidence {
				if x.Text == "" || n > 0 && x.Date < e.Evidence[n-1].Date {
					t.Errorf("%s: evidence %+v", f.ID, e.Evidence)
				}
			}
		}
	}
	if explained < 50 {
		t.Errorf("only %d findings explained", explained)
	}
	if _, err := h.insights.Explain(t.Context(), caller, ids[0], "F99"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a finding that is not there: %v, want NotFound", err)
	}
}

// A model that has earned to write words the explanation, under the guard.
func TestExplainInAModelsWords(t *testing.T) {
	server := &scripted{}
	server.set(func(prompt string) (string, bool) {
		return asJSON(honest(rand.New(rand.NewPCG(1, 1)), statements(prompt))), false
	})
	h := hubOf(t, provider(t, server, cloud.OpenAI))
	e, err := h.router.Engine(t.Context(), caller.Scope, "openai/m")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.router.Bench(t.Context(), &e, []llm.Capability{llm.Write}, nil); err != nil {
		t.Fatal(err)
	}
	id := h.load(t, sample.Seed)[3]
	x, err := h.insights.Explain(t.Context(), caller, id, "F1")
	if err != nil || x.Wording == nil || len(x.Wording.Sentences) == 0 || !strings.HasPrefix(x.Wording.Label, "Written by") {
		t.Fatalf("%+v, %v", x, err)
	}
	server.set(func(string) (string, bool) {
		return answerOf(sentenceOf("The seller lies.", "F1")), false
	})
	if x, err = h.insights.Explain(t.Context(), caller, id, "F1"); err != nil || x.Wording != nil {
		t.Errorf("a lie was shown: %+v, %v", x.Wording, err)
	}
}

// What is shown as leaving is what leaves.
func TestOutgoingIsWhatIsSent(t *testing.T) {
	server := &scripted{}
	server.set(func(prompt string) (string, bool) {
		return asJSON(honest(rand.New(rand.NewPCG(1, 1)), statements(prompt))), false
	})
	h := hubOf(t, provider(t, server, cloud.Ollama))
	e, _ := h.router.Engine(t.Context(), caller.Scope, "ollama/m")
	if _, err := h.router.Bench(t.Context(), &e, []llm.Capability{llm.Write}, nil); err != nil {
		t.Fatal(err)
	}
	ids := h.load(t, sample.Seed)
	digits := regexp.MustCompile(`\d`)
	for _, id := range ids {
		out, err := h.insights.Outgoing(t.Context(), caller, id)
		if err != nil || len(out.Engines) != 1 {
			t.Fatalf("%+v, %v", out, err)
		}
		if sent := idsInPrompt.ReplaceAllString(out.System+out.Prompt, ""); digits.MatchString(sent) {
			t.Fatalf("a digit leaves: %s", sent)
		}
		doc, err := h.vehicles.Get(t.Context(), caller, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{doc.Value.VIN, doc.Value.Decoded.Make, doc.Value.Decoded.Model} {
			if word != "" && strings.Contains(out.Prompt, word) {
				t.Errorf("%q leaves: %s", word, out.Prompt)
			}
		}
	}
	out, _ := h.insights.Outgoing(t.Context(), caller, ids[0])
	d, err := h.insights.Vehicle(t.Context(), caller, ids[0])
	if err != nil {
		t.Fatal(err)
	}
	var prompt string
	server.set(func(p string) (string, bool) {
		prompt = p
		return asJSON(honest(rand.New(rand.NewPCG(1, 1)), statements(p))), false
	})
	if _, err := d.Word(context.Background(), insight.Shown{}); err != nil || prompt != out.Prompt {
		t.Errorf("sent %q, shown %q (%v)", prompt, out.Prompt, err)
	}
}
