package account_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// TestATokenOfBeforeIsNeverKept: a session that somebody planted in a browser
// does not become the victim's.
func TestATokenOfBeforeIsNeverKept(t *testing.T) {
	h := settled(t, inMemory(t))
	h.somebody("mallory", account.ViewerRole)
	planted := h.enter("mallory", otherPassword)
	held := h.by(planted)
	e, err := h.SignIn(t.Context(), account.Visit{From: laptop, Session: held.Session}, "olga", ownersPassword, false)
	if err != nil || e.Token == "" || e.Token == planted {
		t.Fatalf("sign in with a planted session: %+v, %v", e, err)
	}
	if !h.ended(planted) {
		t.Error("the planted session goes on beside the new one")
	}
	if h.by(e.Token).Session == held.Session {
		t.Error("the new session has the planted one's id")
	}
	if _, err := h.BySession(t.Context(), "made-up-by-the-attacker", laptop); !fault.Is(err, fault.Denied) {
		t.Errorf("a made-up token: %v, want Denied", err)
	}
}

func TestATOTPCodeWorksOnce(t *testing.T) {
	for name, open := range engines(t) {
		t.Run(name, func(t *testing.T) {
			h := settled(t, open)
			seed, _ := h.app(h.enter("olga", ownersPassword))
			v := account.Visit{From: laptop}
			var tickets []string
			for range 20 {
				e, err := h.SignIn(t.Context(), v, "olga", ownersPassword, false)
				if err != nil || e.Token != "" || e.Ticket == "" {
					t.Fatalf("password alone: %+v, %v", e, err)
				}
				tickets = append(tickets, e.Ticket)
			}
			code := h.code(seed)
			next := make(chan string, len(tickets))
			for _, k := range tickets {
				next <- k
			}
			froms := make(chan netip.Addr, 20) // of many addresses, past the throttle
			for i := range 20 {
				froms <- netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
			}
			n, errs := atOnce(20, func() error {
				_, err := h.Second(context.Background(), account.Visit{From: <-froms}, <-next, account.ByTOTP, code, false)
				return err
			})
			if n != 1 {
				t.Errorf("one code signed in %d times, want 1", n)
			}
			for _, err := range errs {
				if !fault.Is(err, fault.Denied) {
					t.Errorf("a replayed code: %v, want Denied", err)
				}
			}
			// The code of the step before is as old as a used one.
			h.clock.forward(-30 * time.Second)
			old := h.code(seed)
			h.clock.forward(30 * time.Second)
			e, err := h.SignIn(t.Context(), account.Visit{From: phone}, "olga", ownersPassword, false)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.Second(t.Context(), account.Visit{From: phone}, e.Ticket, account.ByTOTP, old, false); !fault.Is(err, fault.Denied) {
				t.Errorf("an older step after a newer one: %v, want Denied", err)
			}
			h.clock.forward(30 * time.Second)
			if e, err = h.Second(t.Context(), account.Visit{From: phone}, e.Ticket, account.ByTOTP, h.code(seed), false); err != nil || e.Token == "" {
				t.Errorf("the next code: %+v, %v", e, err)
			}
		})
	}
}

func TestABackupCodeWorksOnce(t *testing.T) {
	for name, open := range engines(t) {
		t.Run(name, func(t *testing.T) {
			h := settled(t, open)
			_, token := h.app(h.enter("olga", ownersPassword))
			codes, err := h.MakeCodes(t.Context(), h.by(token))
			if err != nil || len(codes) != 10 {
				t.Fatalf("codes: %v, %v", codes, err)
			}
			next := make(chan string, 20)
			froms := make(chan netip.Addr, 20)
			for i := range 20 {
				v := account.Visit{From: netip.AddrFrom4([4]byte{10, 0, 1, byte(i)})}
				e, err := h.SignIn(t.Context(), v, "olga", ownersPassword, false)
				if err != nil {
					t.Fatal(err)
				}
				next <- e.Ticket
				froms <- v.From
			}
			n, errs := atOnce(20, func() error {
				_, err := h.Second(context.Background(), account.Visit{From: <-froms}, <-next, account.ByCode, strings.ToUpper(codes[3]), false)
				return err
			})
			if n != 1 {
				t.Errorf("one backup code signed in %d times, want 1; %v", n, errs)
			}
			u, err := h.User(account.Machine(account.Home), h.by(token).Actor.ID)
			if err != nil || u.Value.Proofs.CodesLeft != 9 {
				t.Errorf("codes left %d, %v; want 9", u.Value.Proofs.CodesLeft, err)
			}
		})
	}
}

