package reference

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/inbox"
	"github.com/hubcap-dev/hubcap/backend/vpic"
)

// Options of a Shelf.
type Options struct {
	Now func() time.Time // nil is time.Now

	// Models are the makes and models that the decoder knows, so that one
	// model's name is not taken for a kind of another; nil is none.
	Models func() iter.Seq2[string, string]
}

// Shelf keeps the books of a data folder. Its methods may be called from many
// goroutines. Asking is quick and never waits for an import.
type Shelf struct {
	dir    string
	o      Options
	opened time.Time

	inbox.Box // of files that are sent

	mu    sync.Mutex // held while something is written
	state atomic.Pointer[state]
}

// state is what is in use. A book that was in use stays mapped until the
// process ends: answers hold slices of it.
type state struct {
	books   []*book
	models  map[string]map[string]bool // by make, those that a book has; compact names
	warning error
}

func (st *state) of(k Kind) []*book {
	var out []*book
	for _, b := range st.books {
		if b.source.Kind == k {
			out = append(out, b)
		}
	}
	return out
}

// maxUpload is about ten times what the publishers' files have.
const maxUpload = 2 << 30

// New returns the shelf of a data folder, with nothing in it until Load. It
// touches nothing.
func New(data string, o Options) *Shelf {
	if o.Now == nil {
		o.Now = time.Now
	}
	dir := filepath.Join(data, "reference")
	s := &Shelf{dir: dir, o: o, opened: o.Now(), Box: inbox.Box{Dir: dir, Most: maxUpload, Less: "send the publisher's file as it is, best packed as .zip"}}
	s.state.Store(&state{})
	return s
}

const (
	choiceFile = "current"
	partSuffix = ".part" // ends the names of files that are not finished
	bookSuffix = ".ref"
)

// choice is the file current: the books in use.
type choice struct {
	Books []string `json:"books"` // names of files, by part
}

func (s *Shelf) path(name string) string { return filepath.Join(s.dir, name) }

func (s *Shelf) readChoice() (choice, error) {
	var c choice
	b, err := os.ReadFile(s.path(choiceFile))
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	for _, name := range c.Books {
		if err == nil && (filepath.Base(name) != name || filepath.Ext(name) != bookSuffix) {
			err = fmt.Errorf("%q is not the name of a book", name)
		}
	}
	if err != nil {
		return choice{}, fault.Wrap(fault.Unavailable, err, "the list of recalls and fuel economy in %s can't be read", s.path(choiceFile)).
			WithRemedy("bring the files in again: Settings, or `hubcap reference import FILE`")
	}
	return c, nil
}

// Load opens what is in use. A book that is damaged is passed over: the error
// says which, and the others are there.
func (s *Shelf) Load() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load()
}

func (s *Shelf) load() error {
	c, err := s.readChoice()
	st := &state{models: map[string]map[string]bool{}, warning: err}
	for _, name := range c.Books {
		b, err := s.open(name)
		if err != nil {
			st.warning = errors.Join(st.warning, fault.Wrap(fault.Unavailable, err, "%s can't be used", s.path(name)).WithRemedy("bring the file in again: Settings, or `hubcap reference import FILE`"))
			continue
		}
		st.books = append(st.books, b)
	}
	if len(st.books) > 0 && s.o.Models != nil {
		absent := map[string]bool{}
		for makeName, model := range s.o.Models() {
			k := compact(makeName)
			if st.models[k] == nil {
				if absent[k] || !slices.ContainsFunc(st.books, func(b *book) bool { return b.hasMake(k) }) {
					absent[k] = true
					continue
				}
				st.models[k] = map[string]bool{}
			}
			st.models[k][strings.Join(modelWords(k, model), "")] = true
		}
	}
	s.state.Store(st)
	return st.warning
}

// open maps a book. One that was open already is taken as it is.
func (s *Shelf) open(name string) (*book, error) {
	digest := strings.TrimSuffix(name[strings.LastIndexByte(name, '-')+1:], bookSuffix)
	for _, b := range s.state.Load().books {
		if strings.HasPrefix(b.source.Digest, digest) && digest != "" {
			return b, nil
		}
	}
	data, unmap, err := vpic.Map(s.path(name))
	if err != nil {
		return nil, err
	}
	b, err := openBook(data)
	if err != nil {
		unmap()
		return nil, err
	}
	return b, nil
}

// Status says what is in use.
type Status struct {
	Sources []Source `json:"sources"`
	Warning string   `json:"warning,omitempty"` // why something that was brought in is not in use
	Remedy  string   `json:"remedy,omitempty"`
}

// Status says what is in use.
func (s *Shelf) Status() Status {
	st := s.state.Load()
	out := Status{Sources: []Source{}}
	for _, b := range st.books {
		out.Sources = append(out.Sources, b.source)
	}
	if st.warning != nil {
		out.Warning = st.warning.Error()
		var f *fault.Error
		if errors.As(st.warning, &f) {
			out.Warning, out.Remedy = f.Message, f.Remedy
		}
	}
	return out
}

// Sources are the files in use of a kind.
func (s *Shelf) Sources(k Kind) []Source {
	var out []Source
	for _, b := range s.state.Load().of(k) {
		out = append(out, b.source)
	}
	return out
}

// Remove takes away what was brought in of a kind; fault.NotFound if there is
// nothing. It is brought back by its publisher's file alone.
func (s *Shelf) Remove(k Kind) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.readChoice()
	if err != nil {
		c = choice{} // what can't be read is taken away whole
	}
	left := slices.DeleteFunc(slices.Clone(c.Books), func(name string) bool { return strings.HasPrefix(name, string(k)+"-") })
	if err == nil && len(left) == len(c.Books) {
		return fault.New(fault.NotFound, "there is nothing to remove: no %s were brought in", k).WithRemedy("see what there is with `hubcap reference status`")
	}
	return s.choose(choice{Books: left})
}

// choose makes the books of c those in use, and removes the others.
func (s *Shelf) choose(c choice) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	f, err := s.create("new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), s.path(choiceFile))
	}
	if err != nil {
		return errors.Join(inbox.NoRoom(s.dir, err), os.Remove(f.Name()))
	}
	if d, err := os.Open(s.dir); err == nil { // where a folder can't be synced a power cut may bring the old choice back
		_ = d.Sync()
		_ = d.Close()
	}
	err = s.load()
	s.sweep(c)
	return err
}

func (s *Shelf) create(pattern string) (*os.File, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, inbox.NoRoom(s.dir, err)
	}
	f, err := os.CreateTemp(s.dir, pattern+partSuffix)
	if err != nil {
		return nil, inbox.NoRoom(s.dir, err)
	}
	return f, nil
}

// sweep removes books that are not in use, and what killed imports left a day
// ago. What can't be removed now can be later.
func (s *Shelf) sweep(c choice) {
	inbox.Sweep(s.dir, s.o.Now(), func(name string, age time.Duration) bool {
		return filepath.Ext(name) == bookSuffix && !slices.Contains(c.Books, name) || filepath.Ext(name) == partSuffix && age > 24*time.Hour
	})
}

// Tidy removes what a hub that ended left behind: half-made books, and files
// that were sent and that no job of going goes on with.
func (s *Shelf) Tidy(going []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Box.Tidy(s.opened, going)
	since := s.o.Now().Sub(s.opened)
	inbox.Sweep(s.dir, s.o.Now(), func(name string, age time.Duration) bool {
		return filepath.Ext(name) == partSuffix && !inbox.Mine(name) && age > since
	})
}
