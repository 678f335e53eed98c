package app_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// nameOf is the database in a URL.
func nameOf(t *testing.T, url string) string {
	t.Helper()
	c, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	return c.Database
}

// vehicles keeps clients saving until stop, and counts what they hear.
type vehicles struct {
	h             *hub
	made, refused atomic.Int64
	longest       atomic.Int64 // answer, in ms
	kept          sync.Map
	stop          chan struct{}
	clients       sync.WaitGroup
}

func saving(h *hub, clients int) *vehicles {
	v := &vehicles{h: h, stop: make(chan struct{})}
	for c := range clients {
		v.clients.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-v.stop:
					return
				default:
				}
				began := time.Now()
				a := h.do("POST", "/api/v1/vehicles", map[string]any{"vin": fmt.Sprintf("1FTFW1EF0FF%02d%04d", c, i%10_000)})
				if took := time.Since(began).Milliseconds(); took > v.longest.Load() {
					v.longest.Store(took)
				}
				switch {
				case a.status == http.StatusCreated:
					v.kept.Store(a.body["id"].(string), true)
					v.made.Add(1)
				case a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "":
					v.refused.Add(1)
				default:
					h.t.Errorf("status %d: %s", a.status, a.raw)
				}
			}
		})
	}
	return v
}

// end stops the clients and looks for everything that was acknowledged.
func (v *vehicles) end() {
	v.h.t.Helper()
	close(v.stop)
	v.clients.Wait()
	n := 0
	v.kept.Range(func(id, _ any) bool {
		n++
		if a := v.h.do("GET", "/api/v1/vehicles/"+id.(string), nil); a.status != http.StatusOK {
			v.h.t.Errorf("%v was acknowledged and is gone: %d", id, a.status)
		}
		return !v.h.t.Failed()
	})
	v.h.t.Logf("%d vehicles acknowledged and there, %d refusals, the longest answer took %d ms", n, v.refused.Load(), v.longest.Load())
}

// A database that stands still without a word, as on a machine that swaps or
// whose disk hangs: nobody waits for it longer than its limits, health and
// VINs are answered all along, and all goes on when it does.
func TestDatabasePaused(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_DRILL") != "1" {
		t.Skip("a minute: HUBCAP_TEST_DRILL=1 runs it")
	}
	_, h := openApp(t, t.TempDir(), map[string]string{"db": databaseOf(t, t.Name())})
	for _, c := range []struct {
		still   time.Duration
		refuses bool
	}{{8 * time.Second, false}, {25 * time.Second, true}} {
		v := saving(h, 8)
		eventually(t, "some vehicles", func() bool { return v.made.Load() > 50 })
		resume := cluster.Pause(t)
		over := time.After(c.still)
		reads := atomic.Int64{}
		tick := time.NewTicker(200 * time.Millisecond)
		var readers sync.WaitGroup
		for standing := true; standing; {
			select {
			case <-over:
				standing = false
			case <-tick.C:
				if a := h.do("GET", "/healthz", nil); a.status != http.StatusOK {
					t.Errorf("health: %d", a.status)
				}
				readers.Go(func() {
					if a := h.do("GET", "/api/v1/vehicles?limit=5", nil); a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "" {
						reads.Add(1)
					} else if a.status != http.StatusOK {
						t.Errorf("a read: %d %s", a.status, a.raw)
					}
				})
			}
		}
		tick.Stop()
		before := v.made.Load()
		resume()
		back := time.Now()
		eventually(t, "writes again", func() bool { return v.made.Load() > before+50 })
		t.Logf("still for %v: writes again %v after it went on, %d reads refused", c.still, time.Since(back).Round(10*time.Millisecond), reads.Load())
		readers.Wait()
		v.end()
		if reads.Load() == 0 || c.refuses && v.refused.Load() == 0 {
			t.Errorf("%d reads and %d writes were refused: the fault was not live", reads.Load(), v.refused.Load())
		}
		if a := h.do("GET", "/readyz", nil); a.status != http.StatusOK {
			t.Errorf("ready: %d %s", a.status, a.raw)
		}
	}
}

