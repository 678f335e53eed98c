package pack_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
)

func open(t *testing.T, change func(*pack.Options)) (*pack.Shelf, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "models")
	o := pack.Options{Free: func(string) (int64, error) { return 1 << 40, nil }}
	if change != nil {
		change(&o)
	}
	s, err := pack.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func file(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// left lists what lies in the folder.
func left(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// other is a second sound file.
func other() []byte {
	return model{entries: func(g *gguf) uint64 { n := sound(g); g.keyText("general.description", "other"); return n + 1 }}.bytes()
}

func TestImport(t *testing.T) {
	b := model{}.bytes()
	var tried []string
	s, dir := open(t, func(o *pack.Options) {
		o.Try = func(_ context.Context, p pack.Pack) (bool, error) {
			if got, err := os.ReadFile(p.Path); err != nil || !bytes.Equal(got, b) {
				t.Errorf("tried %s: %v", p.Path, err)
			}
			tried = append(tried, p.Digest)
			return true, nil
		}
	})
	a, err := s.Import(t.Context(), file(t, "My Tiny Llama (1).GGUF", b))
	if err != nil {
		t.Fatal(err)
	}
	if a.Already || a.Name != "my-tiny-llama--1" || a.Digest != digest(b) || !a.Present || !a.Tried || a.Bytes != int64(len(b)) || len(tried) != 1 {
		t.Errorf("got %+v", a)
	}
	again, err := s.Import(t.Context(), file(t, "copy.gguf", b))
	if err != nil || !again.Already || again.Name != a.Name || len(tried) != 1 {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	if got := left(t, dir); !slices.Equal(got, []string{"my-tiny-llama--1.gguf", "my-tiny-llama--1.json"}) {
		t.Errorf("the folder holds %v", got)
	}
	// Another program sees the same.
	second, err := pack.Open(dir, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := second.Find(t.Context(), a.Name)
	if err != nil || p.Digest != a.Digest || p.Source != "the file My Tiny Llama (1).GGUF" || p.Path == "" || !p.Added.Equal(a.Added) {
		t.Errorf("found %+v, %v", p, err)
	}
}

func TestSameNameTwice(t *testing.T) {
	s, _ := open(t, nil)
	first, err := s.Import(t.Context(), file(t, "tiny.gguf", model{}.bytes()))
	if err != nil {
		t.Fatal(err)
	}
	b := other()
	second, err := s.Import(t.Context(), file(t, "tiny.gguf", b))
	if err != nil || first.Name != "tiny" || second.Name != "tiny-"+digest(b)[:8] {
		t.Errorf("names %q and %q, %v", first.Name, second.Name, err)
	}
}

func TestImportRefusals(t *testing.T) {
	b := model{}.bytes()
	for _, row := range []struct {
		name   string
		path   string
		change func(*pack.Options)
		kind   fault.Kind
		want   string
	}{
		{"no file", "/nowhere/x.gguf", nil, fault.NotFound, "there is no file"},
		{"a folder", t.TempDir(), nil, fault.Invalid, "is no file"},
		{"no model", file(t, "x.gguf", []byte("hello, this is text")), nil, fault.Invalid, "does not begin"},
		{"a full disk", file(t, "x.gguf", b), func(o *pack.Options) { o.Free = func(string) (int64, error) { return 1000, nil } }, fault.Full, "free"},
		{"too large", file(t, "x.gguf", b), func(o *pack.Options) { o.MaxBytes = 100 }, fault.Limited, "at most"},
		{"it fails its first prompt", file(t, "x.gguf", b), func(o *pack.Options) {
			o.Try = func(context.Context, pack.Pack) (bool, error) { return true, fault.New(fault.Invalid, "it crashed") }
		}, fault.Invalid, "it crashed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, dir := open(t, row.change)
			_, err := s.Import(t.Context(), row.path)
			if !fault.Is(err, row.kind) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %s about %q", err, row.kind, row.want)
			}
			if got := left(t, dir); len(got) > 0 {
				t.Errorf("left behind: %v", got)
			}
		})
	}
}

// TestImportLeavesTheSpareRoom: a stream of which nobody says how long it is
// ends where the disk has no more than the room that is spared.
func TestImportLeavesTheSpareRoom(t *testing.T) {
	const spared = 64 << 20
	free, taken := int64(spared+20<<20), int64(0)
	s, dir := open(t, func(o *pack.Options) {
		o.Free = func(string) (int64, error) { return free - taken, nil }
	})
	endless := io.MultiReader(bytes.NewReader(model{}.bytes()), readerFunc(func(b []byte) (int, error) {
		if taken += int64(len(b)); taken > free-spared/2 {
			return 0, errors.New("it goes on into the spared room")
		}
		return len(b), nil
	}))
	_, err := s.ImportFrom(t.Context(), "x.gguf", endless, -1)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Full || f.Remedy == "" {
		t.Errorf("got %v, want fault.Full with a remedy", err)
	}
	if got := left(t, dir); len(got) > 0 {
		t.Errorf("left behind: %v", got)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// A stream that ends early, goes on too long, fails or is canceled leaves
// nothing behind.
func TestImportFromBrokenStreams(t *testing.T) {
	b := model{}.bytes()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, row := range []struct {
		name string
		ctx  context.Context
		r    *bytes.Reader
		fail bool
		size int64
		kind fault.Kind
	}{
		{"shorter than said", t.Context(), bytes.NewReader(b), false, int64(len(b)) + 1, fault.Invalid},
		{"empty", t.Context(), bytes.NewReader(nil), false, -1, fault.Invalid},
		{"not a model", t.Context(), bytes.NewReader([]byte("GGUX and on and on")), false, -1, fault.Invalid},
		{"cut and not said so", t.Context(), bytes.NewReader(b[:len(b)-50]), false, -1, fault.Invalid},
		{"broken off", t.Context(), bytes.NewReader(b), true, -1, fault.Invalid},
		{"canceled", canceled, bytes.NewReader(b), false, -1, fault.Internal},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, dir := open(t, nil)
			var r = iotest.OneByteReader(row.r)
			if row.fail {
				r = iotest.TimeoutReader(r)
			}
			if _, err := s.ImportFrom(row.ctx, "x.gguf", r, row.size); fault.Of(err) != row.kind {
				t.Errorf("got %v of the kind %q, want %q", err, fault.Of(err), row.kind)
			}
			if got := left(t, dir); len(got) > 0 {
				t.Errorf("left behind: %v", got)
			}
		})
	}
}

func TestRemoveAndRestore(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s, dir := open(t, func(o *pack.Options) { o.Now = func() time.Time { return now } })
	a, err := s.Import(t.Context(), file(t, "tiny.gguf", model{}.bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(t.Context(), "tiny", false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find(t.Context(), "tiny"); !fault.Is(err, fault.NotFound) {
		t.Errorf("after removal: %v, want NotFound", err)
	}
	if p, err := s.Restore(t.Context(), "tiny"); err != nil || !p.Present || p.Digest != a.Digest {
		t.Errorf("restored %+v, %v", p, err)
	}
	if err := s.Remove(t.Context(), "tiny", false); err != nil {
		t.Fatal(err)
	}
	now = now.Add(8 * 24 * time.Hour) // past the week
	if _, err := pack.Open(dir, pack.Options{Now: func() time.Time { return now }}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Restore(t.Context(), "tiny"); !fault.Is(err, fault.NotFound) {
		t.Errorf("after a week: %v, want NotFound", err)
	}
	if _, err := s.Import(t.Context(), file(t, "tiny.gguf", model{}.bytes())); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(t.Context(), "tiny", true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Restore(t.Context(), "tiny"); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed for good: %v, want NotFound", err)
	}
	for _, name := range []string{"tiny", "", "../../etc/passwd", ".trash", "a/b"} {
		if err := s.Remove(t.Context(), name, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("Remove(%q): %v, want NotFound", name, err)
		}
		if _, err := s.Find(t.Context(), name); !fault.Is(err, fault.NotFound) {
			t.Errorf("Find(%q): %v, want NotFound", name, err)
		}
	}
}

// The catalogue's packs are listed, present or not, and stay.
func TestCataloguePacks(t *testing.T) {
	b := model{}.bytes()
	path := file(t, "built-in.gguf", b)
	known := []pack.Known{
		{Name: "built-in", Title: "Built In", Digest: digest(b), Bytes: int64(len(b)), Licence: "MIT", Locate: func() (string, error) { return path, nil }},
		{Name: "gone", Title: "Gone", Locate: func() (string, error) { return "", errors.New("the pack is missing; run: make models") }},
	}
	s, _ := open(t, func(o *pack.Options) { o.Known = known })
	list, err := s.List(t.Context())
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	if p := list[0]; !p.BuiltIn || !p.Present || p.Licence != "MIT" || p.Architecture != "llama" || p.Path != path {
		t.Errorf("present: %+v", p)
	}
	if p := list[1]; p.Present || !strings.Contains(p.Reason, "make models") {
		t.Errorf("missing: %+v", p)
	}
	if a, err := s.Import(t.Context(), path); err != nil || !a.Already || a.Name != "built-in" {
		t.Errorf("import of a catalogue pack: %+v, %v", a, err)
	}
	if err := s.Remove(t.Context(), "built-in", false); !fault.Is(err, fault.Denied) {
		t.Errorf("removal: %v, want Denied", err)
	}
}

// A file that was taken away or changed behind Hubcap's back is said to be.
func TestDamageIsListed(t *testing.T) {
	s, dir := open(t, nil)
	if _, err := s.Import(t.Context(), file(t, "tiny.gguf", model{}.bytes())); err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func() error{
		"bytes":           func() error { return os.Truncate(filepath.Join(dir, "tiny.gguf"), 10) },
		"gone":            func() error { return os.Remove(filepath.Join(dir, "tiny.gguf")) },
		"facts can't be ": func() error { return os.WriteFile(filepath.Join(dir, "tiny.json"), []byte("{"), 0o600) },
	} {
		if name == "facts can't be " {
			continue // last, below
		}
		if err := damage(); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	p, err := s.Find(t.Context(), "tiny")
	if err != nil || p.Present || p.Path != "" || p.Reason == "" {
		t.Errorf("%+v, %v", p, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tiny.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := s.List(t.Context())
	if err != nil || len(list) != 1 || !strings.Contains(list[0].Reason, "remove it") {
		t.Errorf("%+v, %v", list, err)
	}
	if err := s.Remove(t.Context(), "tiny", true); err != nil {
		t.Error(err)
	}
}

func TestRecommend(t *testing.T) {
	for _, row := range []struct {
		name   string
		memory int64
		cores  int
		best   string
	}{
		{"a small machine", 2 << 30, 2, "qwen2.5:0.5b"},
		{"a laptop", 16 << 30, 8, "smollm2:1.7b"},
		{"next to nothing", 512 << 20, 1, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			best := ""
			for _, a := range pack.Recommend(row.memory, row.cores) {
				if a.Why == "" || a.Licence == "" {
					t.Errorf("%+v says nothing", a)
				}
				if a.Best {
					best = a.Name
				}
			}
			if best != row.best {
				t.Errorf("recommends %q, want %q: %+v", best, row.best, pack.Recommend(row.memory, row.cores))
			}
		})
	}
}

// A folder of the first release is read as it was written
// (docs/formats/packs.md).
func TestFolderOfAnEarlierRelease(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/folder")); err != nil {
		t.Fatal(err)
	}
	s, err := pack.Open(dir, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Find(t.Context(), "tiny")
	if err != nil {
		t.Fatal(err)
	}
	b := model{}.bytes()
	if !p.Present || p.Digest != digest(b) || p.Bytes != int64(len(b)) || p.Licence != "apache-2.0" || !strings.HasPrefix(p.LicenceText, "Apache License") ||
		p.Form != "chatml" || p.Context != 2048 || !p.Tried || !p.Added.Equal(time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)) {
		t.Errorf("read %+v", p)
	}
	if a, err := s.Import(t.Context(), "testdata/tiny.gguf"); err != nil || !a.Already {
		t.Errorf("the same file again: %+v, %v", a, err)
	}
}