// TestTheFirstOwnerRace: of fifty at once who know the code, one becomes the
// owner, and nobody without it.
func TestTheFirstOwnerRace(t *testing.T) {
	for name, open := range engines(t) {
		t.Run(name, func(t *testing.T) {
			h := empty(t, open)
			code := h.SetupCode()
			numbers := make(chan int, 50)
			for i := range 50 {
				numbers <- i
			}
			n, _ := atOnce(50, func() error {
				i := <-numbers
				_, err := h.SetUp(context.Background(), account.Principal{}, account.Visit{From: netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})},
					account.FirstOwner{Code: code, Name: "Somebody", Login: fmt.Sprintf("racer%d", i), Password: ownersPassword})
				return err
			})
			list, err := h.Users(account.Machine(account.Home))
			if n != 1 || err != nil || len(list) != 1 {
				t.Errorf("%d of 50 became the owner, there are %d accounts, %v; want 1", n, len(list), err)
			}
			if _, err := h.SetUp(t.Context(), account.Machine(account.Home), account.Visit{}, account.FirstOwner{Name: "Late", Login: "late", Password: ownersPassword}); !fault.Is(err, fault.Conflict) {
				t.Errorf("a second set-up: %v, want Conflict", err)
			}
			if h.SetupCode() != "" {
				t.Error("there is still a set-up code")
			}
		})
	}
}

func TestAStrangerIsNotTheFirstOwner(t *testing.T) {
	h := empty(t, inMemory(t))
	code := h.SetupCode()
	try := func(c string) error {
		h.clock.forward(2 * time.Minute) // past the throttle
		_, err := h.SetUp(t.Context(), account.Principal{}, account.Visit{From: phone}, account.FirstOwner{Code: c, Name: "Mallory", Login: "mallory", Password: ownersPassword})
		return err
	}
	for i := range 10 {
		if err := try("2222-2222"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("wrong code %d: %v, want Invalid", i, err)
		}
	}
	if len(h.said) != 1 || h.said[0] == code || h.SetupCode() != h.said[0] {
		t.Errorf("after ten wrong codes the console said %q, the code is %q, it was %q; want another, said once", h.said, h.SetupCode(), code)
	}
	if err := try(code); !fault.Is(err, fault.Invalid) {
		t.Errorf("the code of before: %v, want Invalid", err)
	}
	if err := try(" " + strings.ToUpper(h.SetupCode()) + " "); err != nil {
		t.Errorf("the code as people type it: %v", err)
	}
}

func TestThrottlingSlowsGuessesAndLocksNobodyOut(t *testing.T) {
	h := settled(t, inMemory(t))
	known := h.enter("olga", ownersPassword)
	attacker := account.Visit{From: netip.MustParseAddr("10.9.9.9")}
	guess := func(v account.Visit) error {
		_, err := h.SignIn(t.Context(), v, "olga", "a wrong password altogether", false)
		return err
	}
	for i := range 5 {
		if err := guess(attacker); !fault.Is(err, fault.Denied) {
			t.Fatalf("guess %d: %v, want Denied", i, err)
		}
	}
	waits := []time.Duration{}
	for range 9 {
		err := guess(attacker)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Limited || f.RetryAfter <= 0 {
			t.Fatalf("after %v: %v, want Limited with a time", waits, err)
		}
		waits = append(waits, f.RetryAfter)
		h.clock.forward(f.RetryAfter)
		if err := guess(attacker); !fault.Is(err, fault.Denied) {
			t.Fatalf("after the wait: %v, want Denied", err)
		}
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60}
	for i := range want {
		if waits[i] != want[i]*time.Second {
			t.Fatalf("the waits are %v, want %v s", waits, want)
		}
	}
	// Somebody else at another address signs in meanwhile.
	if e, err := h.SignIn(t.Context(), account.Visit{From: phone}, "olga", ownersPassword, false); err != nil || e.Token == "" {
		t.Errorf("the owner at another address: %+v, %v", e, err)
	}
	// A flood from many addresses brakes the login: a new address has one try
	// at once, and waits for the second.
	for i := range 200 {
		if err := guess(account.Visit{From: netip.AddrFrom4([4]byte{10, 8, byte(i >> 8), byte(i)})}); !fault.Is(err, fault.Denied) {
			t.Fatalf("the first guess of address %d: %v, want Denied", i, err)
		}
	}
	stranger := account.Visit{From: netip.MustParseAddr("10.7.7.7")}
	if err := guess(stranger); !fault.Is(err, fault.Denied) {
		t.Errorf("the first try of a new address in the flood: %v, want Denied", err)
	}
	if err := guess(stranger); !fault.Is(err, fault.Limited) {
		t.Errorf("its second: %v, want Limited", err)
	}
	// An IPv6 machine has a whole /64 of addresses, and is one.
	if err := guess(account.Visit{From: netip.MustParseAddr("2001:db8::1")}); !fault.Is(err, fault.Denied) {
		t.Error(err)
	}
	if err := guess(account.Visit{From: netip.MustParseAddr("2001:db8::2")}); !fault.Is(err, fault.Limited) {
		t.Errorf("the next address of the same /64: %v, want Limited", err)
	}
	for _, v := range []account.Visit{{From: laptop}, {From: netip.MustParseAddr("10.6.6.6")}} {
		if e, err := h.SignIn(t.Context(), v, "olga", ownersPassword, false); err != nil || e.Token == "" {
			t.Errorf("the owner in the flood, from %s: %+v, %v", v.From, e, err)
		}
	}
	if h.ended(known) {
		t.Error("the flood has ended the owner's session")
	}
	if !h.trail.has(audit.SignInFailed) {
		t.Error("the trail does not know of it")
	}
}

