package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"

	"github.com/hubcap-dev/hubcap/backend/search/meaning"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Options of an index. Fields and Sources are needed, the rest may be zero.
type Options struct {
	Fields  []Field
	Sources []Source

	Now func() time.Time // for due:<30d
	Log *slog.Logger     // nil: silent

	// Near finds documents by what their texts mean; nil finds by words alone.
	Near func(context.Context, store.Scope, meaning.Request) ([]meaning.Match, error)

	InFlight int           // searches at once; 0 is as many as there are cores, at least 2
	Queue    int           // searches that may wait for their turn; 0 is 64
	Patience time.Duration // longest wait for a turn; 0 is 2 s
	Fresh    time.Duration // longest wait for the caller's own last write; 0 is 300 ms
	MaxLag   uint64        // changes behind at which a rebuild is cheaper; 0 is 200,000
}

// Index is a text index over the store that keeps itself up to date while Run
// runs. All methods may be called from many goroutines.
type Index struct {
	dir     string
	db      store.DB
	o       Options
	sources map[string]*Source // by kind
	slots   chan struct{}

	nearSlot chan struct{} // one question about meanings at a time
	queued   atomic.Int64
	filled   atomic.Uint64 // documents that the rebuild has taken in so far
	facets   facetCache

	mu       sync.Mutex
	cur      *generation // nil before the first one is built
	moved    chan struct{}
	asked    uint64 // rebuilds asked for
	answered uint64 // of those, the newest that an index was begun after
	restart  func()
	building bool
	closed   bool
}

// generation is one index on disk. A rebuild makes the next one beside it and
// swaps; the old one goes when its last search has ended.
type generation struct {
	index bleve.Index
	path  string
	users sync.WaitGroup
	at    store.Position // guarded by Index.mu
}

// layoutVersion is raised when documents are indexed otherwise than before:
// an index of another version, or of other fields, is made again.
const layoutVersion = 1

var keyPosition = []byte("position")

// state is what an index says of itself.
type state struct {
	Position store.Position `json:"position"`
	Layout   string         `json:"layout"`
}

// Open opens the index kept under dir. An index that is missing, damaged or
// of another layout is no error: Run builds it, and until then searches find
// nothing and say that the index is being built.
func Open(dir string, db store.DB, o Options) (*Index, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.InFlight == 0 {
		// A search does nothing but compute. More of them at once than cores
		// are no faster, and everything else waits behind them.
		o.InFlight = max(2, runtime.GOMAXPROCS(0))
	}
	if o.Queue == 0 {
		o.Queue = 64
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Second
	}
	if o.Fresh == 0 {
		o.Fresh = 300 * time.Millisecond
	}
	if o.MaxLag == 0 {
		o.MaxLag = 200_000
	}
	ix := &Index{
		dir: dir, db: db, o: o, sources: map[string]*Source{},
		slots: make(chan struct{}, o.InFlight), nearSlot: make(chan struct{}, 1), moved: make(chan struct{}),
	}
	for i := range o.Sources {
		ix.sources[o.Sources[i].Schema.Name] = &o.Sources[i]
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the search folder: %w", err)
	}
	ix.openCurrent()
	return ix, nil
}

const generationName = "gen-%09d"

// generations are the indexes on disk, oldest first.
func (ix *Index) generations() []string {
	paths, _ := filepath.Glob(filepath.Join(ix.dir, "gen-*")) // sorted
	return paths
}

// openCurrent opens the newest generation that can be, and removes the rest.
func (ix *Index) openCurrent() {
	for _, path := range slices.Backward(ix.generations()) {
		if ix.cur == nil {
			g, err := ix.openGeneration(path)
			if err == nil {
				ix.cur = g
				continue
			}
			ix.o.Log.Warn("search index can't be used, it will be built again", "path", path, "err", err)
		}
		if err := os.RemoveAll(path); err != nil {
			ix.o.Log.Warn("remove old search index", "path", path, "err", err)
		}
	}
}

func (ix *Index) openGeneration(path string) (g *generation, err error) {
	defer recovered(&err) // bleve trusts its files
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	index, err := bleve.OpenUsing(path, runtimeConfig())
	if err != nil {
		return nil, err
	}
	var s state
	if err = sound(path); err == nil {
		s, err = readState(index)
	}
	switch {
	case err != nil:
	case s.Layout != ix.layout():
		err = errors.New("it has another layout")
	case s.Position == store.Position{}:
		err = errors.New("it was not finished")
	}
	if err != nil {
		return nil, errors.Join(err, index.Close())
	}
	return &generation{index: index, path: path, at: s.Position}, nil
}

func readState(index bleve.Index) (s state, err error) {
	b, err := index.GetInternal(keyPosition)
	if err != nil || b == nil {
		return s, err
	}
	return s, json.Unmarshal(b, &s)
}

// recovered turns a panic of bleve over damaged files into an error.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the search index is damaged: %v", r)
	}
}

// runtimeConfig: a batch need not be on disk before the next one. What a
// crash takes is read again from the change log, for a batch carries its
// position with it.
func runtimeConfig() map[string]any { return map[string]any{"unsafe_batch": true} }

