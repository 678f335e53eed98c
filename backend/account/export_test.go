package account

import (
	"context"

	"github.com/alexedwards/argon2id"
)

// Hashes is how many password hashes were made or compared.
func (a *Accounts) Hashes() int64 { return a.door.hasher.made.Load() }

// HashCheaply has passwords hashed in less than a millisecond, for tests in
// which many are.
func (a *Accounts) HashCheaply() {
	a.door.hasher.params.Memory, a.door.hasher.params.Iterations = 1<<10, 1
}

// ParseCode reads a backup code as people type it.
func ParseCode(text string) string { return parseEasy(text, codeLength) }

// CheckPassword refuses a password that would be guessed.
func CheckPassword(password string, around ...string) error {
	return checkPassword("/password", password, around...)
}

// WeakHash puts a hash of older parameters under a user's password.
func (a *Accounts) WeakHash(ctx context.Context, org, id, password string) error {
	phc, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 8 << 10, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		return err
	}
	return a.own(ctx, org, a.dir.Load().person(org, id), Visit{}, func(u *User) (err error) {
		u.Proofs.Password, err = a.seal(passwordPurpose(u.ID), phc)
		return err
	})
}

// DeviceName says what a User-Agent is.
var DeviceName = deviceName

// HashOnce makes one password hash.
func (a *Accounts) HashOnce(ctx context.Context, password string) error {
	_, err := a.door.hasher.hash(ctx, password)
	return err
}
