// Package desktop is the window on the desktop: it knows an address to show
// and how a window behaves, and nothing of the product.
//
// The window is Wails's, whose only own page sends it to the hub's address on
// loopback: the page is the same one that a browser gets, from the same
// handler. It is built with the tag `desktop` (make desktop), since it needs
// cgo and the system's WebKit; without the tag Run says so.
package desktop

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
)

// Options say what a window shows. Address is required.
type Options struct {
	Title   string
	Address func() string // asked once, when the window opens: it may hold a single-use ticket
	Place   Place         // where the window stood last
	Log     *slog.Logger
}

// Place is where a window stands, in the units of the screen, and which port
// its hub had: the same one again keeps what the page's own storage holds.
type Place struct {
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
	Port      int  `json:"port"`
}

// Sizes of a window that was never moved, and of the smallest that works.
const (
	usualWidth, usualHeight = 1280, 832
	leastWidth, leastHeight = 420, 480
)

// ReadPlace reads what WritePlace left; whatever is missing or makes no sense
// is the usual.
func ReadPlace(path string) Place {
	p := Place{}
	if b, err := os.ReadFile(path); err == nil && json.Unmarshal(b, &p) != nil {
		p = Place{}
	}
	if p.Width < leastWidth || p.Height < leastHeight || p.Width > 20000 || p.Height > 20000 {
		p.Width, p.Height = usualWidth, usualHeight
	}
	if p.Port < 1024 || p.Port > 65535 {
		p.Port = 0
	}
	return p
}

// WritePlace keeps a place for the next start.
func WritePlace(path string, p Place) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return fmt.Errorf("keep the window's place: %w", err)
	}
	return os.Rename(path+".new", path)
}
