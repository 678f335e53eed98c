package vpic

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// partSuffix ends the names of files that are not finished.
const partSuffix = ".part"

// uploads begins the names of dumps that are sent.
const uploads = "upload-"

// sweep removes indexes that are neither in use nor the one before, and what
// killed updates left a day ago. What can't be removed now can be later.
func (s *Shelf) sweep(c choice) {
	s.remove(func(name string, age time.Duration) bool {
		kept := c.Use != nil && c.Use.File == name || c.Previous != nil && c.Previous.File == name
		return filepath.Ext(name) == ".idx" && !kept || filepath.Ext(name) == partSuffix && age > 24*time.Hour
	})
}

func (s *Shelf) remove(which func(name string, age time.Duration) bool) {
	list, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	for _, e := range list {
		if info, err := e.Info(); err == nil && which(e.Name(), s.o.Now().Sub(info.ModTime())) {
			_ = os.Remove(s.path(e.Name()))
		}
	}
}

// indexTime is far more than an index takes from its first byte to its name.
const indexTime = 10 * time.Minute

// Tidy removes what nobody needs any more. A hub that starts gives the uploads
// that its jobs go on with: dumps that came before this shelf was opened, and
// that no job knows, were cut off by what ended the hub.
func (s *Shelf) Tidy(going []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.readChoice()
	if err != nil {
		return
	}
	s.sweep(c)
	since := s.o.Now().Sub(s.opened)
	s.remove(func(name string, age time.Duration) bool {
		if strings.HasPrefix(name, uploads) {
			return age > since && !slices.Contains(going, s.path(name))
		}
		return filepath.Ext(name) == partSuffix && age > indexTime
	})
}

const (
	spare     = 64 << 20 // room that is left free on the disk, so that the store can go on writing
	roomEvery = 8 << 20  // bytes that are written from one look at the disk to the next
)

// spared writes to a file as long as the disk has more than the spare room.
type spared struct {
	shelf   *Shelf
	file    *os.File
	n, next int64
}

func (w *spared) Write(b []byte) (int, error) {
	if w.n >= w.next {
		if free, err := w.shelf.o.Free(w.shelf.dir); err == nil && free < spare {
			return 0, fault.New(fault.Full, "the disk of the data folder has only %d MB left, which the hub needs for itself", max(free, 0)>>20).
				WithRemedy("make room on the disk and send the dump again; the index in use stays")
		}
		w.next = w.n + roomEvery
	}
	n, err := w.file.Write(b)
	w.n += int64(n)
	if err != nil {
		err = w.shelf.noRoom(err)
	}
	return n, err
}
