// Package intake turns a seller's lists into vehicles: the dealer's evening.
//
// An Intake is one evening's work: its files, how their columns are read, what
// somebody corrected, and what was decided. That is kept as truth. What the
// check makes of it (which rows are ready, which claims the VINs contradict,
// how a wrong VIN may have been meant) is never kept: it is computed from the
// files with the vPIC release, the vehicles and the accepted aliases of that
// moment, in a second or two for ten thousand rows, so that it can't grow
// stale. A check writes nothing.
//
// A commit is a job. It reads the files again, a piece at a time, and takes
// row after row into the hub: each whole or not at all, all under one batch
// that one undo takes back.
package intake
