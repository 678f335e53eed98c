package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
)

const (
	canaryVIN   = "4T1BF1FK9FU226704"
	canaryWord  = "zanzibarine"
	canaryMinor = 73519246
)

// canary is a vehicle of Berlin with a word and an amount that stand nowhere
// else, in everything that can hold them.
func (o *town) canary(owner somebody) (ids map[string]string, words []string) {
	o.t.Helper()
	post := func(path string, body map[string]any) map[string]any {
		w := o.ask(owner, "POST", path, body)
		var out map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != 201 {
			o.t.Fatalf("POST %s: %d %s", path, w.Code, w.Body)
		}
		if record, ok := out["record"].(map[string]any); ok {
			return record
		}
		return out
	}
	money := map[string]any{"minor": canaryMinor, "currency": "USD"}
	v := post("/api/v1/vehicles", map[string]any{"vin": canaryVIN, "stock": "STK-" + canaryWord, "plate": "P-7351", "location": "Berlin", "paid": money, "tags": []string{canaryWord}})
	id := v["id"].(string)
	at := "/api/v1/vehicles/" + id
	post(at+"/notes", map[string]any{"text": "a note about " + canaryWord})
	post(at+"/readings", map[string]any{"date": "2025-01-05", "odometer": map[string]any{"value": "10000", "unit": "km"}})
	service := post(at+"/services", map[string]any{"date": "2025-06-05", "odometer": map[string]any{"value": "30000", "unit": "km"}, "workshop": canaryWord,
		"items": []map[string]any{{"kind": "brakes", "text": "pads " + canaryWord, "cost": money}}})
	fuel := post(at+"/fuel", map[string]any{"date": "2025-07-05", "odometer": map[string]any{"value": "31000", "unit": "km"}, "volume": map[string]any{"value": "40", "unit": "L"}, "cost": money})
	paper := o.ask(owner, "PUT", at+"/attachments?kind=paper&name=invoice-"+canaryWord+".txt", "Invoice of "+canaryWord+"\nTotal $735,192.46, in cents 73519246 USD")
	var attached struct{ ID string }
	if err := json.Unmarshal(paper.Body.Bytes(), &attached); err != nil || paper.Code != 201 || attached.ID == "" {
		o.t.Fatalf("attach: %d %s", paper.Code, paper.Body)
	}
	gone := post("/api/v1/vehicles", map[string]any{"vin": "1HGCM82633A004352", "stock": "GONE-" + canaryWord, "location": "Berlin", "paid": money})
	w := o.ask(somebody{cookie: owner.cookie, headers: []string{"If-Match", "*"}}, "DELETE", "/api/v1/vehicles/"+gone["id"].(string), nil)
	batch := w.Header().Get("Hubcap-Batch")
	if w.Code != 200 || batch == "" {
		o.t.Fatalf("remove: %d %s", w.Code, w.Body)
	}
	o.ask(owner, "POST", at+"/insights", nil)
	ids = map[string]string{"id": id, "batch": batch, "gone": gone["id"].(string), "record": service["id"].(string), "fuel": fuel["id"].(string), "attachment": attached.ID}
	return ids, []string{canaryWord, id, gone["id"].(string), ids["record"], ids["fuel"], "P-7351", attached.ID}
}

// everywhere asks every route that reads, with the canary's ids in its path
// and its words in its query, and those that show something by POST.
func (o *town) everywhere(s somebody, ids map[string]string, see func(op operation, w *httptest.ResponseRecorder)) {
	o.t.Helper()
	for _, op := range operations(o.t) {
		var body any
		target := op.at(ids)
		switch {
		case op.id == "search":
			for _, q := range []string{canaryWord, "STK", "7046", "vin:" + canaryVIN, "stock:stk", "has:note", ""} {
				see(op, o.ask(s, "GET", target+"?facets=make&facets=location&facets=tag&q="+q, nil))
			}
			continue
		case op.id == "decode":
			target += "?vin=" + canaryVIN
		case op.id == "listVehicles":
			see(op, o.ask(s, "GET", target+"?vin="+canaryVIN, nil))
		case op.id == "decodeMany":
			body = map[string]any{"vins": []map[string]any{{"vin": canaryVIN}}}
		case op.id == "briefVehicle":
		case op.id == "draftFromAttachment":
		case op.id == "explainFinding":
			body = map[string]any{"finding": "F1"}
		case op.method != "GET":
			continue
		}
		see(op, o.ask(s, op.method, target, body))
	}
}

