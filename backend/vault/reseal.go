package vault

import (
	"fmt"
	"strings"
)

// Held is a sealed field of a document, as its owner names it for Reseal.
type Held struct {
	Purpose string
	Value   Sealed
}

// Stale reports whether s was sealed with another key than the one that seals
// now.
func (v *Vault) Stale(s Sealed) bool {
	return s != "" && !strings.HasPrefix(string(s), mark+v.ring[0].id+".")
}

// Reseal returns s sealed with the ring's first key. The new form is as long
// as the old one.
func (v *Vault) Reseal(purpose string, s Sealed) (Sealed, error) {
	if !v.Stale(s) {
		return s, nil
	}
	plain, err := v.Open(purpose, s)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", purpose, err)
	}
	return v.Seal(purpose, plain)
}

// Marks are the beginnings of all values that keys other than the first have
// sealed: what must not be found any more before they are retired.
func (v *Vault) Marks() []string {
	var out []string
	for _, k := range v.ring[1:] {
		out = append(out, mark+k.id+".")
	}
	return out
}