func TestSecondFactorsAreBrakedHarder(t *testing.T) {
	h := settled(t, inMemory(t))
	seed, _ := h.app(h.enter("olga", ownersPassword))
	ticket := func(v account.Visit) string {
		t.Helper()
		e, err := h.SignIn(t.Context(), v, "olga", ownersPassword, false)
		if err != nil {
			t.Fatal(err)
		}
		return e.Ticket
	}
	limited := 0
	for i := range 100 { // who has the password, and many addresses
		v := account.Visit{From: netip.AddrFrom4([4]byte{10, 8, 0, byte(i)})}
		if _, err := h.Second(t.Context(), v, ticket(v), account.ByTOTP, "000000", false); fault.Is(err, fault.Limited) {
			limited++
		}
	}
	if limited != 50 {
		t.Errorf("%d of 100 guesses from as many addresses had to wait, want 50", limited)
	}
	v := account.Visit{From: laptop}
	if e, err := h.Second(t.Context(), v, ticket(v), account.ByTOTP, h.code(seed), false); err != nil || e.Token == "" {
		t.Errorf("the owner meanwhile: %+v, %v", e, err)
	}
}

// TestOneSessionHasOneToken: of many renewals at once none leaves a token
// behind that ending the session does not reach.
func TestOneSessionHasOneToken(t *testing.T) {
	h := settled(t, inMemory(t))
	token := h.enter("olga", ownersPassword)
	p := h.by(token)
	tokens := make(chan string, 20)
	if n, errs := atOnce(20, func() error {
		e, err := h.Confirm(context.Background(), p, account.Visit{From: phone}, account.ByPassword, ownersPassword)
		if err == nil {
			tokens <- e.Token
		}
		return err
	}); n == 0 {
		t.Fatalf("none of 20 confirmed: %v", errs)
	}
	close(tokens)
	open := 0
	all := []string{token}
	for k := range tokens {
		all = append(all, k)
		if !h.ended(k) {
			open++
		}
	}
	if open != 1 || !h.ended(token) {
		t.Errorf("%d tokens of one session open it, want 1", open)
	}
	if err := h.EndSession(t.Context(), p, p.Session); err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		if !h.ended(k) {
			t.Error("a token of a session that was ended opens")
		}
	}
}

// TestAPasswordThatChangesMeanwhile: whoever signs in with the old password
// while a new one is set does not stay.
func TestAPasswordThatChangesMeanwhile(t *testing.T) {
	for range 5 {
		h := settled(t, inMemory(t))
		p := h.by(h.enter("olga", ownersPassword))
		tokens, jobs := make(chan string, 11), make(chan func() error, 11)
		for i := range 11 {
			v := account.Visit{From: netip.AddrFrom4([4]byte{10, 5, 0, byte(i)})}
			jobs <- func() error {
				e, err := h.SignIn(context.Background(), v, "olga", ownersPassword, false)
				tokens <- e.Token
				return err
			}
			if i == 5 {
				<-jobs
				jobs <- func() error {
					h.clock.forward(time.Second)
					_, err := h.SetPassword(context.Background(), p, account.Visit{From: laptop}, ownersPassword, otherPassword)
					return err
				}
			}
		}
		if _, errs := atOnce(11, func() error { return (<-jobs)() }); len(errs) > 10 {
			t.Fatal(errs)
		}
		close(tokens)
		h.enter("olga", otherPassword) // the new one is set
		for k := range tokens {
			if k != "" && !h.ended(k) {
				t.Error("a session of the old password outlives it")
			}
		}
	}
}