// Whoever does not reach a vehicle learns nothing of it, by any route: not
// that it exists, not in a count, a facet, a snippet or a job.
func TestNothingLeaksAcrossReach(t *testing.T) {
	o := openTown(t)
	owner := o.person(account.Home, "owner", account.OwnerRole, account.Everything())
	ids, words := o.canary(owner)
	seen := 0
	o.everywhere(owner, ids, func(_ operation, w *httptest.ResponseRecorder) {
		if strings.Contains(w.Body.String(), canaryWord) {
			seen++
		}
	})
	if seen < 12 {
		t.Fatalf("the owner sees the canary in %d answers: the test looks in too few places", seen)
	}
	if _, err := o.app.Accounts().SetOrganisation(t.Context(), account.Machine("elsewhere"), account.Organisation{Name: "Elsewhere", Sessions: account.SessionRule{IdleMinutes: 60, AbsoluteHours: 24}}); err != nil {
		t.Fatal(err)
	}
	hamburg := account.Reach{Kind: account.ReachLocations, Places: []string{"Hamburg"}}
	for _, s := range []somebody{
		o.person(account.Home, "hamburg", account.ManagerRole, hamburg),
		o.person(account.Home, "hamburg-owner", account.OwnerRole, hamburg),
		o.person(account.Home, "group", account.ManagerRole, account.Reach{Kind: account.ReachGroups, Places: []string{"vans"}}),
		o.person(account.Home, "seller", account.SalesRole, account.Reach{Kind: account.ReachOwn}),
		o.person("elsewhere", "rival", account.OwnerRole, account.Everything()),
		{name: "owner as Hamburg", cookie: owner.cookie, headers: []string{"Hubcap-View-As", "manager locations:Hamburg"}},
	} {
		o.everywhere(s, ids, func(op operation, w *httptest.ResponseRecorder) {
			for _, word := range words {
				// An answer may repeat what was asked for.
				if strings.Contains(w.Body.String(), word) && w.Code < 400 && !(op.id == "audit" && s.name == "owner as Hamburg") {
					t.Errorf("%s by %s holds %q: %d %.300s", op.id, s.name, word, w.Code, w.Body)
				}
			}
			if op.id == "search" && w.Code == 200 && !strings.Contains(w.Body.String(), `"total":0`) {
				t.Errorf("%s counts what it may not see: %.200s", s.name, w.Body)
			}
		})
		// Nothing can be done to it either, and the answer is that of what does
		// not exist.
		for _, try := range []struct {
			method, path string
			body         any
		}{
			{"PUT", "/api/v1/vehicles/" + ids["id"], map[string]any{"vin": canaryVIN, "location": "Hamburg"}},
			{"DELETE", "/api/v1/vehicles/" + ids["id"], nil},
			{"POST", "/api/v1/vehicles/" + ids["id"] + "/notes", map[string]any{"text": "mine"}},
			{"DELETE", "/api/v1/vehicles/" + ids["id"] + "/services/" + ids["record"], nil},
			{"PATCH", "/api/v1/vehicles/" + ids["id"] + "/attachments/" + ids["attachment"], map[string]any{"title": "mine"}},
			{"DELETE", "/api/v1/vehicles/" + ids["id"] + "/attachments/" + ids["attachment"], nil},
			{"PUT", "/api/v1/vehicles/" + ids["id"] + "/attachments?name=mine.txt", "mine"},
			{"POST", "/api/v1/undo/" + ids["batch"], nil},
			{"POST", "/api/v1/trash/purge/" + ids["batch"] + "/" + ids["gone"], nil},
		} {
			q := s
			q.headers = append([]string{"If-Match", "*"}, s.headers...)
			if w := o.ask(q, try.method, try.path, try.body); w.Code != 404 && w.Code != 403 {
				t.Errorf("%s %s by %s: %d %s, want 404 or 403", try.method, try.path, s.name, w.Code, w.Body)
			}
		}
	}
	if w := o.ask(owner, "GET", "/api/v1/vehicles/"+ids["id"], nil); w.Code != 200 || !strings.Contains(w.Body.String(), `"rev":2`) {
		t.Errorf("after all that the vehicle is not as it was: %d %s", w.Code, w.Body)
	}
}

