package vault

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

const macMark = "hm1."

// Proof is what a MAC says of its text.
type Proof int

const (
	Forged   Proof = iota // by a key of the ring, and not of this text; or no MAC at all
	Stranger              // by a key that is not in the ring: nothing can be said
	Proven                // by a key of the ring, of this text and purpose
)

// MAC authenticates b for one purpose: "hm1.<key id>.<HMAC-SHA-256>", under a
// key of its own. Who can write the data but has no key can't make one.
func (v *Vault) MAC(purpose string, b []byte) (string, error) {
	sum, err := v.ring[0].mac(purpose, b)
	if err != nil {
		return "", err
	}
	return macMark + v.ring[0].id + "." + base64.RawURLEncoding.EncodeToString(sum), nil
}

// CheckMAC says what a MAC proves of b.
func (v *Vault) CheckMAC(purpose string, b []byte, mac string) (Proof, error) {
	rest, ok := strings.CutPrefix(mac, macMark)
	id, text, cut := strings.Cut(rest, ".")
	if !ok || !cut {
		return Forged, nil
	}
	k, known := v.find(id)
	if !known {
		return Stranger, nil
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Forged, nil
	}
	want, err := k.mac(purpose, b)
	if err != nil || !hmac.Equal(given, want) {
		return Forged, err
	}
	return Proven, nil
}

func (k key) mac(purpose string, b []byte) ([]byte, error) {
	derived, err := hkdf.Key(sha256.New, k.bytes, nil, "hubcap mac\x00"+purpose, keyBytes)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	h := hmac.New(sha256.New, derived)
	h.Write(b)
	return h.Sum(nil), nil
}
