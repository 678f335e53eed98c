//go:build worker

// Hubcap-worker runs a language model for the hub, which starts it, speaks
// to it in frames (backend/llm/wire) over standard input and output, and
// replaces it when it fails. It is the only program that links ollama's
// engine, so nothing that goes wrong in C++ can touch the hub.
//
// It serves one request at a time, opens no port, reads one file (the
// model), and ends when its standard input does.
package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"syscall"

	"github.com/ollama/ollama/llama"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

func main() {
	out, err := claimStdout()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hubcap-worker:", err)
		os.Exit(1)
	}
	// The engine logs through the default slog logger's level; Info is a
	// page a load, which nobody reads.
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	dieWithParent()
	llama.BackendInit()
	s := newServer(out)
	if err := s.serve(os.Stdin); err != nil && !errors.Is(err, io.EOF) {
		fmt.Fprintln(os.Stderr, "hubcap-worker:", err)
		os.Exit(1)
	}
}

// claimStdout keeps standard output for frames alone: whatever C code
// prints goes to standard error instead.
func claimStdout() (*os.File, error) {
	fd, err := syscall.Dup(1)
	if err != nil {
		return nil, fmt.Errorf("duplicate standard output: %w", err)
	}
	syscall.CloseOnExec(fd)
	if err := syscall.Dup3(2, 1, 0); err != nil {
		return nil, fmt.Errorf("redirect standard output: %w", err)
	}
	return os.NewFile(uintptr(fd), "frames"), nil
}

// dieWithParent asks for SIGKILL when the hub ends without closing the
// pipes, then looks whether it has already ended.
func dieWithParent() {
	const prSetPdeathsig = 1
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, prSetPdeathsig, uintptr(syscall.SIGKILL), 0)
	if os.Getppid() == 1 && os.Getpid() != 1 && os.Getenv("HUBCAP_WORKER_ORPHAN") == "" {
		os.Exit(1)
	}
}

func hello() wire.HelloReply {
	return wire.HelloReply{
		PID:    os.Getpid(),
		Arch:   runtime.GOARCH + " x86-64-v3",
		Engine: "ollama llama v0.17.4",
		Cores:  runtime.NumCPU(),
	}
}

// cpuMS is the processor time of this process so far, engine threads
// included.
func cpuMS() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return (u.Utime.Nano() + u.Stime.Nano()) / 1e6
}
