package reference_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/reference"
)

// fuzz brings in whatever comes: it is refused by a fault with a remedy, or it
// can be asked.
func fuzz(f *testing.F, sample, name string) {
	raw, err := os.ReadFile(sample)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:len(raw)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s := shelf(t, dir)
		i, err := s.Import(context.Background(), reference.Import{Path: path})
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
		if again := shelf(t, dir); again.Status().Warning != "" {
			t.Errorf("what was brought in can't be opened: %+v", again.Status())
		}
	})
}

func FuzzRecalls(f *testing.F) { fuzz(f, recallFile, "FLAT_RCL.txt") }
func FuzzEconomy(f *testing.F) { fuzz(f, economyFile, "vehicles.csv") }
