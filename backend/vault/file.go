package vault

import (
	"bytes"
	"crypto/rand"
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

const (
	fileMark = "hubcap-vault-1 "    // before each key of the ring, one a line
	keptMark = "hubcap-vault-kept " // the whole file: the ring is kept elsewhere

	// maxRing is how many keys a ring holds: a change of keys needs two, a
	// restore brings the rings of several backups together.
	maxRing = 32
)

// file is what a key file says: the ring, or where else it is kept.
type file struct {
	ring  [][]byte
	where string // "environment" or "keyring"; "" with a ring
	name  string // of the keyring's entry
	info  fs.FileInfo
}

func (f *file) text() []byte {
	if f.where != "" {
		return []byte(strings.TrimRight(keptMark+f.where+" "+f.name, " ") + "\n")
	}
	return ringText(f.ring)
}

// Open reads the key file in dir, or makes it where there is none. A key file
// that others may read, or that is not one, is refused: secrets sealed by it
// would not be secret, or not be readable.
func Open(dir string) (*Vault, error) { return Source{Dir: dir}.Open() }

func read(path string) (*file, error) {
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
	f := &file{info: info}
	if rest, ok := strings.CutPrefix(strings.TrimSuffix(string(b), "\n"), keptMark); ok {
		f.where, f.name, _ = strings.Cut(rest, " ")
		if f.where == inEnvironment || f.where == inKeyring && f.name != "" {
			return f, nil
		}
	} else if f.ring, ok = parseRing(b); ok {
		return f, nil
	}
	return nil, fault.New(fault.Unavailable, "the key file %s is damaged", path).
		WithRemedy("put a copy of it back; without one, move it away, start again, and enter the stored secrets anew")
}

// parseRing reads one key a line, each behind the mark.
func parseRing(b []byte) ([][]byte, bool) {
	var ring [][]byte
	for line := range strings.Lines(string(b)) {
		text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), fileMark)
		key, err := base64.StdEncoding.Strict().DecodeString(text)
		if !ok || err != nil || len(key) != keyBytes || len(ring) == maxRing {
			return nil, false
		}
		ring = append(ring, key)
	}
	return ring, len(ring) > 0
}

func ringText(ring [][]byte) []byte {
	var b []byte
	for _, k := range ring {
		b = append(b, fileMark...)
		b = append(append(b, encoded(k)...), '\n')
	}
	return b
}

func encoded(key []byte) []byte { return base64.StdEncoding.AppendEncode(nil, key) }

func (v *Vault) text() []byte {
	var ring [][]byte
	for _, k := range v.ring {
		ring = append(ring, k.bytes)
	}
	return ringText(ring)
}

func newRing() [][]byte {
	key := make([]byte, keyBytes)
	rand.Read(key) // never fails: it ends the process where the system has no randomness
	return [][]byte{key}
}

// Carry puts the key file of one folder into another, where none is yet: what
// was sealed in a store opens there too. A folder without a key file has
// nothing sealed.
func Carry(from, to string) error {
	f, err := read(filepath.Join(from, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	there, err := place(filepath.Join(to, FileName), f)
	if err == nil && !bytes.Equal(there.text(), f.text()) {
		return fault.New(fault.Conflict, "%s holds another key file already", to).
			WithRemedy("move it away, then copy %s from %s there", FileName, from)
	}
	return err
}

// place writes a key file so that it is there whole or not at all, and never
// over another. It returns what then stands there.
func place(path string, f *file) (*file, error) {
	made, err := write(path, f)
	if err != nil {
		return nil, err
	}
	defer os.Remove(made)
	if err := os.Link(made, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("place key file: %w", err)
	}
	if err := syncFolder(path); err != nil {
		return nil, err
	}
	return read(path)
}

// replace writes a key file over the one that is there: the old one stands
// until the new one does.
func replace(path string, f *file) error {
	made, err := write(path, f)
	if err != nil {
		return err
	}
	if err := os.Rename(made, path); err != nil {
		return errors.Join(fmt.Errorf("place key file: %w", err), os.Remove(made))
	}
	return syncFolder(path)
}

// write makes a file beside path and returns its name.
func write(path string, f *file) (string, error) {
	t, err := os.CreateTemp(filepath.Dir(path), FileName+".*.new") // mode 0600
	if err != nil {
		return "", fmt.Errorf("make key file: %w", err)
	}
	_, err = t.Write(f.text())
	if err == nil {
		err = t.Sync()
	}
	if err = errors.Join(err, t.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("write key file: %w", err), os.Remove(t.Name()))
	}
	return t.Name(), nil
}

func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil // folders can't be opened everywhere
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil && runtime.GOOS != "windows" {
		return fmt.Errorf("place key file: %w", err)
	}
	return nil
}
