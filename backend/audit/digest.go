package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// told reports whether a change is one that an entry tells of. Undo entries
// hold what the documents of the same transaction already say, and the trail
// does not tell of itself.
func told(c *store.Change) bool {
	return c.Collection != store.Undos.Name() && c.Collection != Entries.Name()
}

// toldOf are the changes of one organisation that an entry tells of.
func toldOf(changes []store.Change, org string) []*store.Change {
	var out []*store.Change
	for i := range changes {
		if c := &changes[i]; c.Org == org && told(c) {
			out = append(out, c)
		}
	}
	return out
}

// DigestOf binds an entry to the changes of its transaction that it tells of,
// in their order: SHA-256 over, for each, collection and key behind their
// lengths (uvarint), the revision (uvarint) and the SHA-256 of the document
// before and after, of nothing where there was none.
func DigestOf(changes []*store.Change) string {
	h := sha256.New()
	var b []byte
	for _, c := range changes {
		b = b[:0]
		for _, s := range []string{c.Collection, c.Key} {
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
		b = binary.AppendUvarint(b, uint64(c.Rev))
		for _, doc := range [][]byte{c.Before, c.After} {
			sum := sha256.Sum256(doc)
			b = append(b, sum[:]...)
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}
