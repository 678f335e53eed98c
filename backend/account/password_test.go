package account_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

func TestPasswords(t *testing.T) {
	good := []string{"violet anvil crosses seven rivers", "J7#kq-Wm2!xPz", "ünïcødé wörds únd möre", "correct horse battery staple", strings.Repeat("long and dull ", 18), "zqxjkvbpym"}
	for _, p := range good {
		if err := account.CheckPassword(p, "olga", "Olga Owner", "Miller Motors"); err != nil {
			t.Errorf("%q: %v, want taken", p, err)
		}
	}
	bad := map[string]string{
		"nine sign": "short", strings.Repeat("x", 257): "long", "1234567890": "a row", "qwertyuiop": "a row", "zyxwvutsrqp": "a row backwards",
		"aaaaaaaaaaaaaa": "one letter", "abcabcabcabc": "the same again", "password123": "common", "Password123!": "common with a bit around it",
		"P@ssw0rd1234": "common, written oddly", "iloveyou2026!": "common with a year", "hubcap hubcap 1": "Hubcap's name", "olga is the best": "the login",
		"my owner of cars": "the name", "millermotors 77 x": "the organisation", "the miller garden": "a word of the organisation",
	}
	for p, why := range bad {
		if err := account.CheckPassword(p, "olga", "Olga Owner", "Miller Motors"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q (%s): %v, want Invalid", p, why, err)
		} else if strings.Contains(err.Error(), p) {
			t.Errorf("%q stands in its own refusal", p)
		}
	}
}

func TestAnOldHashIsMadeAnew(t *testing.T) {
	h := settled(t, inMemory(t))
	token := h.enter("olga", ownersPassword)
	id := h.by(token).Actor.ID
	if err := h.WeakHash(t.Context(), account.Home, id, ownersPassword); err != nil {
		t.Fatal(err)
	}
	for want := range 2 {
		before := h.Hashes()
		h.enter("olga", ownersPassword)
		if n := h.Hashes() - before; n != int64(2-want) {
			t.Errorf("sign-in %d after a change of parameters made %d hashes, want %d", want+1, n, 2-want)
		}
	}
}

func TestDeviceNames(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0":                                                                    "Firefox on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                                   "Chrome on Linux",
		"<script>alert(1)</script>": "a device", "": "a device", "curl/8.5.0": "curl",
	} {
		if got := account.DeviceName(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}

func FuzzLogin(f *testing.F) {
	for _, s := range []string{"Olga", " OLGA ", "ﬁ", "nora@example.com", "İ", "ǅ", "a\u0301", "\u00a0x", "\u00b4x", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := account.FoldLogin(s)
		if twice := account.FoldLogin(once); twice != once {
			t.Errorf("%q folds to %q and then to %q", s, once, twice)
		}
	})
}

func FuzzCode(f *testing.F) {
	for _, s := range []string{"abcde-fghij", "ABCDE FGHIJ", " 23456-789ab ", "abcdefghi", "abcdefghijk", "l0o1l-0o1l0", "ab-cd-ef-gh-ij", "\u212a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code := account.ParseCode(s)
		if code == "" {
			return
		}
		if len(code) != 10 || strings.Trim(code, "23456789abcdefghijkmnpqrstuvwxyz") != "" {
			t.Errorf("%q is read as %q", s, code)
		}
		if again := account.ParseCode(code[:5] + "-" + strings.ToUpper(code[5:])); again != code {
			t.Errorf("%q is read as %q, and that as %q", s, code, again)
		}
	})
}

// A password is the same however the keyboard writes it, up to the longest.
func TestAPasswordInPartsOfLetters(t *testing.T) {
	h := settled(t, inMemory(t))
	long := strings.Repeat("차고 열쇠는 우산 밑에 ", 20)[:600]
	long = strings.ToValidUTF8(long, "")
	e, err := h.SetPassword(t.Context(), h.by(h.enter("olga", ownersPassword)), account.Visit{From: laptop}, ownersPassword, long)
	if err != nil || e.Token == "" {
		t.Fatalf("set: %+v, %v", e, err)
	}
	typed := norm.NFD.String(long)
	if len(typed) <= 4*256 {
		t.Fatalf("%d bytes are too few for this test", len(typed))
	}
	h.enter("olga", typed)
}
