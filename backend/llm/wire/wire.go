// Package wire is what the hub and its model worker say to each other.
//
// The worker is a separate program that speaks in frames over its standard
// input and output, so a crash, a leak or a hang in the model engine ends a
// child process and nothing else. A frame is a 16-byte header and a JSON
// payload:
//
//	offset  size  meaning
//	0       2     "HW"
//	2       1     version of this protocol
//	3       1     kind
//	4       4     request number, big endian; a reply repeats it
//	8       4     payload length, big endian, at most MaxPayload
//	12      4     CRC-32C of the payload, big endian
//
// Requests are answered by any number of Progress frames and exactly one
// Result or Failed frame. The worker serves one request at a time; only
// Cancel overtakes. Both sides treat a frame that breaks a rule here as the
// end of the conversation: the hub kills the worker, the worker exits.
package wire

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Version changes whenever a frame or a payload changes its meaning. A hub
// refuses a worker of another version instead of guessing.
const Version = 2

// MaxPayload bounds a frame. The largest real ones are 32 texts to embed and
// their vectors, some 700 KiB at most.
const MaxPayload = 1 << 20

const headerSize = 16

// Kind says what a frame holds.
type Kind uint8

// Requests, from the hub.
const (
	Hello    Kind = 1 + iota // HelloReply
	Load                     // LoadRequest, LoadReply
	Walk                     // WalkRequest, WalkProgress, WalkReply
	Generate                 // GenerateRequest, GenerateProgress, GenerateReply
	Score                    // ScoreRequest, ScoreReply
	Stats                    // StatsReply
	Unload                   // empty; the worker answers, then exits: memory is only surely free then
	Cancel                   // names the request to stop; never answered itself
	Embed                    // EmbedRequest, EmbedReply
	Chat                     // ChatRequest, GenerateProgress, GenerateReply
)

// Replies, from the worker.
const (
	Result   Kind = 64 + iota // the request's reply
	Progress                  // part of it
	Failed                    // Failure
)

var kindNames = map[Kind]string{
	Hello: "hello", Load: "load", Walk: "walk", Generate: "generate", Score: "score", Stats: "stats",
	Unload: "unload", Cancel: "cancel", Embed: "embed", Chat: "chat", Result: "result", Progress: "progress", Failed: "failed",
}

func (k Kind) String() string {
	if s, ok := kindNames[k]; ok {
		return s
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// ErrBroken is under every error about a frame that breaks the protocol.
var ErrBroken = errors.New("broken frame")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Frame is one message.
type Frame struct {
	Kind    Kind
	Request uint32
	Payload []byte
}

// Decode reads the payload into v.
func (f Frame) Decode(v any) error {
	if err := json.Unmarshal(f.Payload, v); err != nil {
		return fmt.Errorf("%w: %s payload: %v", ErrBroken, f.Kind, err)
	}
	return nil
}

// Write sends one frame in one call of w.Write, so frames of two goroutines
// never interleave when w is a pipe guarded by a lock. A nil payload is
// sent as an empty one.
func Write(w io.Writer, kind Kind, request uint32, payload any) error {
	var body []byte
	if payload != nil {
		var err error
		if body, err = json.Marshal(payload); err != nil {
			return fmt.Errorf("encode %s: %w", kind, err)
		}
	}
	if len(body) > MaxPayload {
		return fmt.Errorf("encode %s: payload of %d bytes is over the limit of %d", kind, len(body), MaxPayload)
	}
	buf := make([]byte, headerSize+len(body))
	buf[0], buf[1], buf[2], buf[3] = 'H', 'W', Version, byte(kind)
	binary.BigEndian.PutUint32(buf[4:], request)
	binary.BigEndian.PutUint32(buf[8:], uint32(len(body)))
	binary.BigEndian.PutUint32(buf[12:], crc32.Checksum(body, castagnoli))
	copy(buf[headerSize:], body)
	_, err := w.Write(buf)
	return err
}

// Read returns the next frame. It returns io.EOF only between two frames;
// a stream that ends inside one is io.ErrUnexpectedEOF. It never allocates
// more than MaxPayload for a header, however long the header says it is.
func Read(r io.Reader) (Frame, error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return Frame{}, err
	}
	if h[0] != 'H' || h[1] != 'W' {
		return Frame{}, fmt.Errorf("%w: starts with %q", ErrBroken, h[:2])
	}
	if h[2] != Version {
		return Frame{}, fmt.Errorf("%w: protocol version %d, want %d", ErrBroken, h[2], Version)
	}
	f := Frame{Kind: Kind(h[3]), Request: binary.BigEndian.Uint32(h[4:])}
	if _, known := kindNames[f.Kind]; !known {
		return Frame{}, fmt.Errorf("%w: %s is unknown", ErrBroken, f.Kind)
	}
	n := binary.BigEndian.Uint32(h[8:])
	if n > MaxPayload {
		return Frame{}, fmt.Errorf("%w: %s payload of %d bytes is over the limit", ErrBroken, f.Kind, n)
	}
	if n > 0 {
		f.Payload = make([]byte, n)
		if _, err := io.ReadFull(r, f.Payload); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return Frame{}, err
		}
	}
	if got := crc32.Checksum(f.Payload, castagnoli); got != binary.BigEndian.Uint32(h[12:]) {
		return Frame{}, fmt.Errorf("%w: %s payload has a wrong checksum", ErrBroken, f.Kind)
	}
	return f, nil
}
