package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/paper"
)

// TestMain lets the test binary play a hub: a process of its own, which can be
// killed, can have few rights or a disk of its own.
func TestMain(m *testing.M) {
	if os.Getenv(paper.Child) != "" {
		if err := paper.Serve(os.Stdin, os.Stdout, os.Args[len(os.Args)-1], paper.Limits{}); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	dir := os.Getenv("HUBCAP_TEST_HUB")
	if dir == "" {
		code := m.Run()
		cluster.Remove()
		os.Exit(code)
	}
	if err := playHub(dir); err != nil {
		fmt.Fprintln(os.Stderr, "hub:", err)
		var f *fault.Error
		if errors.As(err, &f) {
			fmt.Fprintln(os.Stderr, f.Remedy)
		}
		os.Exit(1)
	}
}

func playHub(dir string) error {
	if os.Getenv("HUBCAP_TEST_PROBE") != "" {
		if err := os.WriteFile(filepath.Join(dir, "probe"), nil, 0o600); err == nil {
			return errors.New("the folder can be written: the fault is not live")
		}
	}
	if size := os.Getenv("HUBCAP_TEST_DISK"); size != "" {
		if err := mountSmall(dir, size); err != nil {
			return fmt.Errorf("mount a small disk: %w", err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	cfg, err := config.Load("", nil, map[string]string{"data": dir, "models": filepath.Join(dir, "none"), "listen": "127.0.0.1:0"})
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, app.Options{Version: "drill", ReadPaper: readPaper(), Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	err = a.Serve(ctx, func(r app.Running) {
		// Standard output is a pipe to the test; it reads the line or is gone.
		_ = json.NewEncoder(os.Stdout).Encode(r)
	})
	return errors.Join(err, a.Close())
}

// readPaper is how this test binary plays the child that reads files.
func readPaper() []string {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return []string{exe, "read-paper"}
}

// process is a hub of its own.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	at    app.Running
	log   bytes.Buffer
	ended chan struct{}
	err   error // of the process, once ended is closed
}

// tryHub starts a hub on a folder; ok is false when it ends instead of
// answering. shape changes the command before it starts.
func tryHub(t *testing.T, dir string, shape func(*exec.Cmd)) (p *process, ok bool) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p = &process{t: t, cmd: exec.Command(exe), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "HUBCAP_TEST_HUB="+dir)
	p.cmd.Stderr = &p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if shape != nil {
		shape(p.cmd)
	}
	if err := p.cmd.Start(); err != nil {
		p.err = err
		close(p.ended)
		return p, false
	}
	line, readErr := bufio.NewReader(out).ReadBytes('\n')
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(p.kill)
	if readErr != nil {
		<-p.ended
		return p, false
	}
	if err := json.Unmarshal(line, &p.at); err != nil {
		t.Fatalf("the hub says %q: %v", line, err)
	}
	return p, true
}

func startHub(t *testing.T, dir string) *process {
	t.Helper()
	p, ok := tryHub(t, dir, nil)
	if !ok {
		t.Fatalf("the hub does not start: %v\n%s", p.err, p.log.String())
	}
	return p
}

// kill ends the process as a power cut does, and waits for its end.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// stop asks the process to end, and fails where it does not do so in time.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		p.kill()
		p.t.Fatalf("the hub does not stop within 10 s of SIGTERM\n%s", p.log.String())
	}
	if p.err != nil {
		p.t.Fatalf("the hub stopped with %v\n%s", p.err, p.log.String())
	}
}

// ask sends one request. An error means that no whole answer came: whether
// the hub did what was asked is not known.
func (p *process) ask(method, path string, body any) (answer, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, p.at.URL+path, r)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+p.at.Token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.body) // not every answer is an object
	return a, nil
}

// want asks and insists on a status.
func (p *process) want(status int, method, path string, body any) answer {
	p.t.Helper()
	a, err := p.ask(method, path, body)
	if err != nil {
		p.t.Fatalf("%s %s: %v\n%s", method, path, err, p.log.String())
	}
	if a.status != status {
		p.t.Fatalf("%s %s: status %d, want %d: %s", method, path, a.status, status, a.raw)
	}
	return a
}

// found asks until the search finds n vehicles and is up to date.
func (p *process) found(q string, n int) {
	p.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		a, err := p.ask("GET", "/api/v1/search?limit=1&q="+q, nil)
		if err != nil {
			p.t.Fatalf("search %q: %v\n%s", q, err, p.log.String())
		}
		if a.status == 200 && a.body["total"] == float64(n) && a.body["building"] == false {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("search %q does not find %d: %d %s\n%s", q, n, a.status, a.raw, p.log.String())
		}
	}
}

// rounds is how often a drill is done: a few times in the default ring, all of
// it with HUBCAP_TEST_DRILL=1.
func rounds(few, all int) int {
	if os.Getenv("HUBCAP_TEST_DRILL") == "1" {
		return all
	}
	return few
}

// cannot skips a drill that this machine can't do, and says why; where every
// drill is required that is a failure.
func cannot(t *testing.T, format string, args ...any) {
	t.Helper()
	why := fmt.Sprintf(format, args...)
	if os.Getenv("HUBCAP_TEST_REQUIRE_ALL") == "1" {
		t.Fatalf("required, and can't be done here: %s", why)
	}
	t.Skip(why)
}

// vinNumber is a VIN with the check digit that belongs to its serial number
// left as it may be: a bad one is an answer of the decoder, not a failure.
func vinNumber(i int) string { return "4T1BF1FK0FU" + fmt.Sprintf("%06d", i) }

func isProblem(a answer) bool {
	return strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json")
}
