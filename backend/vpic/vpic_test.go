package vpic_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic"
	"github.com/hubcap-dev/hubcap/backend/vpic/dump/dumptest"
	"github.com/hubcap-dev/hubcap/internal/race"
)

const camry = "4T1BF1FK9FU226704"

func builtIn() (*vin.Decoder, error) {
	b, err := os.ReadFile("../../embedded/vpic/data/vpic.idx")
	if err != nil {
		return nil, fmt.Errorf("the vPIC index is missing: run `make vpic` (%w)", err)
	}
	return vin.Open(string(b))
}

func open(t *testing.T, dir string) *vpic.Shelf {
	t.Helper()
	checks, err := os.ReadFile("../../embedded/vpic/public-sample.json")
	if err != nil {
		t.Fatal(err)
	}
	return vpic.New(dir, vpic.Options{BuiltIn: builtIn, Checks: checks})
}

// november writes a dump of a later release: the Camry has another name, and
// a tenth of the check digit exceptions are gone.
func november(t *testing.T) string {
	t.Helper()
	from, err := dumptest.ReadArchive("../../embedded/vpic/vpic_2026_10.tar.zst")
	if err != nil {
		t.Fatal(err)
	}
	renamed := 0
	for i, r := range from["lookups"].Rows {
		if strings.HasPrefix(r, "model\t") && strings.HasSuffix(r, "\tCamry") {
			from["lookups"].Rows[i] = r + " Nova"
			renamed++
		}
	}
	if renamed == 0 {
		t.Fatal("no Camry in the archive")
	}
	x := from["vinexception"]
	x.Rows = x.Rows[:len(x.Rows)*9/10]
	path := filepath.Join(t.TempDir(), "vPICList_lite_2026_11.sql")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := dumptest.Writer{From: from}
	if err := errors.Join(w.Write(f), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func model(t *testing.T, s *vpic.Shelf) (release, model string, warning error) {
	t.Helper()
	d, warning, err := s.Use()
	if err != nil {
		t.Fatal(err)
	}
	r := d.Decode(camry, vin.Options{Now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	return d.Release(), r.Get("Model"), warning
}

func want(t *testing.T, s *vpic.Shelf, release, name, warning string) {
	t.Helper()
	r, m, w := model(t, s)
	if r != release || m != name {
		t.Errorf("release %s says %q, want %s and %q", r, m, release, name)
	}
	if (w == nil) != (warning == "") || w != nil && !strings.Contains(w.Error(), warning) {
		t.Errorf("warning %v, want %q", w, warning)
	}
}

// TestUpdate: a release is brought in, used, gone back from, taken again,
// damaged in several ways, and never between two states.
func TestUpdate(t *testing.T) {
	race.Skip(t)
	if testing.Short() {
		t.Skip("builds a whole index")
	}
	dir := t.TempDir()
	s := open(t, dir)
	want(t, s, "2026_10", "Camry", "")
	if _, err := s.Revert(); !fault.Is(err, fault.Conflict) {
		t.Errorf("revert of nothing: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "vpic")); err == nil {
		t.Error("asking made a folder")
	}
	dump := november(t)
	last := -1
	u, err := s.Update(t.Context(), vpic.Update{Path: dump, Progress: func(p int, note string) {
		if p < last || p > 100 || note == "" {
			t.Errorf("%d %% after %d %%, %q", p, last, note)
		}
		last = p
	}})
	if err != nil {
		t.Fatal(err)
	}
	if u.Release != "2026_11" || u.Before != "2026_10" || u.Already || len(u.Warnings) != 1 || !strings.Contains(u.Warnings[0], "exceptions") {
		t.Errorf("update: %+v", u)
	}
	want(t, s, "2026_11", "Camry Nova", "")
	i, err := s.Info()
	if err != nil || i.BuiltIn || i.Brought == nil || i.Previous != "2026_10" || i.BuiltInRelease != "2026_10" || i.Counts.WMIs < 13_000 || i.Counts.Patterns < 1_000_000 {
		t.Errorf("info: %+v %v", i, err)
	}
	if f, err := s.Verify(); err != nil || len(f) > 0 {
		t.Errorf("verify: %v %v", f, err)
	}
	if u, err := s.Update(t.Context(), vpic.Update{Path: dump}); err != nil || !u.Already {
		t.Errorf("the same again: already %v, %v", u.Already, err)
	}
	file := filepath.Join(dir, "vpic", "2026_11.idx")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("index file: %v %v", info, err)
	}
	for range 2 {
		if _, err := s.Revert(); err != nil {
			t.Fatal(err)
		}
		want(t, s, "2026_10", "Camry", "")
		if _, err := s.Revert(); err != nil {
			t.Fatal(err)
		}
		want(t, s, "2026_11", "Camry Nova", "")
	}

	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damage := func(name string, b []byte, warning string) {
		t.Run(name, func(t *testing.T) {
			if err := errors.Join(os.Remove(file), os.WriteFile(file, b, 0o644)); err != nil {
				t.Fatal(err)
			}
			want(t, s, "2026_10", "Camry", warning)
			if i, err := s.Info(); err != nil || i.Warning == "" || i.Remedy == "" || !i.BuiltIn {
				t.Errorf("info: %+v %v", i, err)
			}
			if f, err := s.Verify(); err != nil || len(f) == 0 {
				t.Errorf("verify finds nothing: %v %v", f, err)
			}
		})
	}
	damage("cut", whole[:len(whole)/2], "header says")
	damage("empty", nil, "is empty")
	flipped := bytes.Clone(whole)
	flipped[30] ^= 1
	damage("head flipped", flipped, "header is damaged")
	own, err := os.ReadFile("../../embedded/vpic/data/vpic.idx")
	if err != nil {
		t.Fatal(err)
	}
	damage("another index", own, "not the file that was brought in")
	body := bytes.Clone(whole)
	body[len(body)/2] ^= 1
	if err := os.WriteFile(file, body, 0o644); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Verify(); err != nil || len(f) == 0 || !strings.Contains(f[0], "digest") {
		t.Errorf("a flipped byte inside: %v %v", f, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "vpic", "current"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	want(t, s, "2026_10", "Camry", "can't be read")

	leftovers(t, dir)
	if os.Getenv("HUBCAP_TEST_DRILL") == "" {
		return
	}
	// Mended by the same update.
	if _, err := s.Update(t.Context(), vpic.Update{Path: dump}); err != nil {
		t.Fatal(err)
	}
	want(t, s, "2026_11", "Camry Nova", "")
	leftovers(t, dir)
}

// leftovers finds what an update did not take away.
func leftovers(t *testing.T, dir string) {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(dir, "vpic", "*.part"))
	if err != nil || len(parts) > 0 {
		t.Errorf("left behind: %v %v", parts, err)
	}
}

// TestUpdateRefuses: whatever the file is, the index in use stays.
func TestUpdateRefuses(t *testing.T) {
	race.Skip(t)
	for name, c := range map[string]struct {
		file, body string
		want       string
	}{
		"older":     {"vPICList_lite_2026_09.sql", "x", "older than 2026_10"},
		"no dump":   {"vPICList_lite_2026_12.sql", "hello;\n", "no dump of the vPIC tables"},
		"empty":     {"vPICList_lite_2026_12.sql", "", "is empty"},
		"no zip":    {"vPICList_lite_2026_12.zip", "PK\x03\x04 hello", "is damaged"},
		"unnamed":   {"dump.sql", "x", "says no release"},
		"too small": {"vPICList_lite_2026_12.sql", "COPY vpic.wmi (id) FROM stdin;\n\\.\n", "wmi lacks the columns"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, []byte(c.body), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := s.Update(t.Context(), vpic.Update{Path: path})
			var f *fault.Error
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &f) || f.Remedy == "" {
				t.Errorf("got %v, want %q with a remedy", err, c.want)
			}
			want(t, s, "2026_10", "Camry", "")
			leftovers(t, dir)
		})
	}
	s := open(t, t.TempDir())
	if _, err := s.Update(t.Context(), vpic.Update{Path: "/nowhere/2026_12.zip"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("no file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Receive(ctx, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("a sending that was given up: %v", err)
	}
	// The body of one that is given up midway breaks off.
	ctx, cancel = context.WithCancel(t.Context())
	if _, err := s.Receive(ctx, brokenOff(cancel)); !errors.Is(err, context.Canceled) || fault.Of(err) == fault.Unavailable {
		t.Errorf("a sending that was given up midway: %v", err)
	}
}

// brokenOff is a body whose sender goes away.
type brokenOff func()

func (b brokenOff) Read([]byte) (int, error) { b(); return 0, io.ErrUnexpectedEOF }
