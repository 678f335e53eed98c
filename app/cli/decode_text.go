package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// textFormat is for people at a terminal: what it is, what is wrong with the
// VIN, then the values by group. What vPIC only assumes for the vehicle type is
// left out.
type textFormat struct{ provenance bool }

func (textFormat) head(b []byte, _ *vin.Decoder) []byte { return b }

func (f textFormat) answer(b []byte, r *vin.Result, year int, first bool) []byte {
	if !first {
		b = append(b, '\n')
	}
	b = fmt.Appendf(b, "%s  %s\n", or(r.VIN, "(empty)"), title(r))
	for _, line := range notices(r) {
		b = fmt.Appendf(b, "  ! %s\n", line)
	}
	group, shown := "", 0
	for _, v := range ordered(r) {
		g := or(v.Group, "VIN")
		if g != group {
			group = g
			b = fmt.Appendf(b, "\n  %s\n", g)
		}
		b = fmt.Appendf(b, "    %s%s  %s\n", v.Name, strings.Repeat(" ", max(0, 32-utf8.RuneCountInString(v.Name))), v.Text)
		if f.provenance {
			b = fmt.Appendf(b, "    %34s%s\n", "", because(v))
		}
		shown++
	}
	if shown == 0 {
		b = append(b, "  Nothing is known of it.\n"...)
	}
	return fmt.Appendf(b, "\n  vPIC %s, as of %s\n", r.Release, r.Clock.Format(time.DateOnly))
}

// title names the vehicle as one would in speech.
func title(r *vin.Result) string {
	var words []string
	if r.ModelYear != 0 && r.Get("Manufacturer") != "" {
		words = append(words, r.Get("ModelYear"))
	}
	for _, code := range []string{"Make", "Model", "Series", "Trim"} {
		if t := r.Get(code); t != "" && !slices.Contains(words, t) {
			words = append(words, t)
		}
	}
	if r.Get("Model") == "" {
		for _, code := range []string{"VehicleType", "Manufacturer"} {
			if t := r.Get(code); t != "" {
				words = append(words, t)
			}
		}
	}
	return or(strings.Join(words, " "), "unknown vehicle")
}

// plain says vPIC's error codes in fewer words than vPIC does.
var plain = map[int]string{
	1:   "The check digit (position 9) does not fit the rest: a character is mistyped, or this is no genuine VIN.",
	2:   "One position was wrong and could be corrected.",
	3:   "One position was wrong and could be corrected, if the check digit is right.",
	4:   "One position holds a character that the maker does not use there; several would fit.",
	5:   "Several positions hold characters that the maker does not use there.",
	6:   "The VIN is incomplete.",
	7:   "The maker is not registered with NHTSA for sale in the United States.",
	8:   "NHTSA has no details for this VIN.",
	9:   "A glider kit: not a motor vehicle by law, and not a VIN.",
	10:  "An off-road vehicle: the maker did not certify it for the road.",
	11:  "Position 10 is no model year code, so the year is unknown.",
	12:  "The model year that you gave is not the one that the VIN says.",
	14:  "Some positions say nothing that the maker has declared.",
	400: "The VIN holds characters that no VIN may hold.",
}

func notices(r *vin.Result) (lines []string) {
	if r.TooLong {
		lines = append(lines, "Longer than 17 characters: the first 17 were read.")
	}
	for _, c := range r.ErrorCodes {
		if c != 0 {
			lines = append(lines, fmt.Sprintf("%s (code %d)", or(plain[c], "vPIC reports a problem."), c))
		}
	}
	if s := r.Get("SuggestedVIN"); s != "" {
		lines = append(lines, strings.TrimSpace("Suggested: "+s+" "+r.Get("PossibleValues")))
	}
	if !r.Conclusive && r.ModelYear != 0 {
		lines = append(lines, fmt.Sprintf("The year could also be %d: give --year if you know it.", otherYear(r.ModelYear)))
	}
	return lines
}

func otherYear(y int) int {
	if y >= 2010 {
		return y - 30
	}
	return y + 30
}

// ordered are the values to show, in vPIC's order.
func ordered(r *vin.Result) (values []*vin.Value) {
	for i := range r.Values {
		if v := &r.Values[i]; v.Source != vin.SourceDefault && v.Source != vin.SourceDecoding {
			values = append(values, v)
		}
	}
	return values
}

// because says on what a value rests.
func because(v *vin.Value) string {
	p := v.Provenance()
	parts := []string{p.Source.String()}
	if p.WMI != "" {
		parts = append(parts, "WMI "+p.WMI)
	}
	if p.Schema != 0 {
		parts = append(parts, fmt.Sprintf("schema %d", p.Schema))
	}
	if p.Key != "" {
		parts = append(parts, "key "+p.Key)
	}
	if p.Spec != 0 {
		parts = append(parts, fmt.Sprintf("specification %d", p.Spec))
	}
	if p.From != nil {
		parts = append(parts, "from "+p.From.Name)
	}
	if !p.ChangedOn.IsZero() {
		parts = append(parts, "changed "+p.ChangedOn.Format(time.DateOnly))
	}
	return strings.Join(parts, ", ")
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}
