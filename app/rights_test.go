package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
)

var updateRights = flag.Bool("update-rights", false, "write testdata/rights.txt anew, to be read in review")

// town is a hub with people of every role, behind its gate.
type town struct {
	*hub
	app      *app.App
	handler  http.Handler
	instance string
}

func openTown(t *testing.T) *town {
	dir := t.TempDir()
	a, h := openApp(t, dir, nil)
	g := gate.New(gate.Options{Port: "80", Token: strings.Repeat("k", 32), Instance: gate.Instance(dir), Accounts: a.Accounts()})
	return &town{h, a, g.Wrap(a.Handler()), gate.Instance(dir)}
}

// somebody is how a request comes: a key, or a cookie of a session.
type somebody struct {
	name        string
	key, cookie string
	headers     []string
}

const townPassword = "orchard lamps burn past midnight"

// person makes an account in an organisation and signs it in.
func (o *town) person(org, login, role string, reach account.Reach) somebody {
	o.t.Helper()
	boss := account.Machine(org)
	ctx := o.t.Context()
	u, err := o.app.Accounts().AddUser(ctx, boss, account.UserDraft{Login: login, Name: login, Role: role, Reach: reach})
	if err != nil {
		o.t.Fatal(err)
	}
	token, _, err := o.app.Accounts().Invite(ctx, boss, u.Key)
	if err != nil {
		o.t.Fatal(err)
	}
	a := o.ask(somebody{}, "POST", "/api/v1/invitations/accept", map[string]any{"token": token, "password": townPassword})
	if a.Code != 200 {
		o.t.Fatalf("%s accepts: %d %s", login, a.Code, a.Body)
	}
	return somebody{name: login, cookie: cookieOf(a)}
}

func cookieOf(a *httptest.ResponseRecorder) string {
	for _, c := range a.Result().Cookies() {
		if strings.HasSuffix(c.Name, "_s") {
			return c.Name + "=" + c.Value
		}
	}
	return ""
}

// program makes a key of an account for programs.
func (o *town) program(name, role string, reach account.Reach, d account.KeyDraft) (somebody, account.Key) {
	o.t.Helper()
	ctx, boss := o.t.Context(), account.Machine(account.Home)
	u, err := o.app.Accounts().AddUser(ctx, boss, account.UserDraft{Kind: actor.Service, Login: name, Name: name, Role: role, Reach: reach})
	if err != nil {
		o.t.Fatal(err)
	}
	d.User, d.Name = u.Key, name
	k, token, err := o.app.Accounts().AddKey(ctx, boss, d)
	if err != nil {
		o.t.Fatal(err)
	}
	return somebody{name: name, key: token}, k
}

