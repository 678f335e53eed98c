package report

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Kept is how long a job's documents can be fetched.
const Kept = 24 * time.Hour

// Shelf holds what jobs printed, a file a job and form. It may be deleted at
// any time: what is gone is printed again.
type Shelf struct {
	dir string
	now func() time.Time
}

// NewShelf returns the shelf in a folder, which is made when it is needed.
func NewShelf(dir string, now func() time.Time) *Shelf { return &Shelf{dir, now} }

var jobName = regexp.MustCompile(`^[0-9a-f-]{36}$`)

func (s *Shelf) path(job, form string) (string, error) {
	if !jobName.MatchString(job) || form != "pdf" && form != "zip" {
		return "", fault.New(fault.NotFound, "there is no such print")
	}
	return filepath.Join(s.dir, job+"."+form), nil
}

// put has write write a file, which is there whole or not at all.
func (s *Shelf) put(job, form string, write func(io.Writer) error) error {
	path, err := s.path(job, form)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("keep a print: %w", err)
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep a print: %w", err)
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(path+".part", path)
	}
	if err != nil {
		_ = os.Remove(path + ".part")
	}
	return err
}

// Open opens what a job printed. The caller closes it.
func (s *Shelf) Open(job, form string) (*os.File, error) {
	path, err := s.path(job, form)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "what this job printed is not here any more").WithRemedy("prints are kept for a day on the node that made them; print it again")
	}
	return f, err
}

// Sweep removes what has been kept for a day, and what a crash cut off.
func (s *Shelf) Sweep() error {
	list, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil || s.now().Sub(info.ModTime()) < Kept {
			continue
		}
		if err := os.Remove(filepath.Join(s.dir, e.Name())); err != nil {
			return fmt.Errorf("sweep prints: %w", err)
		}
	}
	return nil
}
