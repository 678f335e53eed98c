package list

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The encodings that are found out, and those that somebody may ask for.
const (
	UTF8        = "utf-8"
	UTF16LE     = "utf-16le"
	UTF16BE     = "utf-16be"
	Windows1252 = "windows-1252"
	Latin1      = "iso-8859-1"
)

var encodings = map[string]encoding.Encoding{
	UTF8:           encoding.Nop,
	UTF16LE:        unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	UTF16BE:        unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	Windows1252:    charmap.Windows1252,
	Latin1:         charmap.Windows1252, // as browsers do: what is a control character there is a quote here
	"windows-1250": charmap.Windows1250,
	"windows-1251": charmap.Windows1251,
	"windows-1254": charmap.Windows1254,
	"iso-8859-2":   charmap.ISO8859_2,
	"iso-8859-15":  charmap.ISO8859_15,
	"macintosh":    charmap.Macintosh,
	"ibm850":       charmap.CodePage850,
}

// Encodings are the names that Options.Encoding may have.
func Encodings() []string {
	var all []string
	for name := range encodings {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// decode gives a file's text as UTF-8, and the name of its encoding.
func decode(r io.ReaderAt, size int64, asked string) (text io.Reader, name string, err error) {
	var mark [3]byte
	_, _ = r.ReadAt(mark[:min(size, 3)], 0)
	marked, skip := byMark(mark[:])
	name = strings.ToLower(asked)
	switch {
	case name != "" && encodings[name] == nil:
		return nil, "", refuse("%q is not an encoding that Hubcap reads.", asked).WithRemedy("Use one of %s.", strings.Join(Encodings(), ", "))
	case name != "" && name != marked:
		skip = 0
	case name == "" && marked != "":
		name = marked
	case name == "":
		if name, err = byContent(io.NewSectionReader(r, 0, size)); err != nil {
			return nil, "", err
		}
	}
	in := io.NewSectionReader(r, skip, size-skip)
	if name == UTF8 {
		return in, name, nil
	}
	return encodings[name].NewDecoder().Reader(in), name, nil
}

// byMark tells an encoding by its byte order mark.
func byMark(b []byte) (name string, length int64) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return UTF8, 3
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return UTF16LE, 2
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return UTF16BE, 2
	}
	return "", 0
}

// tally is what the bytes of a file are like.
type tally struct {
	bytes, controls, letters, wrong, c1 int64
	nulls                               [2]int64 // on even and on odd places
}

// byContent tells an encoding by all bytes of a file: the first foreign letter
// may come late.
func byContent(in io.Reader) (string, error) {
	var t tally
	buf := make([]byte, 0, 64<<10)
	for {
		n, err := in.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		buf = buf[:copy(buf, buf[t.count(buf, err != nil):])]
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
	}
	even, odd := t.nulls[0], t.nulls[1]
	switch {
	case (even+odd)*4 > t.bytes && odd > 4*even:
		return UTF16LE, nil
	case (even+odd)*4 > t.bytes && even > 4*odd:
		return UTF16BE, nil
	case (even+odd)*20 > t.bytes, t.controls*50 > t.bytes:
		return "", refuse("This is no text, no workbook and no PDF that Hubcap knows.").WithRemedy(notAList)
	case t.wrong == 0, t.wrong*10 <= t.letters: // a few broken letters do not make it another encoding
		return UTF8, nil
	case t.c1 > 0:
		return Windows1252, nil
	}
	return Latin1, nil
}

// count takes in bytes and says how many; a letter that is cut by the end of b
// is left for the next time.
func (t *tally) count(b []byte, last bool) int {
	at := 0
	for at < len(b) {
		c := b[at]
		switch {
		case c == 0:
			t.nulls[t.bytes&1]++
		case c < '\t' || c > '\r' && c < ' ' && c != 0x1a && c != 0x1b || c == 0x7f:
			t.controls++
		}
		n := 1
		if c >= utf8.RuneSelf {
			if !last && !utf8.FullRune(b[at:]) {
				return at
			}
			var r rune
			if r, n = utf8.DecodeRune(b[at:]); r == utf8.RuneError && n == 1 {
				t.wrong++
				if c < 0xa0 {
					t.c1++
				}
			} else {
				t.letters++
			}
		}
		at += n
		t.bytes += int64(n)
	}
	return at
}

// decodeHead makes of a file's beginning what can be looked at.
func decodeHead(b []byte) string {
	name, skip := byMark(b)
	if name == "" {
		var t tally
		t.count(b, true)
		switch {
		case t.nulls[1]*4 > t.bytes:
			name = UTF16LE
		case t.nulls[0]*4 > t.bytes:
			name = UTF16BE
		default:
			return string(b)
		}
	}
	out, err := encodings[name].NewDecoder().Bytes(b[skip:])
	if err != nil {
		return string(b)
	}
	return string(out)
}
