// Package blob keeps the files of attachments by what they hold: a file's name
// is its SHA-256, so the same photo sent twice is one file, a name can't be
// guessed without the content, and each read can tell whether the bytes are
// still those that were written.
//
// A blob never changes and has no owner: documents name it, and which of them
// a person may see is decided there. It goes when no document, and no undo,
// names it any more (Sweep).
//
// Folder keeps blobs under DATA/blobs, with either engine of the store: a hub
// on PostgreSQL has a data folder as well. Where several nodes share one
// database they need one place for files, too; that will be a bucket behind
// the same Store.
package blob
