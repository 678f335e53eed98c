package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/paper"
)

// paperVersion is raised when more is read of a file than before: the folder
// of the version before is made again.
const paperVersion = "1"

// paperCache keeps what was read of files, in a folder for each: it may be
// deleted at any time.
type paperCache struct{ dir string }

// kept is what is known of a file, and how large the files beside it are: one
// that a crash cut off counts as none.
type kept struct {
	paper.Facts
	Small int `json:"small,omitempty"`
	View  int `json:"view,omitempty"`
	Text  int `json:"text,omitempty"`
}

const (
	factsFile = "facts.json"
	smallFile = "320.jpg"
	viewFile  = "1600.jpg"
	textFile  = "text"
)

func (c paperCache) path(sha256, name string) string {
	return filepath.Join(c.dir, sha256[:2], sha256, name)
}

// save writes the facts last: without them nothing counts.
func (c paperCache) save(sha256 string, r *paper.Result) error {
	text := strings.Join(r.Text, "\f")
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	k := kept{Facts: r.Facts, Small: len(r.Small), View: len(r.View), Text: len(text)}
	facts, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.path(sha256, ""), 0o700); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		b    []byte
	}{{smallFile, r.Small}, {viewFile, r.View}, {textFile, []byte(text)}, {factsFile, facts}} {
		if len(f.b) == 0 {
			continue
		}
		path := c.path(sha256, f.name)
		if err := os.WriteFile(path+".part", f.b, 0o600); err != nil {
			_ = os.Remove(path + ".part")
			return err
		}
		if err := os.Rename(path+".part", path); err != nil {
			return err
		}
	}
	return nil
}

func (c paperCache) load(sha256 string) (k kept, ok bool) {
	if len(sha256) < 2 {
		return k, false
	}
	b, err := os.ReadFile(c.path(sha256, factsFile))
	return k, err == nil && json.Unmarshal(b, &k) == nil
}

func (c paperCache) has(sha256 string) bool { _, ok := c.load(sha256); return ok }

func (c paperCache) file(sha256, name string, size int) ([]byte, bool) {
	b, err := os.ReadFile(c.path(sha256, name))
	return b, err == nil && size > 0 && len(b) == size
}

func (c paperCache) picture(sha256 string, side int) ([]byte, bool) {
	k, ok := c.load(sha256)
	if !ok {
		return nil, false
	}
	if side == paper.SmallSide {
		return c.file(sha256, smallFile, k.Small)
	}
	return c.file(sha256, viewFile, k.View)
}

// text is what was read, page by page; nil is none.
func (c paperCache) text(sha256 string) []string {
	k, ok := c.load(sha256)
	if !ok {
		return nil
	}
	if b, ok := c.file(sha256, textFile, k.Text); ok {
		return strings.Split(string(b), "\f")
	}
	return nil
}

// forget drops what is known of files that are gone.
func (c paperCache) forget(there func(sha256 string) bool) {
	all, _ := filepath.Glob(filepath.Join(c.dir, "??", "*"))
	for _, path := range all {
		if !there(filepath.Base(path)) {
			_ = os.RemoveAll(path) // derived: what stays does no harm
		}
	}
}
