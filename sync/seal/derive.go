package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// The purposes of the keys. Each is the info of HKDF-SHA256 (RFC 5869), and no
// other text may ever begin with "hubcap backup 1 ".
const (
	// of the repository key
	infoRing  = "hubcap backup 1 ring"   // seals the ring
	infoKeyID = "hubcap backup 1 key id" // the public name of the key
	infoSign  = "hubcap backup 1 sign"   // signs reports of drills

	// of a data key
	infoObject = "hubcap backup 1 object" // seals objects
	infoStream = "hubcap backup 1 stream" // seals one stream; followed by the binding, with the stream's salt
)

// derive makes n bytes for a purpose from a key that is random by itself.
func derive(key []byte, info string, n int) []byte { return deriveSalted(key, nil, info, n) }

func deriveSalted(key, salt []byte, info string, n int) []byte {
	out, err := hkdf.Key(sha256.New, key, salt, info, n)
	if err != nil {
		panic("seal: " + err.Error()) // n is a constant far below HKDF's limit
	}
	return out
}

// binding is the associated data of an object: its header, kind and name, each
// with its length in front, so that no two triples give the same bytes.
func binding(header []byte, kind, name string) []byte {
	out := make([]byte, 0, len(header)+len(kind)+len(name)+12)
	for _, part := range []string{string(header), kind, name} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	return out
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
