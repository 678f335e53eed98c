package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/hubcap-dev/hubcap/sync/remote"
)

const vaultFolder = "vault/"

// keepVault puts the ring that opens the sealed values into the repository,
// under a name of its own for each ring: an older state of the store needs
// the older ring.
func (d *Device) keepVault(ctx context.Context, src Source) error {
	if src.Vault == nil {
		return nil
	}
	ring := d.repo.ring.Load()
	var name string
	sealed, err := src.Vault(func(plain []byte) ([]byte, error) {
		sum := sha256.Sum256(plain)
		name = d.name(vaultFolder + ring.Name(kindVault, hex.EncodeToString(sum[:])))
		return ring.Seal(kindVault, name, plain), nil
	})
	if err != nil {
		return fmt.Errorf("seal the vault's ring: %w", err)
	}
	_, err = d.repo.bucket.Put(ctx, name, bytes.NewReader(sealed), int64(len(sealed)), remote.Put{IfAbsent: true})
	if err != nil && !errors.Is(err, remote.ErrExists) {
		return fmt.Errorf("keep the vault's ring: %w", err)
	}
	return nil
}

// Vaults returns the rings that open the sealed values, the newest first.
func (d *Device) Vaults(ctx context.Context) (rings [][]byte, err error) {
	var found []remote.Info
	if err := d.list(ctx, vaultFolder, "", func(path string, i remote.Info) error {
		i.Name = d.name(path)
		found = append(found, i)
		return nil
	}); err != nil {
		return nil, err
	}
	sortNewest(found)
	for _, i := range found {
		b, err := d.repo.get(ctx, kindVault, i.Name)
		if err != nil {
			return nil, err
		}
		rings = append(rings, b)
	}
	return rings, nil
}

// VaultChanged keeps the ring after it was changed.
func (s *Shipper) VaultChanged(ctx context.Context) error { return s.dev.keepVault(ctx, s.src) }
