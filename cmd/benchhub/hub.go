package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// hub is a running hub of the binary that is measured.
type hub struct {
	cmd     *exec.Cmd
	errs    bytes.Buffer
	ended   chan error
	url     string
	token   string
	keys    []string      // of accounts; none is the token
	turn    atomic.Uint64 // of the keys
	started time.Duration // from the start of the process to the first 200 of /readyz
	client  *http.Client
}

// with runs fn beside a hub on a data folder, and stops the hub after it.
func with(ctx context.Context, o options, data string, fn func(*hub) error) error {
	h, err := start(ctx, o, data)
	if err != nil {
		return err
	}
	return errors.Join(fn(h), h.stop())
}

func start(ctx context.Context, o options, data string) (*hub, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	running := filepath.Join(data, "run.json")
	if err := os.Remove(running); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	h := &hub{ended: make(chan error, 1), client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		MaxIdleConns: 4000, MaxIdleConnsPerHost: 4000, IdleConnTimeout: time.Minute, DisableCompression: true,
	}}}
	models := o.models
	if models == "" {
		models = filepath.Join(data, "no-models") // the hub is measured alone
	}
	h.cmd = exec.Command(o.hub, "serve", "--data", data, "--listen", "127.0.0.1:0", "--models", models, "--log-level", "warn")
	h.cmd.Stderr = &h.errs
	began := time.Now()
	if err := h.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { h.ended <- h.cmd.Wait() }()
	for deadline := began.Add(30 * time.Second); ; {
		if h.find(running) && h.ready() {
			h.started = time.Since(began)
			return h, nil
		}
		select {
		case err := <-h.ended:
			return nil, fmt.Errorf("the hub ended: %w\n%s", err, h.errs.String())
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), h.stop())
		case <-time.After(time.Millisecond):
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(errors.New("the hub does not answer after 30 s"), h.stop())
		}
	}
}

// find reads where the hub answers.
func (h *hub) find(path string) bool {
	b, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var r struct{ URL, Token string }
	if err := json.Unmarshal(b, &r); err != nil {
		return false
	}
	h.url, h.token = r.URL, r.Token
	return h.url != ""
}

func (h *hub) ready() bool {
	r, err := h.client.Get(h.url + "/readyz")
	if err != nil {
		return false
	}
	_ = r.Body.Close() // a health answer of one line
	return r.StatusCode == http.StatusOK
}

func (h *hub) stop() error {
	h.client.CloseIdleConnections()
	if err := h.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-h.ended:
		if err != nil {
			return fmt.Errorf("the hub ended: %w\n%s", err, h.errs.String())
		}
		return nil
	case <-time.After(20 * time.Second):
		return errors.Join(errors.New("the hub does not stop after 20 s"), h.cmd.Process.Kill())
	}
}

// indexed waits until the hub finds n vehicles.
func (h *hub) indexed(ctx context.Context, n int, most time.Duration) error {
	for deadline := time.Now().Add(most); time.Now().Before(deadline); {
		a := h.ask(ctx, request{path: "/api/v1/search?q=&limit=1"})
		if a.err != nil {
			return a.err
		}
		var found struct {
			Total    int
			Building bool
		}
		if err := json.Unmarshal(a.body, &found); err != nil {
			return err
		}
		if found.Total == n && !found.Building {
			return nil
		}
		if err := wait(ctx, 500*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("the index is not built after %v", most)
}

// settle waits until the hub has nothing to do: housekeeping at the start and
// merges of the index are not the figure that is looked for.
func (h *hub) settle(ctx context.Context, most time.Duration) error {
	last := h.processor() + h.worker()
	quiet := 0
	for deadline := time.Now().Add(most); quiet < 3; {
		if err := wait(ctx, time.Second); err != nil {
			return err
		}
		now := h.processor() + h.worker()
		if now-last > 30*time.Millisecond {
			quiet = 0
		} else {
			quiet++
		}
		last = now
		if time.Now().After(deadline) {
			return fmt.Errorf("the hub is still busy after %v", most)
		}
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// processor is the processor time that the hub has used: utime and stime of
// /proc/PID/stat, in ticks of 10 ms (proc(5)).
func (h *hub) processor() time.Duration {
	used, _ := statOf(strconv.Itoa(h.cmd.Process.Pid))
	return used
}

// worker is the processor time of the hub's model worker, if it runs one.
func (h *hub) worker() time.Duration {
	all, _ := filepath.Glob("/proc/[0-9]*") // a fixed pattern
	var sum time.Duration
	for _, p := range all {
		if used, parent := statOf(filepath.Base(p)); parent == strconv.Itoa(h.cmd.Process.Pid) {
			sum += used
		}
	}
	return sum
}

// statOf is a process's processor time and parent; nothing when it has ended.
func statOf(pid string) (used time.Duration, parent string) {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, ""
	}
	_, rest, _ := strings.Cut(string(b), ") ") // the name before it may hold blanks
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0, ""
	}
	user, _ := strconv.Atoi(f[11]) // the kernel writes numbers
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond, f[1]
}

// memory is what the hub holds, in MB: file pages are the binary, the store
// and the index as far as they are mapped and warm.
type memory struct{ resident, anonymous, greatest float64 }

func (m memory) split() string {
	return fmt.Sprintf(" (%.0f anonymous, %.0f file pages)", m.anonymous, m.resident-m.anonymous)
}

func (h *hub) memory() (m memory, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.cmd.Process.Pid))
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kib, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			continue
		}
		switch mb := kib * 1024 / 1e6; f[0] {
		case "VmRSS:":
			m.resident = mb
		case "RssAnon:":
			m.anonymous = mb
		case "VmHWM:":
			m.greatest = mb
		}
	}
	return m, nil
}

// own is the processor time of the generator.
func own() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