// TestNobodyLearnsWhoHasAnAccount compares the answers, and the work done for
// them, of an unknown login, a disabled account, a program's, one without a
// password, and a wrong password. Work is counted, not clocked: it is the
// hashing that takes the time.
func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	h := settled(t, inMemory(t))
	machine := account.Machine(account.Home)
	gone := h.somebody("gone", account.ViewerRole)
	if _, err := h.SetUser(t.Context(), machine, gone.ID, store.AnyRev, account.UserDraft{Login: "gone", Name: "Gone", Role: account.ViewerRole, Reach: account.Everything(), Disabled: true}); err != nil {
		t.Fatal(err)
	}
	for login, kind := range map[string]actor.Kind{"robot": actor.Service, "invited": actor.User} {
		if _, err := h.AddUser(t.Context(), machine, account.UserDraft{Kind: kind, Login: login, Name: login, Role: account.ViewerRole, Reach: account.Everything()}); err != nil {
			t.Fatal(err)
		}
	}
	for i, login := range []string{"olga", "nobody", "gone", "robot", "invited", strings.Repeat("x", 500)} {
		before := h.Hashes()
		e, err := h.SignIn(t.Context(), account.Visit{From: netip.AddrFrom4([4]byte{10, 1, 1, byte(i)})}, login, otherPassword, false)
		text := fmt.Sprintf("%v", err)
		if !fault.Is(err, fault.Denied) || e.Token+e.Ticket != "" || text != "this login and password do not open Hubcap" {
			t.Errorf("%s: %+v, %v", login, e, err)
		}
		if n := h.Hashes() - before; n != 1 {
			t.Errorf("%s: %d hashes were made, want 1 as for everybody", login, n)
		}
	}
	// And the throttle holds an unknown login as it does a known one.
	var first [2]int
	for i, login := range []string{"olga", "nobody"} {
		for n := range 10 {
			if _, err := h.SignIn(t.Context(), account.Visit{From: netip.AddrFrom4([4]byte{10, 2, 2, byte(i)})}, login, otherPassword, false); fault.Is(err, fault.Limited) {
				first[i] = n
				break
			}
		}
	}
	if first[0] != first[1] || first[0] == 0 {
		t.Errorf("the throttle begins at try %d for an account and %d for none", first[0], first[1])
	}
}

func TestADisabledAccountEndsAtOnce(t *testing.T) {
	h := settled(t, inMemory(t))
	u := h.somebody("tina", account.TechnicianRole)
	token := h.enter("tina", otherPassword)
	p, moved := h.by(token), h.Changed()
	set := func(disabled bool) {
		t.Helper()
		if _, err := h.SetUser(t.Context(), account.Machine(account.Home), u.ID, store.AnyRev, account.UserDraft{Login: "tina", Name: "Tina", Role: account.TechnicianRole, Reach: account.Everything(), Disabled: disabled}); err != nil {
			t.Fatal(err)
		}
	}
	set(true)
	if !h.ended(token) {
		t.Error("the session goes on")
	}
	select {
	case <-moved:
	default:
		t.Error("open streams are not woken")
	}
	if _, err := h.Current(t.Context(), p); !fault.Is(err, fault.Denied) {
		t.Errorf("Current: %v, want Denied", err)
	}
	set(false)
	if !h.ended(token) {
		t.Error("the session is back when the account is enabled again")
	}
}

func TestAPrivilegeChangeEndsSessions(t *testing.T) {
	h := settled(t, inMemory(t))
	u := h.somebody("sam", account.ViewerRole)
	set := func(role string) {
		t.Helper()
		if _, err := h.SetUser(t.Context(), account.Machine(account.Home), u.ID, store.AnyRev, account.UserDraft{Login: "sam", Name: "Sam", Role: role, Reach: account.Everything()}); err != nil {
			t.Fatal(err)
		}
	}
	set(account.SalesRole)
	token := h.enter("sam", otherPassword)
	set(account.ViewerRole) // less: the session goes on, with less
	if p := h.by(token); p.May(account.WriteVehicles) {
		t.Error("a right that was taken away is still there")
	}
	set(account.OwnerRole) // more: it is not for whoever holds the old session
	if !h.ended(token) {
		t.Error("a session has grown with its account's role")
	}
}

