package claim

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed lexicon.tsv
var lexiconText string

// A lexicon is the language of lists, as lexicon.tsv has it; texts are
// compacted.
type lexicon struct {
	makes  map[string][]string             // what stands for which makes
	kin    []kinship                       // makes that lists interchange
	major  map[string]bool                 // makes that everybody knows
	models map[string]map[string]*nickname // by make, then by what is said
	words  map[string]word                 // words of other columns than the model's
	noise  map[string]map[string]bool      // words of a model column, by make ("" any)
	trims  map[string]bool                 // trims that many makes use
	body   map[string]bool                 // makers of bodies
}

// A kinship is two makes of one vehicle; of models that begin so.
type kinship struct{ a, b, model string }

// A nickname is what a list may call some models of a make.
type nickname struct {
	means []string // compacted vPIC names; "*" any
	loose bool     // no contradiction where it means another model
}

// A word is what one word says in the columns that may hold it; zero says
// nothing there.
type word struct {
	body  bodySet
	fuel  fuelSet
	drive driveSet
	gear  gearSet
}

func readLexicon() (*lexicon, error) {
	l := &lexicon{
		makes: map[string][]string{}, major: map[string]bool{}, models: map[string]map[string]*nickname{},
		words: map[string]word{}, noise: map[string]map[string]bool{}, trims: map[string]bool{}, body: map[string]bool{},
	}
	number := 0
	for line := range strings.Lines(lexiconText) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := l.take(strings.Split(line, "\t")); err != nil {
			return nil, fmt.Errorf("lexicon.tsv line %d: %w", number, err)
		}
	}
	return l, nil
}

func (l *lexicon) take(f []string) error {
	if len(f) != 5 {
		return fmt.Errorf("%d columns, want 5", len(f))
	}
	of, said := compact(f[1]), strings.Split(f[2], "|")
	means := strings.Split(f[3], "|")
	for i := range said {
		said[i] = compact(said[i])
	}
	for i := range means {
		if means[i] != "*" {
			means[i] = compact(means[i])
		}
	}
	switch f[0] {
	case "make":
		for _, s := range said {
			l.makes[s] = append(l.makes[s], means...)
		}
	case "kinmake":
		for _, b := range said[1:] {
			l.kin = append(l.kin, kinship{said[0], b, of})
		}
	case "major":
		for _, s := range said {
			l.major[s] = true
		}
	case "model":
		names := l.models[of]
		if names == nil {
			names = map[string]*nickname{}
			l.models[of] = names
		}
		for _, s := range said {
			n := names[s]
			if n == nil {
				n = &nickname{}
				names[s] = n
			}
			n.means = append(n.means, means...)
			n.loose = n.loose || f[4] == "none"
		}
	case "noise":
		if l.noise[of] == nil {
			l.noise[of] = map[string]bool{}
		}
		for _, s := range said {
			l.noise[of][s] = true
		}
	case "trim":
		for _, s := range said {
			l.trims[s] = true
		}
	case "bodymaker":
		for _, s := range said {
			l.body[s] = true
		}
	case "body", "fuel", "drive", "transmission":
		for _, s := range said {
			w := l.words[s]
			for _, m := range strings.Fields(f[3]) {
				if !w.add(Field(f[0]), m) {
					return fmt.Errorf("no %s is called %q", f[0], m)
				}
			}
			l.words[s] = w
		}
	default:
		return fmt.Errorf("unknown kind %q", f[0])
	}
	return nil
}

func (w *word) add(f Field, meaning string) bool {
	switch f {
	case Body:
		b, ok := bodyNames[meaning]
		w.body |= b
		return ok
	case Fuel:
		b, ok := fuelNames[meaning]
		w.fuel |= b
		return ok
	case Drive:
		b, ok := driveNames[meaning]
		w.drive |= b
		return ok
	default:
		b, ok := gearNames[meaning]
		w.gear |= b
		return ok
	}
}

// isKin reports whether lists interchange the makes for the decoded model.
func (l *lexicon) isKin(a, b, model string) bool {
	for _, k := range l.kin {
		if (k.a == a && k.b == b || k.a == b && k.b == a) && strings.HasPrefix(model, k.model) {
			return true
		}
	}
	return false
}

// elsewhere reports whether the word belongs to another column than the
// model's.
func (l *lexicon) elsewhere(w []byte, make string) bool {
	if l.noise[""][string(w)] || l.noise[make][string(w)] {
		return true
	}
	x, ok := l.words[string(w)]
	return ok && (len(w) > 1 || x.body != 0)
}
