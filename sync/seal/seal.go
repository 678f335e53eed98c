// Package seal keeps what lies in a backup secret and whole.
//
// The words:
//
//   - The *repository key* (Key) is the one secret of a backup. It never
//     changes. It lies in the bucket twice, each time wrapped by age: under a
//     passphrase, and under a recovery key (Recovery) that is printed.
//     Either opens it, and without both the backup is lost.
//   - The *ring* (Ring) holds the data keys and the name key. It lies in the
//     bucket sealed under the repository key. A new data key is put in front
//     and seals from then on; an old one goes when nothing is sealed by it any
//     more. The name key stays, so that files keep their names.
//   - A *sealed object* is encrypted and authenticated together with its kind
//     and its name: it can't be changed, and can't stand in another's place
//     under another name. Small ones are sealed whole (Ring.Seal), files as a
//     stream of chunks (Ring.SealStream).
//
// Every key is used for one purpose: what does the work is derived from it by
// HKDF-SHA256 with an info that names the purpose (derive.go lists them all).
// The bytes are those of docs/formats/backup.md, and the committed vectors in
// testdata are read by every later version.
package seal

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

var (
	// ErrForged is under the error for bytes that are not what was sealed
	// under this name: changed, cut, exchanged or of another backup.
	ErrForged = errors.New("not what was sealed under this name")
	// ErrUnknownKey is under the error for bytes that a data key sealed which
	// the ring does not hold.
	ErrUnknownKey = errors.New("sealed by a key that is not in the ring")
	// ErrWrongKey is under the error for a passphrase or a recovery key that
	// does not open the repository key.
	ErrWrongKey = errors.New("the key does not open it")
)

// Key is a repository key. The zero Key is none.
type Key struct{ b [keySize]byte }

const keySize = 32

// NewKey returns a fresh repository key.
func NewKey() Key {
	var k Key
	_, _ = rand.Read(k.b[:]) // never fails
	return k
}

const keyPrefix = "HUBCAP-BACKUP-KEY-1 "

// Reveal is the key as text, for the vault that keeps it on the hub.
func (k Key) Reveal() string { return keyPrefix + base64.StdEncoding.EncodeToString(k.b[:]) }

// ParseKey reads what Reveal has written.
func ParseKey(text string) (Key, error) {
	var k Key
	body, ok := strings.CutPrefix(strings.TrimSpace(text), keyPrefix)
	b, err := base64.StdEncoding.Strict().DecodeString(body)
	if !ok || err != nil || len(b) != keySize {
		return Key{}, fault.New(fault.Invalid, "this is no repository key")
	}
	copy(k.b[:], b)
	return k, nil
}

// IsZero reports whether there is no key.
func (k Key) IsZero() bool { return k == Key{} }

// ID names the key without telling anything of it: two files of one backup
// have one.
func (k Key) ID() string { return hexOf(derive(k.b[:], infoKeyID, 8)) }

// Format keeps the key out of logs.
func (Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("***")) }

func forged(name, why string) error {
	return fault.Wrap(fault.Invalid, ErrForged, "%s in the backup is damaged or forged (%s)", name, why)
}
