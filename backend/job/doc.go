// Package job does long work: seen while it runs, paused, canceled, and gone
// on with after a crash.
//
// A Kind is a sort of work that the hub knows (a rebuild, a download, a
// re-decode); a Job is one piece of it that somebody started, kept in the
// store with its input and its checkpoint. A Desk holds the queue and runs
// jobs, some at a time.
//
// A job's function works in steps. Between two of them it calls Run.Step,
// which is where it is paused, canceled or stopped, and it saves a
// checkpoint: whatever it needs to go on from there. A job whose process was
// killed starts again from its last checkpoint, so that what was done since
// may be done twice; a job that writes local or derived documents gives them
// to Run.Commit, which keeps rows and checkpoint in one transaction and does
// each row exactly once. Work on truth carries a key or a batch by which a
// row done twice is noticed.
package job
