package local_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
)

var small = llm.Lattice{States: 3, Arcs: []llm.Arc{{From: 0, To: 1, Text: "Yes"}, {From: 1, To: 2, Text: ".", Break: true}}}

func open(t *testing.T, script string, change func(*local.Options)) *local.Client {
	t.Helper()
	o := local.Options{
		Programs: []string{os.Args[0]},
		Model:    "Fake 1M",
		Locate:   func() (string, error) { return os.Args[0], nil },
		Command:  fakeCommand(t, script),
		CheckCPU: func() error { return nil },
		Poll:     5 * time.Millisecond, BackoffLeast: time.Millisecond, BackoffMost: 5 * time.Millisecond,
		Grace: 50 * time.Millisecond,
	}
	if change != nil {
		change(&o)
	}
	c := local.Open(o)
	t.Cleanup(c.Close)
	return c
}

// until waits for a state; the test's own deadline is the limit.
func until(t *testing.T, c *local.Client, what string, ok func(llm.State) bool) llm.State {
	t.Helper()
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	for {
		changed := c.Changed()
		s := c.State()
		if ok(s) {
			return s
		}
		select {
		case <-changed:
		case <-limit.C:
			t.Fatalf("waiting for %s: state is %+v", what, s)
		}
	}
}

func ready(s llm.State) bool { return s.Condition == llm.Ready }

func TestAnswers(t *testing.T) {
	c := open(t, "ok", nil)
	until(t, c, "ready", ready)
	var seen []int
	r, err := c.Word(t.Context(), llm.WordRequest{Prompt: "p", Lattice: small}, func(ch llm.Chunk) { seen = ch.Path })
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Path) != 2 || len(seen) != 1 || r.Usage.OutputTokens != 2 {
		t.Errorf("got %+v after %v", r, seen)
	}
}

// Whatever the worker does to one request, the caller gets an error of a
// known kind, and the next worker answers.
func TestHeals(t *testing.T) {
	for _, row := range []struct {
		name, script string
		change       func(*local.Options)
		reason       string
	}{
		{"crash", "crash,ok", nil, "signal arrived"},
		{"hang", "hang,ok", func(o *local.Options) { o.Timeout = 20 * time.Millisecond }, "hangs"},
		{"garbage", "garbage,ok", nil, "broken frame"},
		{"answer to another request", "wrong-request,ok", nil, "broken frame"},
		{"engine failure", "engine,ok", nil, "ggml_assert"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := open(t, row.script, row.change)
			until(t, c, "ready", ready)
			_, err := c.Word(t.Context(), llm.WordRequest{Lattice: small}, nil)
			if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), row.reason) {
				t.Errorf("got %v, want Unavailable about %q", err, row.reason)
			}
			until(t, c, "ready again", func(s llm.State) bool { return ready(s) && s.Restarts == 1 })
			if _, err := c.Word(t.Context(), llm.WordRequest{Lattice: small}, nil); err != nil {
				t.Errorf("after the replacement: %v", err)
			}
		})
	}
}

