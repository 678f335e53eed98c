package pack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/inbox"
)

// Known is a pack of the catalogue: it comes with Hubcap.
type Known struct {
	Name, Title, Digest, Licence, Source string
	Bytes, MemoryBytes                   int64
	Context                              int
	Locate                               func() (string, error) // its file's path now; the error says what to do
}

// Options change what Open does; the zero value works, but pulls nothing.
type Options struct {
	Known []Known

	// Try asks a model that is about to come on the shelf for a first answer.
	// It reports false where the model worker is not there to ask; its error
	// keeps the model off the shelf. nil tries nothing.
	Try func(ctx context.Context, p Pack) (tried bool, err error)

	Registry  string       // address of an Ollama registry, such as https://registry.example; empty pulls nothing
	Redirects []string     // hosts, beside the registry's own, that it may send a pull to
	Client    *http.Client // for pulls; nil is http.DefaultClient
	MaxBytes  int64        // of one model; 0 is 64 GiB
	Now       func() time.Time
	// Pause waits between two tries of a pull; nil is a timer. Tests put
	// something quicker here.
	Pause func(context.Context, time.Duration) error
	// Stall is how long a pull may stand still; 0 is a minute.
	Stall time.Duration
	// Free says how much room dir has; nil asks the system.
	Free func(dir string) (int64, error)
}

// Shelf is the packs of this machine. Its methods may be called at the same
// time; two programs may share a folder, since every file comes and goes by
// one rename.
type Shelf struct {
	dir  string
	opts Options

	mu      sync.Mutex      // names and facts on disk
	pulling map[string]bool // digests
}

