package seal_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

const passphrase = "grüne Hebebühne links 7"

func wrapped(t testing.TB) (k seal.Key, rec *seal.Recovery, byPass, byRecovery []byte) {
	t.Helper()
	k = seal.NewKey()
	rec, err := seal.NewRecovery()
	if err != nil {
		t.Fatal(err)
	}
	if byPass, err = k.WrapPassphraseAt(passphrase, seal.CheapForTests); err != nil {
		t.Fatal(err)
	}
	if byRecovery, err = k.WrapRecovery(rec); err != nil {
		t.Fatal(err)
	}
	return k, rec, byPass, byRecovery
}

func TestPassphrase(t *testing.T) {
	k, rec, file, byRecovery := wrapped(t)
	for name, typed := range map[string]string{
		"as it was":        passphrase,
		"with blanks":      "  " + passphrase + "\n",
		"decomposed (Mac)": "gru\u0308ne Hebebu\u0308hne links 7",
	} {
		if got, err := seal.UnwrapPassphrase(file, typed); err != nil || got != k {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, typed := range map[string]string{"another": "rote Hebebühne links 7", "capitals": strings.ToUpper(passphrase), "a letter short": passphrase[:len(passphrase)-1]} {
		_, err := seal.UnwrapPassphrase(file, typed)
		var f *fault.Error
		if !errors.Is(err, seal.ErrWrongKey) || !fault.Is(err, fault.Denied) || !errors.As(err, &f) || f.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := seal.UnwrapPassphrase(file, " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("nothing typed: %v", err)
	}
	if _, err := seal.UnwrapPassphrase(byRecovery, passphrase); !errors.Is(err, seal.ErrForged) {
		t.Errorf("the other file: %v", err)
	}
	if _, err := seal.UnwrapRecovery(file, rec); !errors.Is(err, seal.ErrForged) {
		t.Errorf("the other file: %v", err)
	}
	for _, short := range []string{"", "elf Zeichen", "           x            "} {
		if _, err := k.WrapPassphraseAt(short, seal.CheapForTests); !fault.Is(err, fault.Invalid) {
			t.Errorf("the passphrase %q: %v", short, err)
		}
	}
	if _, err := (seal.Key{}).WrapPassphraseAt(passphrase, seal.CheapForTests); !fault.Is(err, fault.Invalid) {
		t.Errorf("no key: %v", err)
	}
	// In earnest a try costs 2^18, as the file says.
	earnest, err := k.WrapPassphrase(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.UnwrapPassphrase(earnest, passphrase); err != nil || got != k {
		t.Errorf("in earnest: %v", err)
	}
}

// A bucket may hold a file that wants all memory for a try.
func TestGreedyFileIsRefused(t *testing.T) {
	_, _, file, _ := wrapped(t)
	greedy := rearmor(t, file, func(b []byte) []byte { return bytes.Replace(b, []byte(" 4\n"), []byte(" 30\n"), 1) })
	if _, err := seal.UnwrapPassphrase(greedy, passphrase); !errors.Is(err, seal.ErrForged) {
		t.Errorf("a file that wants 2^30: %v", err)
	}
}

func TestChangedKeyFilesAreFound(t *testing.T) {
	_, rec, byPass, byRecovery := wrapped(t)
	for name, c := range map[string]struct {
		file []byte
		open func([]byte) error
	}{
		"passphrase": {byPass, func(b []byte) error { _, err := seal.UnwrapPassphrase(b, passphrase); return err }},
		"recovery":   {byRecovery, func(b []byte) error { _, err := seal.UnwrapRecovery(b, rec); return err }},
	} {
		check := func(what string, i int, b []byte) {
			if err := c.open(b); !errors.Is(err, seal.ErrForged) && !errors.Is(err, seal.ErrWrongKey) {
				t.Errorf("%s %s at byte %d: %v", name, what, i, err)
			}
		}
		plain := dearmor(t, c.file)
		for i := range plain {
			changed := bytes.Clone(plain)
			changed[i] ^= 1
			check("changed", i, armored(t, changed))
			check("cut", i, armored(t, plain[:i]))
		}
		for i := range c.file {
			if i < len(c.file)-1 { // the last newline may be missing
				check("text cut", i, c.file[:i])
			}
		}
	}
}

func TestRecovery(t *testing.T) {
	k, rec, _, file := wrapped(t)
	words := rec.Words()
	if len(words) != 10 || len(words[0]) != 6 || len(words[9]) != 4 || "AGE-SECRET-KEY-1"+strings.Join(words, "") != rec.Text() {
		t.Fatalf("words %v of %s", words, rec.Text())
	}
	if !strings.HasPrefix(rec.Recipient(), "age1") {
		t.Errorf("recipient %s", rec.Recipient())
	}
	for name, typed := range map[string]string{
		"the line":         rec.Text(),
		"small letters":    strings.ToLower(rec.Text()),
		"the groups":       strings.Join(words, " "),
		"groups and dash":  strings.ToLower(strings.Join(words, " - ")),
		"lines":            rec.Text()[:30] + "\r\n  " + rec.Text()[30:] + "\n",
		"looks like":       strings.NewReplacer("0", "O", "8", "B").Replace(strings.Join(words, " ")),
		"small looks like": strings.NewReplacer("l", "1", "0", "o").Replace(strings.ToLower(strings.Join(words, " "))),
		"i for l":          strings.ReplaceAll(strings.ToLower(strings.Join(words, "")), "l", "i"),
	} {
		got, err := seal.ParseRecovery(typed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if opened, err := seal.UnwrapRecovery(file, got); err != nil || opened != k || got.Text() != rec.Text() {
			t.Errorf("%s: %v", name, err)
		}
	}
	swapped := append([]string{words[1], words[0]}, words[2:]...)
	for name, typed := range map[string]string{
		"nothing": "", "a word short": strings.Join(words[:9], " "), "a letter more": rec.Text() + "q", "two words swapped": strings.Join(swapped, " "),
		"the public half": rec.Recipient(), "another letter": change(rec.Text()), "a passphrase": passphrase,
	} {
		_, err := seal.ParseRecovery(typed)
		if !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), words[3]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, err := seal.NewRecovery()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.UnwrapRecovery(file, other); !errors.Is(err, seal.ErrWrongKey) || !fault.Is(err, fault.Denied) {
		t.Errorf("another's sheet: %v", err)
	}
	if _, err := seal.UnwrapRecovery(file, nil); err == nil || (*seal.Recovery)(nil).Text() != "" || !(&seal.Recovery{}).IsZero() {
		t.Error("no recovery key opens something")
	}
}

// change puts another letter of the alphabet in the last place.
func change(text string) string {
	last := byte('Q')
	if text[len(text)-1] == last {
		last = 'P'
	}
	return text[:len(text)-1] + string(last)
}

// Whatever a person adds between the letters, the key is read; whatever letter
// is mistyped is found.
func TestRecoveryTyped(t *testing.T) {
	rec, err := seal.NewRecovery()
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.Join(rec.Words(), "")
	rapid.Check(t, func(r *rapid.T) {
		var typed strings.Builder
		for _, c := range plain {
			if rapid.Bool().Draw(r, "small") {
				c += 'a' - 'A'
				if c < 'a' || c > 'z' {
					c -= 'a' - 'A'
				}
			}
			typed.WriteRune(c)
			typed.WriteString(rapid.StringOf(rapid.RuneFrom([]rune(" -\t\n.,_·"))).Draw(r, "between"))
		}
		if got, err := seal.ParseRecovery(typed.String()); err != nil || got.Text() != rec.Text() {
			r.Fatalf("%q: %v", typed.String(), err)
		}
		at := rapid.IntRange(0, len(plain)-1).Draw(r, "at")
		wrong := []byte(plain)
		wrong[at] = rapid.SampledFrom([]byte("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")).Draw(r, "letter")
		if _, err := seal.ParseRecovery(string(wrong)); (err == nil) != (string(wrong) == plain) {
			r.Fatalf("a wrong letter at %d: %v", at, err)
		}
	})
}
