package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Watched is a file of the watched folder that became a list, or could not.
type Watched struct {
	ID      string          `json:"id"` // of its name, size and time of change
	Name    string          `json:"name"`
	At      store.Timestamp `json:"at"`
	Intake  string          `json:"intake,omitempty"`
	Problem string          `json:"problem,omitempty"`
	Remedy  string          `json:"remedy,omitempty"`
}

// WatchedFiles is the collection of files that the watched folder brought. The
// folder belongs to this machine, and so does what is known of it.
var WatchedFiles = store.Define(store.Def[Watched]{
	Name: "watched_files", Class: store.Local, Schema: 1,
	Key: func(w *Watched) string { return w.ID },
	Indexes: []store.Index[Watched]{
		{Name: "at", Fields: []store.Field[Watched]{
			{Name: "at", Kind: store.Time, Value: func(w *Watched) store.Value { return w.At.Value() }},
		}},
	},
})

// still is how long a file of the watched folder must not have changed before
// it is read: it may be on its way.
const still = 3 * time.Second

var listed = []string{".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".pdf"}

// Watch makes a list of every new file in a folder. The files themselves are
// only read. It goes on with the next file where one can't be read.
func (s *Service) Watch(ctx context.Context, c vehicle.Caller, dir fs.FS) error {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return fmt.Errorf("read the watched folder: %w", err)
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return nil
		}
		name := e.Name()
		if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || !slices.Contains(listed, strings.ToLower(path.Ext(name))) {
			continue
		}
		if err := s.watchOne(ctx, c, dir, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) watchOne(ctx context.Context, c vehicle.Caller, dir fs.FS, name string) error {
	info, err := fs.Stat(dir, name)
	if err != nil || !info.Mode().IsRegular() || s.o.Now().Sub(info.ModTime()) < still {
		return nil // gone again, no file, or on its way
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d", name, info.Size(), info.ModTime().UnixNano()))
	w := Watched{ID: hex.EncodeToString(sum[:16]), Name: name, At: store.Moment(s.o.Now())}
	known := false
	err = s.o.DB.View(ctx, shared(c), func(r store.Reader) error {
		_, err := WatchedFiles.Get(r, w.ID)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		known = err == nil
		return err
	})
	if err != nil || known {
		return err
	}
	if w.Intake, err = s.bring(ctx, c, dir, name); err != nil {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return fmt.Errorf("take in %s of the watched folder: %w", name, err)
		}
		w.Problem, w.Remedy = f.Error(), f.Remedy
	}
	return s.o.DB.UpdateLocal(ctx, shared(c), func(tx store.Tx) error {
		_, err := WatchedFiles.Put(tx, &w, store.AnyRev)
		return err
	})
}

// bring makes a list of one file.
func (s *Service) bring(ctx context.Context, c vehicle.Caller, dir fs.FS, name string) (string, error) {
	f, err := dir.Open(name)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "the file can't be opened").WithRemedy("let Hubcap's user read it")
	}
	defer f.Close()
	made, err := s.Create(ctx, c, NameOf(name))
	if err != nil {
		return "", err
	}
	if _, err := s.AddFile(ctx, c, made.Intake.ID, name, f); err != nil {
		_, removed := s.Remove(ctx, c, made.Intake.ID, false)
		if removed != nil {
			return "", errors.Join(err, removed)
		}
		return "", err
	}
	return made.Intake.ID, nil
}

// NameOf is the name of an intake of a file: the file's, as far as a name may
// be long.
func NameOf(file string) string {
	if r := []rune(file); len(r) > maxName {
		return string(r[:maxName])
	}
	return file
}

// Watched lists what the watched folder brought, the newest first.
func (s *Service) Watched(ctx context.Context, c vehicle.Caller, limit int) ([]Watched, error) {
	var p store.Page[Watched]
	err := s.o.DB.View(ctx, shared(c), func(r store.Reader) (err error) {
		p, err = WatchedFiles.Query(r, store.Query{Index: "at", Reverse: true, Limit: limit})
		return err
	})
	out := make([]Watched, 0, len(p.Items))
	for _, d := range p.Items {
		out = append(out, d.Value)
	}
	return out, err
}
