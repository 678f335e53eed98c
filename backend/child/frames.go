package child

import (
	"encoding/binary"
	"errors"
	"io"
)

// maxFrame bounds what the parent takes at once: the child may have been
// taken over.
const maxFrame = 8 << 20

// ErrForged says that a frame came that no child of ours sends.
var ErrForged = errors.New("a frame that is too large")

// WriteFrame sends a frame: its kind, the length in four bytes, the most
// significant first, and the content.
func WriteFrame(w io.Writer, kind byte, b []byte) error {
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(b)))
	_, err := w.Write(append(head, b...))
	return err
}

func readFrame(r io.Reader) (kind byte, b []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, nil, ErrForged
	}
	b = make([]byte, n)
	_, err = io.ReadFull(r, b)
	return head[0], b, err
}
