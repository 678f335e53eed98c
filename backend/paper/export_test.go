package paper

import "io"

// Examine is Serve without limits, for fuzzing within one process.
func Examine(in io.Reader, out io.Writer, name string) error { return examine(in, out, name) }
