package models_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/embedded/models"
)

func TestCatalogueIsWhole(t *testing.T) {
	for _, p := range models.Catalogue() {
		if p.Name == "" || p.Title == "" || len(p.SHA256) != 64 || p.Bytes <= 0 || p.Licence == "" || p.Source == "" || len(p.Capabilities) == 0 {
			t.Errorf("pack %+v has an empty field", p)
		}
		if got, ok := models.Find(p.Name); !ok || got.SHA256 != p.SHA256 {
			t.Errorf("Find(%q) = %+v, %v", p.Name, got, ok)
		}
	}
}

// The script that fetches the packs and the catalogue must not drift apart.
func TestScriptPinsTheSameDigests(t *testing.T) {
	script, err := os.ReadFile("../../build/models.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range models.Catalogue() {
		if !strings.Contains(string(script), p.SHA256) || !strings.Contains(string(script), p.Name) {
			t.Errorf("build/models.sh does not fetch %s with digest %s", p.Name, p.SHA256)
		}
	}
}

func TestMissingAndDamaged(t *testing.T) {
	body := []byte("GGUF and so on")
	sum := sha256.Sum256(body)
	p := models.Pack{Name: "small", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(body))}
	dir, empty := t.TempDir(), t.TempDir()
	file := filepath.Join(dir, "small.gguf")

	_, err := p.Locate(empty, dir)
	if !errors.Is(err, models.ErrMissing) || !strings.Contains(err.Error(), "make models") {
		t.Errorf("missing pack: got %v, want ErrMissing with the remedy", err)
	}
	if err := os.WriteFile(file, body[:5], 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = p.Locate(empty, dir)
	if !errors.Is(err, models.ErrDamaged) || !strings.Contains(err.Error(), "make models") {
		t.Errorf("cut pack: got %v, want ErrDamaged with the remedy", err)
	}
	if err := os.WriteFile(file, []byte("GGUF and so oN"), 0o600); err != nil {
		t.Fatal(err)
	}
	path, err := p.Locate(empty, dir)
	if err != nil || path != file {
		t.Fatalf("Locate = %q, %v", path, err)
	}
	if err := p.Verify(path); !errors.Is(err, models.ErrDamaged) {
		t.Errorf("flipped bit: got %v, want ErrDamaged", err)
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Verify(path); err != nil {
		t.Errorf("whole pack: %v", err)
	}
}