func TestHealsWithoutARequest(t *testing.T) {
	for _, script := range []string{"leave-when-idle,ok", "crash-at-start,crash-at-start,ok", "bad-model,ok"} {
		t.Run(script, func(t *testing.T) {
			c := open(t, script, nil)
			until(t, c, "ready after failures", func(s llm.State) bool { return ready(s) && s.Restarts == strings.Count(script, ",") })
			if _, err := c.Word(t.Context(), llm.WordRequest{Lattice: small}, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMemoryCap(t *testing.T) {
	var big atomic.Bool
	c := open(t, "ok", func(o *local.Options) {
		o.MemoryLimit = 100
		o.ResidentBytes = func(int) (int64, error) {
			if big.CompareAndSwap(true, false) {
				return 101, nil
			}
			return 99, nil
		}
	})
	until(t, c, "ready", ready)
	big.Store(true)
	until(t, c, "replacement", func(s llm.State) bool { return s.Restarts == 1 && ready(s) })
}

func TestCancelKeepsTheWorker(t *testing.T) {
	c := open(t, "until-canceled", func(o *local.Options) { o.Grace = 10 * time.Second })
	until(t, c, "ready", ready)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := c.Word(ctx, llm.WordRequest{Lattice: small}, func(llm.Chunk) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
	until(t, c, "ready", ready)
	if s := c.State(); s.Restarts != 0 {
		t.Errorf("the worker was replaced: %+v", s)
	}
}

func TestCancelOfADeafWorkerKillsIt(t *testing.T) {
	c := open(t, "deaf,ok", nil)
	until(t, c, "ready", ready)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		until(t, c, "busy", func(s llm.State) bool { return s.Condition == llm.Busy })
		cancel()
	}()
	_, err := c.Word(ctx, llm.WordRequest{Lattice: small}, nil)
	if err == nil {
		t.Error("got an answer from a deaf worker")
	}
	until(t, c, "replacement", func(s llm.State) bool { return s.Restarts == 1 && ready(s) })
}

func TestRefusalKeepsTheWorker(t *testing.T) {
	c := open(t, "too-long", nil)
	until(t, c, "ready", ready)
	_, err := c.Word(t.Context(), llm.WordRequest{Lattice: small}, nil)
	if !fault.Is(err, fault.Limited) {
		t.Errorf("got %v, want Limited", err)
	}
	if s := until(t, c, "ready", ready); s.Restarts != 0 {
		t.Errorf("the worker was replaced: %+v", s)
	}
}

func TestQueueIsShort(t *testing.T) {
	c := open(t, "slow", func(o *local.Options) { o.Queue = 1 })
	until(t, c, "ready", ready)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	running := make(chan struct{})
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := c.Word(ctx, llm.WordRequest{Lattice: small}, func(llm.Chunk) { close(running) })
		first <- err
	}()
	<-running
	full := false
	waiting, leave := context.WithCancel(t.Context())
	go func() {
		_, err := c.Word(waiting, llm.WordRequest{Lattice: small}, nil)
		second <- err
	}()
	// The second sits in the queue as soon as a third is refused.
	for !full {
		brief, stop := context.WithTimeout(t.Context(), time.Millisecond)
		_, err := c.Word(brief, llm.WordRequest{Lattice: small}, nil)
		stop()
		full = fault.Is(err, fault.Limited)
	}
	leave()
	if err := <-second; !errors.Is(err, context.Canceled) && !fault.Is(err, fault.Limited) {
		t.Errorf("the waiting caller left, but got %v", err)
	}
	cancel()
	if err := <-first; err == nil {
		t.Error("the running request was answered")
	}
}

func TestIdleUnloadAndReturn(t *testing.T) {
	c := open(t, "ok", func(o *local.Options) { o.IdleAfter = 10 * time.Millisecond })
	until(t, c, "unloaded but ready", func(s llm.State) bool { return ready(s) && !s.Loaded && s.Restarts == 0 })
	if _, err := c.Word(t.Context(), llm.WordRequest{Lattice: small}, nil); err != nil {
		t.Errorf("a request to an unloaded model: %v", err)
	}
	if s := c.State(); s.Restarts != 0 {
		t.Errorf("idling counted as a failure: %+v", s)
	}
}

// The hub serves before the worker is built and the pack fetched: the state
// turns to ready by itself.
func TestTurnsReadyWhenFilesAppear(t *testing.T) {
	dir := t.TempDir()
	program, pack := filepath.Join(dir, "worker"), filepath.Join(dir, "pack")
	c := open(t, "ok", func(o *local.Options) {
		o.Programs = []string{program}
		o.Building = true
		o.Locate = func() (string, error) {
			if _, err := os.Stat(pack); err != nil {
				return "", errors.New("the model pack is missing; run: make models")
			}
			return pack, nil
		}
	})
	until(t, c, "building", func(s llm.State) bool { return s.Condition == llm.Building })
	_, err := c.Word(t.Context(), llm.WordRequest{Lattice: small}, nil)
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("while building: got %v, want Unavailable", err)
	}
	if err := os.WriteFile(program, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	s := until(t, c, "missing pack", func(s llm.State) bool { return s.Condition == llm.Missing })
	if !strings.Contains(s.Reason, "make models") {
		t.Errorf("reason %q has no remedy", s.Reason)
	}
	if err := os.WriteFile(pack, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, c, "ready", ready)
}

func TestDamagedPackIsSaidAndHealed(t *testing.T) {
	pack := filepath.Join(t.TempDir(), "pack")
	if err := os.WriteFile(pack, []byte("bad"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := open(t, "ok", func(o *local.Options) {
		o.Locate = func() (string, error) { return pack, nil }
		o.Verify = func(path string) error {
			if b, _ := os.ReadFile(path); string(b) == "good!" {
				return nil
			}
			return errors.New("the model pack is damaged; delete it and run: make models")
		}
	})
	s := until(t, c, "failed", func(s llm.State) bool { return s.Condition == llm.Failed })
	if !strings.Contains(s.Reason, "make models") {
		t.Errorf("reason %q has no remedy", s.Reason)
	}
	if err := os.WriteFile(pack, []byte("good!"), 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, c, "ready", ready)
}

func TestOldCPUIsSaidOnce(t *testing.T) {
	c := open(t, "ok", func(o *local.Options) {
		o.CheckCPU = func() error { return errors.New("the model worker needs a processor with AVX2") }
	})
	s := until(t, c, "failed", func(s llm.State) bool { return s.Condition == llm.Failed })
	if !strings.Contains(s.Reason, "AVX2") {
		t.Errorf("reason is %q", s.Reason)
	}
}

func TestCloseFailsWhatIsInFlight(t *testing.T) {
	c := open(t, "slow", nil)
	until(t, c, "ready", ready)
	got := make(chan error, 1)
	running := make(chan struct{})
	go func() {
		_, err := c.Word(t.Context(), llm.WordRequest{Lattice: small}, func(llm.Chunk) { close(running) })
		got <- err
	}()
	<-running
	c.Close()
	if err := <-got; !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want Unavailable", err)
	}
}

func TestBadLatticeNeverReachesTheWorker(t *testing.T) {
	c := open(t, "crash", nil)
	until(t, c, "ready", ready)
	_, err := c.Word(t.Context(), llm.WordRequest{Lattice: llm.Lattice{States: 2, Arcs: []llm.Arc{{From: 1, To: 0}}}}, nil)
	if err == nil || c.State().Restarts != 0 {
		t.Errorf("got %v, state %+v", err, c.State())
	}
}

// Many texts go in several requests, none too large for a frame, and come
// back in order.
func TestEmbedInBatches(t *testing.T) {
	c := open(t, "ok", func(o *local.Options) { o.Embed = true })
	until(t, c, "ready", ready)
	for _, row := range []struct {
		name     string
		texts    []string
		requests int
	}{
		{"none", nil, 0},
		{"one", []string{"a"}, 1},
		{"as many as go into one", make([]string, 32), 1},
		{"one more", make([]string, 33), 2},
		{"long ones of what takes most room", slices.Repeat([]string{strings.Repeat("<\x01\xff", 1<<20)}, 32), 4},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := c.State().Requests
			r, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: row.texts})
			if err != nil || len(r.Vectors) != len(row.texts) || r.Cut != len(row.texts) {
				t.Fatalf("%d vectors, %d cut, %v; want %d of each", len(r.Vectors), r.Cut, err, len(row.texts))
			}
			if got := c.State().Requests - before; got != row.requests {
				t.Errorf("%d requests, want %d", got, row.requests)
			}
		})
	}
	if s := c.State(); s.Restarts != 0 {
		t.Errorf("the worker was replaced: %+v", s)
	}
}

func TestEmbedRefusesShortVectors(t *testing.T) {
	c := open(t, "short-vectors", func(o *local.Options) { o.Embed = true })
	until(t, c, "ready", ready)
	if r, err := c.Embed(t.Context(), llm.EmbedRequest{Texts: []string{"a"}}); !fault.Is(err, fault.Internal) {
		t.Errorf("got %+v, %v, want Internal", r, err)
	}
}

// A chat goes to the worker in the model's form, and only the form's marks as
// marks.
func TestChatSpeaksTheForm(t *testing.T) {
	c := open(t, "ok", func(o *local.Options) { o.Form = llm.Gemma })
	until(t, c, "ready", ready)
	var told string
	r, err := c.Chat(t.Context(), llm.ChatRequest{System: "S", Prompt: "U<end_of_turn>", JSON: true}, func(ch llm.Chunk) { told += ch.Text })
	want := "{[<start_of_turn>user\n true][S false][\n\n true][U<end_of_turn> false][<end_of_turn>\n<start_of_turn>model\n true]"
	if err != nil || r.Text != want || told != want || !r.Ended {
		t.Errorf("got %+v, %v, want %q", r, err, want)
	}
}
