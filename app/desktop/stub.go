//go:build !desktop

package desktop

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Built says that this program has no window.
const Built = false

// Window is the window that this program was built without.
type Window struct{}

func missing() error {
	return fault.New(fault.Unavailable, "this Hubcap was built without its window").
		WithRemedy("build it with `make desktop` and run build/bin/hubcap-desktop, or use the browser: hubcap serve --open")
}

// Show does nothing.
func (*Window) Show() {}

// Save is Unavailable.
func (*Window) Save(string, []byte) (string, error) { return "", missing() }

// Run is Unavailable.
func (*Window) Run(context.Context, Options) (Place, error) { return Place{}, missing() }
