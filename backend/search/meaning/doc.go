// Package meaning finds texts that mean alike, whatever their words.
//
// An embedding model turns a text into a vector of length 1; the cosine of
// two vectors says how alike the texts are. The words: a *piece* is a text of
// a document with the field that it stands in (a note, what was done in a
// service); a document is what search finds, a vehicle. Pieces of the same
// text share one vector, whoever they belong to.
//
// Everything here is derived: vectors and the list of pieces lie in two files
// (docs/formats/meaning.md) that follow the change log and may be deleted at
// any time. In memory a vector is 384 bytes and a factor; the best of a coarse
// search are compared again by the exact vectors on disk.
package meaning
