// Package segment is the form of the change log in a backup: runs of whole
// transactions, each in an object of its own whose name says what it holds.
//
// The bytes here are before sealing; docs/formats/backup.md is their law.
package segment

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Chain is a hash over every change of a line up to one of them. A segment
// says the chain before and after it, so that none can be left out, put
// elsewhere or exchanged.
type Chain [32]byte

// Next is the chain after a change, given the bytes of it.
func (c Chain) Next(change []byte) Chain {
	h := sha256.New()
	h.Write(c[:])
	h.Write(change)
	return Chain(h.Sum(nil))
}

// Head is what a segment says of itself inside.
type Head struct {
	Name
	Epoch   string // of the store that wrote the changes
	Changes int
	Before  Chain
	After   Chain
}

var magic = []byte("HCSEG\x01")

// maxChange bounds what a length in a segment may say: two documents of a
// mebibyte each, and some texts.
const maxChange = 4 << 20

// Encode writes whole transactions, the first of which follows the change
// that before ends with, as one segment.
func Encode(n Name, epoch string, before Chain, changes []store.Change) ([]byte, Head, error) {
	w := NewWriter(n, epoch, before)
	for i := range changes {
		w.Add(&changes[i])
	}
	return w.Close()
}

// Writer gathers changes for one segment.
type Writer struct {
	head Head
	body bytes.Buffer
	raw  []byte
	last store.Change
	err  error
}

// NewWriter begins a segment. From, To, Begin and End of the name are filled
// in by what is added.
func NewWriter(n Name, epoch string, before Chain) *Writer {
	return &Writer{head: Head{Name: n, Epoch: epoch, Before: before, After: before}}
}

// Add takes the next change.
func (w *Writer) Add(c *store.Change) {
	if w.err == nil {
		w.err = follows(w.head.Changes, &w.last, c)
	}
	if w.head.Changes == 0 {
		w.head.From, w.head.Begin = c.Seq, c.Time
	}
	w.raw = c.Append(w.raw[:0])
	w.head.After = w.head.After.Next(w.raw)
	w.body.Write(binary.AppendUvarint(nil, uint64(len(w.raw))))
	w.body.Write(w.raw)
	w.head.To, w.head.End = c.Seq, c.Time
	w.head.Changes++
	w.last = *c
	w.last.Before, w.last.After = nil, nil
}

// Size is how many bytes were added, before compression.
func (w *Writer) Size() int { return w.body.Len() }

// Changes is how many were added.
func (w *Writer) Changes() int { return w.head.Changes }

// Head is what the segment says so far.
func (w *Writer) Head() Head { return w.head }

// Close returns the segment's bytes. It fails when they are not whole
// transactions in order.
func (w *Writer) Close() ([]byte, Head, error) {
	switch {
	case w.err != nil:
		return nil, Head{}, w.err
	case w.head.Changes == 0:
		return nil, Head{}, errors.New("a segment without changes")
	case !w.last.Last:
		return nil, Head{}, fmt.Errorf("change %d is not its transaction's last", w.last.Seq)
	}
	h := w.head
	b := append([]byte{}, magic...)
	for _, v := range []uint64{h.Line, h.From, h.To, uint64(h.Begin.UnixMicro()), uint64(h.End.UnixMicro()), h.Fence, uint64(h.Level), uint64(h.Changes)} {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	b = append(b, h.Before[:]...)
	b = append(b, h.After[:]...)
	b = append(binary.AppendUvarint(b, uint64(len(h.Epoch))), h.Epoch...)
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, Head{}, err
	}
	return z.EncodeAll(w.body.Bytes(), b), h, nil
}

