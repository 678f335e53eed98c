package app_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/account"
)

// whole is whoever holds everything over everything.
func (o *town) whole() somebody {
	return o.person(account.Home, "owner", account.OwnerRole, account.Everything())
}

func (o *town) answered(w *httptest.ResponseRecorder, status int) map[string]any {
	o.t.Helper()
	out := map[string]any{}
	if w.Code != status {
		o.t.Fatalf("%d %s, want %d", w.Code, w.Body, status)
	}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			o.t.Fatal(err)
		}
	}
	return out
}

func (s somebody) with(headers ...string) somebody {
	s.headers = append(append([]string{}, s.headers...), headers...)
	return s
}

// A record that was removed before its vehicle moved comes back to where the
// vehicle stands: those of the old place see and change nothing of it.
func TestARecordComesBackToItsVehicle(t *testing.T) {
	o := openTown(t)
	owner := o.whole()
	berlin := o.person(account.Home, "berlin", account.ManagerRole, account.Reach{Kind: account.ReachLocations, Places: []string{"Berlin"}})
	hamburg := o.person(account.Home, "hamburg", account.ManagerRole, account.Reach{Kind: account.ReachLocations, Places: []string{"Hamburg"}})
	at := "/api/v1/vehicles/" + o.answered(o.ask(owner, "POST", "/api/v1/vehicles", map[string]any{"vin": canaryVIN, "location": "Hamburg"}), 201)["id"].(string)
	for path, body := range map[string]map[string]any{
		"/readings": {"date": "2025-01-05", "odometer": map[string]any{"value": "10000", "unit": "km"}},
		"/services": {"date": "2025-06-05", "items": []map[string]any{{"kind": "brakes", "text": "pads"}}},
		"/fuel":     {"date": "2025-07-05", "volume": map[string]any{"value": "40", "unit": "L"}},
	} {
		record := o.answered(o.ask(owner, "POST", at+path, body), 201)["record"].(map[string]any)["id"].(string)
		gone := o.ask(owner.with("If-Match", "*"), "DELETE", at+path+"/"+record, nil)
		o.answered(o.ask(owner.with("If-Match", "*"), "PUT", at, map[string]any{"vin": canaryVIN, "location": "Berlin"}), 200)
		o.answered(o.ask(owner, "POST", "/api/v1/undo/"+gone.Header().Get("Hubcap-Batch"), nil), 200)
		if w := o.ask(berlin, "GET", at+path, nil); !strings.Contains(w.Body.String(), record) {
			t.Errorf("%s does not come back to Berlin: %d %s", path, w.Code, w.Body)
		}
		if w := o.ask(hamburg.with("If-Match", "*"), "PUT", at+path+"/"+record, body); w.Code != 404 {
			t.Errorf("%s of a vehicle of Berlin is written by Hamburg: %d %s", path, w.Code, w.Body)
		}
		o.answered(o.ask(owner.with("If-Match", "*"), "PUT", at, map[string]any{"vin": canaryVIN, "location": "Hamburg"}), 200)
	}
}

// What was answered to more rights is not given again to fewer, and a refusal
// is no answer once its sender may.
func TestARepeatIsOfTheRightsThatItHad(t *testing.T) {
	o := openTown(t)
	key, k := o.program("shop", account.OwnerRole, account.Everything(), account.KeyDraft{Permissions: account.AllRights().List()})
	boss := account.Machine(account.Home)
	set := func(role string, reach account.Reach) {
		t.Helper()
		u, err := o.app.Accounts().User(boss, k.User)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.app.Accounts().SetUser(t.Context(), boss, u.Key, u.Rev, account.UserDraft{Login: "shop", Name: "shop", Role: role, Reach: reach}); err != nil {
			t.Fatal(err)
		}
	}
	body := map[string]any{"vin": canaryVIN, "location": "Berlin", "paid": map[string]any{"minor": canaryMinor, "currency": "USD"}}
	once := key.with("Idempotency-Key", "one")
	id := o.answered(o.ask(once, "POST", "/api/v1/vehicles", body), 201)["id"]
	if again := o.answered(o.ask(once, "POST", "/api/v1/vehicles", body), 201)["id"]; again != id {
		t.Errorf("a repeat made %v, want %v again", again, id)
	}
	set(account.SalesRole, account.Reach{Kind: account.ReachLocations, Places: []string{"Hamburg"}})
	if w := o.ask(once, "POST", "/api/v1/vehicles", body); w.Code != 422 || strings.Contains(w.Body.String(), "73519246") {
		t.Errorf("an answer of before is given to fewer rights: %d %s", w.Code, w.Body)
	}
	refused := key.with("Idempotency-Key", "two")
	o.answered(o.ask(refused, "POST", "/api/v1/vehicles", body), 403)
	set(account.OwnerRole, account.Everything())
	o.answered(o.ask(refused, "POST", "/api/v1/vehicles", body), 201)
}

// A program that reaches its own vehicles alone can save one.
func TestAProgramOfItsOwnVehicles(t *testing.T) {
	o := openTown(t)
	key, k := o.program("feed", account.IntegrationRole, account.Reach{Kind: account.ReachOwn}, account.KeyDraft{Permissions: []account.Permission{account.ReadVehicles, account.WriteVehicles}})
	v := o.answered(o.ask(key, "POST", "/api/v1/vehicles", map[string]any{"vin": canaryVIN}), 201)
	if v["owner"] != k.User {
		t.Errorf("the vehicle belongs to %v, want the program %s", v["owner"], k.User)
	}
}

