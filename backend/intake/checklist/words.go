package checklist

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// phrase is words that say something against a lot.
type phrase struct {
	words string // in lower case, blanks between them
	says  string // for a person
}

// The words of titles. Sources: the brands of NMVTIS (28 CFR 25.52, "brand"),
// the title types of Copart and IAAI, 2026-11.
var (
	noRoad = []phrase{
		{"no title", "no title"}, {"title absent", "no title"}, {"missing title", "no title"}, {"without title", "no title"}, {"title missing", "no title"}, {"none", "no title"},
		{"parts only", "parts only"}, {"for parts", "parts only"}, {"junk", "junk"}, {"scrap", "scrap"}, {"certificate of destruction", "certificate of destruction"}, {"cert of destruction", "certificate of destruction"}, {"crush", "to be crushed"},
		{"non repairable", "not repairable"}, {"nonrepairable", "not repairable"}, {"not repairable", "not repairable"}, {"irreparable", "not repairable"}, {"irreparables", "not repairable"}, {"dismantle", "to be dismantled"}, {"dismantled", "to be dismantled"}, {"dismantlers", "to be dismantled"},
	}
	brands = []phrase{
		{"salvage", "salvage"}, {"rebuilt", "rebuilt"}, {"rebuildable", "salvage"}, {"reconstructed", "rebuilt"}, {"restored", "rebuilt"}, {"prior salvage", "salvage"}, {"total loss", "total loss"}, {"totaled", "total loss"},
		{"flood", "flood"}, {"water damage", "flood"}, {"saltwater", "flood"}, {"fire", "fire"}, {"hail", "hail"}, {"lemon", "lemon law"}, {"buyback", "lemon law"}, {"buy back", "lemon law"}, {"manufacturer buyback", "lemon law"},
		{"theft recovery", "theft recovery"}, {"stolen", "stolen"}, {"branded", "a brand"}, {"lien", "a lien"}, {"bill of sale", "bill of sale only"}, {"bonded", "bonded title"}, {"export only", "export only"}, {"gray market", "grey market"}, {"grey market", "grey market"}, {"odometer rollback", "odometer rolled back"},
		{"totalschaden", "total loss"}, {"unfallwagen", "an accident"}, {"siniestro", "total loss"}, {"épave", "total loss"}, {"accidenté", "an accident"},
	}
	clean = []phrase{{"clean", "clean"}, {"clear", "clean"}, {"clean title", "clean"}}
	// Announcements name equipment and repairs as well ("rebuilt transmission"), so
	// they have to be plainer.
	toldBrands = []phrase{
		{"salvage", "salvage"}, {"salvage title", "salvage"}, {"rebuilt title", "rebuilt"}, {"title rebuilt", "rebuilt"}, {"reconstructed title", "rebuilt"}, {"branded title", "a brand"}, {"title branded", "a brand"}, {"total loss", "total loss"}, {"totaled", "total loss"},
		{"flood", "flood"}, {"flooded", "flood"}, {"water damage", "flood"}, {"lemon law", "lemon law"}, {"lemon", "lemon law"}, {"buyback", "lemon law"}, {"buy back", "lemon law"}, {"theft recovery", "theft recovery"}, {"stolen", "stolen"}, {"no title", "no title"}, {"title absent", "no title"}, {"bill of sale", "bill of sale only"}, {"export only", "export only"},
		{"totalschaden", "total loss"}, {"unfallwagen", "an accident"}, {"siniestro", "total loss"}, {"accidenté", "an accident"},
	}
	// What costs most of what conditions, damages and announcements say.
	toldFaults = []phrase{
		{"frame damage", "frame damage"}, {"bent frame", "frame damage"}, {"structural damage", "structural damage"}, {"structural", "structural damage"}, {"unibody damage", "structural damage"}, {"rollover", "rolled over"}, {"rolled over", "rolled over"}, {"fire damage", "fire"}, {"biohazard", "biohazard"}, {"vandalism", "vandalism"},
		{"airbag deployed", "airbags deployed"}, {"airbags deployed", "airbags deployed"}, {"air bags deployed", "airbags deployed"}, {"deployed airbags", "airbags deployed"}, {"airbag light", "airbag light"}, {"airbags missing", "airbags missing"}, {"missing airbags", "airbags missing"},
		{"inop", "does not run"}, {"inoperable", "does not run"}, {"does not run", "does not run"}, {"doesn't run", "does not run"}, {"not running", "does not run"}, {"no start", "does not start"}, {"does not start", "does not start"}, {"won't start", "does not start"}, {"wont start", "does not start"}, {"needs tow", "has to be towed"},
		{"engine noise", "engine noise"}, {"engine knock", "engine noise"}, {"bad engine", "engine"}, {"blown engine", "engine"}, {"engine damage", "engine"}, {"needs engine", "engine"}, {"engine needs", "engine"}, {"bad transmission", "transmission"}, {"trans slips", "transmission"}, {"transmission slips", "transmission"}, {"needs transmission", "transmission"}, {"transmission needs", "transmission"},
		{"accident", "an accident"}, {"accidents", "an accident"}, {"wrecked", "an accident"}, {"hail damage", "hail"}, {"tmu", "true mileage unknown"}, {"not actual miles", "true mileage unknown"}, {"rust", "rust"}, {"rusted", "rust"}, {"catalytic converter missing", "no catalytic converter"}, {"missing cat", "no catalytic converter"}, {"missing catalytic converter", "no catalytic converter"}, {"no keys", "no keys"}, {"no key", "no keys"},
		{"motorschaden", "engine"}, {"getriebeschaden", "transmission"}, {"unfall", "an accident"}, {"unfallschaden", "an accident"}, {"rost", "rust"},
	}
	// What a column of conditions or damages says in a word (Copart, "Vehicle
	// damage types").
	conditions = append([]phrase{
		{"frame", "frame damage"}, {"undercarriage", "damage below"}, {"all over", "damage all over"}, {"front end", "damage in front"}, {"rear end", "damage behind"}, {"rear", "damage behind"}, {"side", "damage at a side"}, {"burn", "fire"}, {"fire", "fire"}, {"water", "flood"}, {"flood", "flood"}, {"hail", "hail"}, {"stripped", "stripped"},
		{"mechanical", "mechanical damage"}, {"chemical", "chemical damage"}, {"salvage", "salvage"}, {"rejected repair", "a repair that was rejected"}, {"missing", "missing parts"}, {"replaced vin", "a replaced VIN"}, {"poor", "poor condition"}, {"rough", "rough condition"}, {"wreck", "an accident"}, {"parts", "for parts"},
	}, toldFaults...)
)

