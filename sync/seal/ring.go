package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Ring holds the data keys, the newest first, and the name key. It never
// changes: With and Without return another one. The zero Ring seals nothing.
type Ring struct {
	names [keySize]byte
	keys  []dataKey
}

type dataKey struct {
	id     [idSize]byte
	key    [keySize]byte
	object cipher.AEAD // of the key derived for objects
}

const (
	idSize   = 8
	maxKeys  = 1000
	ringKind = "ring"
)

// NewRing returns a ring with one data key and a name key, both fresh.
func NewRing() Ring {
	var r Ring
	_, _ = rand.Read(r.names[:])
	return r.With()
}

// With returns the ring with a fresh data key in front, which seals from now
// on.
func (r Ring) With() Ring {
	var k dataKey
	_, _ = rand.Read(k.id[:])
	_, _ = rand.Read(k.key[:])
	return Ring{names: r.names, keys: append([]dataKey{k.ready()}, r.keys...)}
}

// Without returns the ring without the data keys of these ids. The key that
// seals can't be taken out.
func (r Ring) Without(ids ...string) (Ring, error) {
	if len(r.keys) > 0 && slices.Contains(ids, hexOf(r.keys[0].id[:])) {
		return Ring{}, fault.New(fault.Invalid, "the data key that seals can't be taken out of the ring").
			WithRemedy("put a new one in front first")
	}
	keys := slices.DeleteFunc(slices.Clone(r.keys), func(k dataKey) bool { return slices.Contains(ids, hexOf(k.id[:])) })
	return Ring{names: r.names, keys: keys}, nil
}

// IDs are the names of the data keys, that of the one that seals first.
func (r Ring) IDs() []string {
	out := make([]string, len(r.keys))
	for i, k := range r.keys {
		out[i] = hexOf(k.id[:])
	}
	return out
}

// Format keeps the keys out of logs.
func (Ring) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("***")) }

// BlobName is the name of the file with this SHA-256 (in hex): 64 hex digits
// that tell nobody without the ring which file it is, and stay the same when
// data keys change.
func (r Ring) BlobName(sha256hex string) string { return r.Name("blob", sha256hex) }

// Name is a name for text among those of a kind that only the ring can make.
func (r Ring) Name(kind, text string) string {
	h := hmac.New(sha256.New, r.names[:])
	h.Write(binding(nil, kind, text))
	return hexOf(h.Sum(nil))
}

func (k dataKey) ready() dataKey {
	k.object = aead(derive(k.key[:], infoObject, keySize))
	return k
}

func (r Ring) find(id []byte) (dataKey, bool) {
	for _, k := range r.keys {
		if bytes.Equal(k.id[:], id) {
			return k, true
		}
	}
	return dataKey{}, false
}

func aead(key []byte) cipher.AEAD {
	a, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("seal: " + err.Error()) // keys have one size
	}
	return a
}

// ringFile is what a ring is within its seal.
type ringFile struct {
	Format int           `json:"format"`
	Names  []byte        `json:"names"`
	Keys   []ringFileKey `json:"keys"`
}

type ringFileKey struct {
	ID  string `json:"id"`
	Key []byte `json:"key"`
}

// Sealed is the ring's object: sealed under the repository key, for the name
// that it is put under.
func (r Ring) Sealed(k Key, name string) []byte {
	f := ringFile{Format: 1, Names: r.names[:]}
	for _, d := range r.keys {
		f.Keys = append(f.Keys, ringFileKey{hexOf(d.id[:]), bytes.Clone(d.key[:])})
	}
	plain, err := json.Marshal(f)
	if err != nil {
		panic("seal: " + err.Error()) // bytes and text only
	}
	return k.master().seal(ringKind, name, plain)
}

// OpenRing opens the ring's object that lies under name.
func OpenRing(k Key, name string, b []byte) (Ring, error) {
	m := k.master()
	if id, err := keyOf(name, b); err == nil && id != hexOf(m.id[:]) {
		return Ring{}, fault.Wrap(fault.Invalid, ErrUnknownKey, "%s is of another backup than the key", name)
	}
	plain, err := m.open(ringKind, name, b)
	if err != nil {
		return Ring{}, err
	}
	var f ringFile
	if err := json.Unmarshal(plain, &f); err != nil || f.Format != 1 {
		return Ring{}, fault.New(fault.Invalid, "%s is of a later version of Hubcap", name).WithRemedy("restore with the newest version")
	}
	r := Ring{}
	if len(f.Names) != keySize || len(f.Keys) == 0 || len(f.Keys) > maxKeys {
		return Ring{}, forged(name, "no ring")
	}
	copy(r.names[:], f.Names)
	for _, x := range f.Keys {
		var d dataKey
		id, err := hex.DecodeString(x.ID)
		if err != nil || len(id) != idSize || len(x.Key) != keySize {
			return Ring{}, forged(name, "no ring")
		}
		copy(d.id[:], id)
		copy(d.key[:], x.Key)
		r.keys = append(r.keys, d.ready())
	}
	return r, nil
}

// master is the repository key as what seals the ring.
func (k Key) master() dataKey {
	var d dataKey
	copy(d.id[:], derive(k.b[:], infoKeyID, idSize))
	d.object = aead(derive(k.b[:], infoRing, keySize))
	return d
}
