// Package vault keeps secrets at rest: it seals a value before it is stored
// and opens it again for the one use that it is meant for.
//
// The words: a *purpose* names the place of a secret ("providers/<id>/key"),
// and a sealed value opens for its own purpose only, so that it can't be
// moved to another record. A *ring* is one or more keys of 32 random bytes:
// the first one seals, the others still open what they sealed, so that keys
// can be changed while the hub works. A *source* is where the ring is kept:
// the key file beside the data, readable by its owner alone, the environment,
// or the operating system's keyring. Without the ring no sealed value can be
// opened, and no backup holds it in clear. docs/formats/vault.md is the law of
// all forms.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

const (
	keyBytes = 32 // AES-256
	mark     = "hv1."
	idBytes  = 6
)

// Vault seals and opens with the keys of one ring. It never changes and is
// safe for concurrent use; after the ring has changed, ask Keys for another.
type Vault struct {
	ring []key // the first one seals
}

type key struct {
	bytes []byte
	id    string // names the key in every sealed value
}

func newKey(b []byte) key {
	sum := sha256.Sum256(append([]byte("hubcap vault key id\x00"), b...))
	return key{bytes: b, id: base64.RawURLEncoding.EncodeToString(sum[:idBytes])}
}

func newVault(ring [][]byte) *Vault {
	v := &Vault{}
	for _, b := range ring {
		v.ring = append(v.ring, newKey(b))
	}
	return v
}

// IDs names the keys of the ring, the sealing one first. A name says nothing
// about its key.
func (v *Vault) IDs() []string {
	var out []string
	for _, k := range v.ring {
		out = append(out, k.id)
	}
	return out
}

// find returns the key of that name.
func (v *Vault) find(id string) (key, bool) {
	for _, k := range v.ring {
		if k.id == id {
			return k, true
		}
	}
	return key{}, false
}

// Sealed is a secret as it is stored: "hv1.<key id>.<nonce, ciphertext and
// tag>", the parts in base64url. "" is no secret.
type Sealed string

// Seal closes s for one purpose. An empty secret stays empty.
func (v *Vault) Seal(purpose string, s Secret) (Sealed, error) {
	if s.Empty() {
		return "", nil
	}
	aead, err := v.ring[0].aead(purpose)
	if err != nil {
		return "", err
	}
	box := aead.Seal(nil, nil, []byte(s.text), nil)
	return Sealed(mark + v.ring[0].id + "." + base64.RawURLEncoding.EncodeToString(box)), nil
}

// IsSealed reports whether a text is a sealed value, of whatever key.
func IsSealed(text string) bool { return strings.HasPrefix(text, mark) }

// Open returns the secret that was sealed for purpose. A value sealed by
// another key, for another purpose or changed since is Unavailable, with what
// a person can do.
func (v *Vault) Open(purpose string, s Sealed) (Secret, error) {
	if s == "" {
		return Secret{}, nil
	}
	rest, ok := strings.CutPrefix(string(s), mark)
	id, text, cut := strings.Cut(rest, ".")
	if !ok || !cut {
		return Secret{}, fault.New(fault.Unavailable, "a stored secret is not in a form that this Hubcap knows").WithRemedy("enter the secret again")
	}
	k, known := v.find(id)
	if !known {
		return Secret{}, fault.New(fault.Unavailable, "a stored secret was sealed with another key file (%s, here %s)", id, strings.Join(v.IDs(), ", ")).
			WithRemedy("put the key file %s of that time back into the data folder, or enter the secret again", FileName)
	}
	box, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Secret{}, damaged()
	}
	aead, err := k.aead(purpose)
	if err != nil {
		return Secret{}, err
	}
	plain, err := aead.Open(nil, nil, box, nil)
	if err != nil {
		return Secret{}, damaged()
	}
	return Secret{string(plain)}, nil
}

func damaged() error {
	return fault.New(fault.Unavailable, "a stored secret is damaged or belongs elsewhere").WithRemedy("enter the secret again")
}

// aead is AES-256-GCM with random nonces under a key of its own for each
// purpose: that binds the purpose, and no key is used for more than a few
// values, far from the 2^32 that random nonces bear.
func (k key) aead(purpose string) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, k.bytes, nil, "hubcap secret\x00"+purpose, keyBytes)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
