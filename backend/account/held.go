package account

import "github.com/hubcap-dev/hubcap/backend/vault"

// Held names what is sealed in a document of this package, for a change of
// the vault's keys; nothing for another package's.
func Held(collection string, doc []byte) ([]vault.Held, error) {
	switch collection {
	case users.Name():
		u, err := users.Decode(doc)
		return []vault.Held{
			{Purpose: passwordPurpose(u.ID), Value: u.Proofs.Password},
			{Purpose: totpPurpose(u.ID), Value: u.Proofs.TOTP},
			{Purpose: codesPurpose(u.ID), Value: u.Proofs.Codes},
		}, err
	case providers.Name():
		p, err := providers.Decode(doc)
		return []vault.Held{{Purpose: providerPurpose(p.ID), Value: p.Secret}}, err
	}
	return nil, nil
}
