package vault

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// FileName is the key file's name in the data folder.
const FileName = "vault.key"

const fileMark = "hubcap-vault-1 "

// Open reads the key file in dir, or makes it where there is none. A key file
// that others may read, or that is not one, is refused: secrets sealed by it
// would not be secret, or not be readable.
func Open(dir string) (*Vault, error) {
	path := filepath.Join(dir, FileName)
	key, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = create(path)
	}
	if err != nil {
		return nil, err
	}
	return newVault(key), nil
}

func read(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("look for key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.Unavailable, "the key file %s is not a plain file", path).WithRemedy("put the key file itself there")
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Unavailable, "the key file %s can be read by others (mode %04o)", path, info.Mode().Perm()).
			WithRemedy("run: chmod 600 %s; if others had access to this machine, change the secrets too", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	text, ok := strings.CutPrefix(strings.TrimSuffix(string(b), "\n"), fileMark)
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	if !ok || err != nil || len(key) != keyBytes {
		return nil, fault.New(fault.Unavailable, "the key file %s is damaged", path).
			WithRemedy("put a copy of it back; without one, move it away, start again, and enter the stored secrets anew")
	}
	return key, nil
}

// create makes a new key, or reads one that another process made meanwhile.
func create(path string) ([]byte, error) {
	key := make([]byte, keyBytes)
	rand.Read(key) // never fails: it ends the process where the system has no randomness
	return place(path, key)
}

// Carry puts the key of one folder into another, where none is yet: what was
// sealed in a store opens there too. A folder without a key has nothing
// sealed.
func Carry(from, to string) error {
	key, err := read(filepath.Join(from, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	there, err := place(filepath.Join(to, FileName), key)
	if err == nil && subtle.ConstantTimeCompare(there, key) != 1 {
		return fault.New(fault.Conflict, "%s holds another key file already", to).
			WithRemedy("move it away, then copy %s from %s there", FileName, from)
	}
	return err
}

// place writes a key so that it is there whole or not at all, and never over
// another. It returns the key that then stands there.
func place(path string, key []byte) ([]byte, error) {
	f, err := os.CreateTemp(filepath.Dir(path), FileName+".*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("make key file: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(fileMark + base64.StdEncoding.EncodeToString(key) + "\n")
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return read(path)
	} else if err != nil {
		return nil, fmt.Errorf("place key file: %w", err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		err = errors.Join(d.Sync(), d.Close())
		if err != nil {
			return nil, fmt.Errorf("place key file: %w", err)
		}
	}
	return key, nil
}
