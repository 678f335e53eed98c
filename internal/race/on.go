//go:build race

// Package race tells tests whether the race detector watches. What runs on
// one goroutine and takes long is left to the run without it.
package race

import "testing"

// Enabled reports whether the race detector watches.
const Enabled = true

// Skip leaves a test that has nothing to race to the run without the detector.
func Skip(t *testing.T) {
	t.Helper()
	t.Skip("one goroutine: `make test` runs it without the race detector")
}
