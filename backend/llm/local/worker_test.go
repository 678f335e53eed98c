package local_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/local"
)

// realWorker opens the built worker with the real pack. It skips where they
// are not built, unless HUBCAP_TEST_WORKER_REQUIRED says that they must be.
func realWorker(t *testing.T, change func(*local.Options)) *local.Client {
	t.Helper()
	program, pack := built(t)
	o := local.Options{
		Programs: []string{program}, Model: "SmolLM2", Threads: 1,
		Locate: func() (string, error) { return pack, nil },
		Prefix: "<|im_start|>system\nYou write plain notes.<|im_end|>\n<|im_start|>user\n",
		Poll:   20 * time.Millisecond,
	}
	if change != nil {
		change(&o)
	}
	c := local.Open(o)
	t.Cleanup(c.Close)
	return c
}

// built returns the worker's program and a pack.
func built(t testing.TB) (program, pack string) {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(root, "build", "bin", "hubcap-worker")
	packs, _ := filepath.Glob(filepath.Join(root, "build", "models", "smollm2-*.gguf"))
	if _, err := os.Stat(program); err != nil || len(packs) == 0 {
		if os.Getenv("HUBCAP_TEST_WORKER_REQUIRED") != "" {
			t.Fatal("the model worker or its pack is not built; run: make worker models")
		}
		t.Skip("the model worker or its pack is not built (make worker models)")
	}
	return program, packs[0]
}

const turn = "<|im_end|>\n<|im_start|>assistant\n"

// branching has words in common between arcs, arcs without text, and an arc
// that may be used once.
func branching() llm.Lattice {
	return llm.Lattice{States: 6, Arcs: []llm.Arc{
		{From: 0, To: 1, Text: "The odometer reads"},
		{From: 0, To: 1, Text: "The odometer stands at", Uses: 1},
		{From: 0, To: 1, Text: "It reads"},
		{From: 1, To: 2, Text: " 82,838 km"},
		{From: 2, To: 3, Text: ""},
		{From: 2, To: 3, Text: " on 3 March 2026"},
		{From: 3, To: 4, Text: ".", Break: true},
		{From: 4, To: 5, Text: " The odometer stands at 82,838 km.", Uses: 1, Break: true},
		{From: 4, To: 5, Text: " Nothing is overdue.", Break: true},
	}}
}

func TestRealWorkerWalks(t *testing.T) {
	c := realWorker(t, nil)
	until(t, c, "ready", ready)
	lat := branching()
	for seed := range uint64(6) {
		chunks := 0
		r, err := c.Word(t.Context(), llm.WordRequest{
			Prompt: "The odometer reads 82,838 km." + turn, Lattice: lat, Temperature: 1.5, Seed: seed, MaxTokens: 60,
		}, func(llm.Chunk) { chunks++ })
		if err != nil {
			t.Fatal(err)
		}
		at, used := 0, uint64(0)
		for _, i := range r.Path {
			a := lat.Arcs[i]
			if a.From != at || a.Uses&used != 0 {
				t.Fatalf("seed %d: path %v is broken at arc %d", seed, r.Path, i)
			}
			at, used = a.To, used|a.Uses
		}
		if at != lat.States-1 || chunks == 0 || r.Usage.Choices == 0 || r.Usage.Choices >= r.Usage.OutputTokens {
			t.Errorf("seed %d: path %v ends at %d after %d chunks, usage %+v", seed, r.Path, at, chunks, r.Usage)
		}
	}
}

func TestRealWorkerIsDeterministic(t *testing.T) {
	c := realWorker(t, nil)
	until(t, c, "ready", ready)
	var paths [2][]int
	for i := range paths {
		r, err := c.Word(t.Context(), llm.WordRequest{Prompt: "x" + turn, Lattice: branching(), Temperature: 1, Seed: 9}, nil)
		if err != nil {
			t.Fatal(err)
		}
		paths[i] = r.Path
	}
	if len(paths[0]) == 0 || strings.Join(texts(paths[0]), "") != strings.Join(texts(paths[1]), "") {
		t.Errorf("same seed, different paths: %v and %v", paths[0], paths[1])
	}
}

func texts(path []int) (out []string) {
	for _, i := range path {
		out = append(out, branching().Arcs[i].Text)
	}
	return out
}

func TestRealWorkerGeneratesAndScores(t *testing.T) {
	c := realWorker(t, nil)
	until(t, c, "ready", ready)
	g, err := c.Generate(t.Context(), llm.GenerateRequest{Prompt: "Say hello." + turn, MaxTokens: 12}, nil)
	if err != nil || g.Text == "" || g.Usage.OutputTokens > 12 {
		t.Errorf("generate: %+v, %v", g, err)
	}
	p, _, err := c.Score(t.Context(), "The color of the sky is", []string{" blue", " carburetor"})
	if err != nil || len(p) != 2 || p[0] <= p[1] {
		t.Errorf("score: %v, %v", p, err)
	}
	if _, err := c.Word(t.Context(), llm.WordRequest{Prompt: "x" + turn, Lattice: branching(), MaxTokens: 2}, nil); !fault.Is(err, fault.Limited) {
		t.Errorf("past MaxTokens: got %v, want Limited", err)
	}
	if _, err := c.Word(t.Context(), llm.WordRequest{Prompt: strings.Repeat("word ", 4000), Lattice: branching()}, nil); !fault.Is(err, fault.Limited) {
		t.Errorf("past the context: got %v, want Limited", err)
	}
	if s := c.State(); s.Restarts != 0 {
		t.Errorf("a refusal replaced the worker: %+v", s)
	}
}

