package vin_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// shown writes a result down, for comparison.
func shown(r *vin.Result) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.VIN, r.WMI, r.Descriptor, r.ModelYear, r.Conclusive, r.TooLong, r.ErrorCodes, r.MakeID, r.ModelID, r.ManufacturerID)
	for i := range r.Values {
		v := &r.Values[i]
		fmt.Fprintln(&b, v.Code, v.Text, v.Provenance())
	}
	return b.String()
}

func decodeText(d *vin.Decoder, in string, o vin.Options) string {
	r := d.Decode(in, o)
	return shown(&r)
}

// anyVIN draws good VINs, bent ones and texts that are none.
func anyVIN(t testing.TB) *rapid.Generator[string] {
	var known []string
	for _, s := range samples(t) {
		known = append(known, s.VIN)
	}
	return rapid.OneOf(
		rapid.SampledFrom(known),
		rapid.StringMatching(`[A-HJ-NPR-Z0-9*]{0,20}`),
		rapid.Custom(func(r *rapid.T) string {
			v := []rune(rapid.SampledFrom(known).Draw(r, "vin"))
			for range rapid.IntRange(1, 3).Draw(r, "changes") {
				v[rapid.IntRange(0, len(v)-1).Draw(r, "at")] = rapid.SampledFrom([]rune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*!# äÄ漢")).Draw(r, "to")
			}
			return string(v)
		}),
		rapid.String(),
	)
}

func anyOptions(r *rapid.T) vin.Options {
	return vin.Options{
		Now:          sampleClock.AddDate(-rapid.IntRange(0, 40).Draw(r, "yearsAgo"), 0, 0),
		ModelYear:    rapid.SampledFrom([]int{0, 0, 0, 1979, 1980, 1995, 2010, 2024, 2028, 2029, -1, 9999}).Draw(r, "year"),
		SkipDefaults: rapid.Bool().Draw(r, "skip"),
	}
}

func TestProperties(t *testing.T) {
	d := open(t)
	vins := anyVIN(t)
	rapid.Check(t, func(r *rapid.T) {
		in, o := vins.Draw(r, "vin"), anyOptions(r)
		want := decodeText(d, in, o)
		if got := decodeText(d, in, o); got != want {
			r.Fatalf("%q decodes differently the second time", in)
		}
		if got := decodeText(d, "  "+in+"\n", o); got != want {
			r.Fatalf("%q with blanks around it: got %s, want %s", in, got, want)
		}
		if ascii(in) {
			if got := decodeText(d, strings.ToLower(in), o); got != want {
				r.Fatalf("%q in lower case: got %s, want %s", in, got, want)
			}
		}
		res := d.Decode(in, o)
		for _, v := range res.Values {
			if v.Text == "" || !utf8.ValidString(v.Text) {
				r.Fatalf("%q: %s is %q", in, v.Code, v.Text)
			}
			if (v.Code == "AdditionalErrorText" || v.Code == "ErrorText") && utf8.RuneCountInString(v.Text) > 500 {
				r.Fatalf("%q: %s has %d characters", in, v.Code, utf8.RuneCountInString(v.Text))
			}
		}
		// (A blank at the 17th place would be trimmed if it came alone.)
		if cut := []rune(strings.TrimSpace(in)); len(cut) > 17 && !unicode.IsSpace(cut[16]) {
			if got := decodeText(d, string(cut[:17]), o); strings.Replace(got, " false [", " true [", 1) != want {
				r.Fatalf("%q is not read as its first 17", in)
			}
		}
	})
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// TestReuse: a result that is used again holds nothing of earlier decodes, and
// nothing is allocated for it.
func TestReuse(t *testing.T) {
	d := open(t)
	var r vin.Result
	all := samples(t)
	for range 3 {
		for _, s := range all {
			o := vin.Options{Now: sampleClock, ModelYear: s.Year}
			d.DecodeInto(&r, s.VIN, o)
			if got, want := shown(&r), decodeText(d, s.VIN, o); got != want {
				t.Fatalf("%s: reused %s, fresh %s", s.VIN, got, want)
			}
		}
	}
	n := testing.AllocsPerRun(100, func() {
		for _, s := range all {
			d.DecodeInto(&r, s.VIN, vin.Options{Now: sampleClock, ModelYear: s.Year})
		}
	})
	// The pool may be emptied by the garbage collector now and then.
	if n >= 1 && !race.Enabled {
		t.Errorf("%.1f allocations for %d decodes into a used result", n, len(all))
	}
}

func TestConcurrent(t *testing.T) {
	d := open(t)
	all := samples(t)
	want := make([]string, len(all))
	for i, s := range all {
		want[i] = decodeText(d, s.VIN, vin.Options{Now: sampleClock, ModelYear: s.Year})
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			var r vin.Result
			for n := range 200 {
				i := (n*7 + g) % len(all)
				d.DecodeInto(&r, all[i].VIN, vin.Options{Now: sampleClock, ModelYear: all[i].Year})
				if got := shown(&r); got != want[i] {
					t.Errorf("%s: got %s, want %s", all[i].VIN, got, want[i])
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzDecode(f *testing.F) {
	d := open(f)
	for _, s := range samples(f) {
		f.Add(s.VIN, s.Year)
	}
	f.Add("Ä漢\xff\x00", -5)
	f.Fuzz(func(t *testing.T, in string, year int) {
		r := d.Decode(in, vin.Options{Now: sampleClock, ModelYear: year})
		_ = shown(&r)
		_ = vin.Parse(in)
		_, _ = d.WMI(in)
	})
}

// reseal makes a damaged header pass its own check, so that what lies behind
// it is tried.
func reseal(b []byte) {
	end := vin.HeaderSize + vin.NumSections*vin.SectionSize
	if len(b) < end {
		return
	}
	clear(b[vin.HeadCRC : vin.HeadCRC+4])
	sum := crc32.Checksum(b[:end], crc32.MakeTable(crc32.Castagnoli))
	binary.LittleEndian.PutUint32(b[vin.HeadCRC:], sum)
}

// tryDamaged opens and asks; only a panic or an endless loop is a failure.
func tryDamaged(b []byte, vins []sample) {
	d, err := vin.Open(string(b))
	if err != nil {
		return
	}
	var r vin.Result
	for _, s := range vins {
		d.DecodeInto(&r, s.VIN, vin.Options{Now: sampleClock, ModelYear: s.Year})
		_ = shown(&r)
		_, _ = d.WMI(s.VIN)
	}
}

// TestDamagedIndex writes noise over parts of the index, most of it over the
// small tables that decide where everything else is looked for.
func TestDamagedIndex(t *testing.T) {
	clean := indexData(t)
	b := []byte(clean)
	vins := samples(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	head := vin.HeaderSize + vin.NumSections*vin.SectionSize
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	for round := range rounds {
		section := round % (vin.NumSections + 1)
		from, size := 0, head
		if section < vin.NumSections {
			e := vin.HeaderSize + section*vin.SectionSize
			from = int(binary.LittleEndian.Uint32([]byte(clean[e+4 : e+8])))
			size = int(binary.LittleEndian.Uint32([]byte(clean[e+8 : e+12])))
		}
		n := min(size, 1+rnd.IntN(1<<rnd.IntN(21)))
		at := from + rnd.IntN(max(size-n, 0)+1)
		for i := range n {
			if rnd.IntN(3) == 0 {
				b[at+i] = byte(rnd.Uint32())
			}
			if rnd.IntN(64) == 0 {
				b[at+i] = 0xff
			}
		}
		reseal(b)
		tryDamaged(b, vins)
		copy(b[at:at+n], clean[at:at+n])
		copy(b[:head], clean[:head])
	}
}

// TestOpenRefuses names what is wrong.
func TestOpenRefuses(t *testing.T) {
	clean := indexData(t)
	for name, c := range map[string]struct {
		data string
		want string
	}{
		"empty":     {"", "not a vPIC index"},
		"text":      {strings.Repeat("no index ", 1000), "not a vPIC index"},
		"cut off":   {clean[:1_000_000], "header says"},
		"longer":    {clean + "x", "header says"},
		"head only": {clean[:600], "header says"},
		"version":   {clean[:vin.HeadVersion] + "\xff" + clean[vin.HeadVersion+1:], "format version"},
		"damaged":   {clean[:140] + "x" + clean[141:], "header is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := vin.Open(c.data)
			if !errors.Is(err, vin.ErrIndex) || !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	d, err := vin.Open(clean[:20_000_000] + "damage" + clean[20_000_006:])
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Verify(); !errors.Is(err, vin.ErrIndex) {
		t.Errorf("damaged body: Verify says %v", err)
	}
}

// FuzzIndex writes bytes anywhere into the index.
func FuzzIndex(f *testing.F) {
	clean := indexData(f)
	vins := samples(f)
	f.Add(uint32(140), []byte{1, 2, 3})
	f.Add(uint32(5_000_000), []byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(_ *testing.T, at uint32, noise []byte) {
		b := []byte(clean)
		copy(b[int(at)%len(b):], noise)
		reseal(b)
		tryDamaged(b, vins)
	})
}
