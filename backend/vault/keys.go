package vault

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Keys gives the vault of one source to all who need it. It reads the ring
// again after the key file has changed, so that one that was mended works at
// once; a ring in the keyring or the environment is read once.
type Keys struct {
	source Source

	mu    sync.Mutex
	vault *Vault
	seen  fs.FileInfo
}

// NewKeys returns the keys of a source, which is not asked yet.
func NewKeys(s Source) *Keys { return &Keys{source: s} }

// Source is where the keys are kept.
func (k *Keys) Source() Source { return k.source }

// Vault opens the ring.
func (k *Keys) Vault() (*Vault, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now, err := os.Lstat(k.source.path())
	if err == nil && k.vault != nil && k.seen != nil && os.SameFile(now, k.seen) &&
		now.ModTime().Equal(k.seen.ModTime()) && now.Size() == k.seen.Size() && now.Mode() == k.seen.Mode() {
		return k.vault, nil
	}
	if errors.Is(err, fs.ErrNotExist) && k.vault != nil {
		return nil, fault.New(fault.Unavailable, "the key file %s has gone", k.source.path()).WithRemedy("put it back: a new one would open nothing of what is sealed")
	}
	v, err := k.source.Open()
	if err != nil {
		return nil, err
	}
	k.vault = v
	k.seen, _ = os.Lstat(k.source.path()) // without it the next call reads again
	return v, nil
}

// Add is Source.Add.
func (k *Keys) Add() (*Vault, error) { return k.change(Source.Add) }

// Retire is Source.Retire.
func (k *Keys) Retire() (*Vault, error) { return k.change(Source.Retire) }

func (k *Keys) change(how func(Source) (*Vault, error)) (*Vault, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, err := how(k.source)
	if err != nil {
		return nil, err
	}
	k.vault = v
	k.seen, _ = os.Lstat(k.source.path())
	return v, nil
}
