package checkpoint

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/klauspost/compress/zstd"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// Document is one record of a part, with its collection.
type Document struct {
	Collection string
	store.Record
}

var magic = []byte("HCPRT\x01")

// PartBytes is about how many bytes of documents a part holds.
const PartBytes = 8 << 20

// Writer gathers the documents of one part after the other.
type Writer struct {
	body bytes.Buffer
	n    int
	zstd *zstd.Encoder
}

// Add takes the next document.
func (w *Writer) Add(collection string, r *store.Record) {
	var b []byte
	for _, s := range []string{collection, r.Org, r.Key} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	b = binary.AppendUvarint(b, uint64(r.Rev))
	b = binary.AppendUvarint(b, uint64(len(r.Doc)))
	w.body.Write(b)
	w.body.Write(r.Doc)
	w.n++
}

// Size is how many bytes were added, before compression.
func (w *Writer) Size() int { return w.body.Len() }

// Documents is how many were added.
func (w *Writer) Documents() int { return w.n }

// Close returns the part's bytes and begins the next.
func (w *Writer) Close() ([]byte, error) {
	if w.zstd == nil {
		var err error
		if w.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1)); err != nil {
			return nil, err
		}
	}
	b := binary.BigEndian.AppendUint64(append([]byte{}, magic...), uint64(w.n))
	b = w.zstd.EncodeAll(w.body.Bytes(), b)
	w.body.Reset()
	w.n = 0
	return b, nil
}

var errBytes = errors.New("the bytes are not a part of a checkpoint")

// maxText bounds collection, organisation and key; maxDoc a document.
const (
	maxText = 4 << 10
	maxDoc  = 2 << 20
)

// Documents reads a part. The documents have no place: it follows from them.
func Documents(b []byte) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		if len(b) < 14 || !bytes.HasPrefix(b, magic) {
			yield(Document{}, errBytes)
			return
		}
		n := binary.BigEndian.Uint64(b[6:])
		z, err := zstd.NewReader(bytes.NewReader(b[14:]), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			yield(Document{}, err)
			return
		}
		defer z.Close()
		r := bufio.NewReaderSize(z, 64<<10)
		for i := range n {
			d, err := read(r)
			if err != nil {
				yield(Document{}, fmt.Errorf("document %d: %w", i+1, err))
				return
			}
			if !yield(d, nil) {
				return
			}
		}
		if _, err := r.ReadByte(); err != io.EOF {
			yield(Document{}, errBytes)
		}
	}
}

func read(r *bufio.Reader) (d Document, err error) {
	for _, s := range []*string{&d.Collection, &d.Org, &d.Key} {
		b, err := text(r, maxText)
		if err != nil {
			return d, err
		}
		*s = string(b)
	}
	rev, err := binary.ReadUvarint(r)
	if err != nil || rev == 0 || rev >= 1<<62 {
		return d, errBytes
	}
	d.Rev = int64(rev)
	d.Doc, err = text(r, maxDoc)
	return d, err
}

func text(r *bufio.Reader, most uint64) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil || n > most {
		return nil, errBytes
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, errBytes
	}
	return b, nil
}
