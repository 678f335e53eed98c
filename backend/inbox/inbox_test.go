package inbox_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/inbox"
)

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestReceivedAndDropped(t *testing.T) {
	b := inbox.Box{Dir: filepath.Join(t.TempDir(), "box"), Most: 20}
	path, err := b.Receive(t.Context(), strings.NewReader("twenty bytes, no mor"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "twenty bytes, no mor" {
		t.Errorf("kept %q, %v", got, err)
	}
	if !inbox.Mine(filepath.Base(path)) {
		t.Errorf("%s is not known as an upload", path)
	}
	own := filepath.Join(b.Dir, "current")
	if err := os.WriteFile(own, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{own, filepath.Join(b.Dir, "..", filepath.Base(path)), "/etc/passwd", path + ".gone"} {
		if err := b.Drop(other); err != nil {
			t.Errorf("Drop(%s): %v", other, err)
		}
	}
	if got := files(t, b.Dir); len(got) != 2 {
		t.Fatalf("%q are left, want both", got)
	}
	for range 2 {
		if err := b.Drop(path); err != nil {
			t.Error(err)
		}
	}
	if got := files(t, b.Dir); len(got) != 1 || got[0] != "current" {
		t.Errorf("%q are left, want what is not an upload", got)
	}
}

// What does not come whole leaves nothing, and says what to do.
func TestNotWhole(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	for name, c := range map[string]struct {
		ctx  context.Context
		body string
		free int64
		want fault.Kind
	}{
		"too large":   {t.Context(), strings.Repeat("x", 11), 1 << 40, fault.Limited},
		"broken off":  {t.Context(), "", 1 << 40, fault.Unavailable},
		"no room":     {t.Context(), "x", 1 << 20, fault.Full},
		"sender gone": {gone, "x", 1 << 40, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := inbox.Box{Dir: t.TempDir(), Most: 10, Less: "send less", Free: func(string) (int64, error) { return c.free, nil }}
			body := iotest.DataErrReader(strings.NewReader(c.body))
			if c.body == "" {
				body = iotest.ErrReader(errors.New("connection reset"))
			}
			_, err := b.Receive(c.ctx, body)
			var f *fault.Error
			if c.want == "" {
				if !errors.Is(err, context.Canceled) || errors.As(err, &f) {
					t.Errorf("%v, want that the sender gave up", err)
				}
			} else if !errors.As(err, &f) || f.Kind != c.want || f.Remedy == "" {
				t.Errorf("%v, want %s with a remedy", err, c.want)
			}
			if left := files(t, b.Dir); len(left) != 0 {
				t.Errorf("left %q", left)
			}
		})
	}
}

// What a hub that ended left goes, unless a job goes on with it.
func TestTidy(t *testing.T) {
	b := inbox.Box{Dir: t.TempDir()}
	at := func(name string) string { return filepath.Join(b.Dir, name) }
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, age := range map[string]time.Duration{"upload-old.part": time.Hour, "upload-job.part": time.Hour, "upload-new.part": -time.Minute, "old.idx": time.Hour, "new-1.part": time.Hour} {
		if err := os.WriteFile(at(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(at(name), now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	b.Tidy(now, []string{at("upload-job.part")})
	if got, want := strings.Join(files(t, b.Dir), " "), "new-1.part old.idx upload-job.part upload-new.part"; got != want {
		t.Errorf("left %q, want %q", got, want)
	}
}
