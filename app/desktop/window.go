//go:build desktop

package desktop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"sync"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/menu/keys"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Built says that this program has a window.
const Built = true

// Window is the one window. Its methods may be called at any time, before it
// opens and after it closed too.
type Window struct {
	mu   sync.Mutex
	live context.Context // Wails's own, while the window is open
}

// Show brings the window to the front.
func (w *Window) Show() {
	if ctx := w.open(); ctx != nil {
		runtime.WindowUnminimise(ctx)
		runtime.WindowShow(ctx)
	}
}

// Save asks where to save data, and does. The path is "" when the person
// changed their mind.
func (w *Window) Save(name string, data []byte) (path string, err error) {
	ctx := w.open()
	if ctx == nil {
		return "", fault.New(fault.Unavailable, "the window is closed")
	}
	path, err = runtime.SaveFileDialog(ctx, runtime.SaveDialogOptions{Title: "Save " + name, DefaultFilename: name, CanCreateDirectories: true})
	if err != nil || path == "" {
		return "", err
	}
	return path, writeFile(path, data)
}

func (w *Window) open() context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.live
}

func (w *Window) set(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.live = ctx
}

// Run opens the window and returns when it is closed, by the person or by
// ctx, with the place where it stood. It must be called on the program's
// first goroutine: GTK lives on the main thread.
func (w *Window) Run(ctx context.Context, o Options) (Place, error) {
	place := o.Place
	closed := make(chan struct{})
	var watching sync.WaitGroup
	remember := func(live context.Context) {
		place.Maximised = runtime.WindowIsMaximised(live)
		if !place.Maximised && !runtime.WindowIsMinimised(live) {
			if width, height := runtime.WindowGetSize(live); width >= leastWidth && height >= leastHeight {
				place.Width, place.Height = width, height
			}
		}
	}
	state := options.Normal
	if place.Maximised {
		state = options.Maximised
	}
	err := wails.Run(&options.App{
		Title: o.Title, Width: place.Width, Height: place.Height, MinWidth: leastWidth, MinHeight: leastHeight, WindowStartState: state,
		BackgroundColour:         options.NewRGB(26, 27, 30), // that of the dark theme: no white flash at night
		AssetServer:              &assetserver.Options{Handler: bootstrap(o.Address)},
		Menu:                     w.menu(),
		EnableDefaultContextMenu: true,
		Logger:                   quiet{o},
		LogLevelProduction:       logger.WARNING,
		// Pages of forms gain nothing by the graphics card, and some drivers leave
		// the window white.
		Linux: &linux.Options{ProgramName: "hubcap", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		OnStartup: func(live context.Context) {
			w.set(live)
			watching.Go(func() {
				select {
				case <-ctx.Done():
					runtime.Quit(live)
				case <-closed:
				}
			})
		},
		OnBeforeClose: func(live context.Context) (prevent bool) {
			remember(live)
			return false
		},
		OnShutdown: func(context.Context) { w.set(nil) },
	})
	close(closed)
	watching.Wait()
	return place, err
}

// menu is what a desktop program is expected to have; the page has the rest.
func (w *Window) menu() *menu.Menu {
	m := menu.NewMenu()
	file := m.AddSubmenu("File")
	file.AddText("Print…", keys.CmdOrCtrl("p"), func(*menu.CallbackData) {
		// The page prints as by its own button (frontend/src/lib/print.ts). One
		// that is not ours, or did not start, is stopped first: WebKit puts
		// printing off as long as a page loads.
		runtime.WindowExecJS(w.open(), `dispatchEvent(new Event("hubcap:print",{cancelable:true}))&&(stop(),print())`)
	})
	file.AddSeparator()
	file.AddText("Quit", keys.CmdOrCtrl("q"), func(*menu.CallbackData) { runtime.Quit(w.open()) })
	view := m.AddSubmenu("View")
	view.AddText("Reload", keys.CmdOrCtrl("r"), func(*menu.CallbackData) { runtime.WindowExecJS(w.open(), "location.reload()") })
	view.AddText("Full screen", keys.Key("f11"), func(*menu.CallbackData) {
		if live := w.open(); runtime.WindowIsFullscreen(live) {
			runtime.WindowUnfullscreen(live)
		} else {
			runtime.WindowFullscreen(live)
		}
	})
	return m
}

// bootstrap is the window's own page: it goes to the hub at once.
func bootstrap(address func() string) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Header().Set("Cache-Control", "no-store")
		to, err := json.Marshal(address())
		if err != nil || r.URL.Path != "/" && r.URL.Path != "/index.html" {
			http.NotFound(rw, r)
			return
		}
		// The window is gone if this can't be written.
		_, _ = rw.Write([]byte("<!doctype html><title>Hubcap</title><script>location.replace(" + string(to) + ")</script>"))
	})
}

// quiet hands Wails's complaints to the hub's log and drops its chatter.
type quiet struct{ o Options }

func (q quiet) Print(string)     {}
func (q quiet) Trace(string)     {}
func (q quiet) Debug(string)     {}
func (q quiet) Info(string)      {}
func (q quiet) Warning(m string) { q.say(m) }
func (q quiet) Error(m string)   { q.say(m) }
func (q quiet) Fatal(m string)   { q.say(m) }
func (q quiet) say(m string) {
	if q.o.Log != nil {
		q.o.Log.Warn("window", "said", m)
	}
}

// writeFile writes what a person saves under the name that they chose in the
// system's dialog: whole, or not at all.
func writeFile(path string, data []byte) error {
	mode := fs.FileMode(0o644)
	if fi, err := os.Stat(path); err == nil {
		mode = fi.Mode().Perm()
	}
	temp := path + ".hubcap-new"
	if err := os.WriteFile(temp, data, mode); err != nil {
		return errors.Join(fmt.Errorf("save %s: %w", path, err), os.Remove(temp))
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(fmt.Errorf("save %s: %w", path, err), os.Remove(temp))
	}
	return nil
}
