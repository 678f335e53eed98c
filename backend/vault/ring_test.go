package vault_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

const keyText = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="

func must(t *testing.T) func(v *vault.Vault, err error) *vault.Vault {
	t.Helper()
	return func(v *vault.Vault, err error) *vault.Vault {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// changeKeys walks through a change of keys of a source that can keep one.
func changeKeys(t *testing.T, s vault.Source) {
	t.Helper()
	ok := must(t)
	old := ok(s.Open())
	sealed, err := old.Seal("p", vault.NewSecret("text"))
	if err != nil {
		t.Fatal(err)
	}
	both := ok(s.Add())
	if ids := both.IDs(); len(ids) != 2 || ids[1] != old.IDs()[0] {
		t.Fatalf("the ring holds %v after %v", ids, old.IDs())
	}
	// Interrupted and begun again it goes on with the same keys.
	if again := ok(s.Add()); strings.Join(again.IDs(), " ") != strings.Join(both.IDs(), " ") {
		t.Fatalf("a second beginning made another key: %v, %v", again.IDs(), both.IDs())
	}
	if !both.Stale(sealed) || old.Stale(sealed) {
		t.Fatal("what the old key sealed is not told from the rest")
	}
	next, err := both.Reseal("p", sealed)
	if err != nil || both.Stale(next) || len(next) != len(sealed) {
		t.Fatalf("Reseal = %q, %v", next, err)
	}
	if _, err := both.Reseal("q", sealed); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("Reseal for another purpose = %v", err)
	}
	alone := ok(s.Retire())
	if ids := alone.IDs(); len(ids) != 1 || ids[0] != both.IDs()[0] {
		t.Fatalf("the ring holds %v", ids)
	}
	if got, err := ok(s.Open()).Open("p", next); err != nil || got.Reveal() != "text" {
		t.Fatalf("after the change %q, %v", got.Reveal(), err)
	}
	if _, err := alone.Open("p", sealed); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("the retired key opens still: %v", err)
	}
}

func TestChangeOfKeysInTheFile(t *testing.T) {
	dir := t.TempDir()
	changeKeys(t, vault.Source{Dir: dir})
	info, err := os.Stat(filepath.Join(dir, vault.FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file mode %v, %v", info.Mode(), err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("the folder holds %v", files)
	}
}

func TestEnvironmentKeepsTheRing(t *testing.T) {
	ok := must(t)
	dir := t.TempDir()
	s := vault.Source{Dir: dir, Key: vault.NewSecret(keyText)}
	sealed, err := ok(s.Open()).Seal("p", vault.NewSecret("text"))
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, vault.FileName)); string(b) != "hubcap-vault-kept environment\n" {
		t.Errorf("the key file says %q", b)
	}
	if _, err := s.Add(); !fault.Is(err, fault.Conflict) || strings.Contains(err.Error(), keyText) {
		t.Errorf("Add = %v", err)
	}
	fresh := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{2}, 32))
	s.Key = vault.NewSecret(fresh + "," + keyText)
	both := ok(s.Add())
	if len(both.IDs()) != 2 || !both.Stale(sealed) {
		t.Errorf("the ring holds %v", both.IDs())
	}
	if v := ok(s.Retire()); len(v.IDs()) != 2 {
		t.Errorf("Retire of a ring in the environment = %v", v.IDs())
	}
	for name, c := range map[string]struct {
		s    vault.Source
		want string
	}{
		"forgotten":        {vault.Source{Dir: dir}, "kept in the environment"},
		"keyring now":      {vault.Source{Dir: dir, Keyring: true}, "kept in the environment"},
		"both":             {vault.Source{Dir: dir, Keyring: true, Key: vault.NewSecret(keyText)}, "one place only"},
		"not a key":        {vault.Source{Dir: dir, Key: vault.NewSecret("canary")}, "is not a key"},
		"too short":        {vault.Source{Dir: dir, Key: vault.NewSecret("AQEB")}, "is not a key"},
		"blank":            {vault.Source{Dir: dir, Key: vault.NewSecret(" , ")}, "holds no key"},
		"beside the file":  {vault.Source{Dir: withFile(t), Key: vault.NewSecret(keyText)}, "kept in the key file"},
		"a whole key file": {vault.Source{Dir: t.TempDir(), Key: vault.NewSecret("hubcap-vault-1 " + keyText + "\n")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.s.Open()
			if c.want == "" && err == nil {
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "canary") {
				t.Fatalf("Open = %v, want an error with %q", err, c.want)
			}
		})
	}
}

func withFile(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must(t)(vault.Open(dir))
	return dir
}

func TestKeyringKeepsTheRing(t *testing.T) {
	keyring.MockInit()
	keepInKeyring(t)
	t.Run("locked", func(t *testing.T) {
		keyring.MockInitWithError(errors.New("locked"))
		if _, err := (vault.Source{Dir: t.TempDir(), Keyring: true}).Open(); !fault.Is(err, fault.Unavailable) {
			t.Fatalf("Open = %v", err)
		}
		keyring.MockInit()
	})
}

