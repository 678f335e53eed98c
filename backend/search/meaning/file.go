package meaning

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// The two files of docs/formats/meaning.md. Both only grow; a rebuild writes
// new ones.
const (
	vectorsName = "vectors"
	piecesName  = "pieces"
	formatMark  = "hubcap-meaning-1"
	maxRecord   = 1 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// head is the first record of the pieces: whose vectors these are.
type head struct {
	Format string `json:"format"`
	Model  string `json:"model"`
	Dims   int    `json:"dims"`
}

// line is a record of the pieces: a document's pieces as they are from now
// on, or how far the change log was read.
type line struct {
	Kind   string          `json:"k,omitempty"`
	Org    string          `json:"o,omitempty"`
	Key    string          `json:"id,omitempty"`
	Place  *store.Place    `json:"p,omitempty"`
	Pieces []linePiece     `json:"t,omitempty"`
	At     *store.Position `json:"at,omitempty"`
}

type linePiece struct {
	Field string `json:"f"`
	Row   int32  `json:"r"`
}

// files are the open files of one generation.
type files struct {
	dir             string
	vectors, pieces *os.File
	rows            int32 // whole vectors on disk
	size            int64 // of the pieces, whole records
	dims            int
}

// vectorBytes is a vector with its text's print and a checksum.
func vectorBytes(dims int) int { return 16 + 4*dims + 4 }

func createFiles(dir string, h head) (*files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a folder for meanings: %w", err)
	}
	f := &files{dir: dir, dims: h.Dims}
	var err error
	if f.vectors, err = os.OpenFile(filepath.Join(dir, vectorsName), os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600); err != nil {
		return nil, fmt.Errorf("make the file of vectors: %w", err)
	}
	if f.pieces, err = os.OpenFile(filepath.Join(dir, piecesName), os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("make the file of pieces: %w", err), f.vectors.Close())
	}
	if err := f.append(h); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// openFiles reads both files into a table. What a crash left half is cut off;
// anything worse is an error, and a rebuild makes it good.
func openFiles(dir, model string) (f *files, t *table, at store.Position, err error) {
	f = &files{dir: dir}
	if f.pieces, err = os.OpenFile(filepath.Join(dir, piecesName), os.O_RDWR, 0); err != nil {
		return nil, nil, at, err
	}
	if f.vectors, err = os.OpenFile(filepath.Join(dir, vectorsName), os.O_RDWR, 0); err != nil {
		return nil, nil, at, errors.Join(err, f.pieces.Close())
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
			f = nil
		}
	}()
	r := bufio.NewReaderSize(f.pieces, 1<<16)
	var h head
	n, err := readRecord(r, &h)
	if err != nil {
		return f, nil, at, fmt.Errorf("read the head of the pieces: %w", err)
	}
	if h.Format != formatMark || h.Model != model || h.Dims < 4 || h.Dims%4 != 0 || h.Dims > 8192 {
		return f, nil, at, errors.New("they are of another model or format")
	}
	f.size, f.dims = n, h.Dims
	t = newTable(h.Dims)
	if err := f.readVectors(t); err != nil {
		return f, nil, at, err
	}
	for {
		var l line
		n, err := readRecord(r, &l)
		if errors.Is(err, errHalf) {
			break // written when the hub was killed: the log is read again from the last position
		}
		if err != nil {
			return f, nil, at, err
		}
		f.size += n
		if l.At != nil {
			at = *l.At
			continue
		}
		refs := make([]pieceRef, 0, len(l.Pieces))
		for _, p := range l.Pieces {
			if p.Row < 0 || p.Row >= f.rows {
				return f, nil, at, errors.New("a piece has no vector")
			}
			refs = append(refs, pieceRef{p.Field, t.prints[p.Row]})
		}
		place := store.Place{}
		if l.Place != nil {
			place = *l.Place
		}
		t.set(l.Kind, l.Org, l.Key, place, refs)
	}
	return f, t, at, f.pieces.Truncate(f.size)
}

func (f *files) readVectors(t *table) error {
	r := bufio.NewReaderSize(io.NewSectionReader(f.vectors, 0, math.MaxInt64), 1<<18)
	b := make([]byte, vectorBytes(f.dims))
	v := make([]float32, f.dims)
	for {
		if _, err := io.ReadFull(r, b); err == io.EOF || err == io.ErrUnexpectedEOF {
			return f.vectors.Truncate(int64(f.rows) * int64(len(b)))
		} else if err != nil {
			return fmt.Errorf("read vectors: %w", err)
		}
		body := b[:len(b)-4]
		if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(b[len(b)-4:]) {
			return fmt.Errorf("vector %d is damaged", f.rows)
		}
		decode(body[16:], v)
		t.add(print(body[:16]), v)
		f.rows++
	}
}

func decode(b []byte, v []float32) {
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

// addVector appends a vector. It is on disk after sync.
func (f *files) addVector(p print, v []float32) error {
	b := make([]byte, 0, vectorBytes(f.dims))
	b = append(b, p[:]...)
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	if _, err := f.vectors.WriteAt(b, int64(f.rows)*int64(len(b))); err != nil {
		return fmt.Errorf("write vector: %w", err)
	}
	f.rows++
	return nil
}

// errDamaged is that a checksum does not match.
var errDamaged = errors.New("damaged")

// vector reads one back, exact.
func (f *files) vector(row int32, v []float32) error {
	b := make([]byte, vectorBytes(f.dims))
	if _, err := f.vectors.ReadAt(b, int64(row)*int64(len(b))); err != nil {
		return fmt.Errorf("read vector: %w", err)
	}
	if crc32.Checksum(b[:len(b)-4], castagnoli) != binary.LittleEndian.Uint32(b[len(b)-4:]) {
		return fmt.Errorf("vector %d is %w", row, errDamaged)
	}
	decode(b[16:], v)
	return nil
}

// append writes a record of the pieces: length, checksum, JSON.
func (f *files) append(record any) error {
	body, err := json.Marshal(record)
	if err != nil {
		return err
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(body, castagnoli))
	b = append(b, body...)
	if _, err := f.pieces.WriteAt(b, f.size); err != nil {
		return fmt.Errorf("write pieces: %w", err)
	}
	f.size += int64(len(b))
	return nil
}

// errHalf is a record that ends before it should, or the end of the file.
var errHalf = errors.New("half a record")

func readRecord(r *bufio.Reader, out any) (n int64, err error) {
	var h [8]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return 0, errHalf
	}
	size := binary.LittleEndian.Uint32(h[:])
	if size > maxRecord {
		return 0, errHalf
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, errHalf
	}
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(h[4:]) {
		return 0, errHalf
	}
	if err := json.Unmarshal(body, out); err != nil {
		return 0, fmt.Errorf("read pieces: %w", err)
	}
	return int64(len(h)) + int64(size), nil
}

// sync puts the vectors on disk before the pieces that name them.
func (f *files) sync() error { return errors.Join(f.vectors.Sync(), f.pieces.Sync()) }

func (f *files) close() error { return errors.Join(f.vectors.Close(), f.pieces.Close()) }
