// Package vault keeps secrets at rest: it seals a value before it is stored
// and opens it again for the one use that it is meant for.
//
// The words: a *purpose* names the place of a secret ("providers/<id>/key"),
// and a sealed value opens for its own purpose only, so that it can't be
// moved to another record. The *key file* is 32 random bytes beside the data,
// readable by its owner alone; without it no sealed value can be opened, and
// no backup holds it. docs/formats/vault.md is the law of both forms.
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

// Vault seals and opens. It is safe for concurrent use.
type Vault struct {
	key []byte
	id  string // names the key in every sealed value
}

func newVault(key []byte) *Vault {
	sum := sha256.Sum256(append([]byte("hubcap vault key id\x00"), key...))
	return &Vault{key: key, id: base64.RawURLEncoding.EncodeToString(sum[:idBytes])}
}

// Sealed is a secret as it is stored: "hv1.<key id>.<nonce, ciphertext and
// tag>", the parts in base64url. "" is no secret.
type Sealed string

// Seal closes s for one purpose. An empty secret stays empty.
func (v *Vault) Seal(purpose string, s Secret) (Sealed, error) {
	if s.Empty() {
		return "", nil
	}
	aead, err := v.aead(purpose)
	if err != nil {
		return "", err
	}
	box := aead.Seal(nil, nil, []byte(s.text), nil)
	return Sealed(mark + v.id + "." + base64.RawURLEncoding.EncodeToString(box)), nil
}

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
	if id != v.id {
		return Secret{}, fault.New(fault.Unavailable, "a stored secret was sealed with another key file (%s, here %s)", id, v.id).
			WithRemedy("put the key file %s of that time back into the data folder, or enter the secret again", FileName)
	}
	box, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Secret{}, damaged()
	}
	aead, err := v.aead(purpose)
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
func (v *Vault) aead(purpose string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, v.key, nil, "hubcap secret\x00"+purpose, keyBytes)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
