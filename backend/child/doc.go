// Package child runs the hub's own program a second time to read a file that
// comes from outside: a process with limits on memory, processor time and wall
// time, that can open no file and is not told the hub's settings. What it has
// found it tells in frames: a kind, a length and the content.
//
// The parent is a Runner and the Process that it starts; the child calls
// Confine before it reads a byte. The package knows nothing of what is read.
package child
