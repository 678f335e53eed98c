package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/child"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/checklist"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// Bounds of what is kept.
const (
	MaxFile  = 64 << 20
	maxFiles = 20
	maxName  = 120
	previews = 20
	samples  = 200 // rows that columns are judged by
)

// Blobs keeps the bytes of lists.
type Blobs interface {
	Put(ctx context.Context, r io.Reader, limit int64) (blob.Info, error)
	Whole(ctx context.Context, name string) (io.ReadSeekCloser, int64, error)
}

// Options are the parts that a Service stands on.
type Options struct {
	DB       store.DB
	Blobs    Blobs
	Vehicles *vehicle.Hub
	Decoder  func() *vin.Decoder
	Child    *child.Runner // reads what is dangerous to read; nil: here
	IDs      *store.IDs
	Now      func() time.Time
	Defaults func(ctx context.Context, c vehicle.Caller) mapping.Defaults // the currency and unit of the caller
	Recalls  func(make, model string, year int) int                       // open campaigns of a model; nil: none are known
}

// Service keeps intakes and checks them. Its methods may be called from many
// goroutines.
type Service struct {
	o Options

	checks context.Context // ends with Close
	end    context.CancelFunc
	wait   sync.WaitGroup

	mu     sync.Mutex
	engine *engine
	sights map[string]*sight
}

// New returns a service. Close ends its checks.
func New(o Options) *Service {
	s := &Service{o: o, sights: map[string]*sight{}}
	s.checks, s.end = context.WithCancel(context.Background())
	return s
}

// Close ends the checks that are under way and waits for them.
func (s *Service) Close() {
	s.end()
	s.wait.Wait()
}

// examiner is the engine over the vPIC release in use.
func (s *Service) examiner() (*engine, error) {
	d := s.o.Decoder()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine == nil || s.engine.decoder != d {
		e, err := newEngine(d)
		if err != nil {
			return nil, err
		}
		s.engine = e
	}
	return s.engine, nil
}

// Saved is an intake with its revision.
type Saved struct {
	Intake Intake
	Rev    int64
}

// Create begins an evening.
func (s *Service) Create(ctx context.Context, c vehicle.Caller, name string) (Saved, error) {
	now := store.Moment(s.o.Now())
	i := Intake{ID: s.o.IDs.New(), Name: strings.TrimSpace(name), Files: []File{}, Commits: []Commit{}, NextN: 1, By: c.Actor, Created: now, Updated: now}
	if i.Name == "" {
		i.Name = "Evening of " + s.o.Now().UTC().Format(time.DateOnly)
	}
	if err := checkName(i.Name); err != nil {
		return Saved{}, err
	}
	if l := c.Scope.Locations(); len(l) > 0 {
		i.Location = l[0] // of several the first: it must lie somewhere that they reach
	}
	if g := c.Scope.Groups(); len(g) > 0 {
		i.Group = g[0]
	}
	if i.Owner = c.Scope.Owner(); i.Owner == "" && c.Actor.Kind == actor.User {
		i.Owner = c.Actor.ID
	}
	return s.write(ctx, c, &i, 0)
}

func checkName(name string) error {
	if !utf8.ValidString(name) || strings.ContainsRune(name, 0) || utf8.RuneCountInString(name) > maxName || strings.TrimSpace(name) == "" {
		return fault.InvalidField("/name", "is not a name", fmt.Sprintf("give 1 to %d characters", maxName))
	}
	return nil
}

func (s *Service) write(ctx context.Context, c vehicle.Caller, i *Intake, ifRev int64) (Saved, error) {
	out := Saved{Intake: *i}
	_, err := s.o.DB.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor}, func(tx store.Tx) (err error) {
		if ifRev == 0 {
			out.Rev, err = Intakes.Insert(tx, i)
		} else {
			out.Rev, err = Intakes.Put(tx, i, ifRev)
		}
		return err
	})
	return out, err
}

// Get reads one intake.
func (s *Service) Get(ctx context.Context, c vehicle.Caller, id string) (Saved, error) {
	var out Saved
	err := s.o.DB.View(ctx, c.Scope, func(r store.Reader) (err error) {
		if out, err = get(r, id); err != nil {
			return err
		}
		return findUndone(r, &out.Intake)
	})
	return out, err
}

func findUndone(r store.Reader, i *Intake) error {
	for n := range i.Commits {
		var err error
		if i.Commits[n].Undone, err = undone(r, i.Commits[n].Batch); err != nil {
			return err
		}
	}
	return nil
}

