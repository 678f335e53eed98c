package insight

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// phrase is one way to say a topic, as the table in phrases.go spells it:
//
//	The odometer (went back|went backwards): {reference} on {date}.
//
// Parentheses hold alternatives, braces hold slots. Alternatives begin and
// end at the edges of words. An alternative may be empty if what follows the
// parenthesis is punctuation and it brings its own blank: "miles( so far|)".
type phrase struct {
	parts []part
	// opener is the phrase's first two words, as spelled: two sentences of a
	// briefing never open alike.
	opener string
	// vehicle: the sentence's subject is the vehicle, so that the next one may
	// say "it".
	vehicle bool
	// pronoun: it opens with "It" or "Its" and needs such a sentence before.
	pronoun bool
}

// part is text or a choice; each alternative begins with a blank or with
// punctuation, but for the first part of a phrase.
type part struct{ choices []string }

// parsePhrase reads the table's notation. It panics on a wrong one: the
// table is part of the program.
func parsePhrase(s string) phrase {
	p := phrase{}
	s, p.vehicle = strings.CutPrefix(s, "V:")
	words := strings.Fields(strings.NewReplacer("(", " ", ")", " ", "|", " ").Replace(s))
	p.opener = strings.ToLower(strings.Join(words[:min(2, len(words))], " "))
	if i := strings.IndexByte(s, '('); i >= 0 && len(strings.Fields(s[:i])) < 2 {
		panic(fmt.Sprintf("insight: phrase %q opens with a choice", s))
	}
	p.pronoun = words[0] == "It" || words[0] == "Its"
	p.vehicle = p.vehicle || p.pronoun
	blank := "" // moved from the end of one part to the beginning of the next
	for s != "" {
		i := strings.IndexByte(s, '(')
		if i < 0 {
			p.parts = append(p.parts, part{[]string{blank + s}})
			break
		}
		if text := s[:i]; text != "" {
			full := blank + text
			blank = ""
			if strings.HasSuffix(full, " ") {
				full, blank = full[:len(full)-1], " "
			}
			if full != "" {
				p.parts = append(p.parts, part{[]string{full}})
			}
		}
		j := strings.IndexByte(s, ')')
		if j < i {
			panic(fmt.Sprintf("insight: phrase %q has an open parenthesis", s))
		}
		var choices []string
		for _, c := range strings.Split(s[i+1:j], "|") {
			if c == "" && blank != "" {
				panic(fmt.Sprintf("insight: phrase %q has an empty alternative after a blank", s))
			}
			choices = append(choices, blank+c)
		}
		p.parts = append(p.parts, part{choices})
		blank = ""
		s = s[j+1:]
	}
	return p
}

// fill puts values into the slots of a text. A slot without a value is a
// broken table.
func fill(text string, slots map[string]string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		j := strings.IndexByte(text[i:], '}')
		v, ok := slots[text[i+1:i+j]]
		if !ok {
			panic(fmt.Sprintf("insight: phrase has a slot %s without a value", text[i:i+j+1]))
		}
		b.WriteString(text[:i])
		b.WriteString(v)
		text = text[i+j+1:]
	}
}

// lower makes a sentence's beginning fit behind a connective: "Also, the
// odometer …". Names and abbreviations keep their capitals; ok is false for
// a beginning that is neither.
func lower(text string) (string, bool) {
	first, _, _ := strings.Cut(text, " ")
	switch strings.Trim(first, ",:") {
	case "The", "This", "It", "Its", "A", "An", "No", "Nothing", "Only", "One", "Character", "Position", "At", "Among", "Service",
		"Running", "Between", "From", "Next", "Records", "There", "Odometer", "Without", "With", "For", "Yearly", "Both", "Claim", "Under", "Not", "All", "What", "Two", "Three", "Four":
		return strings.ToLower(text[:1]) + text[1:], true
	}
	return text, false
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
