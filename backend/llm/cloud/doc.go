// Package cloud asks models that somebody else runs: an Ollama server, or any
// endpoint that speaks OpenAI's chat completions. One file a kind.
//
// Whatever is asked here leaves the machine, so nothing comes here unless the
// owner entered the provider and switched it on: that is backend/llm/route's
// matter. This package is about the way there: retries with jitter that heed
// Retry-After, a circuit breaker for each provider, an end to silence and to
// endless answers, and errors that say what to do.
package cloud
