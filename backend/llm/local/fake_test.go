package local_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

// The fake worker is this test program started again with FAKE_WORKER set to
// a script: what to do at each walk, in order, the last one repeating.
// FAKE_LIVES names a file that counts the lives, so that a script may differ
// from life to life ("crash,ok" crashes once for good).
const fakeEnv = "HUBCAP_TEST_FAKE_WORKER"

func TestMain(m *testing.M) {
	if script := os.Getenv(fakeEnv); script != "" {
		fakeWorker(script, os.Getenv(fakeEnv+"_LIVES"))
		return
	}
	if os.Getenv(orphanEnv) != "" {
		keepWorker()
		return
	}
	os.Exit(m.Run())
}

// fakeCommand runs the fake worker with one step a life.
func fakeCommand(t *testing.T, script string) func(string) *exec.Cmd {
	t.Helper()
	lives := t.TempDir() + "/lives"
	return func(string) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), fakeEnv+"="+script, fakeEnv+"_LIVES="+lives)
		return cmd
	}
}

func fakeWorker(script, lives string) {
	steps := strings.Split(script, ",")
	b, _ := os.ReadFile(lives)
	life := len(b)
	_ = os.WriteFile(lives, append(b, '.'), 0o600)
	step := steps[min(life, len(steps)-1)]

	reply := func(k wire.Kind, id uint32, v any) { _ = wire.Write(os.Stdout, k, id, v) }
	if step == "crash-at-start" {
		fmt.Fprintln(os.Stderr, "illegal instruction")
		os.Exit(3)
	}
	for {
		f, err := wire.Read(os.Stdin)
		if err != nil {
			return
		}
		switch f.Kind {
		case wire.Hello:
			reply(wire.Result, f.Request, wire.HelloReply{PID: os.Getpid(), Engine: "fake"})
		case wire.Load:
			if step == "bad-model" {
				reply(wire.Failed, f.Request, wire.Failure{Reason: wire.BadModel, Message: "the pack is damaged"})
				continue
			}
			reply(wire.Result, f.Request, wire.LoadReply{PrefixTokens: 3})
			if step == "leave-when-idle" {
				os.Exit(0)
			}
		case wire.Embed:
			var r wire.EmbedRequest
			_ = f.Decode(&r)
			size := 8 * len(r.Texts)
			if step == "short-vectors" {
				size--
			}
			reply(wire.Result, f.Request, wire.EmbedReply{Vectors: make([]byte, size), Dimensions: 2, Cut: len(r.Texts)})
		case wire.Chat:
			var r wire.ChatRequest
			_ = f.Decode(&r)
			text := r.Opening
			for _, p := range append(r.Head, r.Turn...) {
				text += fmt.Sprintf("[%s %v]", p.Text, p.Marks)
			}
			reply(wire.Progress, f.Request, wire.GenerateProgress{Text: text})
			reply(wire.Result, f.Request, wire.GenerateReply{Text: text, Ended: true})
		case wire.Walk:
			switch step {
			case "crash":
				fmt.Fprintln(os.Stderr, "signal arrived during cgo execution")
				os.Exit(2)
			case "hang": // reads nothing any more and never answers
				<-time.After(time.Hour)
			case "deaf": // answers nothing, not even a cancel, but reads
				continue
			case "garbage":
				fmt.Println("this is not a frame, but a C++ library that prints")
			case "wrong-request":
				reply(wire.Result, f.Request+7, wire.WalkReply{})
			case "engine":
				reply(wire.Failed, f.Request, wire.Failure{Reason: wire.Engine, Message: "ggml_assert"})
			case "too-long":
				reply(wire.Failed, f.Request, wire.Failure{Reason: wire.TooLong, Message: "too long"})
			case "until-canceled":
				reply(wire.Progress, f.Request, wire.WalkProgress{Path: []int{0}})
				c, err := wire.Read(os.Stdin)
				if err != nil || c.Kind != wire.Cancel {
					return
				}
				reply(wire.Failed, f.Request, wire.Failure{Reason: wire.Canceled, Message: "canceled"})
			case "slow": // long enough that a second request waits; ends with the pipe
				reply(wire.Progress, f.Request, wire.WalkProgress{Path: []int{0}})
				time.AfterFunc(time.Minute, func() { os.Exit(1) })
			default:
				reply(wire.Progress, f.Request, wire.WalkProgress{Path: []int{0}, MS: 5})
				reply(wire.Result, f.Request, wire.WalkReply{Path: []int{0, 1}, Usage: wire.Usage{OutputTokens: 2}})
			}
		}
	}
}
