package vault

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Import makes the rings that a backup carried, the newest first, the ring of
// this source: the first key of the first ring seals, all the others open.
// Each is what Export handed to its seal. A ring that is here already stays
// unless all of its keys are among them. It returns the names of the keys.
func (s Source) Import(rings ...[]byte) ([]string, error) {
	merged, err := mergeRings(rings)
	if err != nil {
		return nil, err
	}
	v := newVault(merged)
	if !s.Key.Empty() {
		return v.IDs(), s.holdsAll(v)
	}
	there, err := read(s.path())
	if errors.Is(err, fs.ErrNotExist) {
		// Never over one that was made meanwhile.
		if there, err = place(s.path(), &file{ring: merged}); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	switch {
	case there.where != "":
		return nil, fault.New(fault.Conflict, "the keys of this data folder are kept in the %s already", there.where).
			WithRemedy("restore into an empty folder")
	case bytes.Equal(there.text(), ringText(merged)):
		return v.IDs(), nil
	}
	for _, k := range newVault(there.ring).ring {
		if _, known := v.find(k.id); !known {
			return nil, fault.New(fault.Conflict, "%s holds the key %s, which is not in the backup: what it sealed would be lost", s.path(), k.id).
				WithRemedy("restore into an empty folder, or move the key file away and keep it")
		}
	}
	return v.IDs(), replace(s.path(), &file{ring: merged})
}

// holdsAll refuses to go on where the environment gives other keys than the
// backup's: they can't be written there.
func (s Source) holdsAll(v *Vault) error {
	here, err := s.fromEnvironment(&file{where: inEnvironment})
	if err != nil {
		return err
	}
	for _, k := range v.ring {
		if _, known := here.find(k.id); !known {
			return fault.New(fault.Conflict, "HUBCAP_VAULT_KEY does not hold the key %s, which the backup's secrets are sealed with", k.id).
				WithRemedy("unset HUBCAP_VAULT_KEY for the restore: the keys then come into %s; or add that key to it", s.path())
		}
	}
	return nil
}

func mergeRings(rings [][]byte) ([][]byte, error) {
	var merged [][]byte
	for _, text := range rings {
		ring, ok := parseRing(text)
		if !ok {
			return nil, fault.New(fault.Invalid, "the backup's copy of the keys is not a ring of keys").WithRemedy("take an older restore point")
		}
		for _, key := range ring {
			if !slices.ContainsFunc(merged, func(k []byte) bool { return bytes.Equal(k, key) }) {
				merged = append(merged, key)
			}
		}
	}
	switch {
	case len(merged) == 0:
		return nil, fault.New(fault.Invalid, "the backup carries no keys")
	case len(merged) > maxRing:
		return nil, fault.New(fault.Invalid, "the backup carries %d keys, and a ring holds %d", len(merged), maxRing).
			WithRemedy("finish the change of keys with `hubcap vault rotate`, then take a backup")
	}
	return merged, nil
}

// Missing reports whether the keys would be made new by the next Open: the
// data folder has no key file, and the environment gives none.
func (s Source) Missing() (bool, error) {
	if !s.Key.Empty() {
		return false, nil
	}
	_, err := read(s.path())
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return false, err
}
