// Package worker says where the model worker's program is.
//
// In development it lies beside the hub (build/bin/hubcap-worker). A release
// will carry its bytes under the build tag bundle and write them once to the
// cache by digest; that part comes with packaging.
package worker

import (
	"os"
	"path/filepath"
)

// Program is the worker's file name.
const Program = "hubcap-worker"

// Candidates lists where the program may be, the most likely place first:
// the given one (from configuration; may be empty, else it is the only
// one), beside the running program, and build/bin under the working
// directory. None of them need exist yet: `make run` builds the worker while
// the hub already serves.
func Candidates(configured string) []string {
	if configured != "" {
		return []string{configured}
	}
	var out []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		out = append(out, filepath.Join(filepath.Dir(exe), Program))
	}
	return append(out, filepath.Join("build", "bin", Program))
}
