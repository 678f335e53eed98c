// Package insight writes the vehicle briefing: a few sentences of which each
// one opens the records that it rests on.
//
// The words, in the order of the work:
//
//   - Facts are what is known about one vehicle: its VIN decoded, its records,
//     and figures of vehicles like it. They are plain values, gathered under
//     the caller's scope.
//   - A Finding is one thing that code found in the facts: a kind, a value
//     with its unit, what it was compared with and how many, a direction, a
//     severity, dates, and the records that prove it. Findings are complete
//     before any wording starts.
//   - A topic is one sentence's worth of findings. Every critical and warning
//     finding is in one; the others while there is room, the rest are counted.
//   - The lattice is a finite automaton made of all topics in all their
//     phrasings, in which every path is a true text.
//   - A way is who found the words: "rules" (a path by a seeded draw, in
//     microseconds, always first), "word" (a path chosen by a small model on
//     this machine, a few seconds later) or "write" (a model that has earned
//     it, here or at a provider). Rules are not called AI.
//   - A writer is offered statements, topics whose values are placeholders, so
//     that nothing about the vehicle is sent. The guard lets through only
//     sayings of those statements (say.go) and fills the placeholders itself.
//   - The check reads the finished text like a stranger, number by number and
//     word by word, against the findings that each sentence cites. Text that
//     fails is never shown.
//
// A model never computes, compares or decides here. It chooses between
// phrasings that are all true, or joins what it was told in the words it was
// told it in.
package insight