// A role that goes takes its rule of second factors along, so that the
// organisation can be saved again; one that a provider gives stays.
func TestARoleGoesWithItsRule(t *testing.T) {
	o := openTown(t)
	owner := o.whole().with("If-Match", "*")
	role := o.answered(o.ask(owner, "POST", "/api/v1/roles", map[string]any{"name": "Temp", "permissions": []string{"vehicles.read"}}), 201)["id"].(string)
	org := o.answered(o.ask(owner, "GET", "/api/v1/organisation", nil), 200)
	delete(org, "id")
	org["mfa"] = map[string]any{role: map[string]any{"policy": "required"}}
	o.answered(o.ask(owner, "PUT", "/api/v1/organisation", org), 200)
	provider := o.answered(o.ask(owner, "POST", "/api/v1/sign-in-providers", map[string]any{"name": "O", "issuer": "https://login.example", "clientId": "c", "secret": "s",
		"create": true, "link": false, "enabled": true, "mapping": []map[string]any{{"group": "*", "role": role, "reach": map[string]any{"kind": "all"}}}}), 201)["id"].(string)
	if w := o.ask(owner, "DELETE", "/api/v1/roles/"+role, nil); w.Code != 409 {
		t.Errorf("a role that a provider gives: %d %s, want 409", w.Code, w.Body)
	}
	if w := o.ask(owner, "DELETE", "/api/v1/sign-in-providers/"+provider, nil); w.Code >= 300 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := o.ask(owner, "DELETE", "/api/v1/roles/"+role, nil); w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	org = o.answered(o.ask(owner, "GET", "/api/v1/organisation", nil), 200)
	delete(org, "id")
	o.answered(o.ask(owner, "PUT", "/api/v1/organisation", org), 200)
}

// Who makes keys for everybody makes none that acts as somebody who may do
// more: what it did would be theirs, to take back too.
func TestAKeyActsAsNobodyGreater(t *testing.T) {
	o := openTown(t)
	owner := o.whole()
	role := o.answered(o.ask(owner, "POST", "/api/v1/roles", map[string]any{"name": "Keys", "permissions": []string{"vehicles.read", "vehicles.write", "keys.own", "keys.manage"}}), 201)["id"].(string)
	keeper := o.person(account.Home, "keeper", role, account.Everything())
	me := o.answered(o.ask(owner, "GET", "/api/v1/me", nil), 200)["id"].(string)
	draft := map[string]any{"user": me, "name": "k", "permissions": []string{"vehicles.read", "vehicles.write"}}
	o.answered(o.ask(keeper, "POST", "/api/v1/keys", draft), 403)
	key := o.answered(o.ask(owner, "POST", "/api/v1/keys", draft), 201)["key"].(map[string]any)["id"].(string)
	o.answered(o.ask(keeper, "POST", "/api/v1/keys/"+key+"/rotate", map[string]any{"overlapMinutes": 0}), 403)
	o.answered(o.ask(keeper, "DELETE", "/api/v1/keys/"+key, nil), 204)
	delete(draft, "user")
	o.answered(o.ask(keeper, "POST", "/api/v1/keys", draft), 201)
}

// Lists offer to take back what their reader may take back, and nothing else.
func TestNothingIsOfferedThatIsRefused(t *testing.T) {
	o := openTown(t)
	owner := o.whole()
	tech := o.person(account.Home, "tech", account.TechnicianRole, account.Everything())
	sales := o.person(account.Home, "sales", account.SalesRole, account.Everything())
	at := "/api/v1/vehicles/" + o.answered(o.ask(owner, "POST", "/api/v1/vehicles", map[string]any{"vin": canaryVIN}), 201)["id"].(string)
	reading := map[string]any{"date": "2025-01-05", "odometer": map[string]any{"value": "10000", "unit": "km"}}
	o.answered(o.ask(tech, "POST", at+"/readings", reading), 201)
	for _, by := range []somebody{owner, tech} {
		reading["date"] = "2025-02-05"
		record := o.answered(o.ask(by, "POST", at+"/readings", reading), 201)["record"].(map[string]any)["id"].(string)
		if w := o.ask(by.with("If-Match", "*"), "DELETE", at+"/readings/"+record, nil); w.Code >= 300 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	for _, s := range []struct {
		somebody
		activity, trash int
	}{{owner, 4, 2}, {tech, 2, 1}, {sales, 0, 0}} {
		for path, want := range map[string]int{"/api/v1/activity": s.activity, "/api/v1/trash": s.trash} {
			offered := 0
			for _, row := range o.answered(o.ask(s.somebody, "GET", path, nil), 200)["items"].([]any) {
				row := row.(map[string]any)
				if row["undoable"] != true && row["yours"] != true {
					continue
				}
				offered++
			}
			if offered != want {
				t.Errorf("%s offers %s %d to take back, want %d", path, s.name, offered, want)
			}
		}
	}
	// What is offered is not refused.
	for _, row := range o.answered(o.ask(tech, "GET", "/api/v1/trash", nil), 200)["items"].([]any) {
		row := row.(map[string]any)
		status := 403
		if row["yours"] == true {
			status = 200
		}
		o.answered(o.ask(tech, "POST", "/api/v1/undo/"+row["batch"].(string), nil), status)
	}
}
