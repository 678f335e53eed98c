package insight

import (
	"fmt"
	"slices"
	"strings"
)

// diagnose says why a sentence is no sentence of the statements that it
// cites, the plainest cause first, in words that help to write it again.
func (g *guard) diagnose(text string, cited []offered) []string {
	words := wordsOf(text)
	allowed := map[string]bool{}
	for _, o := range slices.Concat(openers(), joints()) {
		for _, k := range o.keys {
			allowed[k] = true
		}
	}
	behind := map[string][]string{} // of each placeholder: the words that may stand before it
	for _, o := range cited {
		for _, s := range slices.Concat(o.sayings, o.so) {
			before := ""
			for _, k := range s.keys {
				allowed[k] = true
				if _, ok := slotOf(k); ok && !slices.Contains(behind[k], before) {
					behind[k] = append(behind[k], before)
				}
				before = k
			}
		}
	}
	of := strings.Join(leads(cited), " and ")
	var out []string
	before := ""
	for _, w := range words {
		switch name, slot := slotOf(w.key); {
		case slot && !allowed[w.key]:
			out = append(out, g.placeholder(name, cited))
		case slot && before != "" && !slices.Contains(behind[w.key], before) && !jointEnds(before):
			out = append(out, fmt.Sprintf("{%s} does not belong behind %q", name, cut(before)))
		case strings.ContainsAny(w.key, "0123456789") && !slot:
			out = append(out, "it writes a number itself; numbers stand as placeholders")
		case allowed[w.key]:
		case slices.Index(numberWords, w.key) > 0 || w.key == "twice":
			out = append(out, fmt.Sprintf("it counts by itself (%q)", w.key))
		case slices.Contains(negations(), w.key):
			out = append(out, fmt.Sprintf("it denies by itself (%q)", w.key))
		default:
			out = append(out, fmt.Sprintf("the word %q stands in no statement of %s", cut(w.key), of))
		}
		before = w.key
		if len(out) == 3 {
			break
		}
	}
	if len(out) == 0 {
		out = append(out, fmt.Sprintf("its words are those of %s, but in an order in which they say something else; keep nearer to the statement", of))
	}
	return slices.Compact(out)
}

func jointEnds(key string) bool {
	return slices.ContainsFunc(slices.Concat(openers(), joints()), func(o opener) bool { return o.keys[len(o.keys)-1] == key })
}

func leads(os []offered) []string {
	var out []string
	for _, o := range os {
		out = append(out, o.lead)
	}
	return out
}

// placeholder says what is wrong with one that no cited statement has.
func (g *guard) placeholder(name string, cited []offered) string {
	lead, _, _ := strings.Cut(name, ".")
	for _, o := range g.offers {
		if o.lead != lead {
			continue
		}
		if !slices.ContainsFunc(cited, func(c offered) bool { return c.lead == lead }) {
			return fmt.Sprintf("it uses {%s} and does not cite %s", name, lead)
		}
		return fmt.Sprintf("{%s} does not exist; %s has %s", cut(name), lead, strings.Join(o.slots, ", "))
	}
	return fmt.Sprintf("{%s} does not exist", cut(name))
}

func negations() []string {
	return []string{"no", "not", "never", "none", "nothing", "neither", "nor", "cannot", "without", "hardly", "isn't", "wasn't", "hasn't", "don't"}
}
