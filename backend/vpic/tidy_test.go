package vpic_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vpic"
	"github.com/hubcap-dev/hubcap/internal/race"
)

// TestTidy: a hub that was killed leaves dumps that were on their way; the
// next start removes them, but for those that a job goes on with and those
// that come meanwhile.
func TestTidy(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, "vpic", name) }
	opened := time.Now()
	for name, age := range map[string]time.Duration{
		"upload-1.part": time.Second, "upload-job.part": time.Hour, "upload-now.part": -time.Second,
		"new-1.part": time.Minute, "new-2.part": time.Hour, "current.part": 48 * time.Hour,
	} {
		if err := os.MkdirAll(path(""), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path(name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path(name), opened, opened.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	s := vpic.New(dir, vpic.Options{BuiltIn: builtIn, Now: func() time.Time { return opened }})
	s.Tidy([]string{path("upload-job.part")})
	list, err := os.ReadDir(path(""))
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range list {
		left = append(left, e.Name())
	}
	if want := []string{"new-1.part", "upload-job.part", "upload-now.part"}; !slices.Equal(left, want) {
		t.Errorf("left %q, want %q", left, want)
	}
}

// TestReceiveLeavesTheSpareRoom: a dump of which nobody says how long it is
// ends where the disk has no more than the room that is spared.
func TestReceiveLeavesTheSpareRoom(t *testing.T) {
	dir := t.TempDir()
	const spared = 64 << 20
	left := int64(spared + 20<<20)
	s := vpic.New(dir, vpic.Options{BuiltIn: builtIn, Free: func(string) (int64, error) { return left, nil }})
	_, err := s.Receive(t.Context(), endless(func(n int) error {
		if left -= int64(n); left < spared/2 {
			return errors.New("it goes on into the spared room")
		}
		return nil
	}))
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Full || f.Remedy == "" || !strings.Contains(f.Message, "MB left") {
		t.Errorf("got %v, want fault.Full with a remedy", err)
	}
	leftovers(t, dir)
}

type endless func(n int) error

func (e endless) Read(b []byte) (int, error) { return len(b), e(len(b)) }

var _ io.Reader = endless(nil)

// TestKilledBeforeItIsChosen: a dump of the release that is in use already,
// with other content, and a hub that is killed once the new index stands
// there and is not chosen yet. The one in use is whole.
func TestKilledBeforeItIsChosen(t *testing.T) {
	race.Skip(t)
	if os.Getenv("HUBCAP_TEST_DRILL") == "" {
		t.Skip("builds two whole indexes: HUBCAP_TEST_DRILL=1")
	}
	dir := t.TempDir()
	s := open(t, dir)
	dump := november(t)
	if _, err := s.Update(t.Context(), vpic.Update{Path: dump}); err != nil {
		t.Fatal(err)
	}
	kept := map[string][]byte{}
	for _, name := range []string{"2026_11.idx", "current"} {
		b, err := os.ReadFile(filepath.Join(dir, "vpic", name))
		if err != nil {
			t.Fatal(err)
		}
		kept[name] = b
	}
	b, err := os.ReadFile(dump)
	if err == nil {
		err = os.WriteFile(dump, bytes.ReplaceAll(b, []byte("Camry Nova"), []byte("Camry Novb")), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(t.Context(), vpic.Update{Path: dump}); err != nil {
		t.Fatal(err)
	}
	want(t, s, "2026_11", "Camry Novb", "")
	// As it was between the two: the old choice, and the old index unless the
	// new one took its name.
	if err := os.WriteFile(filepath.Join(dir, "vpic", "current"), kept["current"], 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := os.OpenFile(filepath.Join(dir, "vpic", "2026_11.idx"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
		if _, err := f.Write(kept["2026_11.idx"]); errors.Join(err, f.Close()) != nil {
			t.Fatal(err)
		}
	}
	want(t, s, "2026_11", "Camry Nova", "")
	s.Tidy(nil)
	list, err := filepath.Glob(filepath.Join(dir, "vpic", "*.idx"))
	if err != nil || len(list) != 1 {
		t.Errorf("after the next start there are %q, %v", list, err)
	}
}