func keepInKeyring(t *testing.T) {
	t.Helper()
	ok := must(t)
	changeKeys(t, vault.Source{Dir: t.TempDir(), Keyring: true})

	// A key file is taken over and holds no key afterwards.
	dir := withFile(t)
	clear, _ := os.ReadFile(filepath.Join(dir, vault.FileName))
	sealed, err := ok(vault.Open(dir)).Seal("p", vault.NewSecret("text"))
	if err != nil {
		t.Fatal(err)
	}
	s := vault.Source{Dir: dir, Keyring: true}
	for range 2 {
		if got, err := ok(s.Open()).Open("p", sealed); err != nil || got.Reveal() != "text" {
			t.Fatalf("from the keyring %q, %v", got.Reveal(), err)
		}
	}
	if b, _ := os.ReadFile(filepath.Join(dir, vault.FileName)); !strings.HasPrefix(string(b), "hubcap-vault-kept keyring ") || bytes.Contains(b, clear[15:]) {
		t.Errorf("the key file says %q", b)
	}
	if _, err := vault.Open(dir); err == nil || !strings.Contains(err.Error(), "keyring") {
		t.Errorf("without the setting Open = %v", err)
	}
	// A folder that is moved goes on with its own entry, and a copy too.
	other := t.TempDir()
	if err := vault.Carry(dir, other); err != nil {
		t.Fatal(err)
	}
	if got, err := ok(vault.Source{Dir: other, Keyring: true}.Open()).Open("p", sealed); err != nil || got.Reveal() != "text" {
		t.Fatalf("from the copied folder %q, %v", got.Reveal(), err)
	}
}

// TestRealKeyring runs against a secret service of this machine, in a session
// bus of its own: dbus-run-session and gnome-keyring-daemon are needed.
func TestRealKeyring(t *testing.T) {
	if os.Getenv("HUBCAP_TEST_KEYRING") == "" {
		for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
			if _, err := exec.LookPath(program); err != nil {
				t.Skipf("%s is not installed", program)
			}
		}
		cmd := exec.Command("dbus-run-session", "--", "sh", "-c",
			`printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && exec "$0" -test.run '^TestRealKeyring$' -test.v`, os.Args[0])
		cmd.Env = append(os.Environ(), "HUBCAP_TEST_KEYRING=1", "XDG_DATA_HOME="+t.TempDir(), "XDG_RUNTIME_DIR="+t.TempDir(), "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Fatalf("in a session of its own: %v\n%s", err, out)
		}
		return
	}
	keepInKeyring(t)
}

func TestKeysFollowTheFile(t *testing.T) {
	ok := must(t)
	dir := t.TempDir()
	keys := vault.NewKeys(vault.Source{Dir: dir})
	a := ok(keys.Vault())
	if ok(keys.Vault()) != a {
		t.Error("the same file is read twice")
	}
	if _, err := (vault.Source{Dir: dir}).Add(); err != nil {
		t.Fatal(err)
	}
	if b := ok(keys.Vault()); len(b.IDs()) != 2 {
		t.Errorf("after a change by another it holds %v", b.IDs())
	}
	path := filepath.Join(dir, vault.FileName)
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Vault(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("with the file gone Vault = %v; a new key would open nothing", err)
	}
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	ok(keys.Vault())
	if v := ok(keys.Retire()); len(v.IDs()) != 1 || ok(keys.Vault()) != v {
		t.Error("a change through it is not seen at once")
	}
}

func TestExportGivesSealedKeysOnly(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	var seen []byte
	out, err := v.Export(func(ring []byte) ([]byte, error) {
		seen = ring
		b := bytes.Clone(ring)
		for i := range b {
			b[i] ^= 0x5a
		}
		return b, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	clear, _ := os.ReadFile(filepath.Join(dir, vault.FileName))
	for i := range out {
		out[i] ^= 0x5a
	}
	if !bytes.Equal(out, clear) {
		t.Errorf("the copy opens to %q, want the key file", out)
	}
	if bytes.Contains(seen, clear[15:40]) {
		t.Error("the keys stay in memory after the copy")
	}
	if _, err := v.Export(func(ring []byte) ([]byte, error) { return append([]byte("backup "), ring...), nil }); err == nil {
		t.Error("keys in clear are handed out")
	}
	no := errors.New("no")
	if _, err := v.Export(func([]byte) ([]byte, error) { return nil, no }); !errors.Is(err, no) {
		t.Errorf("Export = %v", err)
	}
}

func TestMACProvesItsTextForItsPurpose(t *testing.T) {
	v, other := open(t, t.TempDir()), open(t, t.TempDir())
	mac, err := v.MAC("audit/home", []byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		v                  *vault.Vault
		purpose, text, mac string
		want               vault.Proof
	}{
		"own":           {v, "audit/home", "text", mac, vault.Proven},
		"other text":    {v, "audit/home", "Text", mac, vault.Forged},
		"other purpose": {v, "audit/x", "text", mac, vault.Forged},
		"other key":     {other, "audit/home", "text", mac, vault.Stranger},
		"none":          {v, "audit/home", "text", "", vault.Forged},
		"cut":           {v, "audit/home", "text", mac[:len(mac)-1], vault.Forged},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := c.v.CheckMAC(c.purpose, []byte(c.text), c.mac); err != nil || got != c.want {
				t.Fatalf("CheckMAC = %v, %v; want %v", got, err, c.want)
			}
		})
	}
}
