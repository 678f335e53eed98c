package account

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// The bounds of a password, in characters after NFKC. Length is what makes a
// password hard to guess; there are no rules about signs.
const (
	minPassword = 10
	maxPassword = 256
)

// longestTyped bounds a password as it is typed, in bytes: what NFKC makes one
// character of may come as four of three bytes.
const longestTyped = 12 * maxPassword

// hashing returns the parameters of argon2id: OWASP's password storage cheat
// sheet (2026) names 19 MiB, two passes, one lane as its least. A hash of
// others is made anew when its owner signs in.
func hashing() argon2id.Params {
	return argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// The most hashes that run at once, each with its 19 MiB, and that wait.
const (
	hashesAtOnce  = 2
	hashesWaiting = 64
)

// hasher makes and checks password hashes, a few at once.
type hasher struct {
	params  argon2id.Params
	places  chan struct{}
	waiting atomic.Int64
	made    atomic.Int64 // for tests: how often it has worked
}

func newHasher() *hasher {
	return &hasher{params: hashing(), places: make(chan struct{}, hashesAtOnce)}
}

func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	if h.waiting.Add(1) > hashesWaiting {
		h.waiting.Add(-1)
		return nil, &fault.Error{Kind: fault.Limited, Message: "too many people sign in at this moment", Remedy: "try again in a second", RetryAfter: time.Second}
	}
	defer h.waiting.Add(-1)
	select {
	case h.places <- struct{}{}:
		h.made.Add(1)
		return func() { <-h.places }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	phc, err := argon2id.CreateHash(norm.NFKC.String(password), &h.params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return phc, nil
}

// check compares a password with a hash; stale says that the hash is of other
// parameters than today's. With no hash it works as long and finds nothing,
// so that time does not tell who has an account.
func (h *hasher) check(ctx context.Context, password, phc string) (match, stale bool, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	none := phc == ""
	if none {
		zero := base64.RawStdEncoding.EncodeToString
		phc = fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", h.params.Memory, h.params.Iterations, h.params.Parallelism,
			zero(make([]byte, h.params.SaltLength)), zero(make([]byte, h.params.KeyLength)))
	}
	if len(password) > longestTyped {
		password = "" // longer than any that can be set: not worth its hash
	}
	match, params, err := argon2id.CheckHash(norm.NFKC.String(password), phc)
	if err != nil {
		return false, false, fmt.Errorf("check a password: %w", err)
	}
	return match && !none, *params != h.params, nil
}

// checkPassword refuses a password that would be guessed. around are the
// words that stand near the account: its login, its name, the organisation's.
func checkPassword(field, password string, around ...string) error {
	password = norm.NFKC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return fault.InvalidField(field, "is shorter than 10 characters", "use a few words that don't belong together, or let a password manager make one")
	case n > maxPassword || !utf8.ValidString(password):
		return fault.InvalidField(field, "is longer than 256 characters", "shorten it")
	}
	folded := strings.ToLower(password)
	for _, text := range append(around, "hubcap") {
		text, _, _ = strings.Cut(FoldLogin(text), "@")
		for _, word := range append(strings.Fields(text), text) {
			if utf8.RuneCountInString(word) >= 4 && strings.Contains(folded, word) {
				return fault.InvalidField(field, "holds a name that stands beside it: yours, the login, the organisation's or Hubcap's", "leave that out")
			}
		}
	}
	known, err := common(password)
	if err != nil {
		return err
	}
	if known {
		return fault.InvalidField(field, "is one of the passwords that are tried first", "use a few words that don't belong together, or let a password manager make one")
	}
	return nil
}

func passwordPurpose(id string) string { return "users/" + id + "/password" }

// sealPassword checks, hashes and seals a new password of u.
func (a *Accounts) sealPassword(ctx context.Context, org, field string, u *User, password string) (vault.Sealed, error) {
	if err := checkPassword(field, password, u.Login, u.Name, a.dir.Load().organisation(org).Name); err != nil {
		return "", err
	}
	phc, err := a.door.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	return a.seal(passwordPurpose(u.ID), phc)
}

func (a *Accounts) seal(purpose, text string) (vault.Sealed, error) {
	v, err := a.vault()
	if err != nil {
		return "", err
	}
	return v.Seal(purpose, vault.NewSecret(text))
}

func (a *Accounts) unseal(purpose string, s vault.Sealed) (string, error) {
	v, err := a.vault()
	if err != nil {
		return "", err
	}
	text, err := v.Open(purpose, s)
	return text.Reveal(), err
}

// passwordIs compares a password with u's; u may be nil, or have none.
func (a *Accounts) passwordIs(ctx context.Context, u *User, password string) (match, stale bool, err error) {
	phc := ""
	if u != nil {
		if phc, err = a.unseal(passwordPurpose(u.ID), u.Proofs.Password); err != nil {
			return false, false, err
		}
	}
	return a.door.hasher.check(ctx, password, phc)
}
