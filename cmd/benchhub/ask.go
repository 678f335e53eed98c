package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vehicle/sample"
)

// request is one question to the hub.
type request struct {
	class  string
	method string // "" is GET
	path   string
	body   any
	key    string // Idempotency-Key
}

// answer is what came of it.
type answer struct {
	took   time.Duration
	status int
	retry  string // Retry-After
	body   []byte
	err    error // nothing came; a status is no error
}

// ask sends a request and reads the answer to its end.
func (h *hub) ask(ctx context.Context, q request) (a answer) {
	var body io.Reader
	if q.body != nil {
		b, err := json.Marshal(q.body)
		if err != nil {
			return answer{err: err}
		}
		body = bytes.NewReader(b)
	}
	method := q.method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, h.url+q.path, body)
	if err != nil {
		return answer{err: err}
	}
	req.Header.Set("Authorization", "Bearer "+h.bearer())
	if q.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if q.key != "" {
		req.Header.Set("Idempotency-Key", q.key)
	}
	began := time.Now()
	resp, err := h.client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	a.body, a.err = io.ReadAll(resp.Body)
	a.took, a.status, a.retry = time.Since(began), resp.StatusCode, resp.Header.Get("Retry-After")
	return a
}

// asker makes requests as people send them, for one user at a time.
type asker struct {
	rand     *rand.Rand
	vehicles int
	vins     []string // of the sample
	ids      []string // of vehicles that are there
	made     int      // serial numbers given to new vehicles, in steps of stride
	stride   int
	meanings bool   // there is a model, which is asked too
	next     string // cursor of the list's next page
}

// askers returns n users that know the ids of vehicles all over the store.
func askers(ctx context.Context, h *hub, o options, n int) ([]*asker, error) {
	var vins []string
	for _, v := range sample.Fleet(sample.Seed, time.Now()) {
		vins = append(vins, v.Draft.VIN)
	}
	var ids []string
	r := rand.New(rand.NewPCG(o.seed, 0))
	for range 200 {
		a := h.ask(ctx, request{path: fmt.Sprintf("/api/v1/search?limit=20&q=stock:b%05d", r.IntN(o.vehicles)/10)})
		if a.err != nil {
			return nil, a.err
		}
		var found struct {
			Items []struct{ Vehicle struct{ ID string } }
		}
		if err := json.Unmarshal(a.body, &found); err != nil {
			return nil, fmt.Errorf("search answered %d: %w", a.status, err)
		}
		for _, it := range found.Items {
			ids = append(ids, it.Vehicle.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("no vehicle is found by its stock number")
	}
	out := make([]*asker, n)
	for i := range out {
		out[i] = &asker{rand: rand.New(rand.NewPCG(o.seed, uint64(i+1))), vehicles: o.vehicles, vins: vins, ids: ids, made: i, stride: n, meanings: o.models != ""}
	}
	return out, nil
}

// mixed is the next request of the mix: 30 % decode, 25 get, 20 list, 20
// search, 5 writes. With a model a quarter of the searches asks for a meaning.
func (a *asker) mixed() request {
	switch n := a.rand.IntN(100); {
	case n < 30:
		return a.decode()
	case n < 55:
		return a.get()
	case n < 75:
		return a.list()
	case n < 80 && a.meanings:
		return a.meant()
	case n < 85:
		return a.selective()
	case n < 90:
		return a.broad()
	case n < 95:
		return a.sorted()
	case n < 97:
		return a.create()
	default:
		return a.note()
	}
}

func (a *asker) vin() string {
	// The sample's own VINs decode as any other; an error can't happen for them.
	v, _ := vinOf(a.vins[a.rand.IntN(len(a.vins))], a.rand.IntN(1_000_000))
	return v
}

func (a *asker) id() string { return a.ids[a.rand.IntN(len(a.ids))] }

func (a *asker) decode() request {
	return request{class: "decode", path: "/api/v1/decode?vin=" + a.vin()}
}

func (a *asker) get() request { return request{class: "get", path: "/api/v1/vehicles/" + a.id()} }

// list is the first page of the list, or the page after the one before.
func (a *asker) list() request {
	path := "/api/v1/vehicles?limit=30"
	if a.next != "" {
		path += "&cursor=" + url.QueryEscape(a.next)
	}
	return request{class: "list", path: path}
}

// turned notes where the list goes on, for a few pages.
func (a *asker) turned(body []byte) {
	var page struct{ Next string }
	if json.Unmarshal(body, &page) != nil || a.rand.IntN(4) == 0 {
		page.Next = ""
	}
	a.next = page.Next
}

func search(class, q, more string) request {
	return request{class: class, path: "/api/v1/search?limit=30&q=" + url.QueryEscape(q) + more}
}

// selective finds one or a few: the last six of a VIN, a stock number, a make
// and model with a word.
func (a *asker) selective() request {
	switch n := a.rand.IntN(a.vehicles); n % 3 {
	case 0:
		return search("search selective", fmt.Sprintf("%06d", n), "")
	case 1:
		return search("search selective", fmt.Sprintf("B%06d", n), "")
	default:
		return search("search selective", fmt.Sprintf("make:ford stock:B%03d fender", n%1000), "")
	}
}

// meant asks in words that hardly ever were asked before.
func (a *asker) meant() request {
	how := []string{"noisy", "leaking", "worn", "smelly", "rusty", "cracked", "weak", "shaking", "stained", "slow"}
	what := []string{"brakes", "gearbox", "window", "seat", "cooling", "battery", "tires", "paint", "steering", "exhaust"}
	when := []string{"when cold", "on the motorway", "after rain", "at idle", "in traffic", "since winter", "on bumps", "at night", "when parked", "uphill"}
	pick := func(list []string) string { return list[a.rand.IntN(len(list))] }
	return search("search by meaning", pick(how)+" "+pick(what)+" "+pick(when), "")
}

// broad finds thousands.
func (a *asker) broad() request {
	words := []string{"brake pads", "scratched", "ford", "toyota camry", "dented door", "auction", "workshop", "replaced"}
	return search("search broad", words[a.rand.IntN(len(words))], "")
}

// sorted is the filtered list with its counts, as the app shows it.
func (a *asker) sorted() request {
	q := []string{"", "year:2015..2018", "make:ford", "stage:listed", "tag:auction"}[a.rand.IntN(5)]
	by := []string{"-price", "year", "-odometer", "-changed"}[a.rand.IntN(4)]
	return search("search sorted, faceted", q, "&sort="+by+"&facets=make,year,stage")
}

func (a *asker) create() request {
	a.made += a.stride
	v, _ := vinOf(a.vins[a.rand.IntN(len(a.vins))], 200_000+a.made%800_000) // as in vin
	return request{class: "create", method: http.MethodPost, path: "/api/v1/vehicles",
		body: map[string]any{"vin": v, "stock": fmt.Sprintf("N%d", a.made), "tags": []string{"new"}}}
}

func (a *asker) note() request {
	return request{class: "note", method: http.MethodPost, path: "/api/v1/vehicles/" + a.id() + "/notes",
		body: map[string]any{"text": remark(a.rand)}}
}