// More readers than the hub has connections, all of them held up: the others
// are told to come back soon, and the held ones are answered in the end.
func TestDatabaseConnectionsAllBusy(t *testing.T) {
	url := databaseOf(t, t.Name())
	_, h := openApp(t, t.TempDir(), map[string]string{"db": url})
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	path := "/api/v1/vehicles/" + v.body["id"].(string)
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), "BEGIN; LOCK TABLE hubcap.vehicles IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	var answered, busy atomic.Int64
	for range 28 {
		clients.Go(func() {
			switch a := h.do("GET", path, nil); {
			case a.status == http.StatusOK:
				answered.Add(1)
			case a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "" && strings.Contains(a.raw, "busy"):
				busy.Add(1)
			default:
				t.Errorf("status %d: %s", a.status, a.raw)
			}
		})
	}
	eventually(t, "somebody is sent away", func() bool { return busy.Load() > 0 })
	if a := h.do("GET", "/healthz", nil); a.status != http.StatusOK {
		t.Errorf("health: %d", a.status)
	}
	if _, err := c.Exec(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	clients.Wait()
	t.Logf("%d answered, %d sent away", answered.Load(), busy.Load())
	h.want(200, h.do("GET", path, nil))
	h.want(200, h.do("GET", "/readyz", nil))
}

// A full disk under the database is said as such, reads go on, and with room
// again so do writes.
func TestDatabaseDiskFull(t *testing.T) {
	url := databaseOf(t, t.Name())
	disk := cluster.SmallDisk(t, nameOf(t, url))
	a, h := openApp(t, t.TempDir(), map[string]string{"db": url})
	t.Cleanup(func() { _ = a.Close() }) // before its database goes
	save := func(i int) answer {
		return h.do("POST", "/api/v1/vehicles", map[string]any{"vin": fmt.Sprintf("1FTFW1EF0FF%06d", i)})
	}
	first := h.want(201, save(0))
	ballast, err := os.Create(filepath.Join(disk, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	for b := make([]byte, 64<<10); err == nil; {
		_, err = ballast.Write(b)
	}
	if err := ballast.Close(); err != nil {
		t.Fatal(err)
	}
	kept := []string{first.body["id"].(string)}
	full := answer{}
	for i := 1; i < 500 && full.status == 0; i++ {
		switch got := save(i); got.status {
		case http.StatusCreated:
			kept = append(kept, got.body["id"].(string))
		default:
			full = got
		}
	}
	if full.status != http.StatusInsufficientStorage || !strings.Contains(full.raw, "free some space") {
		t.Fatalf("after %d vehicles: status %d %s, want 507 with a remedy", len(kept), full.status, full.raw)
	}
	for _, id := range kept {
		h.want(200, h.do("GET", "/api/v1/vehicles/"+id, nil))
	}
	if got := h.do("GET", "/api/v1/decode?vin=4T1BF1FK9FU226704", nil); got.status != http.StatusOK {
		t.Errorf("decode: %d", got.status)
	}
	if err := os.Remove(ballast.Name()); err != nil {
		t.Fatal(err)
	}
	last := h.want(201, save(999))
	if got := h.search("000999", last.header.Get("Hubcap-Seq")); !strings.Contains(got.raw, "000999") {
		t.Errorf("the search goes on: %s", got.raw)
	}
	t.Logf("%d vehicles, then 507", len(kept))
}

// The doctor looks at a database as at a folder: a sound one is well, and what
// was done behind the hub's back is found.
func TestDoctorOfDatabase(t *testing.T) {
	url := databaseOf(t, t.Name())
	name := nameOf(t, url)
	_, h := openApp(t, filepath.Join(t.TempDir(), "data"), map[string]string{"db": url})
	for i := range 3 {
		h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": fmt.Sprintf("1FTFW1EF0FF%06d", i)}))
	}
	check := func(say string) {
		t.Helper()
		a := h.want(200, h.do("GET", "/api/v1/doctor", nil))
		if a.body["ok"] != (say == "") || !strings.Contains(a.raw, say) {
			t.Errorf("the doctor says %s, want %q", a.raw, say)
		}
	}
	check("")
	cluster.SQL(t, name, "ALTER INDEX hubcap.vehicles__pkey RENAME TO other")
	check("vehicles__pkey is missing")
	cluster.SQL(t, name, "ALTER INDEX hubcap.other RENAME TO vehicles__pkey")
	check("")
	cluster.SQL(t, name, "DELETE FROM hubcap._log WHERE seq = 2")
	check("change 2 is missing in the log")
}
