// Package pack keeps the model packs of this machine: what is there, what
// may be brought in, and what is known about each.
//
// A pack is one GGUF file with a small JSON file beside it that says what
// the file's own header says (architecture, parameters, context, chat form,
// licence), where it came from and its digest. The facts lie beside the file
// and not in the store, so that a folder of packs can be moved, shared and
// read by a command that opens no data, and so that losing local data never
// loses gigabytes.
//
// The Shelf holds two sorts: those of the catalogue, which come with Hubcap
// and are only listed here, and those brought in, by Import from a file or by
// Pull from a registry that speaks Ollama's protocol. Nothing is on the shelf
// before its header is understood, its digest is taken and, where the model
// worker is there, it has answered a first prompt.
package pack