func TestChangedProofsEndOtherSessions(t *testing.T) {
	h := settled(t, inMemory(t))
	other := h.enter("olga", ownersPassword)
	token := h.enter("olga", ownersPassword)
	id := h.by(token).Session
	v := account.Visit{From: laptop}
	if _, err := h.SetPassword(t.Context(), h.by(token), v, "not the present one", otherPassword); !fault.Is(err, fault.Invalid) {
		t.Errorf("without the present password: %v, want Invalid", err)
	}
	e, err := h.SetPassword(t.Context(), h.by(token), v, ownersPassword, otherPassword)
	if err != nil || e.Token == "" || e.Token == token {
		t.Fatalf("set password: %+v, %v", e, err)
	}
	if !h.ended(other) || !h.ended(token) {
		t.Errorf("after a new password: the other session ended %v, the old token ended %v", h.ended(other), h.ended(token))
	}
	if h.by(e.Token).Session != id {
		t.Error("the session that changed it is another one now")
	}
	other = h.enter("olga", otherPassword)
	_, token = h.app(e.Token)
	if !h.ended(other) {
		t.Error("a session without the second factor outlives its adding")
	}
	// What can't be taken back needs a fresh proof.
	h.clock.forward(16 * time.Minute)
	p := h.by(token)
	err = p.Fresh(h.clock.now())
	var f *fault.Error
	if !errors.As(err, &f) || f.Type != account.NeedsConfirm {
		t.Fatalf("16 minutes later: %v, want %s", err, account.NeedsConfirm)
	}
	if _, err := h.RemoveTOTP(t.Context(), p); !fault.Is(err, fault.Denied) {
		t.Errorf("remove the factor without a proof: %v, want Denied", err)
	}
	e, err = h.Confirm(t.Context(), p, v, account.ByPassword, otherPassword)
	if err != nil || !h.ended(token) {
		t.Fatalf("confirm: %v, the old token ended %v", err, h.ended(token))
	}
	if _, err := h.RemoveTOTP(t.Context(), h.by(e.Token)); err != nil {
		t.Errorf("remove the factor: %v", err)
	}
}

func TestSessionsRunOut(t *testing.T) {
	h := settled(t, inMemory(t))
	idle, used := h.enter("olga", ownersPassword), h.enter("olga", ownersPassword)
	o := h.Organisation(account.Machine(account.Home))
	o.Sessions = account.SessionRule{IdleMinutes: 30, AbsoluteHours: 2}
	if _, err := h.SetOrganisation(t.Context(), account.Machine(account.Home), o); err != nil {
		t.Fatal(err)
	}
	p := h.by(idle)
	for range 4 {
		h.clock.forward(20 * time.Minute)
		h.by(used)
		// An open page asks who it is of, which is not being used.
		_, _ = h.Current(t.Context(), p)
	}
	if !h.ended(idle) {
		t.Error("an idle session goes on")
	}
	h.clock.forward(20 * time.Minute)
	h.by(used)
	h.clock.forward(20 * time.Minute)
	if !h.ended(used) {
		t.Error("a session goes on past its absolute limit")
	}
}

