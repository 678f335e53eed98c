package app_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// ear is a client of live updates.
type ear struct {
	t      *testing.T
	resp   *http.Response
	events chan event
}

type event struct {
	name, id string
	body     map[string]any
}

// listenLive opens a stream, from after an event where last is not empty, with
// names and values of headers by turns.
func (h *hub) listenLive(last string, header ...string) *ear {
	h.t.Helper()
	req, err := http.NewRequest("GET", h.url+"/api/v1/live", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		h.t.Fatalf("live answers %d, %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	e := &ear{h.t, resp, make(chan event, 1000)}
	h.t.Cleanup(e.close)
	go func() {
		defer close(e.events)
		var ev event
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "event":
				ev.name = value
			case name == "id":
				ev.id = value
			case name == "data":
				_ = json.Unmarshal([]byte(value), &ev.body)
			case lines.Text() == "" && ev.name != "":
				e.events <- ev
				ev = event{}
			}
		}
	}()
	return e
}

func (e *ear) close() { e.resp.Body.Close() }

// hear waits for an event that is wanted; others are passed over.
func (e *ear) hear(name string, is func(event) bool) event {
	e.t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case ev, ok := <-e.events:
			if !ok {
				e.t.Fatalf("the stream ended before the event %s", name)
			}
			if ev.name == name && (is == nil || is(ev)) {
				return ev
			}
		case <-late:
			e.t.Fatalf("the event %s does not come", name)
		}
	}
}

func of(id any) func(event) bool { return func(ev event) bool { return ev.body["id"] == id } }

// What one client saves another hears of, without its values, and one that
// was away hears of what it missed.
func TestLiveUpdates(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	one, two := h.listenLive(""), h.listenLive("")
	hello := one.hear("hello", nil)
	two.hear("hello", nil)
	if hello.body["instance"] == "" || hello.id == "" {
		t.Errorf("hello is %+v", hello)
	}
	v := h.want(201, h.do("POST", "/api/v1/vehicles", map[string]any{"vin": "4T1BF1FK9FU226704", "stock": "SECRET-STOCK"}))
	id := v.body["id"].(string)
	for _, e := range []*ear{one, two} {
		ev := e.hear("change", of(id))
		if ev.body["collection"] != "vehicles" || ev.body["rev"] != 1.0 || ev.body["deleted"] != false || len(ev.body) != 5 {
			t.Errorf("the change is told as %+v; want collection, id, revision, sequence and no value", ev)
		}
	}
	two.close()
	h.want(201, h.do("POST", "/api/v1/vehicles/"+id+"/notes", map[string]any{"text": "while away"}))
	gone := h.want(200, h.do("DELETE", "/api/v1/vehicles/"+id, nil, "If-Match", "*"))
	last := one.hear("change", func(ev event) bool { return ev.body["deleted"] == true })
	if last.body["id"] != id {
		t.Errorf("the delete is told as %+v", last)
	}

	back := h.listenLive(hello.id)
	if ev := back.hear("change", of(id)); ev.body["deleted"] != true {
		t.Errorf("back again it hears %+v, want the last state of the vehicle once", ev)
	}
	by := h.listenLive(gone.header.Get("Hubcap-Seq")) // a bare sequence
	if ev := by.hear("hello", nil); ev.body["seq"].(float64) <= 0 {
		t.Errorf("hello at %v", ev.body["seq"])
	}
	for _, foreign := range []string{"another.5", "99999999", "nonsense"} {
		e := h.listenLive(foreign)
		e.hear("reset", nil)
		e.hear("hello", nil)
	}
}

// The listeners are bounded, and those who end make room.
func TestLiveIsBounded(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	var ears []*ear
	for range 200 {
		ears = append(ears, h.listenLive(""))
	}
	a := h.want(503, h.do("GET", "/api/v1/live", nil))
	if a.header.Get("Retry-After") == "" || !isProblem(a) {
		t.Errorf("one too many is told %s, Retry-After %q", a.raw, a.header.Get("Retry-After"))
	}
	for _, e := range ears {
		e.close()
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		resp, err := http.Get(h.url + "/api/v1/live")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == 200 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody is let in after all have left")
		}
	}
}

// A stop does not wait for pages that listen.
func TestLiveEndsAtTheStop(t *testing.T) {
	p := startHub(t, t.TempDir())
	req, err := http.NewRequest("GET", p.at.URL+"/api/v1/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.at.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	began := time.Now()
	p.stop()
	if took := time.Since(began); took > 2500*time.Millisecond {
		t.Errorf("the stop took %s: it waited for the stream", took)
	}
}

// The first kind of job over the wire: a rebuild is told of while it runs and
// listed after its end.
func TestRebuildAsAJob(t *testing.T) {
	_, h := openApp(t, t.TempDir(), map[string]string{"sample": "true"})
	e := h.listenLive("")
	e.hear("hello", nil)
	j := h.want(202, h.do("POST", "/api/v1/search/rebuild", nil))
	id := j.body["id"].(string)
	done := e.hear("job", func(ev event) bool { return ev.body["id"] == id && ev.body["state"] == "done" })
	if done.body["done"].(float64) == 0 || done.body["done"] != done.body["total"] || done.body["result"] == nil {
		t.Errorf("the rebuild ends as %+v", done.body)
	}
	got := h.want(200, h.do("GET", "/api/v1/jobs/"+id, nil))
	if got.body["state"] != "done" || got.body["ended"] == nil {
		t.Errorf("the job reads %s", got.raw)
	}
	list := h.want(200, h.do("GET", "/api/v1/jobs?which=ended", nil))
	if n := len(list.body["items"].([]any)); n != 1 {
		t.Errorf("%d jobs have ended, want 1", n)
	}
	h.want(409, h.do("POST", "/api/v1/jobs/"+id+"/cancel", nil))
	h.want(409, h.do("POST", "/api/v1/jobs/"+id+"/pause", nil))
	h.want(204, h.do("DELETE", "/api/v1/jobs/"+id, nil))
	e.hear("job", func(ev event) bool { return ev.body["id"] == id && ev.body["state"] == "removed" })
	h.want(404, h.do("GET", "/api/v1/jobs/"+id, nil))
	if m := h.want(200, h.do("GET", "/metrics", nil)); !strings.Contains(m.raw, `hubcap_jobs_ended_total{state="done"} 1`) || !strings.Contains(m.raw, `hubcap_jobs{state="queued"} 0`) {
		t.Error("the metrics do not count the job")
	}
}
