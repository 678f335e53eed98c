package child_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/child"
	"github.com/hubcap-dev/hubcap/internal/race"
)

const variable = "HUBCAP_TEST_CHILD"

// TestMain lets the test binary play children.
func TestMain(m *testing.M) {
	if os.Getenv(variable) == "" {
		os.Exit(m.Run())
	}
	if err := play(os.Args[len(os.Args)-1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func play(part string) error {
	if err := child.Confine(child.Limits{Memory: 1 << 30, MemoryGoal: 700 << 20, CPUSeconds: 1}); err != nil {
		return err
	}
	switch part {
	case "echo":
		b, err := io.ReadAll(os.Stdin)
		if err != nil {
			return err
		}
		return child.WriteFrame(os.Stdout, 'e', append(b, strings.Join(os.Environ(), " ")...))
	case "hangs":
		r, _, err := os.Pipe()
		if err != nil {
			return err
		}
		_, err = r.Read(make([]byte, 1)) // nothing ever comes: the parent's watch ends it
		return err
	case "works":
		for {
			runtime.KeepAlive(part)
		}
	case "shouts":
		_, err := os.Stdout.Write([]byte{'x', 0xff, 0xff, 0xff, 0xff})
		return err
	case "eats":
		var all [][]byte
		for {
			b := make([]byte, 64<<20)
			for i := range b {
				b[i] = 1
			}
			all = append(all, b)
			runtime.KeepAlive(all)
		}
	}
	return errors.New("no such part")
}

func runner(t *testing.T, wall time.Duration, places int) *child.Runner {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return child.NewRunner([]string{exe}, variable, wall, places)
}

func TestFrameComesBack(t *testing.T) {
	t.Setenv("SECRET", "not for children")
	p, err := runner(t, time.Minute, 1).Start(t.Context(), strings.NewReader("hello "), "echo")
	if err != nil {
		t.Fatal(err)
	}
	kind, b, err := p.Next()
	if kind != 'e' || !strings.HasPrefix(string(b), "hello ") || err != nil {
		t.Errorf("%c %q, %v", kind, b, err)
	}
	if strings.Contains(string(b), "SECRET") || !strings.Contains(string(b), variable+"=1") {
		t.Errorf("the child knows %q", b)
	}
	if _, _, err := p.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last frame: %v", err)
	}
	if err := p.Close(true); err != nil {
		t.Error(err)
	}
}

// What becomes of a child that does not end by itself.
func TestChildIsStopped(t *testing.T) {
	race.Skip(t)
	if runtime.GOOS != "linux" {
		t.Skip("the kernel's limits are Linux's")
	}
	for part, want := range map[string]error{"hangs": child.ErrTime, "works": child.ErrTime, "shouts": child.ErrBroken, "eats": child.ErrMemory, "unknown": child.ErrBroken} {
		t.Run(part, func(t *testing.T) {
			wall := time.Minute
			if part == "hangs" {
				wall = 300 * time.Millisecond
			}
			p, err := runner(t, wall, 1).Start(t.Context(), strings.NewReader(""), part)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := p.Next(); err == nil {
				t.Error("a frame of nothing")
			}
			if err := p.Close(false); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	r := runner(t, time.Minute, 1)
	p, err := r.Start(t.Context(), strings.NewReader(""), "hangs")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Start(ctx, nil, "echo"); !errors.Is(err, context.Canceled) {
		t.Errorf("a second one beside the first: %v", err)
	}
	p.Drop()
	if p, err = r.Start(t.Context(), strings.NewReader(""), "echo"); err != nil {
		t.Fatal(err)
	}
	p.Drop()
}

func TestEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, err := runner(t, time.Minute, 1).Start(ctx, strings.NewReader(""), "hangs")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, _, err := p.Next(); err == nil {
		t.Error("a frame of nothing")
	}
	if err := p.Close(false); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNoCommand(t *testing.T) {
	if child.NewRunner(nil, variable, time.Minute, 1).Able() {
		t.Error("nothing can be started")
	}
	if _, err := child.NewRunner([]string{"/nonexistent"}, variable, time.Minute, 1).Start(t.Context(), nil); err == nil {
		t.Error("a program that is not there was started")
	}
}