func (o *town) ask(s somebody, method, target string, body any) *httptest.ResponseRecorder {
	o.t.Helper()
	// Streams never end by themselves.
	ctx, cancel := context.WithTimeout(o.t.Context(), 20*time.Second)
	defer cancel()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			o.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req := httptest.NewRequest(method, target, r).WithContext(ctx)
	req.Host = "127.0.0.1"
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if gate.Upload(req) {
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	if s.key != "" {
		req.Header.Set("Authorization", "Bearer "+s.key)
	} else {
		req.Header.Set("Origin", "http://127.0.0.1")
	}
	if s.cookie != "" {
		req.Header.Set("Cookie", s.cookie)
	}
	for i := 0; i+1 < len(s.headers); i += 2 {
		req.Header.Set(s.headers[i], s.headers[i+1])
	}
	w := &ended{ResponseRecorder: httptest.NewRecorder(), stop: cancel}
	o.handler.ServeHTTP(w, req)
	return w.ResponseRecorder
}

// ended ends a stream once it has begun to answer.
type ended struct {
	*httptest.ResponseRecorder
	stop func()
}

func (e *ended) Flush() { e.ResponseRecorder.Flush(); e.stop() }

// operation is one route of the OpenAPI document.
type operation struct{ id, method, path string }

func operations(t *testing.T) []operation {
	t.Helper()
	var out []operation
	for path, item := range api.Document("test").Paths {
		for method, op := range map[string]any{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			b, err := json.Marshal(op)
			if err != nil {
				t.Fatal(err)
			}
			var named struct {
				ID string `json:"operationId"`
			}
			if err := json.Unmarshal(b, &named); err != nil {
				t.Fatal(err)
			}
			if named.ID != "" {
				out = append(out, operation{named.ID, method, path})
			}
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return out
}

// at fills the path's variables.
func (op operation) at(values map[string]string) string {
	p := op.path
	for {
		i := strings.Index(p, "{")
		if i < 0 {
			return p
		}
		j := strings.Index(p, "}")
		v, ok := values[p[i+1:j]]
		if !ok {
			v = "0198a000-0000-7000-8000-000000000000"
		}
		p = p[:i] + v + p[j+1:]
	}
}

// body is something that is never right, so that nothing is done: whether
// somebody may ask is decided before it is read.
func (op operation) body() any {
	if op.method == "GET" || op.method == "DELETE" {
		return nil
	}
	return []int{7}
}

// without are operations that take no body, and so are done when permitted:
// they are asked last, in this order, where they do no harm.
var without = map[string]bool{"signOut": true, "endOtherSessions": true, "revertVpic": true, "rotateVault": true}

// anybody are the operations for whoever is not signed in yet.
var anybody = []string{"getSession", "signIn", "showSecondFactor", "beginPasskey", "signInByPasskey", "signOut", "signInOutside", "comeBackFromOutside",
	"getSetup", "setUp", "lookAtInvitation", "acceptInvitation", "beginInvitedPasskey", "acceptByPasskey"}

func TestEveryRouteHasARow(t *testing.T) {
	rights := rest.Rights()
	have := map[string]bool{}
	for _, op := range operations(t) {
		have[op.id] = true
		if _, ok := rights[op.id]; !ok {
			t.Errorf("%s %s (%s) has no row in rest.Rights", op.method, op.path, op.id)
		}
	}
	for id := range rights {
		if !have[id] {
			t.Errorf("rest.Rights has a row %q without a route", id)
		}
	}
}

// TestRightsMatrix asks every route as every role, by session and by key, and
// as those who must never come in, and compares who was let in with the table
// that people have read.
func TestRightsMatrix(t *testing.T) {
	o := openTown(t)
	var cast []somebody
	all := account.Everything()
	for _, r := range account.Templates() {
		cast = append(cast, o.person(account.Home, r.ID, r.ID, all))
	}
	narrow := o.person(account.Home, "manager-berlin", account.ManagerRole, account.Reach{Kind: account.ReachLocations, Places: []string{"Berlin"}})
	key, _ := o.program("whole-key", account.OwnerRole, all, account.KeyDraft{Permissions: account.AllRights().List()})
	reads, _ := o.program("reading-key", account.OwnerRole, all, account.KeyDraft{Permissions: []account.Permission{account.ReadVehicles}})
	view := cast[0]
	view.name, view.headers = "owner-views-sales", []string{"Hubcap-View-As", account.SalesRole}
	cast = append(cast, narrow, key, reads, view)

	revoked, k := o.program("revoked-key", account.OwnerRole, all, account.KeyDraft{Permissions: account.AllRights().List()})
	if err := o.app.Accounts().RevokeKey(t.Context(), account.Machine(account.Home), k.ID); err != nil {
		t.Fatal(err)
	}
	elsewhere, _ := o.program("key-from-elsewhere", account.OwnerRole, all, account.KeyDraft{Permissions: account.AllRights().List(), Addresses: []string{"203.0.113.0/24"}})
	gone := o.person(account.Home, "disabled", account.OwnerRole, all)
	o.disable("disabled")
	strangers := []somebody{{name: "nobody"}, {name: "made-up session", cookie: gate.SessionCookie(o.instance, false) + "=" + strings.Repeat("a", 26)}, {name: "made-up key", key: "hubcap_aaaaaaaa_" + strings.Repeat("a", 26)}, revoked, elsewhere, gone}

	ops := operations(t)
	slices.SortStableFunc(ops, func(a, b operation) int {
		switch {
		case without[a.id] == without[b.id]:
			return 0
		case without[a.id]:
			return 1
		}
		return -1
	})
	rows := map[string]string{}
	for _, op := range ops {
		var row strings.Builder
		for _, s := range cast {
			if without[op.id] && s.name != "viewer" && s.name != "owner-views-sales" {
				row.WriteString(" .")
				continue
			}
			w := o.ask(s, op.method, op.at(nil), op.body())
			switch {
			case w.Code >= 500 && w.Code != 503 && w.Code != 507:
				t.Errorf("%s as %s: %d %s", op.id, s.name, w.Code, w.Body)
				row.WriteString(" !")
			case w.Code == 401:
				t.Errorf("%s as %s: 401 for somebody who is signed in: %s", op.id, s.name, w.Body)
			case w.Code == 403:
				row.WriteString(" -")
			default:
				row.WriteString(" +")
			}
		}
		rows[op.id] = row.String()
		for _, s := range strangers {
			w := o.ask(s, op.method, op.at(nil), op.body())
			switch open := slices.Contains(anybody, op.id) && s.key == ""; {
			case !open && w.Code != 401:
				t.Errorf("%s as %s: %d, want 401", op.id, s.name, w.Code)
			case open && w.Code >= 500:
				t.Errorf("%s as %s: %d %s", op.id, s.name, w.Code, w.Body)
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Who is let in, route by route: + yes, - no (403), . not asked. Columns:\n#")
	for _, s := range cast {
		fmt.Fprintf(&b, " %s", s.name)
	}
	b.WriteString("\n")
	for _, op := range operations(t) {
		fmt.Fprintf(&b, "%-22s%s\n", op.id, rows[op.id])
	}
	golden := filepath.Join("testdata", "rights.txt")
	if *updateRights {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		for i, l := range strings.Split(got, "\n") {
			if w := strings.Split(string(want), "\n"); i >= len(w) || w[i] != l {
				t.Errorf("got  %s\nwant %s", l, lineOf(w, i))
			}
		}
	}
}

func lineOf(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

func (o *town) disable(login string) {
	o.t.Helper()
	boss := account.Machine(account.Home)
	list, err := o.app.Accounts().Users(boss)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, u := range list {
		if u.Value.Login == login {
			d := account.UserDraft{Login: login, Name: login, Role: u.Value.Role, Reach: u.Value.Reach, Disabled: true}
			if _, err := o.app.Accounts().SetUser(o.t.Context(), boss, u.Key, u.Rev, d); err != nil {
				o.t.Fatal(err)
			}
		}
	}
}