// follows checks that a change is the one after last.
func follows(before int, last, c *store.Change) error {
	first := before == 0
	switch {
	case (first || last.Last) && c.Tx != c.Seq, !first && !last.Last && c.Tx != last.Tx:
		return fmt.Errorf("change %d stands outside of its transaction %d", c.Seq, c.Tx)
	case !first && c.Seq != last.Seq+1:
		return fmt.Errorf("change %d follows %d", c.Seq, last.Seq)
	case !first && c.Time.Before(last.Time):
		return fmt.Errorf("change %d is older than the one before it", c.Seq)
	}
	return nil
}

var errBytes = errors.New("the bytes are not a log segment")

// headSize is what stands before the epoch's text.
const headSize = 6 + 8*8 + 2*32

// ReadHead reads what a segment says of itself, and where its body begins.
func ReadHead(b []byte) (h Head, body int, err error) {
	if len(b) < headSize+1 || !bytes.HasPrefix(b, magic) {
		return Head{}, 0, errBytes
	}
	var v [8]uint64
	for i := range v {
		v[i] = binary.BigEndian.Uint64(b[6+8*i:])
	}
	h = Head{Name: Name{Line: v[0], From: v[1], To: v[2], Begin: time.UnixMicro(int64(v[3])).UTC(), End: time.UnixMicro(int64(v[4])).UTC(), Fence: v[5], Level: Level(v[6])}, Changes: int(v[7])}
	copy(h.Before[:], b[6+64:])
	copy(h.After[:], b[6+96:])
	n, size := binary.Uvarint(b[headSize:])
	at := headSize + size
	if size <= 0 || n > 64 || uint64(len(b)-at) < n {
		return Head{}, 0, errBytes
	}
	h.Epoch = string(b[at : at+int(n)])
	if h.From == 0 || h.To < h.From || uint64(h.Changes) != h.To-h.From+1 {
		return Head{}, 0, errBytes
	}
	return h, at + int(n), nil
}

// Changes reads a segment, of which the name says what it must hold. Each
// change is checked against the one before it and at the end against the
// chain: until then nothing is proven, so whoever acts on a change waits for
// the loop's end, or may take the acts back.
func Changes(n Name, b []byte) (Head, iter.Seq2[store.Change, error], error) {
	h, at, err := ReadHead(b)
	if err != nil {
		return Head{}, nil, err
	}
	if h.Name != n {
		return Head{}, nil, fmt.Errorf("it says that it is %s", h.Path())
	}
	return h, func(yield func(store.Change, error) bool) {
		z, err := zstd.NewReader(bytes.NewReader(b[at:]), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			yield(store.Change{}, err)
			return
		}
		defer z.Close()
		if err := each(h, bufio.NewReaderSize(z, 64<<10), yield); err != nil && err != errStopped {
			yield(store.Change{}, err)
		}
	}, nil
}

var errStopped = errors.New("stopped by the caller")

func each(h Head, r *bufio.Reader, yield func(store.Change, error) bool) error {
	chain := h.Before
	var last store.Change
	for i := range h.Changes {
		size, err := binary.ReadUvarint(r)
		if err != nil || size > maxChange {
			return errBytes
		}
		raw := make([]byte, size)
		if _, err := io.ReadFull(r, raw); err != nil {
			return errBytes
		}
		c, err := store.ParseChange(raw)
		if err != nil {
			return err
		}
		if err := follows(i, &last, &c); err != nil {
			return err
		}
		chain = chain.Next(raw)
		last = c
		if c.Seq != h.From+uint64(i) {
			return fmt.Errorf("change %d stands where %d belongs", c.Seq, h.From+uint64(i))
		}
		if i == 0 && !c.Time.Equal(h.Begin) {
			return errors.New("its first change is of another time than it says")
		}
		if i == h.Changes-1 {
			if _, err := r.ReadByte(); err != io.EOF {
				return errors.New("it holds more than it says")
			}
			if !c.Last || !c.Time.Equal(h.End) || chain != h.After {
				return errors.New("its end is not what its head says")
			}
		}
		if !yield(c, nil) {
			return errStopped
		}
	}
	return nil
}
