package insight_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// answerOf writes sentences down as a model does.
func answerOf(sentences ...map[string]any) string {
	b, err := json.Marshal(map[string]any{"sentences": sentences})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func sentenceOf(text string, cites ...string) map[string]any {
	return map[string]any{"text": text, "cites": cites}
}

// Every saying of every row, in a golden file that is to be read after a
// change of the table: these are all the words that a model that writes can
// bring before a reader.
func TestSayingsAreRead(t *testing.T) {
	race.Skip(t)
	rows := map[string][]string{}
	for n := range 1500 {
		f := randomFacts(randomSource(uint64(n)))
		if n%3 == 0 {
			f.Decode.Expected = "7" // and the check digit is another
		}
		if n%6 == 0 {
			f.VIN = "W" + f.VIN[1:]
		}
		for _, o := range insight.Offers(insight.Find(f)) {
			if len(o.Sayings) >= insight.MaxSayings {
				t.Fatalf("%s has too many sayings", o.Key)
			}
			for _, s := range o.Sayings {
				s = strings.ReplaceAll(s, "{"+o.Lead+".", "{")
				if !slices.Contains(rows[o.Key], s) {
					rows[o.Key] = append(rows[o.Key], s)
				}
			}
			for _, s := range o.So {
				if s = "  " + s; !slices.Contains(rows[o.Key], s) {
					rows[o.Key] = append(rows[o.Key], s)
				}
			}
		}
	}
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(&b, "%s\n", k)
		for _, s := range rows[k] {
			fmt.Fprintf(&b, "\t%s\n", s)
		}
	}
	golden(t, "sayings.txt", b.String())
}

// Whatever the facts are: every saying of every statement passes the guard
// and the check.
func TestSayingsAreTrue(t *testing.T) {
	race.Skip(t)
	rounds := 300
	if testing.Short() {
		rounds = 100
	}
	bad, tried := map[string]bool{}, map[string]int{}
	for n := range rounds {
		findings := insight.Find(randomFacts(rand.New(rand.NewPCG(uint64(n), 7))))
		os := insight.Offers(findings)
		for _, o := range os {
			for _, s := range o.Sayings {
				shape := o.Key + strings.ReplaceAll(s, o.Lead, "F")
				if strings.HasPrefix(s, "It") || tried[shape] >= 5 {
					continue
				}
				tried[shape]++
				var all []map[string]any
				for _, x := range os {
					text := x.Sayings[0]
					if x.Lead == o.Lead {
						text = s
					}
					all = append(all, sentenceOf(text, x.Lead))
				}
				if len(all) > 12 {
					continue
				}
				if _, rs := insight.Guard(findings, answerOf(all...)); len(rs) > 0 && !bad[shape] {
					bad[shape] = true
					t.Errorf("facts %d, %s: %q: %v", n, o.Key, s, rs)
				}
			}
		}
	}
}

var idsInPrompt = regexp.MustCompile(`\bF\d+\b|\bdate2\b`)

// What a writer is sent holds no value: no digit, no name, no part of a VIN.
func TestNothingPersonalLeaves(t *testing.T) {
	race.Skip(t)
	for n := range 1500 {
		f := randomFacts(rand.New(rand.NewPCG(uint64(n), 7)))
		findings := insight.Find(f)
		r := insight.WriteRequest(findings)
		sent := idsInPrompt.ReplaceAllString(r.System+r.Prompt, "")
		if i := strings.IndexAny(sent, "0123456789"); i >= 0 {
			t.Fatalf("facts %d: a digit leaves: %q", n, sent[max(0, i-60):min(len(sent), i+20)])
		}
		for _, x := range findings {
			for _, v := range []string{x.Value, x.Reference} {
				if len(v) > 3 && strings.ToLower(v) != v && strings.Contains(sent, v) {
					t.Fatalf("facts %d: %q leaves", n, v)
				}
			}
		}
	}
}