// newGeneration makes an empty index beside the others.
func (ix *Index) newGeneration() (*generation, error) {
	number := 1
	for _, path := range ix.generations() {
		if _, err := fmt.Sscanf(filepath.Base(path), generationName, &number); err == nil {
			number++
		}
	}
	path := filepath.Join(ix.dir, fmt.Sprintf(generationName, number))
	index, err := bleve.NewUsing(path, ix.mapping(), scorch.Name, scorch.Name, runtimeConfig())
	if err != nil {
		return nil, fmt.Errorf("make a search index: %w", err)
	}
	return &generation{index: index, path: path}, nil
}

// layout says how documents are indexed.
func (ix *Index) layout() string {
	s := fmt.Sprint(layoutVersion)
	for _, f := range ix.o.Fields {
		s += fmt.Sprintf(" %s/%d/%v/%v", f.Name, f.Kind, f.Facet, f.Weight > 0)
	}
	return s
}

func (ix *Index) mapping() mapping.IndexMapping {
	im := bleve.NewIndexMapping()
	const words = "words"
	// Texts come folded and cut into words already (words.go).
	err := im.AddCustomAnalyzer(words, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name})
	if err != nil {
		panic(err) // a broken program: the names are bleve's own
	}
	im.DefaultAnalyzer = keyword.Name
	im.StoreDynamic, im.IndexDynamic, im.DocValuesDynamic = false, false, false
	d := bleve.NewDocumentStaticMapping()
	text := func(name, analyzer string, docValues, positions bool) {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll = analyzer, false, false
		f.DocValues, f.IncludeTermVectors = docValues, positions
		d.AddFieldMappingsAt(name, f)
	}
	for _, name := range []string{fieldOf, fieldLocation, fieldGroup, fieldOwner, fieldHas} {
		text(name, keyword.Name, false, false)
	}
	text(fieldAll, words, false, true)
	for _, f := range ix.o.Fields {
		switch f.Kind {
		case Text:
			text(f.Name, words, false, false)
		case Word:
			text(f.Name, keyword.Name, true, false) // sorted by
			text(f.Name+exact, keyword.Name, true, false)
			if f.Weight > 0 {
				text(f.Name+weighed, words, false, false)
			}
		case VIN:
			text(f.Name, keyword.Name, false, false)
			text(f.Name+reversed, keyword.Name, true, false)
		case Number, Date:
			n := bleve.NewNumericFieldMapping()
			n.Store, n.IncludeInAll, n.DocValues = false, false, true
			d.AddFieldMappingsAt(f.Name, n)
			if f.Kind == Number && f.Facet {
				text(f.Name+exact, keyword.Name, true, false)
			}
		}
	}
	d.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	im.DefaultMapping = d
	return im
}

func (ix *Index) field(name string) (Field, bool) {
	for _, f := range ix.o.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// acquire returns the current generation, or nil when there is none, for use
// until release.
func (ix *Index) acquire() *generation {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.cur == nil || ix.closed {
		return nil
	}
	ix.cur.users.Add(1)
	return ix.cur
}

// advance notes that g holds everything up to at.
func (ix *Index) advance(g *generation, at store.Position) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	g.at = at
	close(ix.moved)
	ix.moved = make(chan struct{})
}

// swap makes g the current generation and removes the old one when its last
// search has ended.
func (ix *Index) swap(g *generation) error {
	ix.mu.Lock()
	old := ix.cur
	ix.cur = g
	ix.mu.Unlock()
	ix.facets.forget()
	if old == nil {
		return nil
	}
	old.users.Wait()
	err := old.index.Close()
	return errors.Join(err, os.RemoveAll(old.path))
}

// At is where the index stands in the change log; the zero Position
// before the first build.
func (ix *Index) At() store.Position {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.cur == nil {
		return store.Position{}
	}
	return ix.cur.at
}

// Close closes the index. Run must have ended.
func (ix *Index) Close() error {
	ix.mu.Lock()
	g := ix.cur
	ix.cur, ix.closed = nil, true
	ix.mu.Unlock()
	if g == nil {
		return nil
	}
	g.users.Wait()
	return g.index.Close()
}

// Rebuild asks Run to make the index again from the store, while the present
// one serves.
func (ix *Index) Rebuild() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.request()
}

// linger gathers the changes of a moment: the index takes one document in
// milliseconds of work and fifty in hardly more.
const linger = 20 * time.Millisecond

// pace is the least time from one batch to the next while writes keep coming:
// each batch makes a segment, and segments cost their merging. It is well
// within what a search waits for its caller's own write.
const pace = 100 * time.Millisecond

// Run follows the store until ctx ends.
func (ix *Index) Run(ctx context.Context) error {
	for {
		following, cancel := context.WithCancel(ctx)
		ix.mu.Lock()
		ix.restart = cancel
		ix.mu.Unlock()
		err := store.Follow(following, ix.db, (*follower)(ix), store.FollowOptions{Log: ix.o.Log, Batch: 500, Linger: linger, Pace: pace})
		again := following.Err() != nil && ctx.Err() == nil
		cancel()
		if err != nil || !again {
			return err
		}
	}
}
