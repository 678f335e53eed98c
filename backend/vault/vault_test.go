package vault_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

func open(t *testing.T, dir string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealThenOpenIsIdentity(t *testing.T) {
	v := open(t, t.TempDir())
	rapid.Check(t, func(t *rapid.T) {
		purpose, text := rapid.String().Draw(t, "purpose"), rapid.String().Draw(t, "text")
		s, err := v.Seal(purpose, vault.NewSecret(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.Open(purpose, s)
		if err != nil || got.Reveal() != text {
			t.Fatalf("Open(Seal(%q)) = %q, %v", text, got.Reveal(), err)
		}
		if len(text) > 3 && strings.Contains(string(s), text) {
			t.Fatalf("the sealed form %q holds the secret", s)
		}
	})
}

func TestSealedValueOpensNowhereElse(t *testing.T) {
	v, other := open(t, t.TempDir()), open(t, t.TempDir())
	s, err := v.Seal("providers/a/key", vault.NewSecret("sk-canary-0123456789"))
	if err != nil {
		t.Fatal(err)
	}
	flipped := []byte(s)
	flipped[len(flipped)-9] ^= 1
	for name, c := range map[string]struct {
		vault   *vault.Vault
		purpose string
		sealed  vault.Sealed
		want    string
	}{
		"other purpose": {v, "providers/b/key", s, "belongs elsewhere"},
		"other key":     {other, "providers/a/key", s, "another key file"},
		"flipped bit":   {v, "providers/a/key", vault.Sealed(flipped), "damaged"},
		"cut":           {v, "providers/a/key", s[:len(s)-4], "damaged"},
		"not sealed":    {v, "providers/a/key", "sk-canary", "not in a form"},
		"no box":        {v, "providers/a/key", s[:strings.LastIndex(string(s), ".")+1], "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.vault.Open(c.purpose, c.sealed)
			if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("Open = %q, %v; want Unavailable with %q", got.Reveal(), err, c.want)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Fatalf("the error %q tells the secret", err)
			}
		})
	}
}

func TestSameSecretIsSealedDifferentlyEachTime(t *testing.T) {
	v := open(t, t.TempDir())
	a, _ := v.Seal("p", vault.NewSecret("same"))
	b, _ := v.Seal("p", vault.NewSecret("same"))
	if a == b {
		t.Fatalf("both are %q: who reads the store sees which secrets are equal", a)
	}
}

func TestKeyFileStaysAndIsPrivate(t *testing.T) {
	dir := t.TempDir()
	s, err := open(t, dir).Seal("p", vault.NewSecret("text"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := open(t, dir).Open("p", s)
	if err != nil || got.Reveal() != "text" {
		t.Fatalf("after reopening: %q, %v", got.Reveal(), err)
	}
	info, err := os.Stat(filepath.Join(dir, vault.FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file mode %v, %v; want 0600", info.Mode(), err)
	}
	files, _ := os.ReadDir(dir)
	if len(files) != 1 {
		t.Fatalf("the folder holds %v, want the key file alone", files)
	}
}

func TestBadKeyFilesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"readable by others": {func(p string) error { return os.Chmod(p, 0o640) }, "can be read by others"},
		"cut":                {func(p string) error { return os.Truncate(p, 20) }, "is damaged"},
		"empty":              {func(p string) error { return os.Truncate(p, 0) }, "is damaged"},
		"a link": {func(p string) error {
			if err := os.Rename(p, p+".real"); err != nil {
				return err
			}
			return os.Symlink(p+".real", p)
		}, "not a plain file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir)
			if err := c.make(filepath.Join(dir, vault.FileName)); err != nil {
				t.Fatal(err)
			}
			if _, err := vault.Open(dir); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("Open = %v; want Unavailable with %q", err, c.want)
			}
		})
	}
}

func TestManyFirstOpensAgreeOnOneKey(t *testing.T) {
	dir := t.TempDir()
	sealed := make([]vault.Sealed, 20)
	var all sync.WaitGroup
	for i := range sealed {
		all.Go(func() {
			v, err := vault.Open(dir)
			if err == nil {
				sealed[i], err = v.Seal("p", vault.NewSecret("text"))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	v := open(t, dir)
	for i, s := range sealed {
		if _, err := v.Open("p", s); err != nil {
			t.Fatalf("value %d: %v", i, err)
		}
	}
}

func TestSecretNeverPrints(t *testing.T) {
	const canary = "sk-canary-0123456789"
	type holder struct{ Key vault.Secret }
	h := holder{vault.NewSecret(canary)}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q %d %x", h, h, h, h.Key, h.Key, h.Key, h.Key)
	slog.New(slog.NewTextHandler(&out, nil)).Info("event", "key", h.Key, "holder", h)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("event", "key", h.Key, "holder", h)
	if err := json.NewEncoder(&out).Encode(h); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), canary) || strings.Contains(out.String(), fmt.Sprintf("%x", canary)) {
		t.Fatalf("printed: %s", out.String())
	}
}

func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	v, err := vault.Open(dir)
	if err != nil {
		f.Fatal(err)
	}
	s, _ := v.Seal("p", vault.NewSecret("text"))
	f.Add(string(s))
	f.Add("hv1..")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := v.Open("p", vault.Sealed(text))
		if err == nil && text != "" && text != string(s) {
			t.Fatalf("Open(%q) = %q", text, got.Reveal())
		}
	})
}
