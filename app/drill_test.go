package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
)

// A full disk: writes are refused with a sentence, all that was saved is read
// and found, and writing goes on once there is space, without a restart.
func TestDrillFullDisk(t *testing.T) {
	p, disk := withSmallDisk(t, "24m")
	first := p.want(201, "POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(0), "stock": "FIRST"})
	p.found("FIRST", 1)

	ballast := filepath.Join(disk, "ballast")
	fillDisk(t, ballast)
	refused, saved := answer{}, 0
	for i := 1; refused.status != 507; i++ {
		a, err := p.ask("POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(i), "stock": fmt.Sprintf("K%d", i), "claimed": map[string]any{"source": strings.Repeat("x", 200)}})
		switch {
		case err != nil:
			t.Fatalf("write %d: %v\n%s", i, err, p.log.String())
		case a.status == 201:
			saved++
			fillDisk(t, ballast)
		case a.status != 507:
			t.Fatalf("write %d on a full disk: %d %s\n%s", i, a.status, a.raw, p.log.String())
		}
		refused = a
		if i > 5000 {
			t.Fatal("the disk does not fill: the fault is not live")
		}
	}
	if !isProblem(refused) || refused.body["remedy"] == nil || refused.body["remedy"] == "" {
		t.Errorf("the refusal names no remedy: %s", refused.raw)
	}
	for range 20 { // again and again: still an answer, still nothing else breaks
		if a, err := p.ask("POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(1)}); err != nil || a.status != 507 {
			t.Fatalf("a further write: %v %d %s", err, a.status, a.raw)
		}
		p.want(200, "GET", "/api/v1/vehicles/"+first.body["id"].(string), nil)
		p.want(200, "GET", "/api/v1/vehicles?limit=30", nil)
		if a := p.want(200, "GET", "/api/v1/search?q=FIRST", nil); a.body["total"] != 1.0 {
			t.Fatalf("search on a full disk: %s", a.raw)
		}
	}
	p.want(200, "GET", "/healthz", nil)

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	p.want(201, "POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(9999), "stock": "AFTER"})
	p.found("AFTER", 1)
	p.found("", saved+2)
	p.stop()
	t.Logf("%d were saved before the disk was full", saved)
}

// fillDisk takes all the space there is, and proves that there is none left.
func fillDisk(t *testing.T, ballast string) {
	t.Helper()
	f, err := os.OpenFile(ballast, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); ; {
		_, err := f.Write(block)
		switch {
		case errors.Is(err, syscall.ENOSPC) && len(block) > 1<<10:
			block = block[:len(block)/2]
		case errors.Is(err, syscall.ENOSPC):
			return
		case err != nil:
			t.Fatal(err)
		}
	}
}

// SIGTERM under load: the hub finishes what is running within 10 s, and all
// that it acknowledged is there.
func TestDrillStopUnderLoad(t *testing.T) {
	dir := t.TempDir()
	p := startHub(t, dir)
	acked := &ledger{enough: make(chan struct{}), most: rounds(200, 2000)}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := w; ; i += 16 {
				a, err := p.ask("POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(i % 1_000_000)})
				switch {
				case err != nil:
					return // the hub is gone
				case a.status == 201:
					acked.add(a.body["id"].(string))
				case a.status != 503:
					t.Errorf("status %d: %s", a.status, a.raw)
					return
				}
			}
		})
	}
	<-acked.enough
	p.stop() // fails after 10 s
	wg.Wait()
	if _, err := os.Stat(filepath.Join(dir, "run.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("run.json is left behind: %v", err)
	}
	h := checkWhole(t, dir)
	for _, id := range acked.ids {
		if !h[id] {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	t.Logf("%d acknowledged, none lost", len(acked.ids))
}

// ledger is what the hub has acknowledged.
type ledger struct {
	mu     sync.Mutex
	ids    []string
	enough chan struct{} // closed after most of them
	most   int
}

func (l *ledger) add(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ids = append(l.ids, id); len(l.ids) == l.most {
		close(l.enough)
	}
}

// Killed between the store's commit and the search's batch: after the restart
// everything acknowledged is found.
func TestDrillKillBeforeSearch(t *testing.T) {
	dir := t.TempDir()
	total, live := 0, 0
	for round := range rounds(4, 40) {
		p := startHub(t, dir)
		p.found("", total)
		var seq float64
		for i := range 1 + round%7 {
			a := p.want(201, "POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(total), "stock": fmt.Sprintf("R%dN%d", round, i)})
			total++
			if err := json.Unmarshal([]byte(a.header.Get("Hubcap-Seq")), &seq); err != nil {
				t.Fatal(err)
			}
		}
		p.kill()
		if indexedUpTo(t, dir) < seq {
			live++
		}
		p = startHub(t, dir)
		p.found("", total)
		for i := range 1 + round%7 {
			p.found(fmt.Sprintf("stock:R%dN%d", round, i), 1)
		}
		p.kill()
	}
	if live == 0 {
		t.Fatal("the index held each write when the hub was killed: the fault is not live")
	}
	t.Logf("%d vehicles, the index was behind at %d kills", total, live)
}

// indexedUpTo reads the sequence that the index on disk has reached, from a
// copy of it.
func indexedUpTo(t *testing.T, dir string) float64 {
	t.Helper()
	generations, err := filepath.Glob(filepath.Join(dir, "search", "gen-*"))
	if err != nil || len(generations) == 0 {
		return 0
	}
	copied := filepath.Join(t.TempDir(), "index")
	if err := os.CopyFS(copied, os.DirFS(generations[len(generations)-1])); err != nil {
		t.Fatal(err)
	}
	index, err := bleve.Open(copied)
	if err != nil {
		return 0 // not even begun
	}
	defer index.Close()
	b, err := index.GetInternal([]byte("position"))
	if err != nil || b == nil {
		return 0
	}
	var s struct{ Position struct{ Seq float64 } }
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s.Position.Seq
}

// A folder that can't be written is refused by name, with what to do, and is
// left as it was.
func TestDrillReadOnlyFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	p := startHub(t, dir)
	p.want(201, "POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(0)})
	p.stop()
	before, err := os.ReadFile(filepath.Join(dir, "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	// Readable by all on the way to it, writable by nobody.
	for d := dir; d != os.TempDir() && len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(d, 0o755) }) // or it can't be removed
	}
	if err := os.Chmod(filepath.Join(dir, "data.db"), 0o444); err != nil {
		t.Fatal(err)
	}
	exe := reachable(t)
	p, ok := tryHub(t, dir, func(cmd *exec.Cmd) {
		cmd.Path, cmd.Args = exe, []string{exe}
		cmd.Env = append(cmd.Env, "HUBCAP_TEST_PROBE=1")
		unprivileged(cmd)
	})
	var exit *exec.ExitError
	if ok || !errors.As(p.err, &exit) {
		if errors.Is(p.err, os.ErrPermission) {
			cannot(t, "the test binary can't be run as nobody: %v", p.err)
		}
		t.Fatalf("the hub starts on a read-only folder: %v", p.err)
	}
	said := p.log.String()
	if strings.Contains(said, "not live") {
		t.Fatal(said)
	}
	if !strings.Contains(said, dir) || !strings.Contains(said, "--data") || strings.Contains(said, "goroutine ") {
		t.Errorf("the refusal names no folder or no remedy: %s", said)
	}
	after, err := os.ReadFile(filepath.Join(dir, "data.db"))
	if err != nil || string(after) != string(before) {
		t.Errorf("the data was touched: %v", err)
	}
}

// reachable copies the test binary to where an unprivileged user can run it:
// go test builds it in a folder of its own user.
func reachable(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "hubcap-drill-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // of the temporary folder
	to := filepath.Join(dir, "hub.test")
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(to, b, 0o755)); err != nil {
		t.Fatal(err)
	}
	return to
}

// Bytes flipped in the search folder while the hub is off: it starts, serves,
// and finds everything again by itself.
func TestDrillDamagedSearchIndex(t *testing.T) {
	dir := t.TempDir()
	p := startHub(t, dir)
	n := int(p.want(201, "POST", "/api/v1/sample", nil).body["vehicles"].(float64))
	p.found("", n)
	p.stop()
	damages := []struct {
		name string
		do   func(b []byte, round int) []byte
	}{
		{"first bytes", func(b []byte, _ int) []byte { return flip(b, 0, 64, 1) }},
		{"last bytes", func(b []byte, _ int) []byte { return flip(b, len(b)-64, len(b), 1) }},
		{"every 97th byte", func(b []byte, r int) []byte { return flip(b, r%97, len(b), 97) }},
		{"one byte", func(b []byte, r int) []byte { at := r * 7919 % len(b); return flip(b, at, at+1, 1) }},
		{"cut in half", func(b []byte, _ int) []byte { return b[:len(b)/2] }},
		{"empty", func([]byte, int) []byte { return nil }},
	}
	for round := range rounds(len(damages), 10*len(damages)) {
		d := damages[round%len(damages)]
		flipped := 0
		err := filepath.WalkDir(filepath.Join(dir, "search"), func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil || len(b) == 0 {
				return err
			}
			flipped++
			return os.WriteFile(path, d.do(b, round), 0o600)
		})
		if err != nil || flipped == 0 {
			t.Fatalf("%s: %d files damaged: %v", d.name, flipped, err)
		}
		t.Log("damage:", d.name)
		p := startHub(t, dir)
		p.want(200, "GET", "/api/v1/vehicles?limit=30", nil)
		deadline := time.Now().Add(30 * time.Second)
		for _, q := range []string{"", "make:ford", "brake", "camry"} {
			for { // an answer may be a 503 while it is mended, and nothing worse
				a, err := p.ask("GET", "/api/v1/search?limit=50&sort=-changed&facets=make,year&q="+q, nil)
				if err != nil || a.status != 200 && (a.status != 503 || time.Now().After(deadline)) {
					t.Fatalf("%s: search %q: %v %d %s\n%s", d.name, q, err, a.status, a.raw, p.log.String())
				}
				if a.status == 200 {
					break
				}
			}
		}
		p.found("", n)
		p.want(201, "POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(round)})
		n++
		p.found("", n)
		p.stop()
	}
}

// flip inverts every step-th byte from one offset to another.
func flip(b []byte, from, to, step int) []byte {
	for i := max(0, from); i < min(to, len(b)); i += step {
		b[i] ^= 0xff
	}
	return b
}
