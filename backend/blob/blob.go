package blob

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Store keeps blobs. All methods may be called from many goroutines. A blob is
// named by its SHA-256 as 64 lower-case hexadecimal digits.
type Store interface {
	// Put keeps what r gives, at most limit bytes: more is fault.Invalid. When
	// it returns nil the bytes are on disk; when not, nothing of them is there.
	Put(ctx context.Context, r io.Reader, limit int64) (Info, error)

	// PutAs is Put of bytes that are known to have a name: what hashes
	// otherwise is refused as fault.Invalid. A restore uses it.
	PutAs(ctx context.Context, sha256 string, r io.Reader) error

	// Open reads a blob from its beginning and tells its size. The bytes are
	// compared with the name while they are read: the end of a damaged blob is
	// withheld, so it never arrives as whole, and the read fails with Damaged.
	Open(ctx context.Context, sha256 string) (io.ReadCloser, int64, error)

	// Whole is Open for who reads here and there: the blob is compared with its
	// name before the first byte is given.
	Whole(ctx context.Context, sha256 string) (io.ReadSeekCloser, int64, error)

	// Verify reads a blob to its end and tells its size.
	Verify(ctx context.Context, sha256 string) (int64, error)

	// Has reports whether there is a blob of that name, whole or not.
	Has(ctx context.Context, sha256 string) (bool, error)

	// Each calls fn with every blob, by name.
	Each(ctx context.Context, fn func(Info) error) error

	// Remove removes a blob; one that is not there is no error.
	Remove(ctx context.Context, sha256 string) error

	// Sweep removes the blobs that nothing refers to and that were put more
	// than keep ago, and says what it removed. A blob that is put again while
	// it runs stays.
	Sweep(ctx context.Context, keep time.Duration, referenced func(sha256 string) bool) (Swept, error)
}

// Info says what a blob is.
type Info struct {
	SHA256 string
	Bytes  int64
	Put    time.Time // the last time; zero where that is not known
}

// Swept is what Sweep removed.
type Swept struct {
	Blobs int
	Bytes int64
}

// Damaged says that a blob's bytes are not those that were put.
type Damaged struct {
	SHA256 string
	Found  string // the SHA-256 of the bytes that are there
	Bytes  int64  // how many they are
}

func (d *Damaged) Error() string {
	return fmt.Sprintf("blob %s is damaged on disk: its %d bytes hash to %s", d.SHA256, d.Bytes, d.Found)
}

// damaged is Damaged as a failure that a person can act on.
func damaged(name, found string, bytes int64) error {
	return fault.Wrap(fault.Unavailable, &Damaged{SHA256: name, Found: found, Bytes: bytes}, "the file %.12s… is damaged on disk", name).
		WithRemedy("add the same file again, which mends it, or restore it from a backup; check the disk")
}

func missing(name string, err error) error {
	return fault.Wrap(fault.NotFound, err, "the file %.12s… is not there", name).
		WithRemedy("add the same file again, which mends it, or restore it from a backup")
}

// Valid reports whether s can be the name of a blob.
func Valid(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func nameOf(sum []byte) string { return hex.EncodeToString(sum) }