// nots turn what follows into its opposite.
var nots = []string{"no", "not", "non", "never", "without", "w/o", "free", "zero", "isn't", "0", "kein", "keine", "ohne", "sin", "sans"}

// found are what a text says of some phrases, each once. A phrase that is denied
// ("no accident", "never flooded") does not count.
func found(text string, phrases []phrase) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '/'
	})
	var out []string
	for _, p := range phrases {
		want := strings.Fields(p.words)
		for i := 0; i+len(want) <= len(words); i++ {
			if !slices.Equal(words[i:i+len(want)], want) || p.says == "" || slices.Contains(out, p.says) {
				continue
			}
			if i > 0 && slices.Contains(nots, words[i-1]) || i > 1 && slices.Contains(nots, words[i-2]) && !slices.Contains(nots, want[0]) {
				continue
			}
			out = append(out, p.says)
		}
	}
	return out
}

// title is the rule C8.
func (j *judge) title() {
	t := j.lot.Title
	if bad := found(t, noRoad); len(bad) > 0 {
		j.say("C8", Leave, "The title says %s (%q): it may never go on a road again.", strings.Join(bad, ", "), cut(t))
		return
	}
	bad := found(t, brands)
	for _, b := range found(j.lot.Notes, toldBrands) {
		if !slices.Contains(bad, b) {
			bad = append(bad, b)
		}
	}
	switch {
	case len(bad) > 0 && j.wishes.CleanTitleOnly:
		j.say("C8", Leave, "Title or announcements say %s, and you wish clean titles only.", strings.Join(bad, ", "))
	case len(bad) > 0:
		j.say("C8", Look, "Title or announcements say %s: it sells for less, and some insurers refuse it.", strings.Join(bad, ", "))
	case len(found(t, clean)) > 0:
		j.say("C8", Buy, "The list calls the title clean.")
	case t == "" && j.wishes.CleanTitleOnly:
		j.say("C8", Look, "The list does not say what title there is.")
	}
}

// worstGrade is the grade below which a lot is rough, where 5 is the best
// (NAAA's vehicle condition grading scale).
const worstGrade = 2.0

// condition is the rule C9.
func (j *judge) condition() {
	text := strings.TrimSpace(j.lot.Condition)
	if g, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64); err == nil && g >= 0 && g <= 5 {
		if g < worstGrade {
			j.say("C9", Look, "Its grade is %s of 5: rough. Read the condition report.", text)
		}
		text = ""
	}
	bad := found(text, conditions)
	for _, b := range found(j.lot.Notes, toldFaults) {
		if !slices.Contains(bad, b) {
			bad = append(bad, b)
		}
	}
	if len(bad) > 0 {
		j.say("C9", Look, "Condition or announcements name %s.", strings.Join(bad[:min(len(bad), 6)], ", "))
	}
}

func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
