package vault_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// exported is the ring of a source as a backup carries it.
func exported(t *testing.T, s vault.Source) []byte {
	t.Helper()
	v := must(t)(s.Open())
	var ring []byte
	if _, err := v.Export(func(r []byte) ([]byte, error) { ring = bytes.Clone(r); return []byte("sealed"), nil }); err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestImport(t *testing.T) {
	ok := must(t)
	old := vault.Source{Dir: t.TempDir()}
	first := exported(t, old)
	sealed, err := ok(old.Open()).Seal("p", vault.NewSecret("text"))
	if err != nil {
		t.Fatal(err)
	}
	ok(old.Add())
	second := exported(t, old) // both keys
	alone := ok(old.Retire())
	third := exported(t, old) // the new one

	here := vault.Source{Dir: t.TempDir()}
	if missing, err := here.Missing(); err != nil || !missing {
		t.Errorf("Missing = %v, %v", missing, err)
	}
	ids, err := here.Import(third, second, first)
	if err != nil || len(ids) != 2 || ids[0] != alone.IDs()[0] {
		t.Fatalf("Import = %v, %v, want two keys, %s first", ids, err, alone.IDs()[0])
	}
	v := ok(here.Open())
	if got, err := v.Open("p", sealed); err != nil || got.Reveal() != "text" || !slices.Equal(v.IDs(), ids) {
		t.Errorf("after the import: %q, %v, keys %v", got.Reveal(), err, v.IDs())
	}
	info, err := os.Stat(filepath.Join(here.Dir, vault.FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file mode %v, %v", info.Mode(), err)
	}
	if files, _ := os.ReadDir(here.Dir); len(files) != 1 {
		t.Errorf("the folder holds %v", files)
	}
	if missing, err := here.Missing(); err != nil || missing {
		t.Errorf("Missing = %v, %v", missing, err)
	}
	// Again, and over a part of it.
	if again, err := here.Import(third, first); err != nil || !slices.Equal(again, ids) {
		t.Errorf("again: %v, %v", again, err)
	}
	part := vault.Source{Dir: t.TempDir()}
	if _, err := part.Import(first); err != nil {
		t.Fatal(err)
	}
	if got, err := part.Import(second); err != nil || !slices.Equal(got, ids) {
		t.Errorf("over a part: %v, %v", got, err)
	}
}

func TestImportRefuses(t *testing.T) {
	ok := must(t)
	ring := exported(t, vault.Source{Dir: t.TempDir()})
	other := vault.Source{Dir: t.TempDir()}
	mine := ok(other.Open()).IDs()
	if _, err := other.Import(ring); !fault.Is(err, fault.Conflict) {
		t.Errorf("over another ring: %v", err)
	}
	if now := ok(other.Open()).IDs(); !slices.Equal(now, mine) {
		t.Errorf("the refused import changed the ring from %v to %v", mine, now)
	}
	env := vault.Source{Dir: t.TempDir(), Key: vault.NewSecret(keyText)}
	if _, err := env.Import(ring); !fault.Is(err, fault.Conflict) {
		t.Errorf("beside other keys in the environment: %v", err)
	}
	if _, err := env.Import([]byte("hubcap-vault-1 " + keyText + "\n")); err != nil {
		t.Errorf("beside the same keys in the environment: %v", err)
	}
	if files, _ := os.ReadDir(env.Dir); len(files) != 0 {
		t.Errorf("the folder holds %v", files)
	}
	for name, text := range map[string]string{"nothing": "", "no ring": "canary", "half": string(ring[:20])} {
		if _, err := (vault.Source{Dir: t.TempDir()}).Import([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (vault.Source{Dir: t.TempDir()}).Import(); !fault.Is(err, fault.Invalid) {
		t.Errorf("no ring at all: %v", err)
	}
}
