// Package audit keeps the trail: who did what, when, from where, and what was
// there before and after.
//
// The words: an *entry* tells one event, of the data or of security. The
// entries of an organisation form one *chain*: each has the next number and
// the hash of the one before it, so that none can be changed, taken out,
// put in or moved without the next one showing it. Each hash is also
// authenticated by a key of the vault, so that who can write the database but
// has no key can't make another chain. A data entry carries a *digest* of the
// changes of its transaction, which binds it to the change log.
//
// Keep gives the store to those who write: every transaction of truth that
// goes through it writes its entry itself, or fails with it. Record writes an
// event of security by itself, and Count collects those that come in floods.
//
// Secrets are never in it: a sealed value stands as "***".
// docs/formats/audit.md is the law of the entries' bytes.
package audit
