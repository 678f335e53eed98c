package store

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// IDs makes keys: UUIDv7 as text (RFC 9562, section 5.7), so that keys sort
// by when they were made. The zero IDs uses the clock and crypto/rand; tests
// set both.
type IDs struct {
	Now  func() time.Time
	Rand io.Reader

	mu   sync.Mutex
	last int64 // milliseconds<<12 | counter, never backwards
}

// New returns a new key, greater than every one before it from this source.
func (s *IDs) New() string {
	now, random := time.Now, io.Reader(rand.Reader)
	if s.Now != nil {
		now = s.Now
	}
	if s.Rand != nil {
		random = s.Rand
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// The 12 bits after the time count up within a millisecond (method 3 of
	// section 6.2: they start as a fraction of it).
	t := now()
	stamp := t.UnixMilli()<<12 | int64(t.Nanosecond()%1e6)*4096/1e6
	if stamp <= s.last {
		stamp = s.last + 1
	}
	s.last = stamp
	var u [16]byte
	if _, err := io.ReadFull(random, u[8:]); err != nil {
		panic("store: no randomness for a key: " + err.Error())
	}
	ms := stamp >> 12
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	u[6] = 0x70 | byte(stamp>>8)&0x0f
	u[7] = byte(stamp)
	u[8] = 0x80 | u[8]&0x3f
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// MaxKey is the length of a key in bytes.
const MaxKey = 256

func checkKey(k string) error {
	switch {
	case k == "":
		return fault.InvalidField("/id", "is empty", "give the document a key")
	case len(k) > MaxKey:
		return fault.InvalidField("/id", "is longer than 256 bytes", "use a shorter key")
	case !utf8.ValidString(k) || strings.ContainsFunc(k, unicode.IsControl):
		return fault.InvalidField("/id", "is not plain text", "use letters, digits and dashes")
	}
	return nil
}
