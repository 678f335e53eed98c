package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// kill -9 again and again while a list is taken in: at the end every row is a
// vehicle with its reading, once, and one undo takes all of them back.
func TestDrillKillInCommit(t *testing.T) {
	dir := t.TempDir()
	const rows = 1500
	var text strings.Builder
	text.WriteString("VIN,Year,Make,Model,Price,Odometer\n")
	for i := range rows {
		fmt.Fprintf(&text, "%s,2015,Toyota,Camry,$%d,%d mi\n", checked(t, fmt.Sprintf("4T1BF1FK0FU%06d", 400000+i)), 5000+i, 10_000+i)
	}
	p := startHub(t, dir)
	id := p.want(201, "POST", "/api/v1/intakes", map[string]any{"name": "Tuesday"}).body["id"].(string)
	p.put("/api/v1/intakes/"+id+"/files?name=tuesday.csv", text.String())
	batch := p.want(202, "POST", "/api/v1/intakes/"+id+"/commit", map[string]any{}).body["id"].(string)
	p, kills := killUntilDone(p, dir, batch)
	in := p.want(200, "GET", "/api/v1/intakes/"+id, nil)
	if c := in.body["commits"].([]any); len(c) != 1 || c[0].(map[string]any)["outcome"].(map[string]any)["created"] != float64(rows) {
		t.Errorf("the list says: %v", c)
	}
	p.stop()
	seen := map[string]int{}
	count := func(want int) {
		t.Helper()
		checkWhole(t, dir)
		db, err := bolt.Open(t.Context(), dir, append(vehicle.Schemas(), store.Undos.Schema()), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		clear(seen)
		for _, v := range all(t, db, vehicle.Vehicles) {
			seen[v.VIN]++
		}
		readings := len(all(t, db, vehicle.Readings))
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if len(seen) != want || readings != want {
			t.Fatalf("%d VINs and %d readings, want %d of each", len(seen), readings, want)
		}
	}
	count(rows)
	for v, n := range seen {
		if n != 1 {
			t.Errorf("%s is there %d times", v, n)
		}
	}
	p = startHub(t, dir)
	undo := p.want(200, "POST", "/api/v1/undo/"+batch, nil).body["job"].(map[string]any)["id"].(string)
	p, more := killUntilDone(p, dir, undo)
	if r := p.want(200, "GET", "/api/v1/jobs/"+undo, nil).body["result"].(map[string]any); r["kept"] != 0.0 || r["restored"].(float64) < 2*rows {
		t.Errorf("taken back: %v", r)
	}
	p.stop()
	count(0)
	p = startHub(t, dir)
	again := p.want(200, "POST", "/api/v1/undo/"+undo, nil).body["job"].(map[string]any)["id"].(string)
	p, evenMore := killUntilDone(p, dir, again)
	p.stop()
	count(rows)
	t.Logf("%d kills, %d rows taken in once; %d until they were taken back, %d until they were there again", kills, rows, more, evenMore)
}

// killUntilDone kills the hub again and again while a job goes on, and waits
// for its end.
func killUntilDone(p *process, dir, id string) (_ *process, kills int) {
	p.t.Helper()
	state := func() any { return p.want(200, "GET", "/api/v1/jobs/"+id, nil).body["state"] }
	for most := rounds(8, 60); kills < most && state() != "done"; kills++ {
		deadline := time.Now().Add(time.Minute)
		for start := p.seq(); p.seq() < start+float64(1+kills*53%211) && state() != "done"; {
			if time.Now().After(deadline) {
				p.t.Fatalf("after %d kills the job stands still: %s", kills, p.want(200, "GET", "/api/v1/jobs/"+id, nil).raw)
			}
		}
		if state() == "done" {
			break
		}
		p.kill()
		p = startHub(p.t, dir)
	}
	for deadline := time.Now().Add(time.Minute); state() != "done"; time.Sleep(20 * time.Millisecond) {
		if j := p.want(200, "GET", "/api/v1/jobs/"+id, nil); j.body["state"] == "failed" || time.Now().After(deadline) {
			p.t.Fatalf("after %d kills the job stands at %s", kills, j.raw)
		}
	}
	return p, kills
}

// checked gives a VIN the right check digit.
func checked(t *testing.T, v string) string {
	t.Helper()
	digit, ok := vin.CheckDigit(v)
	if !ok {
		t.Fatalf("%s has no check digit", v)
	}
	return v[:8] + string(digit) + v[9:]
}

// put sends a file.
func (p *process) put(path, text string) answer {
	p.t.Helper()
	req, err := http.NewRequest("PUT", p.at.URL+path, bytes.NewReader([]byte(text)))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.at.Token)
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		p.t.Fatalf("PUT %s: %d %s, %v", path, resp.StatusCode, b, err)
	}
	return answer{status: resp.StatusCode, raw: string(b)}
}
