package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/zalando/go-keyring"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Where a ring is kept, as Source.Where and the key file say it.
const (
	inFile        = "file"
	inEnvironment = "environment"
	inKeyring     = "keyring"
)

// keyringService is the name under which the operating system's keyring
// shows Hubcap's entries.
const keyringService = "Hubcap vault"

// Source says where the ring is kept: in the key file of Dir unless one of
// the others is set. The key file says it too, so that a hub that is started
// with other settings does not make a second ring beside the first.
type Source struct {
	Dir     string
	Key     Secret // the ring itself, from the environment: keys in base64, the sealing one first
	Keyring bool   // the operating system's keyring
}

// Where names the place: "file", "environment" or "keyring".
func (s Source) Where() string {
	switch {
	case !s.Key.Empty():
		return inEnvironment
	case s.Keyring:
		return inKeyring
	}
	return inFile
}

func (s Source) path() string { return filepath.Join(s.Dir, FileName) }

// Open reads the ring, or makes one where there is none yet.
func (s Source) Open() (*Vault, error) {
	if !s.Key.Empty() && s.Keyring {
		return nil, fault.New(fault.Invalid, "both vault-key and vault-keyring are set: the keys can be kept in one place only").
			WithRemedy("remove one of the two settings")
	}
	f, err := read(s.path())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	switch s.Where() {
	case inEnvironment:
		return s.fromEnvironment(f)
	case inKeyring:
		return s.fromKeyring(f)
	}
	if f == nil {
		if f, err = place(s.path(), &file{ring: newRing()}); err != nil {
			return nil, err
		}
	}
	if f.where != "" {
		return nil, elsewhere(f, s)
	}
	return newVault(f.ring), nil
}

// elsewhere is the error that the ring is kept in another place than the
// settings say.
func elsewhere(f *file, s Source) error {
	use := "the key file"
	switch f.where {
	case inEnvironment:
		use = "the environment (HUBCAP_VAULT_KEY)"
	case inKeyring:
		use = "the operating system's keyring"
	}
	remedy := "set vault-keyring (HUBCAP_VAULT_KEYRING=true)"
	switch f.where {
	case inEnvironment:
		remedy = "set HUBCAP_VAULT_KEY as before"
	case "":
		remedy = fmt.Sprintf("if HUBCAP_VAULT_KEY holds that file's keys, remove %s; otherwise unset it", s.path())
	}
	return fault.New(fault.Unavailable, "the keys of this data folder are kept in %s, and the settings say: %s", use, s.Where()).WithRemedy("%s", remedy)
}

func (s Source) fromEnvironment(f *file) (*Vault, error) {
	var ring [][]byte
	for _, word := range strings.FieldsFunc(s.Key.Reveal(), func(r rune) bool { return r == ' ' || r == ',' || r == '\n' }) {
		if word+" " == fileMark {
			continue // the whole text of a key file is welcome too
		}
		one, ok := parseRing([]byte(fileMark + word))
		if !ok || len(ring) == maxRing {
			return nil, fault.New(fault.Invalid, "vault-key (HUBCAP_VAULT_KEY) is not a key").
				WithRemedy("give 32 random bytes in base64, such as `openssl rand -base64 32` prints; several are separated by commas, the one that seals first")
		}
		ring = append(ring, one[0])
	}
	if len(ring) == 0 {
		return nil, fault.New(fault.Invalid, "vault-key (HUBCAP_VAULT_KEY) holds no key").WithRemedy("give 32 random bytes in base64, or unset it")
	}
	if f == nil {
		var err error
		if f, err = place(s.path(), &file{where: inEnvironment}); err != nil {
			return nil, err
		}
	}
	if f.where != inEnvironment {
		return nil, elsewhere(f, s)
	}
	return newVault(ring), nil
}

// fromKeyring reads the keyring's entry that the key file names. A ring that
// stands in the key file itself is taken over: the file names the entry once
// the keyring holds it.
func (s Source) fromKeyring(f *file) (*Vault, error) {
	switch {
	case f != nil && f.where == inKeyring:
	case f != nil && f.where != "":
		return nil, elsewhere(f, s)
	default:
		ring := newRing()
		if f != nil {
			ring = f.ring
		}
		next := &file{where: inKeyring, name: newName()}
		if err := setKeyring(next.name, ring); err != nil {
			return nil, err
		}
		if f != nil {
			if err := replace(s.path(), next); err != nil {
				return nil, err
			}
			return newVault(ring), nil
		}
		there, err := place(s.path(), next)
		if err != nil {
			return nil, err
		}
		if there.name != next.name { // another process was first
			_ = keyring.Delete(keyringService, next.name) // an entry that nobody names does no harm
		}
		if there.where != inKeyring {
			return nil, elsewhere(there, s)
		}
		f = there
	}
	ring, err := getKeyring(f.name)
	if err != nil {
		return nil, err
	}
	return newVault(ring), nil
}

func newName() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func getKeyring(name string) ([][]byte, error) {
	text, err := keyring.Get(keyringService, name)
	if err != nil {
		// The cause is left out of nothing: it never holds the secret.
		return nil, fault.Wrap(fault.Unavailable, err, "the operating system's keyring does not give the entry %q of %q", name, keyringService).
			WithRemedy("unlock the keyring of this user and start again; a hub without a desktop session keeps its keys in the key file or the environment")
	}
	ring, ok := parseRing([]byte(text))
	if !ok {
		return nil, fault.New(fault.Unavailable, "the entry %q of %q in the keyring is damaged", name, keyringService).WithRemedy("put a copy of it back")
	}
	return ring, nil
}

// setKeyring writes an entry and reads it again: the file that held the keys
// goes only after that.
func setKeyring(name string, ring [][]byte) error {
	text := ringText(ring)
	if err := keyring.Set(keyringService, name, string(text)); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the operating system's keyring takes no entry").
			WithRemedy("unlock the keyring of this user and start again; a hub without a desktop session keeps its keys in the key file or the environment")
	}
	got, err := getKeyring(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(ringText(got), text) {
		return fault.New(fault.Unavailable, "the operating system's keyring does not keep what it is given")
	}
	return nil
}
