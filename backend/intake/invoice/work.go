package invoice

import (
	"cmp"
	"regexp"
	"slices"
	"sync"
)

// trade are the words by which workshops name what they do, in English and
// German, by the kind of vehicle.ServiceKinds. Order decides where two kinds
// claim the same words: "brake fluid" is no brake inspection.
var trade = sync.OnceValue(func() []tradeWords {
	// \b knows no letters beyond ASCII, so that a blank may stand for it.
	re := func(s string) *regexp.Regexp { return regexp.MustCompile(`(?i)(?:\b|[\s(])(?:` + s + `)`) }
	return []tradeWords{
		{"brake_fluid", re(`brake fluid\b|bremsflüssigkeit|dot ?[45]\b|brake flush|bleed(?:ing)? (?:the )?brakes`)},
		{"cabin_filter", re(`cabin (?:air )?filter|pollen filter|innenraumfilter|a/?c filter|micro ?filter`)},
		{"air_filter", re(`(?:engine )?air (?:filter|cleaner)|luftfilter|air element`)},
		{"oil", re(`(?:engine |motor )?oil (?:change|filter|service|and filter|drain)|lube,? oil|lof\b|ölwechsel|ölfilter|motoröl|[05]w-?[234]0\b|synthetic oil|drain plug|change(?:d)? (?:the )?(?:engine )?oil|engine oil`)},
		{"transmission", re(`transmission (?:fluid|service|flush|filter)|atf\b|gearbox oil|getriebeöl|cvt fluid|trans(?:mission)? fluid`)},
		{"coolant", re(`coolant|antifreeze|anti-freeze|radiator (?:flush|hose)|kühlmittel|kühlflüssigkeit|water pump|thermostat`)},
		{"spark_plugs", re(`spark ?plugs?|zündkerzen?|glow plugs?`)},
		{"battery", re(`batter(?:y|ies)\b|batterie|agm\b|alternator|cranking|cold crank|won'?t (?:start|crank)|jump start`)},
		{"tires", re(`tires?\b|tyres?\b|reifen|wheel balanc|balanced? (?:all )?(?:four )?wheels|rotat(?:e|ed|ion)|tread|puncture|tpms|flat repair|alignment`)},
		{"brakes", re(`brakes?\b|brake pads?|pads? (?:and|&) rotors?|rotors?\b|caliper|brems(?:e|en|beläge|scheiben|belag)|discs? and pads|parking brake|squeal`)},
		{"inspection", re(`(?:annual|state|safety|multi-?point|yearly|pre-?purchase|dot) inspection|inspection (?:sticker|fee)|inspektion|hauptuntersuchung|\btüv\b|\bmot\b(?: test)?|emissions? test|smog`)},
	}
})

// tradeWords are the words of a kind.
type tradeWords struct {
	kind  string
	words *regexp.Regexp
}

// work lists the kinds of work that the text names, where it first does.
func work(text string) []Work {
	out := []Work{}
	taken := make([]bool, len(text)+1)
	for _, t := range trade() {
		for _, at := range t.words.FindAllStringIndex(text, -1) {
			if c := text[at[0]]; c <= ' ' || c == '(' {
				at[0]++
			}
			if taken[at[0]] {
				continue
			}
			for i := at[0]; i < at[1]; i++ {
				taken[i] = true
			}
			if !slices.ContainsFunc(out, func(w Work) bool { return w.Kind == t.kind }) {
				out = append(out, Work{Kind: t.kind, Text: text[at[0]:at[1]], Span: Span{at[0], at[1]}})
			}
		}
	}
	slices.SortFunc(out, func(a, b Work) int { return cmp.Compare(a.From, b.From) })
	return out
}

// Categorise names the kind of work of a note by its trade terms: the kind
// that it has most of, the first where two have as many. Empty where it has
// none.
func Categorise(text string) (kind string, found []Work) {
	found = work(text)
	most := 0
	for _, w := range found {
		n := 0
		for _, t := range trade() {
			if t.kind == w.Kind {
				n = len(t.words.FindAllStringIndex(text, -1))
			}
		}
		if n > most {
			kind, most = w.Kind, n
		}
	}
	return kind, found
}
