package vault

import (
	"bytes"
	"errors"
)

// Export hands the ring, as the key file holds it, to seal and returns what
// seal made of it: the one way by which keys leave this machine, for the
// backup, and only in sealed form. An answer that holds a key in clear is
// refused.
func (v *Vault) Export(seal func(ring []byte) ([]byte, error)) ([]byte, error) {
	ring := v.text()
	defer clear(ring)
	given := bytes.Clone(ring) // seal may write into what it gets
	defer clear(given)
	out, err := seal(given)
	if err != nil {
		return nil, err
	}
	for _, k := range v.ring {
		if bytes.Contains(out, k.bytes) || bytes.Contains(out, encoded(k.bytes)) {
			return nil, errors.New("the copy of the keys is not sealed")
		}
	}
	return out, nil
}
