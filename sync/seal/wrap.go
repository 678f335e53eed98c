package seal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"filippo.io/age"
	"filippo.io/age/armor"
	"golang.org/x/text/unicode/norm"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// A wrapped key is an age file in its text form, with what Key.Reveal gives
// and a newline in it: the program age opens it too. age can't put a
// passphrase and another recipient into one file, so there are two.

// Work is how much a try at a passphrase costs: 2 to this power in scrypt.
type Work int

const (
	// Earnest takes about a second and 256 MiB of memory a try.
	Earnest Work = 18
	// CheapForTests takes nothing, and protects nothing.
	CheapForTests Work = 4

	// maxWork bounds what a bucket may make us spend: 512 MiB.
	maxWork = 19
)

// MinPassphrase is the least number of characters. Whoever has the bucket may
// try passphrases for years.
const MinPassphrase = 12

// WrapPassphrase wraps the key under a passphrase, at Earnest.
func (k Key) WrapPassphrase(passphrase string) ([]byte, error) {
	return k.WrapPassphraseAt(passphrase, Earnest)
}

// WrapPassphraseAt is WrapPassphrase at another cost.
func (k Key) WrapPassphraseAt(passphrase string, w Work) ([]byte, error) {
	p := normal(passphrase)
	if utf8.RuneCountInString(p) < MinPassphrase {
		return nil, fault.InvalidField("/passphrase", "has fewer than 12 characters",
			"take several words that do not belong together; whoever has the bucket can try for years")
	}
	r, err := age.NewScryptRecipient(p)
	if err != nil {
		return nil, err
	}
	r.SetWorkFactor(int(w))
	return k.wrap(r)
}

// UnwrapPassphrase opens a key wrapped under a passphrase. A wrong one is
// Denied with ErrWrongKey, a damaged file Invalid with ErrForged. What has
// changed in the part of the file that the passphrase itself protects can't be
// told from a wrong passphrase.
func UnwrapPassphrase(file []byte, passphrase string) (Key, error) {
	const name = "keys/passphrase.age"
	p := normal(passphrase)
	if p == "" {
		return Key{}, fault.InvalidField("/passphrase", "is empty", "enter the backup's passphrase")
	}
	id, err := age.NewScryptIdentity(p)
	if err != nil {
		return Key{}, err
	}
	id.SetMaxWorkFactor(maxWork)
	k, err := unwrap(name, file, id, "scrypt")
	if errors.Is(err, ErrWrongKey) {
		return Key{}, fault.Wrap(fault.Denied, ErrWrongKey, "the passphrase is not that of this backup").
			WithRemedy("mind capitals and the keyboard's language, or use the recovery key from the printed sheet")
	}
	return k, err
}

// normal makes one passphrase of what different keyboards and clipboards make
// of it.
func normal(p string) string { return norm.NFC.String(strings.TrimSpace(p)) }

// WrapRecovery wraps the key under a recovery key.
func (k Key) WrapRecovery(r *Recovery) ([]byte, error) {
	if r.IsZero() {
		return nil, fault.New(fault.Invalid, "there is no recovery key")
	}
	return k.wrap(r.id.Recipient())
}

// UnwrapRecovery opens a key wrapped under a recovery key; errors are those of
// UnwrapPassphrase.
func UnwrapRecovery(file []byte, r *Recovery) (Key, error) {
	const name = "keys/recovery.age"
	if r.IsZero() {
		return Key{}, fault.New(fault.Invalid, "there is no recovery key")
	}
	k, err := unwrap(name, file, r.id, "X25519")
	if errors.Is(err, ErrWrongKey) {
		return Key{}, fault.Wrap(fault.Denied, ErrWrongKey, "the recovery key is not that of this backup").
			WithRemedy("look for the sheet of this backup, or use its passphrase")
	}
	return k, err
}

func (k Key) wrap(r age.Recipient) ([]byte, error) {
	if k.IsZero() {
		return nil, fault.New(fault.Invalid, "there is no repository key")
	}
	var out bytes.Buffer
	a := armor.NewWriter(&out)
	w, err := age.Encrypt(a, r)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, k.Reveal()+"\n"); err != nil {
		return nil, err
	}
	if err := errors.Join(w.Close(), a.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unwrap opens an age file that has a stanza of the type wanted.
func unwrap(name string, file []byte, id age.Identity, stanza string) (Key, error) {
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(file)), id)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		for _, t := range none.StanzaTypes {
			if t == stanza {
				return Key{}, ErrWrongKey
			}
		}
		return Key{}, forged(name, "it is wrapped in another way")
	}
	if err != nil {
		return Key{}, forged(name, "no whole age file")
	}
	text, err := io.ReadAll(io.LimitReader(r, 1<<10))
	if err != nil {
		return Key{}, forged(name, "its seal is broken")
	}
	k, err := ParseKey(string(text))
	if err != nil {
		return Key{}, forged(name, "it holds no repository key")
	}
	return k, nil
}
