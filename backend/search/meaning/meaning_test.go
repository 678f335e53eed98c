package meaning_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
)

// car is a document whose notes are its pieces.
type car struct {
	ID    string   `json:"id"`
	Notes []string `json:"notes"`
	Yard  string   `json:"yard"`
}

var cars = store.Define(store.Def[car]{
	Name: "cars", Class: store.Truth, Schema: 1,
	Key:   func(c *car) string { return c.ID },
	Place: func(c *car) store.Place { return store.Place{Location: c.Yard} },
})

func source() meaning.Source {
	return meaning.Source{Schema: cars.Schema(), Pieces: func(r store.Reader, key string) (store.Place, []meaning.Piece, error) {
		d, err := cars.Get(r, key)
		if err != nil {
			return store.Place{}, nil, err
		}
		var out []meaning.Piece
		for _, n := range d.Value.Notes {
			out = append(out, meaning.Piece{Field: "note", Text: n})
		}
		return d.Place, out, nil
	}}
}

// words embeds a text by its words: texts that share words are alike.
type words struct {
	texts atomic.Int64 // how many it was asked for
	fail  atomic.Bool
	seed  string
}

const dims = 64

func (w *words) Embed(_ context.Context, r llm.EmbedRequest) (llm.EmbedReply, error) {
	if w.fail.Load() {
		return llm.EmbedReply{}, fault.New(fault.Unavailable, "away")
	}
	w.texts.Add(int64(len(r.Texts)))
	var out llm.EmbedReply
	for _, t := range r.Texts {
		v := make([]float32, dims)
		for word := range strings.FieldsSeq(strings.ToLower(t)) {
			h := fnv.New64a()
			fmt.Fprint(h, w.seed, word)
			x := h.Sum64()
			for range 4 {
				v[x%dims] += float32(int(x>>8%2))*2 - 1
				x = x*6364136223846793005 + 1442695040888963407
			}
		}
		var sum float64
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		for i := range v {
			v[i] /= float32(math.Sqrt(max(sum, 1e-9)))
		}
		out.Vectors = append(out.Vectors, v)
	}
	return out, nil
}

// garage is a store with an index over it.
type garage struct {
	t     *testing.T
	db    store.DB
	dir   string
	model *words
	print string
	ix    *meaning.Index
	stop  func()
}