// Whoever may not see costs finds no amount in any answer, and can neither
// sort nor ask by one; what they write keeps the amounts as they are.
func TestCostsAreWithheld(t *testing.T) {
	o := openTown(t)
	owner := o.person(account.Home, "owner", account.OwnerRole, account.Everything())
	ids, _ := o.canary(owner)
	amounts := []string{"73519246", "735192.46", "735,192", "735.192", "735 192", "7351924"}
	holds := func(w *httptest.ResponseRecorder) string {
		for _, a := range amounts {
			if strings.Contains(w.Body.String(), a) {
				return a
			}
		}
		return ""
	}
	seen := 0
	o.everywhere(owner, ids, func(_ operation, w *httptest.ResponseRecorder) {
		if holds(w) != "" {
			seen++
		}
	})
	if seen < 5 {
		t.Fatalf("the owner sees the amount in %d answers: the test looks in too few places", seen)
	}
	sales := o.person(account.Home, "sales", account.SalesRole, account.Everything())
	tech := o.person(account.Home, "tech", account.TechnicianRole, account.Everything())
	reader, _ := o.program("reader", account.OwnerRole, account.Everything(), account.KeyDraft{Permissions: []account.Permission{account.ReadVehicles, account.ReadAudit}})
	view := somebody{name: "owner as sales", cookie: owner.cookie, headers: []string{"Hubcap-View-As", "sales"}}
	for _, s := range []somebody{sales, tech, reader, view} {
		o.everywhere(s, ids, func(op operation, w *httptest.ResponseRecorder) {
			if a := holds(w); a != "" {
				t.Errorf("%s by %s holds %q: %.400s", op.id, s.name, a, w.Body)
			}
		})
		for _, q := range []string{"q=cost:>1", "q=paid:>1", "sort=-cost", "sort=paid", "q=has:cost"} {
			if w := o.ask(s, "GET", "/api/v1/search?"+q, nil); w.Code != 422 {
				t.Errorf("search by %s with %s: %d %.200s, want 422", s.name, q, w.Code, w.Body)
			}
		}
	}
	star := func(s somebody) somebody { s.headers = []string{"If-Match", "*"}; return s }
	at := "/api/v1/vehicles/" + ids["id"]
	for _, try := range []struct {
		who    somebody
		path   string
		body   map[string]any
		status int
	}{
		{sales, at, map[string]any{"vin": canaryVIN, "stock": "S2", "location": "Berlin"}, 200},
		{sales, at, map[string]any{"vin": canaryVIN, "stock": "S2", "location": "Berlin", "paid": map[string]any{"minor": 1, "currency": "USD"}}, 403},
		{tech, at + "/services/" + ids["record"], map[string]any{"date": "2025-06-06", "items": []map[string]any{{"kind": "oil"}, {"kind": "brakes", "text": "pads " + canaryWord}}}, 200},
		{tech, at + "/fuel/" + ids["fuel"], map[string]any{"date": "2025-07-05", "volume": map[string]any{"value": "41", "unit": "L"}}, 200},
	} {
		w := o.ask(star(try.who), "PUT", try.path, try.body)
		if w.Code != try.status || holds(w) != "" {
			t.Errorf("PUT %s by %s: %d %s, want %d without the amount", try.path, try.who.name, w.Code, w.Body, try.status)
		}
	}
	w := o.ask(owner, "GET", at+"/history", nil)
	if n := strings.Count(w.Body.String(), "73519246"); n < 2 {
		t.Errorf("the costs of service and fuel were lost by those who could not see them (%d left): %s", n, w.Body)
	}
	if w := o.ask(owner, "GET", at, nil); !strings.Contains(w.Body.String(), `"paid":{"minor":73519246`) {
		t.Errorf("what was paid was lost: %s", w.Body)
	}
}

