// Package route gives each job to a model that has earned it.
//
// The words: an *engine* is one model that can be asked now, a pack on this
// machine or a model of a provider. A *capability* is a job (backend/llm).
// An engine *earns* a capability on a built-in check set; what the check came
// to is a *verdict*, and it holds for this engine's bytes, this version of the
// check and this machine. An *order* lists the engines that a job may go to,
// the first one that answers wins.
//
// Engines on this machine take jobs that they have earned by themselves. An
// engine *away*, whose questions leave the machine, takes a job only where
// the owner put it into that job's order.
package route
