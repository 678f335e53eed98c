package seal

import "crypto/ed25519"

func (k Key) signer() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(derive(k.b[:], infoSign, ed25519.SeedSize))
}

// Sign signs a text as the holder of this backup: Ed25519.
func (k Key) Sign(text []byte) []byte { return ed25519.Sign(k.signer(), text) }

// PublicKey is what the signatures of this backup are checked with: 32 bytes,
// no secret.
func (k Key) PublicKey() []byte { return k.signer().Public().(ed25519.PublicKey) }

// Signed reports whether the holder of the backup with that public key signed
// a text.
func Signed(public, text, signature []byte) bool {
	return len(public) == ed25519.PublicKeySize && ed25519.Verify(public, text, signature)
}