func TestAnInvitationWorksOnce(t *testing.T) {
	for name, open := range engines(t) {
		t.Run(name, func(t *testing.T) {
			h := settled(t, open)
			machine, v := account.Machine(account.Home), account.Visit{From: phone}
			u, err := h.AddUser(t.Context(), machine, account.UserDraft{Login: "nora@example.com", Name: "Nora New", Role: account.SalesRole, Reach: account.Everything()})
			if err != nil {
				t.Fatal(err)
			}
			first, _, err := h.Invite(t.Context(), machine, u.Key)
			if err != nil {
				t.Fatal(err)
			}
			token, _, err := h.Invite(t.Context(), machine, u.Key)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.Accept(t.Context(), v, first, otherPassword); !fault.Is(err, fault.NotFound) {
				t.Errorf("a link that was replaced: %v, want NotFound", err)
			}
			if i, err := h.LookAtInvitation(t.Context(), v, token); err != nil || i.Login != "nora@example.com" || i.Organisation != "Miller Motors" {
				t.Errorf("look: %+v, %v", i, err)
			}
			for _, weak := range []string{"short", "nora@example nora", "Password123456", "miller motors!!"} {
				if _, err := h.Accept(t.Context(), v, token, weak); !fault.Is(err, fault.Invalid) {
					t.Errorf("password %q: %v, want Invalid", weak, err)
				}
			}
			froms := make(chan netip.Addr, 20)
			for i := range 20 {
				froms <- netip.AddrFrom4([4]byte{10, 0, 3, byte(i)})
			}
			n, _ := atOnce(20, func() error {
				_, err := h.Accept(context.Background(), account.Visit{From: <-froms}, token, otherPassword)
				return err
			})
			if n != 1 {
				t.Errorf("one invitation was accepted %d times", n)
			}
			if _, _, err := h.Invite(t.Context(), machine, u.Key); !fault.Is(err, fault.Conflict) {
				t.Errorf("invite somebody who can sign in: %v, want Conflict", err)
			}
		})
	}
}

func TestAnInvitationRunsOut(t *testing.T) {
	h := settled(t, inMemory(t))
	u, err := h.AddUser(t.Context(), account.Machine(account.Home), account.UserDraft{Login: "late", Name: "Late", Role: account.SalesRole, Reach: account.Everything()})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := h.Invite(t.Context(), account.Machine(account.Home), u.Key)
	if err != nil {
		t.Fatal(err)
	}
	h.clock.forward(7 * 24 * time.Hour)
	if _, err := h.Accept(t.Context(), account.Visit{From: phone}, token, otherPassword); !fault.Is(err, fault.NotFound) {
		t.Errorf("after seven days: %v, want NotFound", err)
	}
	if err := h.ForgetInvitations(t.Context()); err != nil {
		t.Error(err)
	}
}