// undone reports whether a batch was taken back.
func undone(r store.Reader, batch string) (bool, error) {
	p, err := store.Undos.Query(r, store.Query{Range: store.OfBatch(batch), Limit: 1})
	return err == nil && len(p.Items) > 0 && p.Items[0].Value.Spent != "", err
}

func get(r store.Reader, id string) (Saved, error) {
	d, err := Intakes.Get(r, id)
	if fault.Is(err, fault.NotFound) {
		return Saved{}, fault.New(fault.NotFound, "there is no such list").WithRemedy("it may have been removed, or is somebody else's; look at your lists")
	}
	return Saved{d.Value, d.Rev}, err
}

// List reads a page of intakes, the newest first: those in the trash, or the
// others.
func (s *Service) List(ctx context.Context, c vehicle.Caller, trash bool, cursor string, limit int) (store.Page[Intake], error) {
	var p store.Page[Intake]
	err := s.o.DB.View(ctx, c.Scope, func(r store.Reader) (err error) {
		p, err = Intakes.Query(r, store.Query{Index: "removed", Prefix: store.Values(store.Flag(trash)), Reverse: true, Cursor: cursor, Limit: limit})
		for n := range p.Items {
			err = errors.Join(err, findUndone(r, &p.Items[n].Value))
		}
		return err
	})
	return p, err
}

// change reads an intake, changes it and writes it, in one transaction.
func (s *Service) change(ctx context.Context, c vehicle.Caller, id string, f func(*Intake) error) (Saved, error) {
	var out Saved
	_, err := s.o.DB.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor}, func(tx store.Tx) (err error) {
		if out, err = get(tx, id); err != nil {
			return err
		}
		if err := f(&out.Intake); err != nil {
			return err
		}
		out.Intake.Updated = store.Moment(s.o.Now())
		out.Rev, err = Intakes.Put(tx, &out.Intake, out.Rev)
		return err
	})
	return out, err
}

// Settings are what can be set on an intake; nil stays as it is.
type Settings struct {
	Name    *string           `json:"name,omitempty" minLength:"1" maxLength:"120"`
	Wishes  *checklist.Wishes `json:"wishes,omitempty"`
	Against *string           `json:"against,omitempty" maxLength:"36" doc:"id of the list to compare with; empty is none"`
}

// Set changes what was settled of an intake.
func (s *Service) Set(ctx context.Context, c vehicle.Caller, id string, to Settings) (Saved, error) {
	if to.Name != nil {
		*to.Name = strings.TrimSpace(*to.Name)
		if err := checkName(*to.Name); err != nil {
			return Saved{}, err
		}
	}
	if to.Wishes != nil {
		if err := checkWishes(to.Wishes, s.o.Now()); err != nil {
			return Saved{}, err
		}
	}
	if to.Against != nil && *to.Against != "" {
		if *to.Against == id {
			return Saved{}, fault.InvalidField("/against", "is the list itself", "choose another evening's list")
		}
		if _, err := s.Get(ctx, c, *to.Against); err != nil {
			return Saved{}, fault.InvalidField("/against", "is no list of yours", "choose one of your lists")
		}
	}
	return s.change(ctx, c, id, func(i *Intake) error {
		if to.Name != nil {
			i.Name = *to.Name
		}
		if to.Wishes != nil {
			i.Wishes = *to.Wishes
		}
		if to.Against != nil {
			i.Against = *to.Against
		}
		return nil
	})
}

// checkWishes refuses what no lot could be held against.
func checkWishes(w *checklist.Wishes, now time.Time) error {
	switch {
	case w.Ceiling != nil && (w.Ceiling.Minor < 1 || w.Ceiling.Minor > 1e13 || len(w.Ceiling.Currency) != 3):
		return fault.InvalidField("/wishes/ceiling", "is not an amount", `give more than 0 in minor units (cents) and a currency such as "USD"`)
	case w.MinYear != 0 && (w.MinYear < 1900 || w.MinYear > now.Year()+2):
		return fault.InvalidField("/wishes/minYear", "is not a model year", fmt.Sprintf("give a year from 1900 to %d, or none", now.Year()+2))
	case w.MaxOdometerMeters < 0 || w.MaxOdometerMeters > 1e10:
		return fault.InvalidField("/wishes/maxOdometerMeters", "is out of range", "give metres from 0, which is no wish, to 10,000,000 km")
	case len(w.Makes) > 50:
		return fault.InvalidField("/wishes/makes", fmt.Sprintf("are %d", len(w.Makes)), "name at most 50 makes")
	}
	for i, m := range w.Makes {
		if m = strings.TrimSpace(m); m == "" || len(m) > 60 {
			return fault.InvalidField(fmt.Sprintf("/wishes/makes/%d", i), "is not a make", "name a make, such as Ford")
		}
	}
	return nil
}

