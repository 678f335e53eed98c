package insight

import (
	"bytes"
	"strings"
)

// sentenceStream finds the sentences of an answer while it comes. It only
// looks for where they begin and end: the answer is decoded again when it is
// whole.
type sentenceStream struct {
	text  strings.Builder
	at    int  // read so far
	begun bool // the list of sentences is open
	ended bool // and closed again
	lost  bool // the answer is of another form
}

// add takes the next piece and returns the sentences that it completes.
func (s *sentenceStream) add(piece string) (out [][]byte) {
	if s.text.Len() <= maxAnswer {
		s.text.WriteString(piece)
	}
	b := []byte(s.text.String())
	if !s.begun && !s.begin(b) {
		return nil
	}
	for !s.ended && !s.lost {
		for s.at < len(b) && (bytes.IndexByte([]byte(" \t\r\n,"), b[s.at]) >= 0) {
			s.at++
		}
		if s.at == len(b) {
			return out
		}
		switch b[s.at] {
		case ']':
			s.ended = true
		case '{':
			n := objectLength(b[s.at:])
			if n == 0 {
				return out
			}
			out = append(out, b[s.at:s.at+n])
			s.at += n
		default:
			s.lost = true
		}
	}
	return out
}

// begin reads up to the list's bracket.
func (s *sentenceStream) begin(b []byte) bool {
	s.at = 0
	for _, want := range []string{"{", `"sentences"`, ":", "["} {
		for s.at < len(b) && bytes.IndexByte([]byte(" \t\r\n"), b[s.at]) >= 0 {
			s.at++
		}
		have := b[s.at:min(s.at+len(want), len(b))]
		if !strings.HasPrefix(want, string(have)) {
			s.lost = true
			return false
		}
		if len(have) < len(want) {
			return false
		}
		s.at += len(want)
	}
	s.begun = true
	return true
}

// hopeless reports that no answer can come of it.
func (s *sentenceStream) hopeless() bool { return s.lost || s.text.Len() > maxAnswer }

// objectLength is the length of the object that b begins with, 0 while it is
// not whole.
func objectLength(b []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
