// Package local runs a model in a worker process on this machine and keeps
// it healthy.
//
// One goroutine, the keeper, owns the process: it waits until the worker's
// program and the pack exist, starts it, loads the model, hands it one
// request at a time, and replaces it when it crashes, hangs, talks nonsense
// or outgrows its memory. Callers only ever see an error of the kind
// Unavailable, Limited or Canceled, and the State.
//
//	missing ─▶ starting ─▶ ready ⇄ busy
//	   ▲          │  ▲       │
//	   └──────────┴──┴─failed┘   (retried after a growing pause)
//
// A worker that nobody has asked for some time is ended, which is the only
// sure way to get its memory back; the state stays ready, and the next
// request starts it again in about 0.3 s.
package local
