package meaning

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Piece is a text of a document.
type Piece struct {
	Field string // such as "note"
	Text  string

	// The record that holds the text: a service record of a vehicle, or the
	// document itself.
	Collection, Record string
}

// Source is a collection whose documents have pieces.
type Source struct {
	Schema *store.Schema // of the documents; its name is Request.Kind

	// Touches names, for each other collection, whose pieces a change of it
	// alters. Changes of Schema itself touch the document they are of.
	Touches store.Touches

	// Pieces reads a document's pieces from the store; fault.NotFound when
	// there is no such document in the reader's scope.
	Pieces func(r store.Reader, key string) (store.Place, []Piece, error)
}

// Embedder turns texts into vectors of length 1.
type Embedder interface {
	Embed(context.Context, llm.EmbedRequest) (llm.EmbedReply, error)
}

// Model is the embedder of now. Vectors of different prints can't be
// compared.
type Model struct {
	Print string
	Embedder
}

// Options of an index. Sources and Model are needed.
type Options struct {
	Sources []Source
	Model   func(context.Context) (Model, bool) // false while there is none

	Look   time.Duration // how often to look for a model, or another one; 0 is 5 s
	MaxLag uint64        // changes behind at which a walk over all is cheaper; 0 is 200,000
	Log    *slog.Logger  // nil: silent
}

// Index holds the vectors and keeps them up to date while Run runs. All
// methods may be called from many goroutines.
type Index struct {
	dir     string
	db      store.DB
	o       Options
	sources map[string]*Source
	asked   recent

	mu       sync.RWMutex
	model    Model
	files    *files // nil while there is no model
	table    *table
	at       store.Position
	again    bool
	renew    bool // the files are thrown away and made again
	restart  func()
	building bool
}

// Open returns the index kept under dir. Nothing is read before Run finds a
// model.
func Open(dir string, db store.DB, o Options) *Index {
	if o.Look == 0 {
		o.Look = 5 * time.Second
	}
	if o.MaxLag == 0 {
		o.MaxLag = 200_000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	ix := &Index{dir: dir, db: db, o: o, sources: map[string]*Source{}}
	for i := range o.Sources {
		ix.sources[o.Sources[i].Schema.Name] = &o.Sources[i]
	}
	return ix
}

// State is what a person may know of the index.
type State struct {
	Model    string         `json:"model"` // "" while there is none
	Texts    int            `json:"texts"` // different ones
	Pieces   int            `json:"pieces"`
	At       store.Position `json:"at"`
	Building bool           `json:"building"` // a walk over all documents is on its way
}

// State says how far the index is.
func (ix *Index) State() State {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	s := State{At: ix.at, Building: ix.building}
	if ix.table != nil {
		s.Model = ix.model.Print
		for _, o := range ix.table.owners {
			if len(o) > 0 {
				s.Texts++
				s.Pieces += len(o)
			}
		}
	}
	return s
}

// Rebuild asks Run to walk over all documents again. Texts whose vector is
// there are not embedded again.
func (ix *Index) Rebuild() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.again = true
	if ix.restart != nil {
		ix.restart()
	}
}

// Run follows the store until ctx ends, with whatever model there is.
func (ix *Index) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		m, ok := ix.o.Model(ctx)
		if !ok {
			pause(ctx, ix.o.Look)
			continue
		}
		if err := ix.use(m); err != nil {
			ix.o.Log.Error("vectors can't be kept", "err", err)
			pause(ctx, ix.o.Look)
			continue
		}
		following, stop := context.WithCancel(ctx)
		ix.mu.Lock()
		ix.restart = stop
		ix.mu.Unlock()
		var watch sync.WaitGroup
		watch.Go(func() {
			for following.Err() == nil {
				pause(following, ix.o.Look)
				if now, ok := ix.o.Model(following); following.Err() == nil && (!ok || now.Print != m.Print) {
					stop()
				}
			}
		})
		err := store.Follow(following, ix.db, (*follower)(ix), store.FollowOptions{Log: ix.o.Log, Batch: 500, Linger: 200 * time.Millisecond})
		stop()
		watch.Wait()
		if err != nil {
			return err
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// use opens the files of a model, or begins new ones.
func (ix *Index) use(m Model) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.files != nil && ix.model.Print == m.Print && !ix.renew {
		ix.model = m
		return nil
	}
	if ix.files != nil {
		err := ix.files.close()
		ix.files, ix.table, ix.at = nil, nil, store.Position{}
		if err != nil {
			return err
		}
	}
	ix.model = m
	ix.asked.forget()
	if ix.renew {
		if err := ix.begin(); err != nil {
			return err
		}
		ix.renew = false
		return nil
	}
	// A crash while a compacted folder took the place of the old one.
	if _, err := os.Stat(ix.dir); errors.Is(err, os.ErrNotExist) {
		_ = os.Rename(ix.dir+".new", ix.dir) // nothing there is the usual case
	}
	f, t, at, err := openFiles(ix.dir, m.Print)
	if err == nil {
		ix.files, ix.table, ix.at = f, t, at
		return nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		ix.o.Log.Warn("vectors can't be used, they are made again", "err", err)
	}
	return ix.begin()
}

// begin makes empty files once the first vector says how long it is.
func (ix *Index) begin() error {
	_ = os.Chmod(ix.dir, 0o700) // or one that may not be read can't be emptied
	if err := os.RemoveAll(ix.dir); err != nil {
		return fmt.Errorf("remove old vectors: %w", err)
	}
	ix.files, ix.table, ix.at = nil, nil, store.Position{}
	return nil
}

// Close closes the files. Run must have ended.
func (ix *Index) Close() error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.files == nil {
		return nil
	}
	err := ix.files.close()
	ix.files, ix.table = nil, nil
	return err
}
