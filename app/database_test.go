package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/internal/pgtest"
)

// cluster is the PostgreSQL of this package's tests. With HUBCAP_TEST_DB=1 all
// hubs that openApp opens keep their data there.
var cluster pgtest.Cluster

var databases sync.Map // data folder to URL: a folder that is opened again finds its data

func databaseOf(t *testing.T, dir string) string {
	t.Helper()
	if url, ok := databases.Load(dir); ok {
		return url.(string)
	}
	url := cluster.URL(cluster.Database(t, ""))
	databases.Store(dir, url)
	return url
}

// A hub over a database that is killed and started again under load: clients
// are told to come back soon, nothing that was acknowledged is lost, and
// everything that follows the data goes on by itself.
func TestDatabaseKilledUnderLoad(t *testing.T) {
	_, h := openApp(t, t.TempDir(), map[string]string{"db": databaseOf(t, t.Name())})
	var kept sync.Map
	var made, refused, odd atomic.Int64
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for c := range 4 {
		clients.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				a := h.do("POST", "/api/v1/vehicles", map[string]any{"vin": fmt.Sprintf("1FTFW1EF0FF%02d%04d", c, i%10_000)})
				switch {
				case a.status == http.StatusCreated:
					kept.Store(a.body["id"].(string), true)
					made.Add(1)
				case a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "":
					refused.Add(1)
				default:
					odd.Add(1)
					t.Errorf("status %d: %s", a.status, a.raw)
				}
			}
		})
	}
	wait := func(what string, done func() bool) {
		t.Helper()
		eventually(t, what, done)
	}
	wait("some vehicles", func() bool { return made.Load() > 20 })
	for range 3 {
		before, was := made.Load(), refused.Load()
		cluster.Kill(t)
		wait("a refusal: the fault is live", func() bool { return refused.Load() > was })
		if a := h.do("GET", "/readyz", nil); a.status != http.StatusServiceUnavailable {
			t.Errorf("ready without a database: %d", a.status)
		}
		// A VIN is decoded all the same, and says what it could not look up.
		if a := h.do("GET", "/api/v1/decode?vin=4T1BF1FK9FU226704", nil); a.status != http.StatusOK || a.body["modelYear"] != 2015.0 || a.body["hereUnknown"] != true {
			t.Errorf("decode without a database: %d %.200s", a.status, a.raw)
		}
		cluster.Start(t)
		back := time.Now()
		wait("writes again", func() bool { return made.Load() > before+10 })
		t.Logf("writes again %v after the database was", time.Since(back).Round(10*time.Millisecond))
	}
	close(stop)
	clients.Wait()
	if m := h.do("GET", "/metrics", nil).raw; !strings.Contains(m, `hubcap_db_connections{use="read"}`) || !strings.Contains(m, `hubcap_db_statement_seconds_count{end="error"}`) {
		t.Error("the metrics say nothing of the database")
	}
	n := 0
	kept.Range(func(id, _ any) bool {
		n++
		if a := h.do("GET", "/api/v1/vehicles/"+id.(string), nil); a.status != http.StatusOK {
			t.Errorf("%v was acknowledged and is gone: %d", id, a.status)
		}
		return !t.Failed()
	})
	t.Logf("%d vehicles acknowledged and there, %d refusals", n, refused.Load())
	// Search, jobs and live updates were cut off as well.
	last := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	wait("the search to have caught up", func() bool {
		a := h.search("226704", last.header.Get("Hubcap-Seq"))
		return a.status == http.StatusOK && strings.Contains(a.raw, "4T1BF1FK9FU226704")
	})
	job := h.want(202, h.do("POST", "/api/v1/search/rebuild", nil)).body["id"].(string)
	wait("a job to run", func() bool {
		return h.do("GET", "/api/v1/jobs/"+job, nil).body["state"] == "done"
	})
}

// With a replica that stands still: who says what he wrote last reads it, who
// says nothing reads the primary, and who has written nothing may be answered
// by the replica.
func TestReplicaAnswersReads(t *testing.T) {
	dir := t.TempDir()
	url := databaseOf(t, dir)
	_, name, _ := strings.Cut(strings.TrimPrefix(url, "postgres://"), "/")
	name, _, _ = strings.Cut(name, "?")
	first, h := openApp(t, dir, map[string]string{"db": url})
	old := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704"}))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	r := cluster.Replica(t)
	a, h := openApp(t, dir, map[string]string{"db": url, "db-replica": r.URL(name)})
	defer a.Close()
	get := func(of answer, header ...string) int {
		return h.do("GET", "/api/v1/vehicles/"+of.body["id"].(string), nil, header...).status
	}
	eventually(t, "the replica to have the first vehicle", func() bool { return get(old, "Hubcap-Seq", "0") == http.StatusOK })
	// A replica that seems too far behind is passed over for a while, as it may
	// on a busy machine; then it is brought into step and stands still again.
	var made answer
	eventually(t, "the replica to answer who accepts to be behind", func() bool {
		r.PauseReplay(t)
		made = h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "1FTFW1EF0FF107919"}))
		if get(made, "Hubcap-Seq", "0") == http.StatusNotFound {
			return true
		}
		r.ResumeReplay(t)
		return false
	})
	if got := get(made, "Hubcap-Seq", made.header.Get("Hubcap-Seq")); got != http.StatusOK {
		t.Errorf("who wrote it reads %d", got)
	}
	if got := get(made); got != http.StatusOK {
		t.Errorf("who says nothing reads %d", got)
	}
	r.Remove()
	if got := get(made, "Hubcap-Seq", "0"); got != http.StatusOK {
		t.Errorf("without the replica: %d", got)
	}
}