// Whoever reaches a part of the organisation has their own jobs, whatever they
// may manage, and nobody else's.
func TestJobsOfWhoReachesAPart(t *testing.T) {
	o := openTown(t)
	owner := o.whole()
	hamburg := o.person(account.Home, "hamburg", account.OwnerRole, account.Reach{Kind: account.ReachLocations, Places: []string{"Hamburg"}})
	ids := make([]string, 201)
	for i := range ids {
		ids[i] = fmt.Sprint("none-", i)
	}
	start := func(who somebody) string {
		body := map[string]any{"ids": ids, "change": map[string]any{"addTags": []string{"x"}}}
		return o.answered(o.ask(who, "POST", "/api/v1/vehicles/bulk", body), 200)["job"].(map[string]any)["id"].(string)
	}
	own, foreign := start(hamburg), start(owner)
	o.answered(o.ask(hamburg, "GET", "/api/v1/jobs/"+own, nil), 200)
	if w := o.ask(hamburg, "GET", "/api/v1/jobs?which=open", nil); strings.Contains(w.Body.String(), foreign) {
		t.Errorf("Hamburg lists a job of the owner's: %s", w.Body)
	}
	o.answered(o.ask(hamburg, "GET", "/api/v1/jobs/"+foreign, nil), 404)
	o.answered(o.ask(owner, "GET", "/api/v1/jobs/"+own, nil), 200)
}

// A stream ends when its listener's rights change, and tells nothing of what
// is not reached.
func TestStreamsFollowRights(t *testing.T) {
	o := openTown(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "127.0.0.1"
		o.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	owner := o.person(account.Home, "owner", account.OwnerRole, account.Everything())
	hamburg := o.person(account.Home, "hamburg", account.ManagerRole, account.Reach{Kind: account.ReachLocations, Places: []string{"Hamburg"}})
	stream := func(who somebody) *ear {
		h := &hub{t, s.URL}
		return h.listenLive("", "Cookie", who.cookie)
	}
	e := stream(hamburg)
	e.hear("hello", nil)
	create := func(place string) string {
		w := o.ask(owner, "POST", "/api/v1/vehicles", map[string]any{"vin": canaryVIN, "location": place})
		var v struct{ ID string }
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || v.ID == "" {
			t.Fatalf("create: %d %s", w.Code, w.Body)
		}
		return v.ID
	}
	hidden, shown := create("Berlin"), create("Hamburg")
	ev := e.hear("change", nil)
	if ev.body["id"] == hidden {
		t.Error("the stream tells of a vehicle that its listener does not reach")
	}
	if ev.body["id"] != shown {
		t.Errorf("the stream tells of %v, want %s", ev.body["id"], shown)
	}
	o.disable("hamburg")
	late := time.After(10 * time.Second)
	for {
		select {
		case _, more := <-e.events:
			if more {
				continue
			}
		case <-late:
			t.Error("the stream of a disabled account goes on")
		}
		break
	}
	if w := o.ask(hamburg, "GET", "/api/v1/vehicles", nil); w.Code != 401 {
		t.Errorf("a disabled account reads: %d", w.Code)
	}
}