// Open returns the shelf in dir, which is made when something comes on it.
// It clears away what a broken import left and what has lain long enough in
// the trash.
func Open(dir string, o Options) (*Shelf, error) {
	if o.Client == nil {
		o.Client = http.DefaultClient
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 64 << 30
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Pause == nil {
		o.Pause = pause
	}
	if o.Stall == 0 {
		o.Stall = time.Minute
	}
	if o.Free == nil {
		o.Free = inbox.FreeBytes
	}
	s := &Shelf{dir: dir, opts: o, pulling: map[string]bool{}}
	return s, s.sweep()
}

// Names in the folder beside NAME.gguf and NAME.json.
const (
	incoming = ".incoming-" // an import that is not done
	partFile = ".part-"     // a pull that is not done, by its digest; the next pull goes on from it
	trashDir = ".trash"
)

// How long things stay that nobody asks for again.
const (
	keepIncoming = 24 * time.Hour
	keepPart     = 30 * 24 * time.Hour
	keepTrash    = 7 * 24 * time.Hour
)

// sweep removes what is left over. Its age tells a leftover from the import
// of another program.
func (s *Shelf) sweep() error {
	old := func(e fs.DirEntry, keep time.Duration) bool {
		fi, err := e.Info()
		return err == nil && s.opts.Now().Sub(fi.ModTime()) > keep
	}
	var errs []error
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the folder of models: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), incoming) && old(e, keepIncoming) || strings.HasPrefix(e.Name(), partFile) && old(e, keepPart) {
			errs = append(errs, os.Remove(filepath.Join(s.dir, e.Name())))
		}
	}
	thrown, err := os.ReadDir(filepath.Join(s.dir, trashDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, fmt.Errorf("read the trash of models: %w", err))
	}
	for _, e := range thrown {
		if old(e, keepTrash) {
			errs = append(errs, os.RemoveAll(filepath.Join(s.dir, trashDir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// List returns the catalogue's packs, present or not, then those brought in,
// by name. Texts of licences are left to Find.
func (s *Shelf) List(context.Context) ([]Pack, error) {
	var out []Pack
	for _, k := range s.opts.Known {
		out = append(out, k.pack())
	}
	added, err := s.added()
	if err != nil {
		return nil, err
	}
	for i := range added {
		added[i].LicenceText = ""
	}
	return append(out, added...), nil
}

// Find returns the pack called name, whether its file is present or not.
func (s *Shelf) Find(_ context.Context, name string) (Pack, error) {
	for _, k := range s.opts.Known {
		if k.Name == name {
			return k.pack(), nil
		}
	}
	if !nameForm.MatchString(name) {
		return Pack{}, absent(name)
	}
	p, err := s.readFacts(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Pack{}, absent(name)
	}
	return p, err
}

func absent(name string) error {
	return fault.New(fault.NotFound, "there is no model called %.80q here", name).WithRemedy("see `hubcap model list` for their names")
}

// pack says what the catalogue and the file know about k.
func (k Known) pack() Pack {
	p := Pack{
		Name: k.Name, Title: k.Title, Digest: k.Digest, Bytes: k.Bytes, Licence: k.Licence, Source: k.Source, BuiltIn: true,
		Context: k.Context, MemoryBytes: k.MemoryBytes,
	}
	path, err := k.Locate()
	if err != nil {
		p.Reason = err.Error()
		return p
	}
	f, err := os.Open(path)
	if err != nil {
		p.Reason = err.Error()
		return p
	}
	defer f.Close()
	said, err := describeFile(f)
	if err != nil {
		p.Reason = err.Error()
		return p
	}
	p.Present, p.Path = true, path
	p.Architecture, p.Parameters, p.Quantisation, p.Form, p.Embeds, p.Dimensions = said.Architecture, said.Parameters, said.Quantisation, said.Form, said.Embeds, said.Dimensions
	return p
}

func describeFile(f *os.File) (Pack, error) {
	fi, err := f.Stat()
	if err != nil {
		return Pack{}, err
	}
	h, err := ReadHeader(f, fi.Size())
	if err != nil {
		return Pack{}, err
	}
	return Describe(h, fi.Size())
}

// nameForm is what a name looks like; it is a file's name, too.
var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,79}$`)

// added reads the facts of every pack that was brought in.
func (s *Shelf) added() ([]Pack, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the folder of models: %w", err)
	}
	var out []Pack
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || !nameForm.MatchString(name) {
			continue
		}
		p, err := s.readFacts(name)
		if err != nil {
			p = Pack{Name: name, Title: name, Reason: "its facts can't be read (" + err.Error() + "); remove it and bring it in again"}
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Pack) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// maxFacts bounds a JSON file: a licence's text is most of it.
const maxFacts = 4 << 20

func (s *Shelf) readFacts(name string) (Pack, error) {
	path := filepath.Join(s.dir, name+".json")
	fi, err := os.Stat(path)
	if err != nil {
		return Pack{}, err
	}
	if fi.Size() > maxFacts {
		return Pack{}, fmt.Errorf("%s has %d bytes", path, fi.Size())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return Pack{}, err
	}
	var p Pack
	if err := json.Unmarshal(b, &p); err != nil {
		return Pack{}, fmt.Errorf("read %s: %w", path, err)
	}
	p.Name, p.BuiltIn, p.Present, p.Reason, p.Path = name, false, false, "", filepath.Join(s.dir, name+".gguf")
	switch fi, err := os.Stat(p.Path); {
	case errors.Is(err, fs.ErrNotExist):
		p.Reason = "its file is gone; remove it and bring it in again"
	case err != nil:
		return p, err
	case fi.Size() != p.Bytes:
		p.Reason = fmt.Sprintf("its file has %d bytes instead of %d; remove it and bring it in again", fi.Size(), p.Bytes)
	default:
		p.Present = true
	}
	if !p.Present {
		p.Path = ""
	}
	return p, nil
}

// withDigest finds a present pack by its digest.
func (s *Shelf) withDigest(digest string) (Pack, bool, error) {
	all, err := s.List(context.Background())
	if err != nil {
		return Pack{}, false, err
	}
	for _, p := range all {
		if p.Present && p.Digest == digest {
			return p, true, nil
		}
	}
	return Pack{}, false, nil
}

// Remove throws a pack into the trash, where Restore finds it for a week;
// with forGood its room is free at once. A worker that has it loaded keeps
// it until it ends.
func (s *Shelf) Remove(ctx context.Context, name string, forGood bool) error {
	for _, k := range s.opts.Known {
		if k.Name == name {
			return fault.New(fault.Denied, "the model %s comes with Hubcap and is not removed", name).
				WithRemedy("to do without it, delete its file %s.gguf where `make models` or the release has put it", name)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.sweep(); err != nil {
		return err
	}
	if !nameForm.MatchString(name) {
		return absent(name)
	}
	facts, file := filepath.Join(s.dir, name+".json"), filepath.Join(s.dir, name+".gguf")
	if _, err := os.Stat(facts); errors.Is(err, fs.ErrNotExist) {
		return absent(name)
	}
	bin := filepath.Join(s.dir, trashDir, name)
	if err := os.RemoveAll(bin); err != nil {
		return fmt.Errorf("clear the trash: %w", err)
	}
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return full(err, "make the trash")
	}
	// The facts go last when they come and first when they go: a file without
	// facts is no pack.
	if err := os.Rename(facts, filepath.Join(bin, name+".json")); err != nil {
		return fmt.Errorf("remove model %s: %w", name, err)
	}
	if err := os.Rename(file, filepath.Join(bin, name+".gguf")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove model %s: %w", name, err)
	}
	now := s.opts.Now()
	if err := os.Chtimes(bin, now, now); err != nil {
		return fmt.Errorf("remove model %s: %w", name, err)
	}
	if forGood {
		if err := os.RemoveAll(bin); err != nil {
			return fmt.Errorf("remove model %s: %w", name, err)
		}
	}
	return syncDir(s.dir)
}

// Restore takes a removed pack out of the trash.
func (s *Shelf) Restore(ctx context.Context, name string) (Pack, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !nameForm.MatchString(name) {
		return Pack{}, absent(name)
	}
	bin := filepath.Join(s.dir, trashDir, name)
	if _, err := os.Stat(filepath.Join(bin, name+".json")); errors.Is(err, fs.ErrNotExist) {
		return Pack{}, fault.New(fault.NotFound, "the trash holds no model called %q", name).WithRemedy("removed models are kept for a week; bring it in again")
	}
	if _, err := os.Stat(filepath.Join(s.dir, name+".json")); err == nil {
		return Pack{}, fault.New(fault.Conflict, "another model has the name %s by now", name).WithRemedy("remove that one first")
	}
	for _, ext := range []string{".gguf", ".json"} {
		if err := os.Rename(filepath.Join(bin, name+ext), filepath.Join(s.dir, name+ext)); err != nil && !(ext == ".gguf" && errors.Is(err, fs.ErrNotExist)) {
			return Pack{}, fmt.Errorf("restore model %s: %w", name, err)
		}
	}
	if err := errors.Join(os.RemoveAll(bin), syncDir(s.dir)); err != nil {
		return Pack{}, fmt.Errorf("restore model %s: %w", name, err)
	}
	return s.readFacts(name)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