// A link that is under way when its account is disabled opens nothing when
// the account is enabled again.
func TestAnInvitationEndsWithItsAccount(t *testing.T) {
	h := settled(t, inMemory(t))
	machine := account.Machine(account.Home)
	d := account.UserDraft{Login: "away", Name: "Away", Role: account.SalesRole, Reach: account.Everything()}
	u, err := h.AddUser(t.Context(), machine, d)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := h.Invite(t.Context(), machine, u.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, d.Disabled = range []bool{true, false} {
		if _, err := h.SetUser(t.Context(), machine, u.Key, store.AnyRev, d); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Accept(t.Context(), account.Visit{From: phone}, token, otherPassword); !fault.Is(err, fault.NotFound) {
		t.Errorf("a link of before: %v, want NotFound", err)
	}
}

func TestResetEndsWhatWasOpen(t *testing.T) {
	h := settled(t, inMemory(t))
	machine, v := account.Machine(account.Home), account.Visit{From: laptop}
	u := h.somebody("rita", account.SalesRole)
	_, token := h.app(h.enter("rita", otherPassword))
	owner := h.by(h.enter("olga", ownersPassword))
	link, _, err := h.Reset(t.Context(), owner, u.ID, true, true)
	if err != nil || link == "" {
		t.Fatalf("reset: %v", err)
	}
	if !h.ended(token) {
		t.Error("a session outlives the reset of its account")
	}
	if _, err := h.SignIn(t.Context(), v, "rita", otherPassword, false); !fault.Is(err, fault.Denied) {
		t.Errorf("the old password: %v, want Denied", err)
	}
	if e, err := h.Accept(t.Context(), v, link, "nine lanterns over the harbour"); err != nil || e.Token == "" {
		t.Errorf("the reset's link: %+v, %v", e, err)
	}
	if !h.trail.has(audit.PasswordReset) {
		t.Error("the trail does not know of it")
	}
	// Nobody resets themselves, nor who may do more.
	if _, _, err := h.Reset(t.Context(), owner, owner.Actor.ID, true, true); !fault.Is(err, fault.Denied) {
		t.Errorf("the last owner resets herself: %v, want Denied", err)
	}
	m := h.somebody("mona", account.ManagerRole)
	manager := h.by(h.enter("mona", otherPassword))
	if _, _, err := h.Reset(t.Context(), manager, owner.Actor.ID, true, false); !fault.Is(err, fault.Denied) {
		t.Errorf("a manager resets an owner: %v, want Denied", err)
	}
	if err := h.EndUser(t.Context(), manager, owner.Actor.ID); !fault.Is(err, fault.Denied) {
		t.Errorf("a manager ends an owner's sessions: %v, want Denied", err)
	}
	if _, err := h.SetUser(t.Context(), machine, owner.Actor.ID, store.AnyRev, account.UserDraft{Login: "olga", Name: "Olga", Role: account.OwnerRole, Reach: account.Everything(), Disabled: true}); !fault.Is(err, fault.Denied) {
		t.Errorf("the last owner is disabled: %v, want Denied", err)
	}
	// On the machine itself anybody can be helped, the last owner too.
	if link, _, err := h.Reset(t.Context(), machine, owner.Actor.ID, true, true); err != nil || link == "" {
		t.Errorf("recovery on this computer: %v", err)
	}
	_ = m
}

func TestATrustedDeviceSkipsTheSecondFactorOnly(t *testing.T) {
	h := settled(t, inMemory(t))
	seed, _ := h.app(h.enter("olga", ownersPassword))
	v := account.Visit{From: phone, Agent: "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"}
	e, err := h.SignIn(t.Context(), v, "olga", ownersPassword, true)
	if err != nil {
		t.Fatal(err)
	}
	if e, err = h.Second(t.Context(), v, e.Ticket, account.ByTOTP, h.code(seed), true); err != nil || e.Device == "" || e.Life <= 0 {
		t.Fatalf("trust: %+v, %v", e, err)
	}
	v.Device = e.Device
	if _, err := h.SignIn(t.Context(), v, "olga", "a wrong password altogether", false); !fault.Is(err, fault.Denied) {
		t.Errorf("a trusted device without the password: %v, want Denied", err)
	}
	again, err := h.SignIn(t.Context(), v, "olga", ownersPassword, false)
	if err != nil || again.Token == "" {
		t.Fatalf("a trusted device: %+v, %v", again, err)
	}
	u := h.somebody("uma", account.ViewerRole)
	_, _ = h.app(h.enter("uma", otherPassword))
	if e, err := h.SignIn(t.Context(), v, "uma", otherPassword, false); err != nil || e.Token != "" {
		t.Errorf("another account on a device that it does not trust: %+v, %v", e, err)
	}
	p := h.by(again.Token)
	list, err := h.Devices(t.Context(), p)
	if err != nil || len(list) != 1 || list[0].Device != "Firefox on Android" || list[0].Place != "the local network" {
		t.Fatalf("devices: %+v, %v", list, err)
	}
	if err := h.ForgetDevice(t.Context(), p, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if e, err := h.SignIn(t.Context(), v, "olga", ownersPassword, false); err != nil || e.Token != "" {
		t.Errorf("a forgotten device: %+v, %v", e, err)
	}
	_ = u
}

func TestMFAByRole(t *testing.T) {
	h := settled(t, inMemory(t))
	h.somebody("vera", account.ViewerRole)
	o := h.Organisation(account.Machine(account.Home))
	rule := func(policy account.MFAPolicy, from string) {
		t.Helper()
		o.MFA = map[string]account.MFARule{account.ViewerRole: {Policy: policy, From: from}}
		if _, err := h.SetOrganisation(t.Context(), account.Machine(account.Home), o); err != nil {
			t.Fatal(err)
		}
	}
	token := h.enter("vera", otherPassword)
	rule(account.MFAOff, "")
	if _, err := h.BeginTOTP(h.by(token)); !fault.Is(err, fault.Denied) {
		t.Errorf("a factor where there are none: %v, want Denied", err)
	}
	rule(account.MFARequired, "2026-12-01")
	p := h.by(token)
	if len(p.Owes) != 0 || h.MFAFrom(p) != "2026-12-01" {
		t.Errorf("before the day: owes %v, from %q", p.Owes, h.MFAFrom(p))
	}
	rule(account.MFARequired, "2026-11-01")
	if p = h.by(token); len(p.Owes) != 1 || p.May(account.ReadVehicles) {
		t.Errorf("after the day: owes %v, may read %v", p.Owes, p.May(account.ReadVehicles))
	}
	_, token = h.app(token)
	if p = h.by(token); len(p.Owes) != 0 || !p.May(account.ReadVehicles) {
		t.Errorf("with the factor: owes %v", p.Owes)
	}
}

// TestSecretsAreNowhereInClear signs in by all ways and then looks for the
// secrets in every byte of the store, the log, the trail and the errors.
func TestSecretsAreNowhereInClear(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	h := settled(t, onDisk(t, dir))
	h.Accounts = account.New(h.db, account.Options{Now: h.clock.now, Trail: h.trail, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Vault: func() (*vault.Vault, error) { return vault.Open(h.dir) }})
	if err := h.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	secrets := []string{ownersPassword, otherPassword}
	token := h.enter("olga", ownersPassword)
	seed, renewed := h.app(token)
	codes, err := h.MakeCodes(t.Context(), h.by(renewed))
	if err != nil {
		t.Fatal(err)
	}
	u, err := h.AddUser(t.Context(), account.Machine(account.Home), account.UserDraft{Login: "ina", Name: "Ina", Role: account.SalesRole, Reach: account.Everything()})
	if err != nil {
		t.Fatal(err)
	}
	link, _, err := h.Invite(t.Context(), account.Machine(account.Home), u.Key)
	if err != nil {
		t.Fatal(err)
	}
	v := account.Visit{From: phone}
	e, err := h.SignIn(t.Context(), v, "olga", ownersPassword, false)
	if err != nil {
		t.Fatal(err)
	}
	typed := "typed-into-the-wrong-field-9431"
	_, wrong := h.SignIn(t.Context(), v, typed, typed, false)
	e2, err := h.Second(t.Context(), v, e.Ticket, account.ByTOTP, h.code(seed), true)
	if err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, token, renewed, seed, link, e.Ticket, e2.Token, e2.Device, typed)
	for _, c := range codes {
		secrets = append(secrets, c, strings.ReplaceAll(c, "-", ""))
	}
	h.Tend(t.Context())
	seen := map[string][]byte{"log": log.Bytes(), "error": []byte(fmt.Sprintf("%v %+v %#v", wrong, wrong, wrong)), "trail": []byte(fmt.Sprintf("%+v %+v", h.trail.told, h.trail.by))}
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("store files: %v, %v", files, err)
	}
	for _, f := range files {
		if seen[f], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	for where, b := range seen {
		for _, s := range secrets {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s holds %q in clear", where, s)
			}
		}
		if bytes.Contains(b, []byte("$argon2id$")) {
			t.Errorf("%s holds a password's hash in clear", where)
		}
	}
}

// TestASessionThatEndsWhileItsRequestComes: a thief of a fresh session sends
// half a body, ends the session by another request, then the other half. The
// present password is asked for all the same.
func TestASessionThatEndsWhileItsRequestComes(t *testing.T) {
	h := settled(t, inMemory(t))
	p := h.by(h.enter("olga", ownersPassword))
	if err := h.SignOut(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if _, err := h.SetPassword(t.Context(), p, account.Visit{From: phone}, "not hers", otherPassword); !fault.Is(err, fault.Denied) {
		t.Errorf("a password is set by a session that has ended: %v", err)
	}
	if _, err := h.BeginTOTP(p); !fault.Is(err, fault.Denied) {
		t.Errorf("a factor is added by a session that has ended: %v", err)
	}
	h.enter("olga", ownersPassword)
}

// TestARefusedKeyIsTold: whose key it was, and from where, but not what was
// sent.
func TestARefusedKeyIsTold(t *testing.T) {
	h := settled(t, inMemory(t))
	boss := account.Machine(account.Home)
	u, err := h.AddUser(t.Context(), boss, account.UserDraft{Kind: actor.Service, Login: "shop", Name: "Shop", Role: account.IntegrationRole, Reach: account.Everything()})
	if err != nil {
		t.Fatal(err)
	}
	k, token, err := h.AddKey(t.Context(), boss, account.KeyDraft{User: u.Key, Name: "shop", Permissions: []account.Permission{account.ReadVehicles}, Addresses: []string{"203.0.113.0/24"}})
	if err != nil {
		t.Fatal(err)
	}
	for sent, want := range map[string]audit.Subject{token: {Kind: "key", ID: k.ID, Name: "shop"}, "hubcap_madeupxx_guess": {Kind: "key"}} {
		h.trail.told, h.trail.by = nil, nil
		if _, err := h.ByKey(sent, phone); !fault.Is(err, fault.Denied) {
			t.Fatalf("by key: %v, want Denied", err)
		}
		if len(h.trail.told) != 1 || h.trail.told[0] != (audit.Happening{Event: audit.SignInFailed, Subject: want, Note: "API key"}) || h.trail.by[0].From != phone.String() {
			t.Errorf("told %+v by %+v, want one of %+v from %s", h.trail.told, h.trail.by, want, phone)
		}
	}
}
