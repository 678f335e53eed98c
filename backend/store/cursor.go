package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// Cursors seals and opens the cursors of one store. A cursor may stand on an
// entry outside the caller's scope (after MaxExamined entries without a
// match), so it is encrypted: nobody reads a value out of it, and nobody
// makes one up. The same position gives the same cursor.
type Cursors struct {
	aead cipher.AEAD
	mac  [32]byte
}

// NewCursors takes 32 random bytes that the store keeps.
func NewCursors(key [32]byte) *Cursors {
	block, err := aes.NewCipher(subkey(key, "cursor seal"))
	if err != nil {
		panic(err) // the key has the right length
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	c := &Cursors{aead: aead}
	copy(c.mac[:], subkey(key, "cursor nonce"))
	return c
}

func subkey(key [32]byte, use string) []byte {
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte(use))
	return h.Sum(nil)
}

// Next is the cursor of the page that follows the entry e.
func (c *Cursors) Next(p *Plan, e Entry) string {
	plain, sum := e.Append(nil), p.fingerprint()
	// The nonce is a function of what is sealed, so that it never repeats for
	// another text.
	h := hmac.New(sha256.New, c.mac[:])
	h.Write(sum)
	h.Write(plain)
	nonce := h.Sum(nil)[:c.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(c.aead.Seal(nonce, nonce, plain, sum))
}

func (c *Cursors) open(p *Plan, cursor string, fields int) (Entry, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) < c.aead.NonceSize() {
		return Entry{}, errors.New("not a cursor")
	}
	plain, err := c.aead.Open(nil, b[:c.aead.NonceSize()], b[c.aead.NonceSize():], p.fingerprint())
	if err != nil {
		return Entry{}, err
	}
	if p.Index == nil {
		fields = 0
	}
	return ParseEntry(plain, fields)
}
