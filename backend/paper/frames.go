package paper

import (
	"encoding/binary"
	"errors"
	"io"
)

// The child tells what it finds in frames: a kind, the length in four bytes,
// the most significant first, and the content.
const (
	frameFacts   byte = 'f' // JSON of Facts, again when more is known
	frameSmall   byte = 's' // JPEG
	frameView    byte = 'v' // JPEG
	frameText    byte = 't' // one page of text
	frameTrouble byte = 'x' // why something of it is not there, for a person
	frameEnd     byte = 'e'
)

// maxFrame bounds what the parent takes at once: the child may have been
// taken over.
const maxFrame = 8 << 20

var errForged = errors.New("a frame that is too large")

func writeFrame(w io.Writer, kind byte, b []byte) error {
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
		return 0, nil, errForged
	}
	b = make([]byte, n)
	_, err = io.ReadFull(r, b)
	return head[0], b, err
}
