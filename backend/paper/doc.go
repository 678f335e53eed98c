// Package paper reads the photos and papers that people put on a vehicle: what
// a file is by its content, how large its picture is, two smaller pictures of
// it, and the text in it.
//
// The bytes come from outside and may be made to harm: pictures that claim to
// be 60,000 points wide, streams that unpack to gigabytes, documents that
// never end. So reading happens in a child process with limits on memory,
// processor time and wall time, without files and without the hub's settings
// (Serve is the child, Reader the parent). What the child has found before it
// was stopped counts; the file itself is kept whatever becomes of it.
//
// The package holds no rule of the hub and writes no file.
package paper
