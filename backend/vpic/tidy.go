package vpic

import (
	"path/filepath"
	"time"

	"github.com/hubcap-dev/hubcap/backend/inbox"
)

// partSuffix ends the names of files that are not finished.
const partSuffix = ".part"

// sweep removes indexes that are neither in use nor the one before, and what
// killed updates left a day ago. What can't be removed now can be later.
func (s *Shelf) sweep(c choice) {
	inbox.Sweep(s.dir, s.o.Now(), func(name string, age time.Duration) bool {
		kept := c.Use != nil && c.Use.File == name || c.Previous != nil && c.Previous.File == name
		return filepath.Ext(name) == ".idx" && !kept || filepath.Ext(name) == partSuffix && age > 24*time.Hour
	})
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
	s.Box.Tidy(s.opened, going)
	inbox.Sweep(s.dir, s.o.Now(), func(name string, age time.Duration) bool {
		return filepath.Ext(name) == partSuffix && !inbox.Mine(name) && age > indexTime
	})
}
