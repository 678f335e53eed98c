package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

func TestOf(t *testing.T) {
	cause := errors.New("disk on fire")
	cases := []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"nil has no kind", nil, ""},
		{"a plain error is internal", cause, fault.Internal},
		{"a kind survives wrapping", fmt.Errorf("save: %w", fault.New(fault.Conflict, "changed")), fault.Conflict},
		{"the outermost kind wins", fault.Wrap(fault.Unavailable, fault.New(fault.NotFound, "gone"), "store"), fault.Unavailable},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := fault.Of(c.err); got != c.want {
				t.Errorf("Of(%v) = %q, want %q", c.err, got, c.want)
			}
		})
	}
	if !errors.Is(fault.Wrap(fault.Unavailable, cause, "open"), cause) {
		t.Error("Wrap hides its cause from errors.Is")
	}
}

func TestErrorNamesTheField(t *testing.T) {
	err := fault.InvalidField("/odometer/value", "is not a number", "write digits only, such as 82838")
	if got, want := err.Error(), "the input is not valid; /odometer/value: is not a number"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}