// Remove puts an intake into the trash, or takes it out of there. What it took
// into the hub stays.
func (s *Service) Remove(ctx context.Context, c vehicle.Caller, id string, back bool) (Saved, error) {
	return s.change(ctx, c, id, func(i *Intake) error {
		i.Removed = store.Timestamp{}
		if !back {
			i.Removed = store.Moment(s.o.Now())
		}
		return nil
	})
}

// keepRemoved is how long a removed intake can be brought back.
const keepRemoved = 30 * 24 * time.Hour

// Forget removes for good what has been in the trash for 30 days, with its
// edits, and lets go of what nobody looks at any more.
func (s *Service) Forget(ctx context.Context, org string) error {
	s.drop(func(x *sight) bool { return s.o.Now().Sub(x.used) > idle })
	w := store.Write{Scope: store.System().In(org), Actor: actor.Hub("housekeeping")}
	cursor := ""
	for {
		var p store.Page[Intake]
		err := s.o.DB.View(ctx, w.Scope, func(r store.Reader) (err error) {
			p, err = Intakes.Query(r, store.Query{Index: "removed", Prefix: store.Values(store.Flag(true)), Cursor: cursor, Limit: 50})
			return err
		})
		if err != nil {
			return err
		}
		for _, d := range p.Items {
			if s.o.Now().Sub(d.Value.Removed.Time) < keepRemoved {
				continue
			}
			if err := s.forgetOne(ctx, w, d.Key); err != nil {
				return err
			}
		}
		if cursor = p.Next; cursor == "" {
			return nil
		}
	}
}

func (s *Service) forgetOne(ctx context.Context, w store.Write, id string) error {
	for left := true; left; {
		_, err := s.o.DB.Update(ctx, w, func(tx store.Tx) error {
			p, err := Edits.Query(tx, store.Query{Index: "intake", Prefix: store.Values(store.String(id)), Limit: 100})
			if err != nil {
				return err
			}
			for _, d := range p.Items {
				if err := Edits.Delete(tx, d.Key, d.Rev); err != nil {
					return err
				}
			}
			if left = len(p.Items) > 0; left {
				return nil
			}
			return Intakes.Delete(tx, id, store.AnyRev)
		})
		if err != nil {
			return fmt.Errorf("forget list %s: %w", id, err)
		}
	}
	return nil
}

// rows counts those of all files.
func (i *Intake) rows() int64 {
	n := int64(0)
	for _, f := range i.Files {
		n += int64(f.Rows)
	}
	return n
}

// fileOf finds a file of an intake.
func (i *Intake) fileOf(n int) (*File, error) {
	at := slices.IndexFunc(i.Files, func(f File) bool { return f.N == n })
	if at < 0 {
		return nil, fault.New(fault.NotFound, "this list has no file %d", n).WithRemedy("it may have been taken off; read the list again")
	}
	return &i.Files[at], nil
}

// open reads a file of an intake from its beginning. The caller closes it.
func (s *Service) open(ctx context.Context, f *File) (*list.Reader, io.Closer, error) {
	content, size, err := s.o.Blobs.Whole(ctx, f.SHA256)
	if err != nil {
		return nil, nil, fmt.Errorf("read the file %q of the list: %w", f.Name, err)
	}
	at, ok := content.(io.ReaderAt)
	if !ok {
		at = seekingAt{content}
	}
	o := f.Reading
	o.Name = f.Name
	r, err := list.Open(ctx, at, size, o, s.o.Child)
	if err != nil {
		return nil, nil, errors.Join(err, content.Close())
	}
	return r, closers{r, content}, nil
}

type closers []io.Closer

func (c closers) Close() error {
	var err error
	for _, x := range c {
		err = errors.Join(err, x.Close())
	}
	return err
}

// seekingAt reads at places of what can only be sought in; one goroutine's.
type seekingAt struct{ io.ReadSeeker }

func (s seekingAt) ReadAt(b []byte, at int64) (int, error) {
	if _, err := s.Seek(at, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s, b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