func newGarage(t *testing.T) *garage {
	t.Helper()
	db, err := mem.Open([]*store.Schema{cars.Schema()}, mem.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := &garage{t: t, db: db, dir: filepath.Join(t.TempDir(), "meaning"), model: &words{}, print: "words 1"}
	t.Cleanup(func() {
		g.end()
		_ = db.Close()
	})
	g.start()
	return g
}

func (g *garage) start() {
	ctx, cancel := context.WithCancel(context.Background())
	model, print := g.model, g.print
	g.ix = meaning.Open(g.dir, g.db, meaning.Options{Sources: []meaning.Source{source()}, Look: 10 * time.Millisecond,
		Model: func(context.Context) (meaning.Model, bool) {
			return meaning.Model{Print: print, Embedder: model}, !model.fail.Load()
		}})
	var run sync.WaitGroup
	run.Go(func() { _ = g.ix.Run(ctx) })
	g.stop = func() { cancel(); run.Wait() }
}

func (g *garage) end() {
	if g.stop == nil {
		return
	}
	g.stop()
	g.stop = nil
	if err := g.ix.Close(); err != nil {
		g.t.Error(err)
	}
}

func (g *garage) again() { g.end(); g.start() }

var home = store.Org("home")

func (g *garage) put(org, id, yard string, notes ...string) {
	g.t.Helper()
	_, err := g.db.Update(context.Background(), store.Write{Scope: store.Org(org), Actor: actor.Machine()}, func(tx store.Tx) error {
		_, err := cars.Put(tx, &car{ID: id, Notes: notes, Yard: yard}, store.AnyRev)
		return err
	})
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *garage) remove(id string) {
	g.t.Helper()
	_, err := g.db.Update(context.Background(), store.Write{Scope: home, Actor: actor.Machine()}, func(tx store.Tx) error { return cars.Delete(tx, id, store.AnyRev) })
	if err != nil {
		g.t.Fatal(err)
	}
}

// caught waits until the index holds the whole log.
func (g *garage) caught() {
	g.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		st := g.ix.State()
		if st.At == g.db.Head() && !st.Building {
			return
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("the index stays at %+v, the log is at %+v", st, g.db.Head())
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (g *garage) near(s store.Scope, text string) string {
	g.t.Helper()
	list, err := g.ix.Near(context.Background(), s, meaning.Request{Kind: "cars", Text: text})
	if err != nil {
		g.t.Fatal(err)
	}
	var out []string
	for _, m := range list {
		out = append(out, m.Key+":"+m.Text)
	}
	slices.Sort(out)
	return strings.Join(out, " | ")
}

func TestFindsAndFollows(t *testing.T) {
	g := newGarage(t)
	g.put("home", "a", "north", "front brakes squeal", "new tires")
	g.put("home", "b", "south", "battery is flat")
	g.put("else", "c", "north", "front brakes squeal")
	g.caught()
	for _, c := range []struct {
		scope store.Scope
		text  string
		want  string
	}{
		{home, "brakes squeal", "a:front brakes squeal"},
		{home.At("south"), "brakes squeal", ""},
		{home.At("south"), "battery flat", "b:battery is flat"},
		{store.Org("else"), "brakes squeal", "c:front brakes squeal"},
		{home, "paint", ""},
	} {
		if got := g.near(c.scope, c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	g.put("home", "a", "north", "new tires")
	g.put("home", "b", "north", "battery is flat", "front brakes squeal")
	g.remove("b")
	g.put("home", "d", "", "brakes squeal again")
	g.caught()
	if got := g.near(home, "brakes squeal"); got != "d:brakes squeal again" {
		t.Errorf("after changes: %q", got)
	}
	if got := g.near(store.System(), "front brakes squeal"); !strings.Contains(got, "c:front brakes squeal") {
		t.Errorf("the system sees %q", got)
	}
}

// Of one document each text is ranked by itself, under the scope.
func TestTextsOfOneDocument(t *testing.T) {
	g := newGarage(t)
	g.put("home", "a", "north", "front brakes squeal", "brakes squeal again", "battery is flat")
	g.put("home", "b", "north", "front brakes squeal")
	g.caught()
	for _, c := range []struct {
		scope store.Scope
		want  string
	}{{home, "front brakes squeal | brakes squeal again"}, {home.At("south"), ""}, {store.Org("else"), ""}} {
		list, err := g.ix.Near(context.Background(), c.scope, meaning.Request{Kind: "cars", Text: "front brakes squeal", Key: "a"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range list {
			if m.Key != "a" {
				t.Errorf("found %s, which was not asked for", m.Key)
			}
			got = append(got, m.Text)
		}
		if strings.Join(got, " | ") != c.want {
			t.Errorf("%v: %q, want %q", c.scope, got, c.want)
		}
	}
}

func TestNothingIsEmbeddedTwice(t *testing.T) {
	g := newGarage(t)
	for i := range 40 {
		g.put("home", fmt.Sprint("v", i), "", "oil change", fmt.Sprint("note ", i%10))
	}
	g.caught()
	if n := g.model.texts.Load(); n != 11 {
		t.Errorf("%d texts embedded, want the 11 different ones", n)
	}
	g.again()
	g.caught()
	g.ix.Rebuild()
	g.put("home", "v1", "", "oil change")
	g.caught()
	if n := g.model.texts.Load(); n != 11 {
		t.Errorf("%d texts embedded after a restart and a rebuild, want 11", n)
	}
	if st := g.ix.State(); st.Texts != 11 || st.Pieces != 79 {
		t.Errorf("%+v, want 11 texts in 79 pieces", st)
	}
}

func TestChangedWhileNobodyLooked(t *testing.T) {
	g := newGarage(t)
	g.put("home", "a", "", "brakes squeal")
	g.caught()
	g.end()
	g.put("home", "a", "", "battery is flat")
	g.put("home", "b", "", "brakes squeal")
	g.start()
	g.caught()
	if got := g.near(home, "brakes squeal"); got != "b:brakes squeal" {
		t.Errorf("%q", got)
	}
}

func TestDamageIsMadeGood(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"half a record": func(dir string) error { return cut(filepath.Join(dir, "pieces"), 5) },
		"half a vector": func(dir string) error { return cut(filepath.Join(dir, "vectors"), 5) },
		"no vectors":    func(dir string) error { return os.Remove(filepath.Join(dir, "vectors")) },
		"no pieces":     func(dir string) error { return os.Remove(filepath.Join(dir, "pieces")) },
		"empty":         func(dir string) error { return os.Truncate(filepath.Join(dir, "pieces"), 0) },
		"flipped head":  func(dir string) error { return flip(filepath.Join(dir, "pieces"), 12) },
		"flipped piece": func(dir string) error { return flip(filepath.Join(dir, "pieces"), 120) },
		"flipped number": func(dir string) error {
			return flip(filepath.Join(dir, "vectors"), 40)
		},
		"gone":                            os.RemoveAll,
		"cut while folders change places": func(dir string) error { return os.Rename(dir, dir+".new") },
	} {
		t.Run(name, func(t *testing.T) {
			g := newGarage(t)
			for i := range 5 {
				g.put("home", fmt.Sprint("v", i), "", fmt.Sprint("brakes squeal ", i))
			}
			g.caught()
			before := g.near(home, "brakes squeal")
			g.end()
			if err := harm(g.dir); err != nil {
				t.Fatal(err)
			}
			g.start()
			g.caught()
			if got := g.near(home, "brakes squeal"); got != before || strings.Count(got, "|") != 4 {
				t.Errorf("%q, want %q", got, before)
			}
		})
	}
}

// TestDamageOfOpenFiles: what happens to the files of a running index is seen
// by Verify and made good by Renew, and by a search that comes upon it.
func TestDamageOfOpenFiles(t *testing.T) {
	overwrite := func(path string, at int64) error { // not replaced: the index has it open
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		_, err = f.WriteAt([]byte{0xa5}, at)
		return errors.Join(err, f.Close())
	}
	for name, c := range map[string]struct {
		harm  func(dir string) error
		found bool // a search comes upon it
	}{
		"no vectors":     {func(dir string) error { return os.Remove(filepath.Join(dir, "vectors")) }, false},
		"no pieces":      {func(dir string) error { return os.Remove(filepath.Join(dir, "pieces")) }, false},
		"gone":           {os.RemoveAll, false},
		"another file":   {func(dir string) error { return errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)) }, false},
		"cut pieces":     {func(dir string) error { return cut(filepath.Join(dir, "pieces"), 5) }, false},
		"flipped piece":  {func(dir string) error { return overwrite(filepath.Join(dir, "pieces"), 120) }, false},
		"empty vectors":  {func(dir string) error { return os.Truncate(filepath.Join(dir, "vectors"), 0) }, true},
		"cut vectors":    {func(dir string) error { return cut(filepath.Join(dir, "vectors"), 5) }, true},
		"flipped number": {func(dir string) error { return overwrite(filepath.Join(dir, "vectors"), 40) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGarage(t)
			for i := range 5 {
				g.put("home", fmt.Sprint("v", i), "", fmt.Sprint("brakes squeal ", i))
			}
			g.caught()
			before := g.near(home, "brakes squeal")
			if err := g.ix.Verify(); err != nil {
				t.Fatal(err)
			}
			if err := c.harm(g.dir); err != nil {
				t.Fatal(err)
			}
			if err := g.ix.Verify(); err == nil {
				t.Error("Verify finds nothing")
			}
			if c.found {
				if _, err := g.ix.Near(t.Context(), home, meaning.Request{Kind: "cars", Text: "brakes squeal"}); !fault.Is(err, fault.Unavailable) {
					t.Errorf("a search over damaged vectors: %v, want that they are being made again", err)
				}
			} else {
				g.ix.Renew()
			}
			g.well()
			if got := g.near(home, "brakes squeal"); got != before || strings.Count(got, "|") != 4 {
				t.Errorf("%q, want %q", got, before)
			}
			g.again() // and so it stands on disk
			g.caught()
			if got := g.near(home, "brakes squeal"); got != before {
				t.Errorf("%q after a start, want %q", got, before)
			}
		})
	}
}

// well waits until the files are made again.
func (g *garage) well() {
	g.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		st := g.ix.State()
		if err := g.ix.Verify(); err == nil && st.Texts > 0 && st.At == g.db.Head() && !st.Building {
			return
		} else if time.Now().After(deadline) {
			g.t.Fatalf("the index stays at %+v: %v", st, err)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func cut(path string, n int64) error {
	fi, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, fi.Size()-n)
}

func flip(path string, at int) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[at] ^= 4
	return os.WriteFile(path, b, 0o600)
}

func TestModelThatComesGoesAndChanges(t *testing.T) {
	g := newGarage(t)
	g.model.fail.Store(true)
	g.put("home", "a", "", "brakes squeal")
	if _, err := g.ix.Near(context.Background(), home, meaning.Request{Kind: "cars", Text: "brakes"}); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("without a model: %v, want Unavailable", err)
	}
	g.model.fail.Store(false)
	g.caught()
	if got := g.near(home, "brakes squeal"); got == "" {
		t.Fatal("nothing found once the model came")
	}
	g.end()
	g.model, g.print = &words{seed: "2"}, "words 2"
	g.start()
	g.caught()
	if got := g.near(home, "brakes squeal"); got == "" {
		t.Error("nothing found with another model")
	}
	if n := g.model.texts.Load(); n < 1 {
		t.Error("vectors of another model were used")
	}
}

func TestWasteIsCleared(t *testing.T) {
	g := newGarage(t)
	var notes []string
	for i := range 2500 {
		notes = append(notes, fmt.Sprint("note number ", i))
	}
	g.put("home", "a", "", notes...)
	g.put("home", "b", "", "brakes squeal")
	g.caught()
	before := size(t, g.dir)
	g.put("home", "a", "", "tires are new")
	g.caught()
	g.ix.Rebuild()
	g.caught()
	deadline := time.Now().Add(20 * time.Second)
	for size(t, g.dir) > before/10 {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes of %d are left", size(t, g.dir), before)
		}
		time.Sleep(2 * time.Millisecond)
	}
	g.again()
	g.caught()
	if got := g.near(home, "brakes squeal"); got != "b:brakes squeal" {
		t.Errorf("%q", got)
	}
	if st := g.ix.State(); st.Texts != 2 {
		t.Errorf("%+v, want 2 texts", st)
	}
}

func size(t *testing.T, dir string) (n int64) {
	t.Helper()
	for _, name := range []string{"vectors", "pieces"} {
		fi, err := os.Stat(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if err == nil {
			n += fi.Size()
		}
	}
	return n
}

// A text that stands in many documents is found in each, and a text that is
// there twice is one piece less when one goes.
func TestTheSameTextInManyPlaces(t *testing.T) {
	g := newGarage(t)
	g.put("home", "a", "", "oil change", "oil change")
	g.put("home", "b", "", "oil change")
	g.caught()
	if got := g.near(home, "oil change"); got != "a:oil change | b:oil change" {
		t.Errorf("%q", got)
	}
	g.put("home", "a", "", "oil change")
	g.again()
	g.caught()
	if st := g.ix.State(); st.Texts != 1 || st.Pieces != 2 {
		t.Errorf("%+v, want 1 text in 2 pieces", st)
	}
}
