package seal

import (
	"bufio"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

// A stream is
//
//	"HSS1"  id of the data key (8)  salt (32)  chunk...
//
// Each chunk but the last has 64 KiB of the plain text, the last 1 byte to
// 64 KiB; an empty text has one empty chunk. A chunk is sealed by
// ChaCha20-Poly1305 under a key of this stream alone (of the data key, the
// salt, and the binding of the first twelve bytes, kind and name); its nonce
// is the chunk's number (11 bytes) and 1 for the last chunk, else 0. So a
// stream can't be cut, lengthened, or put together of others' chunks.
const (
	streamMagic  = "HSS1"
	saltSize     = 32
	streamPrefix = headerSize + saltSize
	chunkSize    = 64 << 10
)

// StreamSize is the size of a stream that holds n bytes, so that it can be
// announced before it is written.
func StreamSize(n int64) int64 {
	chunks := max(1, (n+chunkSize-1)/chunkSize)
	return streamPrefix + n + chunks*chacha20poly1305.Overhead
}

// SealStream seals what is written to it for a kind and a name, onto w. Close
// writes the last chunk, without which the stream does not open; it does not
// close w.
func (r Ring) SealStream(kind, name string, w io.Writer) io.WriteCloser {
	k := r.newest()
	head := make([]byte, streamPrefix)
	copy(head, streamMagic)
	copy(head[magicSize:], k.id[:])
	_, _ = rand.Read(head[headerSize:])
	return &streamWriter{w: w, head: head, aead: k.stream(head, kind, name), buf: make([]byte, 0, chunkSize+chacha20poly1305.Overhead)}
}

// stream is the AEAD of the stream with this head.
func (k dataKey) stream(head []byte, kind, name string) cipher.AEAD {
	info := infoStream + string(binding(head[:headerSize], kind, name))
	a, err := chacha20poly1305.New(deriveSalted(k.key[:], head[headerSize:streamPrefix], info, keySize))
	if err != nil {
		panic("seal: " + err.Error()) // keys have one size
	}
	return a
}

// chunkNonce is the nonce of the n-th chunk.
func chunkNonce(n uint64, last bool) []byte {
	nonce := make([]byte, chacha20poly1305.NonceSize)
	binary.BigEndian.PutUint64(nonce[3:], n)
	if last {
		nonce[11] = 1
	}
	return nonce
}

type streamWriter struct {
	w    io.Writer
	head []byte // not written yet; nil afterwards
	aead cipher.AEAD
	buf  []byte // of the chunk that is being filled
	n    uint64
	err  error
}

var errClosed = errors.New("the stream is closed")

func (s *streamWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 && s.err == nil {
		// A full chunk waits for what follows: it may be the last.
		if len(s.buf) == chunkSize {
			if s.flush(false); s.err != nil {
				break
			}
		}
		n := min(len(p), chunkSize-len(s.buf))
		s.buf = append(s.buf, p[:n]...)
		p, written = p[n:], written+n
	}
	return written, s.err
}

func (s *streamWriter) Close() error {
	if s.err != nil {
		return s.err
	}
	if s.flush(true); s.err != nil {
		return s.err
	}
	s.err = errClosed
	return nil
}

func (s *streamWriter) flush(last bool) {
	if s.head != nil {
		if _, s.err = s.w.Write(s.head); s.err != nil {
			return
		}
		s.head = nil
	}
	_, s.err = s.w.Write(s.aead.Seal(s.buf[:0], chunkNonce(s.n, last), s.buf, nil))
	s.buf = s.buf[:0]
	s.n++
}

// OpenStream reads what SealStream has sealed for this kind and name. Every
// byte that it gives is authentic; only the plain end says that none is
// missing. Errors are those of Open, and those of src as they are.
func (r Ring) OpenStream(kind, name string, src io.Reader) io.Reader {
	return &streamReader{ring: r, kind: kind, name: name, src: bufio.NewReaderSize(src, chunkSize+chacha20poly1305.Overhead)}
}

type streamReader struct {
	ring       Ring
	kind, name string
	src        *bufio.Reader

	aead  cipher.AEAD // nil before the head was read
	buf   []byte      // room for a sealed chunk
	plain []byte      // opened and not given yet
	n     uint64
	err   error
}

func (s *streamReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(s.plain) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		if s.aead == nil {
			s.begin()
		} else {
			s.next()
		}
	}
	n := copy(p, s.plain)
	s.plain = s.plain[n:]
	return n, nil
}

func (s *streamReader) begin() {
	head := make([]byte, streamPrefix)
	if _, err := io.ReadFull(s.src, head); err == io.EOF || err == io.ErrUnexpectedEOF {
		s.err = forged(s.name, "cut short")
		return
	} else if err != nil {
		s.err = err
		return
	}
	if string(head[:magicSize]) != streamMagic {
		s.err = forged(s.name, "no sealed stream")
		return
	}
	k, err := s.ring.keyFor(s.name, head)
	if err != nil {
		s.err = err
		return
	}
	s.aead = k.stream(head, s.kind, s.name)
	s.buf = make([]byte, chunkSize+chacha20poly1305.Overhead)
}

// next opens one chunk. It looks one byte further, to know whether it is the
// last.
func (s *streamReader) next() {
	n, err := io.ReadFull(s.src, s.buf)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
	case err != nil:
		s.err = err
		return
	}
	_, err = s.src.Peek(1)
	last := err == io.EOF
	if err != nil && !last {
		s.err = err
		return
	}
	// Only an empty text has an empty chunk.
	if n < chacha20poly1305.Overhead || n == chacha20poly1305.Overhead && s.n > 0 {
		s.err = forged(s.name, "cut short")
		return
	}
	plain, err := s.aead.Open(s.buf[:0], chunkNonce(s.n, last), s.buf[:n], nil)
	switch {
	case err != nil && last:
		s.err = forged(s.name, "cut short, or its seal is broken")
		return
	case err != nil:
		s.err = forged(s.name, "its seal is broken")
		return
	case last:
		s.err = io.EOF
	}
	s.plain = plain
	s.n++
}
