package meaning

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
)

// probe is a question with the one text of the check that answers it.
type probe struct{ question, answer string }

// probes are worded so that a question shares no telling word with its answer.
func probes() []probe {
	return []probe{
		{"it squeals when I slow down", "front brake pads worn, metal on metal"},
		{"will not start in the morning", "battery weak, fails the cold crank test"},
		{"steering wheel shakes at speed", "wheels out of balance, vibration on the highway"},
		{"smells of petrol inside", "fuel line leaking near the rear seat"},
		{"blue smoke from the exhaust", "engine burns oil, valve seals tired"},
		{"cabin does not get cold", "air conditioning low on refrigerant"},
		{"water on the passenger's floor", "heater core leaking coolant into the footwell"},
		{"rust underneath", "corrosion on the frame rails and rocker panels"},
		{"somebody drove into it", "rear quarter panel repainted after a collision"},
		{"lights flicker at night", "alternator output unsteady, headlamps dim"},
		{"grinding when changing gear", "synchroniser of third gear worn in the gearbox"},
		{"the roof lets rain in", "sunroof drain blocked, headliner wet"},
		{"key is missing", "only one fob handed over, the spare was lost"},
		{"uneven rubber wear", "tires feathered on the inside, alignment needed"},
		{"runs hot in traffic", "radiator fan does not switch on, coolant boils"},
		{"paperwork for ownership", "title and registration are in the glove box"},
	}
}

// checkVersion changes with the probes and with what must be reached.
const checkVersion = "2"

// Check is the built-in examination of a model for llm.Embed: it must put the
// right text among the first three for three questions of four (chance is one
// in five), since a search shows a list, and be quick enough for a search that
// is typed. MiniLM does it for 14 of 16, and puts it first for 10.
func Check() route.Check {
	return route.Check{Capability: llm.Embed, Version: checkVersion, Run: func(ctx context.Context, e *route.Engine, progress func(done, total int)) (route.Report, error) {
		all := probes()
		var answers []string
		for _, p := range all {
			answers = append(answers, p.answer)
		}
		progress(0, len(all)+1)
		reply, err := e.Embedder.Embed(ctx, llm.EmbedRequest{Texts: answers})
		if err != nil {
			return route.Report{}, err
		}
		texts := reply.Vectors
		var took []time.Duration
		first, three := 0, 0
		for i, p := range all {
			start := time.Now()
			q, err := e.Embedder.Embed(ctx, llm.EmbedRequest{Texts: []string{p.question}})
			if err != nil {
				return route.Report{}, err
			}
			took = append(took, time.Since(start))
			if len(texts) != len(all) || len(q.Vectors) != 1 || len(q.Vectors[0]) != len(texts[i]) {
				return route.Report{Reason: "its answers are no vectors of one length"}, nil
			}
			switch place(q.Vectors[0], texts, i) {
			case 0:
				first++
				three++
			case 1, 2:
				three++
			}
			progress(i+2, len(all)+1)
		}
		// The quickest says what the model takes here; the others may have waited
		// for whatever else the machine does at its start.
		quickest := slices.Min(took)
		r := route.Report{Earned: three*4 >= len(all)*3 && quickest < 100*time.Millisecond, Figures: []route.Figure{
			{Name: "right text in the first three", Value: strconv.Itoa(three), Unit: fmt.Sprintf("of %d", len(all))},
			{Name: "first", Value: strconv.Itoa(first), Unit: fmt.Sprintf("of %d", len(all))},
			{Name: "a sentence", Value: strconv.FormatFloat(float64(quickest.Microseconds())/1000, 'f', 1, 64), Unit: "ms"},
			{Name: "numbers in a vector", Value: strconv.Itoa(len(texts[0]))},
		}}
		switch {
		case three*4 < len(all)*3:
			r.Reason = fmt.Sprintf("it finds the right text for %d questions of %d; %d are needed", three, len(all), (len(all)*3+3)/4)
		case !r.Earned:
			r.Reason = fmt.Sprintf("it takes %d ms for a sentence; 100 are too many for a search that is typed", quickest.Milliseconds())
		default:
			r.Reason = fmt.Sprintf("it finds the right text for %d questions of %d", three, len(all))
		}
		return r, nil
	}}
}

// place is how many texts are nearer to q than the right one.
func place(q []float32, texts [][]float32, right int) int {
	n := 0
	for i := range texts {
		if cosine(q, texts[i]) > cosine(q, texts[right]) {
			n++
		}
	}
	return n
}
