package vault

import (
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Add puts a new key at the head of the ring: it seals from now on, and the
// others still open. While a change of keys is under way the ring stays as it
// is, so that one that was interrupted goes on. A ring in the environment is
// changed by whoever sets it.
func (s Source) Add() (*Vault, error) {
	v, err := s.Open()
	if err != nil || len(v.ring) > 1 {
		return v, err
	}
	if s.Where() == inEnvironment {
		return nil, fault.New(fault.Conflict, "the key is kept in the environment, where Hubcap can't change it").
			WithRemedy("put a new key before the old one, HUBCAP_VAULT_KEY=NEW,OLD (`openssl rand -base64 32` makes one), start again, and rotate then")
	}
	ring := newRing()
	for _, k := range v.ring {
		ring = append(ring, k.bytes)
	}
	if err := s.keep(ring); err != nil {
		return nil, err
	}
	return s.Open()
}

// Retire leaves the ring's first key alone. What the others sealed can't be
// opened any more, so everything is resealed before. For a ring in the
// environment it changes nothing: whoever set it takes the old keys out.
func (s Source) Retire() (*Vault, error) {
	v, err := s.Open()
	if err != nil || len(v.ring) == 1 || s.Where() == inEnvironment {
		return v, err
	}
	if err := s.keep([][]byte{v.ring[0].bytes}); err != nil {
		return nil, err
	}
	return s.Open()
}

// keep writes the ring where it is kept.
func (s Source) keep(ring [][]byte) error {
	if s.Where() == inFile {
		return replace(s.path(), &file{ring: ring})
	}
	f, err := read(s.path())
	if err != nil {
		return err
	}
	return setKeyring(f.name, ring)
}
