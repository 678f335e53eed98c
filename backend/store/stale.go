package store

import "context"

type staleKey struct{}

// AcceptStale marks the Views of a context as content with data that is a
// little behind, though not behind the change atLeast: the caller's own last
// write, 0 for none. An engine with replicas may answer them there; Updates
// are never behind.
func AcceptStale(ctx context.Context, atLeast uint64) context.Context {
	return context.WithValue(ctx, staleKey{}, atLeast)
}

// Staleness is what AcceptStale said; ok is false where nobody did.
func Staleness(ctx context.Context) (atLeast uint64, ok bool) {
	atLeast, ok = ctx.Value(staleKey{}).(uint64)
	return atLeast, ok
}
