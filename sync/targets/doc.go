// Package targets is where a hub's backups go: what an owner enters of each
// place, the loop that keeps it in step, what is said of its state, and the
// work on it that a person asks for.
//
// The words: a *target* is one place, an S3 bucket or a folder, with a rhythm
// and rules of its own. It is *set up* when it has the key of a repository
// there. A target belongs to one history of the store, named by the log's
// epoch: in a store that was restored from it, it waits until a person says
// whether that store goes on with this backup or begins another, so that a
// copy made for a look never takes the backup over. *Chores* are what is done
// to a backup by the clock: putting it in order, checkpoints, verification,
// restore tests, forgetting.
package targets
