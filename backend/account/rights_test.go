package account_test

import (
	"bytes"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What each role that comes with Hubcap may do, in the words that people read.
func TestTemplatesInPlainWords(t *testing.T) {
	var b bytes.Buffer
	for _, r := range account.Templates() {
		p := account.Describe(r.Rights(), account.Reach{Kind: account.ReachLocations, Places: []string{"Berlin"}})
		fmt.Fprintf(&b, "%s: %s %s.\n", r.Name, r.About, p.Over)
		for _, l := range []struct {
			head string
			list []string
		}{{"may", p.May}, {"may not", p.MayNot}, {"has no effect there", p.Void}} {
			for _, s := range l.list {
				fmt.Fprintf(&b, "  %s: %s\n", l.head, s)
			}
		}
	}
	golden := filepath.Join("testdata", "templates.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || b.String() != string(want) {
		t.Errorf("the roles that come with Hubcap have changed (%v); look at them and run with -update:\n%s", err, b.String())
	}
}

func machine() account.Principal { return account.Machine(account.Home) }

// as is the principal of an account, by a key that has all of its rights.
func (h *house) as(u store.Doc[account.User]) account.Principal {
	h.t.Helper()
	role := h.RoleOf(u.Org, &u.Value)
	_, token, err := h.AddKey(h.t.Context(), machine(), account.KeyDraft{User: u.Key, Name: "test", Permissions: role.Permissions})
	if err != nil {
		h.t.Fatal(err)
	}
	p, err := h.ByKey(token, phone)
	if err != nil {
		h.t.Fatal(err)
	}
	p.Key, p.Session = "", "s1" // as the person itself would come
	return p
}

func (h *house) user(login, role string, reach account.Reach) store.Doc[account.User] {
	h.t.Helper()
	u, err := h.AddUser(h.t.Context(), machine(), account.UserDraft{Login: login, Name: login, Role: role, Reach: reach})
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

func draftOf(u account.User) account.UserDraft {
	return account.UserDraft{Login: u.Login, Name: u.Name, Role: u.Role, Reach: u.Reach, Disabled: u.Disabled}
}

func wantDenied(t *testing.T, what string, err error) {
	t.Helper()
	if !fault.Is(err, fault.Denied) {
		t.Errorf("%s: %v, want Denied", what, err)
	}
}

func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	h, ctx := empty(t, inMemory(t)), t.Context()
	boss := h.user("boss", account.OwnerRole, account.Everything())
	m := h.as(h.user("manager", account.ManagerRole, account.Everything()))
	local := h.as(h.user("berliner", account.ManagerRole, account.Reach{Kind: account.ReachLocations, Places: []string{"Berlin"}}))

	_, err := h.AddUser(ctx, m, account.UserDraft{Login: "x1", Name: "X", Role: account.OwnerRole, Reach: account.Everything()})
	wantDenied(t, "a manager makes an owner", err)
	d := draftOf(boss.Value)
	d.Disabled = true
	_, err = h.SetUser(ctx, m, boss.Key, store.AnyRev, d)
	wantDenied(t, "a manager disables an owner", err)
	_, err = h.AddUser(ctx, local, account.UserDraft{Login: "x2", Name: "X", Role: account.ViewerRole, Reach: account.Everything()})
	wantDenied(t, "a manager of Berlin makes an account", err)
	_, err = h.AddRole(ctx, m, account.Role{Name: "Mine", Permissions: []account.Permission{account.ReadVehicles}})
	wantDenied(t, "a manager makes a role", err)
	_, _, err = h.AddKey(ctx, m, account.KeyDraft{Name: "k", Permissions: []account.Permission{account.ManageHub}})
	wantDenied(t, "a key that may do more than its account", err)
	_, _, err = h.AddKey(ctx, m, account.KeyDraft{User: boss.Key, Name: "k", Permissions: []account.Permission{account.ReadVehicles}})
	wantDenied(t, "a key of somebody else's account", err)
	own, err := h.User(m, boss.Key)
	if err != nil || own.Key != boss.Key {
		t.Errorf("who manages users must see them: %v", err)
	}
	viewer := h.as(h.user("viewer", account.ViewerRole, account.Everything()))
	if _, err := h.Users(viewer); !fault.Is(err, fault.Denied) {
		t.Errorf("a viewer lists users: %v", err)
	}
	if _, err := h.User(viewer, boss.Key); !fault.Is(err, fault.Denied) {
		t.Errorf("a viewer reads another account: %v", err)
	}
}

// Of two owners who remove each other at once one stays.
func TestLastOwnerStays(t *testing.T) {
	h, ctx := empty(t, inMemory(t)), t.Context()
	a, b := h.user("a-owner", account.OwnerRole, account.Everything()), h.user("b-owner", account.OwnerRole, account.Everything())
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, u := range []store.Doc[account.User]{a, b} {
		wg.Go(func() {
			d := draftOf(u.Value)
			d.Role = account.ViewerRole
			_, errs[i] = h.SetUser(ctx, machine(), u.Key, store.AnyRev, d)
		})
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("both or none: %v, %v", errs[0], errs[1])
	}
	left := 0
	list, err := h.Users(machine())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list {
		if u.Value.Role == account.OwnerRole {
			left++
			for _, change := range []func(*account.UserDraft){
				func(d *account.UserDraft) { d.Disabled = true },
				func(d *account.UserDraft) { d.Role = account.ManagerRole },
				func(d *account.UserDraft) { d.Reach = account.Reach{Kind: account.ReachOwn} },
			} {
				d := draftOf(u.Value)
				change(&d)
				_, err := h.SetUser(ctx, machine(), u.Key, store.AnyRev, d)
				wantDenied(t, "the last owner goes", err)
			}
		}
	}
	if left != 1 {
		t.Errorf("%d owners are left, want 1", left)
	}
}

// What a key opens follows its account at once, and ends at once.
func TestKeyFollowsItsAccount(t *testing.T) {
	h, ctx := empty(t, inMemory(t)), t.Context()
	u := h.user("feeds", account.IntegrationRole, account.Everything())
	end := store.Moment(h.clock.now().Add(time.Hour))
	k, token, err := h.AddKey(ctx, machine(), account.KeyDraft{User: u.Key, Name: "feed", Permissions: []account.Permission{account.ReadVehicles, account.WriteVehicles},
		Reach: &account.Reach{Kind: account.ReachLocations, Places: []string{"Berlin", "Hamburg"}}, Addresses: []string{"192.168.1.0/24", "::1"}, Expires: &end})
	if err != nil {
		t.Fatal(err)
	}
	opens := func(from netip.Addr) (account.Principal, bool) {
		p, err := h.ByKey(token, from)
		return p, err == nil
	}
	p, ok := opens(phone)
	if !ok || !p.May(account.WriteVehicles) || p.May(account.Decode) || p.Actor.Kind != actor.User || p.Key != k.ID {
		t.Fatalf("the key opens %v as %+v", ok, p)
	}
	if _, ok := opens(netip.MustParseAddr("10.0.0.1")); ok {
		t.Error("a key is used from an address that it is not for")
	}
	if _, err := h.ByKey(token+"x", phone); !fault.Is(err, fault.Denied) {
		t.Errorf("a wrong key: %v", err)
	}

	d := draftOf(u.Value)
	d.Role, d.Reach = account.ViewerRole, account.Reach{Kind: account.ReachLocations, Places: []string{"Hamburg"}}
	woken := h.Changed()
	if u, err = h.SetUser(ctx, machine(), u.Key, u.Rev, d); err != nil {
		t.Fatal(err)
	}
	select {
	case <-woken:
	default:
		t.Error("nobody was told that rights have changed")
	}
	if p, ok := opens(phone); !ok || p.May(account.WriteVehicles) || !p.May(account.ReadVehicles) || !slices.Equal(p.Reach.Places, []string{"Hamburg"}) {
		t.Errorf("after its account became a viewer of Hamburg the key opens %v as %+v", ok, p)
	}
	p.Actor.From = phone.String() // as the gate notes it
	if now, err := h.Current(ctx, p); err != nil || p.Same(&now) {
		t.Errorf("a stream of before goes on: %v", err)
	}

	next, token2, err := h.RotateKey(ctx, machine(), k.ID, 10*time.Minute)
	if err != nil || next.Replaces != k.ID {
		t.Fatalf("rotate: %+v, %v", next, err)
	}
	_, ok = opens(phone)
	if _, err := h.ByKey(token2, phone); err != nil || !ok {
		t.Errorf("during the overlap both work: old %v, new %v", ok, err)
	}
	h.clock.forward(11 * time.Minute)
	if _, ok := opens(phone); ok {
		t.Error("after the overlap the old key works")
	}
	token = token2
	if err := h.RevokeKey(ctx, machine(), next.ID); err != nil {
		t.Fatal(err)
	}
	if _, ok := opens(phone); ok {
		t.Error("a revoked key works")
	}

	_, token, err = h.AddKey(ctx, machine(), account.KeyDraft{User: u.Key, Name: "short", Permissions: []account.Permission{account.ReadVehicles}, Expires: ptr(store.Moment(h.clock.now().Add(time.Minute)))})
	if err != nil {
		t.Fatal(err)
	}
	h.clock.forward(time.Minute)
	if _, ok := opens(phone); ok {
		t.Error("an expired key works")
	}
	_, token, err = h.AddKey(ctx, machine(), account.KeyDraft{User: u.Key, Name: "last", Permissions: []account.Permission{account.ReadVehicles}})
	if err != nil {
		t.Fatal(err)
	}
	d.Disabled = true
	if _, err = h.SetUser(ctx, machine(), u.Key, u.Rev, d); err != nil {
		t.Fatal(err)
	}
	if _, ok := opens(phone); ok {
		t.Error("a key of a disabled account works")
	}
	if _, err := h.Reaches(account.Home, actor.Actor{Kind: actor.User, ID: u.Key}); !fault.Is(err, fault.Denied) {
		t.Errorf("work that a disabled account began goes on: %v", err)
	}
}

func ptr[T any](v T) *T { return &v }

// Looking as another role never widens, and writes nothing.
func TestViewingNeverWidens(t *testing.T) {
	h := empty(t, inMemory(t))
	all := account.Permissions()
	rapid.Check(t, func(t *rapid.T) {
		p := machine()
		p.Rights = account.RightsOf([]account.Permission{account.ManageRoles})
		for _, d := range all {
			if rapid.Bool().Draw(t, string(d.Permission)) {
				p.Rights |= account.RightsOf([]account.Permission{d.Permission})
			}
		}
		role := rapid.SampledFrom(account.Templates()).Draw(t, "role")
		v, err := h.As(p, role.ID, account.Reach{Kind: account.ReachOwn})
		if err != nil {
			t.Fatal(err)
		}
		if !v.Rights.Within(p.Rights) || !v.Rights.Within(role.Rights()) || v.Viewing != role.ID {
			t.Fatalf("viewing as %s: %v of %v", role.Name, v.Rights.List(), p.Rights.List())
		}
	})
}

func TestRolesTravelAsYAML(t *testing.T) {
	h, ctx := empty(t, inMemory(t)), t.Context()
	if _, err := h.AddRole(ctx, machine(), account.Role{Name: "Yard: \"lead\" #1", About: "keeps\nthe yard", Permissions: []account.Permission{account.Decode, account.ReadVehicles}}); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := h.ExportRoles(machine(), &file); err != nil {
		t.Fatal(err)
	}
	other := empty(t, inMemory(t))
	for range 2 { // the second time replaces
		if _, err := other.ImportRoles(ctx, machine(), file.String()); err != nil {
			t.Fatal(err)
		}
	}
	var back bytes.Buffer
	if err := other.ExportRoles(machine(), &back); err != nil {
		t.Fatal(err)
	}
	if back.String() != file.String() || !strings.Contains(file.String(), "vehicles.read") {
		t.Errorf("exported\n%s\nimported and exported\n%s", file.String(), back.String())
	}
	for name, text := range map[string]string{
		"no permission of that name": "roles: [{name: A, permissions: [fly]}]",
		"a template's name":          "roles: [{name: Owner, permissions: []}]",
		"twice the same":             "roles: [{name: A, permissions: []}, {name: A, permissions: []}]",
		"no YAML":                    "roles: [",
		"another thing":              "roles: 7",
		"an alias bomb":              "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nroles: *e",
	} {
		if _, err := other.ImportRoles(ctx, machine(), text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
	if list, err := other.Roles(machine()); err != nil || len(list) != len(account.Templates())+1 {
		t.Errorf("a refused file left something: %d roles, %v", len(list), err)
	}
}

func FuzzImportRoles(f *testing.F) {
	f.Add("roles:\n  - name: Yard\n    permissions: [vehicles.read]\n")
	f.Add("roles: &x [*x]")
	f.Fuzz(func(t *testing.T, text string) {
		h := empty(t, inMemory(t))
		list, err := h.ImportRoles(t.Context(), machine(), text)
		if err == nil {
			for _, r := range list {
				if r.Name == "" || r.Template {
					t.Errorf("%q made %+v", text, r)
				}
			}
		}
	})
}
