package seal

import (
	"fmt"
	"strings"

	"filippo.io/age"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Recovery is a recovery key: an age identity (X25519), made to be printed.
type Recovery struct{ id *age.X25519Identity }

const (
	recoveryPrefix = "AGE-SECRET-KEY-1"
	recoveryLength = 58 // letters after the prefix: 32 bytes and a checksum
	wordLength     = 6
)

// NewRecovery returns a fresh recovery key.
func NewRecovery() (*Recovery, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("make a recovery key: %w", err)
	}
	return &Recovery{id}, nil
}

// ParseRecovery reads a recovery key as people type it: small or capital
// letters, with blanks and dashes anywhere, with its beginning or without. The
// key's letters have no 1, B, I and O: what looks like one is taken for the
// letter that it looks like. A checksum finds what is mistyped all the same.
func ParseRecovery(text string) (*Recovery, error) {
	plain := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z':
			return c - 'a' + 'A'
		case c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
			return c
		}
		return -1
	}, text)
	if rest, ok := strings.CutPrefix(plain, strings.ReplaceAll(recoveryPrefix, "-", "")); ok {
		plain = rest
	}
	plain = strings.NewReplacer("1", "L", "I", "L", "B", "8", "O", "0").Replace(plain)
	if len(plain) != recoveryLength {
		return nil, fault.InvalidField("/recovery_key", fmt.Sprintf("has %d letters, not %d", len(plain), recoveryLength),
			"enter all ten groups from the sheet")
	}
	id, err := age.ParseX25519Identity(recoveryPrefix + plain)
	if err != nil {
		return nil, fault.InvalidField("/recovery_key", "has a letter that is not as on the sheet", "compare it group by group with the sheet")
	}
	return &Recovery{id}, nil
}

// Text is the key for the sheet and its QR code: the one line that age takes.
func (r *Recovery) Text() string {
	if r.IsZero() {
		return ""
	}
	return r.id.String()
}

// Words are the ten groups of the text after its beginning, nine of six
// letters and one of four: what the sheet prints in large type, and of which
// a person enters two again.
func (r *Recovery) Words() []string {
	rest := strings.TrimPrefix(r.Text(), recoveryPrefix)
	var out []string
	for len(rest) > 0 {
		n := min(wordLength, len(rest))
		out, rest = append(out, rest[:n]), rest[n:]
	}
	return out
}

// Recipient is the public half. It is not written to the bucket: who knows it
// could make up a backup that the recovery key opens.
func (r *Recovery) Recipient() string {
	if r.IsZero() {
		return ""
	}
	return r.id.Recipient().String()
}

// IsZero reports whether there is no key.
func (r *Recovery) IsZero() bool { return r == nil || r.id == nil }

// Format keeps the key out of logs.
func (Recovery) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("***")) }
