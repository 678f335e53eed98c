package seal

import (
	"crypto/rand"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// A sealed object is
//
//	"HSO1"  id of the data key (8)  nonce (24)  ciphertext  tag (16)
//
// by XChaCha20-Poly1305 under the key derived from the data key for objects.
// The nonce is random. The associated data is the binding of the first twelve
// bytes, the kind and the name.
const (
	objectMagic  = "HSO1"
	magicSize    = 4
	headerSize   = magicSize + idSize
	objectPrefix = headerSize + chacha20poly1305.NonceSizeX
)

// Overhead is by how many bytes a sealed object is longer than what is in it.
const Overhead = objectPrefix + chacha20poly1305.Overhead

// Seal seals an object of a kind for a name, by the newest data key.
func (r Ring) Seal(kind, name string, plain []byte) []byte {
	return r.newest().seal(kind, name, plain)
}

// Open opens what Seal has sealed for this kind and name. Errors are
// ErrForged and ErrUnknownKey, and name the object.
func (r Ring) Open(kind, name string, b []byte) ([]byte, error) {
	k, err := r.keyFor(name, b)
	if err != nil {
		return nil, err
	}
	return k.open(kind, name, b)
}

// KeyOf is the id of the data key that sealed an object or a stream, of which
// the first KeyOfSize bytes are enough. It is not authenticated before the
// object is opened.
func KeyOf(b []byte) (string, error) { return keyOf("the object", b) }

// KeyOfSize is how many bytes KeyOf looks at.
const KeyOfSize = headerSize

func keyOf(name string, b []byte) (string, error) {
	if len(b) < headerSize {
		return "", forged(name, "cut short")
	}
	if m := string(b[:magicSize]); m != objectMagic && m != streamMagic {
		return "", forged(name, "no sealed object")
	}
	return hexOf(b[magicSize:headerSize]), nil
}

func (r Ring) newest() dataKey {
	if len(r.keys) == 0 {
		panic("seal: a ring without a key")
	}
	return r.keys[0]
}

func (r Ring) keyFor(name string, b []byte) (dataKey, error) {
	id, err := keyOf(name, b)
	if err != nil {
		return dataKey{}, err
	}
	k, ok := r.find(b[magicSize:headerSize])
	if !ok {
		return dataKey{}, fault.Wrap(fault.Invalid, ErrUnknownKey, "%s in the backup is sealed by the key %s", name, id).
			WithRemedy("the ring of this backup is missing or older than the object: look for what was deleted under ring/")
	}
	return k, nil
}

func (k dataKey) seal(kind, name string, plain []byte) []byte {
	out := make([]byte, objectPrefix, len(plain)+Overhead)
	copy(out, objectMagic)
	copy(out[magicSize:], k.id[:])
	nonce := out[headerSize:objectPrefix]
	_, _ = rand.Read(nonce)
	return k.object.Seal(out, nonce, plain, binding(out[:headerSize], kind, name))
}

func (k dataKey) open(kind, name string, b []byte) ([]byte, error) {
	switch {
	case len(b) < Overhead:
		return nil, forged(name, "cut short")
	case string(b[:magicSize]) != objectMagic:
		return nil, forged(name, "no sealed object")
	}
	plain, err := k.object.Open(nil, b[headerSize:objectPrefix], b[objectPrefix:], binding(b[:headerSize], kind, name))
	if err != nil {
		return nil, forged(name, "its seal is broken")
	}
	return plain, nil
}