// The drill of bars.md, "Insights": the worker killed, and it is back.
func TestRealWorkerKilled(t *testing.T) {
	pids := make(chan int, 64)
	c := realWorker(t, func(o *local.Options) {
		o.ResidentBytes = func(pid int) (int64, error) {
			select {
			case pids <- pid:
			default:
			}
			return 0, nil
		}
	})
	until(t, c, "ready", ready)
	if err := syscall.Kill(<-pids, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	until(t, c, "ready again", func(s llm.State) bool { return ready(s) && s.Restarts == 1 })
	t.Logf("back after %s (bar: 5 s)", time.Since(start).Round(time.Millisecond))
	if _, err := c.Word(t.Context(), llm.WordRequest{Prompt: "x" + turn, Lattice: branching()}, nil); err != nil {
		t.Errorf("after the replacement: %v", err)
	}
}

// A file that is no model must be refused by the worker, not end it.
func TestRealWorkerDamagedModel(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.gguf")
	if err := os.WriteFile(bad, []byte("GGUF\x03\x00\x00\x00 and nothing else"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := realWorker(t, func(o *local.Options) { o.Locate = func() (string, error) { return bad, nil } })
	s := until(t, c, "failed", func(s llm.State) bool { return s.Condition == llm.Failed })
	if !strings.Contains(s.Reason, "model") {
		t.Errorf("reason is %q", s.Reason)
	}
}

// A worker that stands still is found, killed and replaced.
func TestRealWorkerHangs(t *testing.T) {
	pids := make(chan int, 64)
	c := realWorker(t, func(o *local.Options) {
		o.Timeout, o.Grace = 300*time.Millisecond, 100*time.Millisecond
		o.ResidentBytes = func(pid int) (int64, error) {
			select {
			case pids <- pid:
			default:
			}
			return 0, nil
		}
	})
	until(t, c, "ready", ready)
	if err := syscall.Kill(<-pids, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	_, err := c.Word(t.Context(), llm.WordRequest{Prompt: "x" + turn, Lattice: branching()}, nil)
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "hangs") {
		t.Errorf("got %v, want Unavailable about a hang", err)
	}
	start := time.Now()
	until(t, c, "ready again", func(s llm.State) bool { return ready(s) && s.Restarts == 1 })
	t.Logf("back after %s (bar: 5 s)", time.Since(start).Round(time.Millisecond))
}

// A worker over its memory is ended, and the reason is said.
func TestRealWorkerOutgrowsItsMemory(t *testing.T) {
	c := realWorker(t, func(o *local.Options) { o.MemoryLimit = 20 << 20 })
	s := until(t, c, "failed", func(s llm.State) bool { return s.Condition == llm.Failed })
	if !strings.Contains(s.Reason, "outgrew its memory") {
		t.Errorf("reason is %q", s.Reason)
	}
}

// orphanEnv makes this test program a hub that only keeps a real worker,
// tells its process id, and waits to be killed.
const orphanEnv = "HUBCAP_TEST_KEEP_WORKER"

func keepWorker() {
	pids := make(chan int, 1)
	local.Open(local.Options{
		Programs: []string{os.Getenv(orphanEnv)}, Locate: func() (string, error) { return os.Getenv(orphanEnv + "_PACK"), nil }, Poll: 20 * time.Millisecond,
		ResidentBytes: func(pid int) (int64, error) {
			select {
			case pids <- pid:
			default:
			}
			return 0, nil
		},
	})
	fmt.Println(<-pids)
	<-make(chan struct{}) // until it is killed
}

// A hub that is killed leaves no worker behind.
func TestRealWorkerDiesWithTheHub(t *testing.T) {
	program, pack := built(t)
	hub := exec.Command(os.Args[0])
	hub.Env = append(os.Environ(), orphanEnv+"="+program, orphanEnv+"_PACK="+pack)
	out, err := hub.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := hub.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	pid, atoiErr := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || atoiErr != nil {
		t.Fatalf("the little hub said %q: %v", line, err)
	}
	if err := hub.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = hub.Wait()
	limit := time.NewTimer(10 * time.Second)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	start := time.Now()
	for {
		// A dead worker that nobody has reaped yet is a zombie: state Z.
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(b), ") Z ") || strings.Contains(string(b), ") X ") {
			t.Logf("gone %s after its hub", time.Since(start).Round(time.Millisecond))
			return
		}
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("the worker lives on without its hub: %s", b)
		}
	}
}
