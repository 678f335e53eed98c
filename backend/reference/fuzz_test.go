package reference_test

import (
	"errors"
	"os"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/reference"
)

// fuzz brings in whatever comes: it is refused by a fault with a remedy, or it
// can be asked.
func fuzz(f *testing.F, sample string) {
	raw, err := os.ReadFile(sample)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:len(raw)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		s, i, err := reference.InMemory(b)
		if err != nil {
			var f *fault.Error
			if !errors.As(err, &f) || f.Remedy == "" || f.Kind == fault.Unavailable {
				t.Fatalf("refused by %v", err)
			}
			return
		}
		if i.Used == 0 || i.Used+i.Damaged > i.Rows {
			t.Errorf("import: %+v", i)
		}
		for _, v := range []reference.Vehicle{{Make: "FORD", Model: "F-150", Year: 2015}, {Make: "TOYOTA", Model: "Camry", Year: 2015, Series: "LE", Trim: "E350", Cylinders: "4"}, {Make: "A", Model: "B", Year: 1}} {
			s.RecallsOf(v)
			s.EconomyOf(v)
		}
	})
}

func FuzzRecalls(f *testing.F) { fuzz(f, recallFile) }
func FuzzEconomy(f *testing.F) { fuzz(f, economyFile) }
