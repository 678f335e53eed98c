package list

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// The kinds of token in a part of XML.
type token byte

const (
	opening token = iota + 1
	ending
	letters
)

// maxToken bounds one tag or one piece of text.
const maxToken = 1 << 20

// markup reads the XML of workbooks as a stream. It is encoding/xml without
// what workbooks do not need and files may misuse: no document type, so no
// entities but XML's own five, no nesting that is kept, no piece without a
// limit. It takes a tenth of the time.
type markup struct {
	in    *bufio.Reader
	what  string // the part, for refusals
	name  []byte // of an opening or ending tag, without its prefix
	attrs []byte // of an opening tag
	text  []byte // of letters
	tag   []byte
	empty bool // the tag that was opened ends itself
}

func newMarkup(in io.Reader, what string) *markup {
	b := bufio.NewReaderSize(in, 64<<10)
	if head, _ := b.Peek(2); string(head) == "\xff\xfe" || string(head) == "\xfe\xff" {
		b = bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(b), 64<<10)
	}
	return &markup{in: b, what: what}
}

func (m *markup) broken() error { return damaged(m.what, nil) }

// next reads a token; io.EOF is the end of the part. What it holds is good
// until the next call.
func (m *markup) next() (token, error) {
	if m.empty {
		m.empty = false
		return ending, nil
	}
	for {
		c, err := m.in.ReadByte()
		if err != nil {
			return 0, m.fail(err)
		}
		if c != '<' {
			if err := m.in.UnreadByte(); err != nil {
				return 0, err
			}
			m.text = m.text[:0]
			if m.text, err = m.until(m.text, '<'); err != nil && !errors.Is(err, io.EOF) {
				return 0, err
			}
			if err == nil {
				m.text = m.text[:len(m.text)-1]
				_ = m.in.UnreadByte() // the one that until read last
			}
			m.text = resolve(m.text)
			return letters, nil
		}
		if m.tag, err = m.until(m.tag[:0], '>'); err != nil {
			return 0, m.cutOff(err)
		}
		switch {
		case bytes.HasPrefix(m.tag, []byte("!--")):
			for !bytes.HasSuffix(m.tag, []byte("-->")) || len(m.tag) < len("!---->") {
				if len(m.tag) > 3 { // the end of it is all that matters
					m.tag = append(m.tag[:3], m.tag[max(3, len(m.tag)-3):]...)
				}
				if m.tag, err = m.until(m.tag, '>'); err != nil {
					return 0, m.cutOff(err)
				}
			}
			continue
		case bytes.HasPrefix(m.tag, []byte("![CDATA[")):
			for !bytes.HasSuffix(m.tag, []byte("]]>")) {
				if m.tag, err = m.until(m.tag, '>'); err != nil {
					return 0, m.cutOff(err)
				}
			}
			m.text = append(m.text[:0], m.tag[len("![CDATA["):len(m.tag)-len("]]>")]...)
			return letters, nil
		case m.tag[0] == '?':
			continue
		case m.tag[0] == '!':
			return 0, refuse("The part %s declares a document type, which no workbook needs.", m.what).WithRemedy("Do not trust this file. If it is honest, save it as .csv.")
		}
		for bytes.Count(m.tag, []byte{'"'})%2 != 0 { // a > within quotes
			if m.tag, err = m.until(m.tag, '>'); err != nil {
				return 0, m.cutOff(err)
			}
		}
		tag := m.tag[:len(m.tag)-1]
		kind := opening
		if len(tag) > 0 && tag[0] == '/' {
			kind, tag = ending, tag[1:]
		} else if len(tag) > 0 && tag[len(tag)-1] == '/' {
			m.empty, tag = true, tag[:len(tag)-1]
		}
		end := bytes.IndexAny(tag, " \t\r\n")
		if end < 0 {
			end = len(tag)
		}
		m.name, m.attrs = local(tag[:end]), tag[end:]
		if len(m.name) == 0 {
			return 0, m.broken()
		}
		return kind, nil
	}
}

// until appends what comes up to and with an end.
func (m *markup) until(to []byte, end byte) ([]byte, error) {
	for {
		part, err := m.in.ReadSlice(end)
		to = append(to, part...)
		if len(to) > maxToken {
			return to, refuse("The part %s holds a piece of more than 1 MB.", m.what).WithRemedy("Do not trust this file. If it is honest, save it as .csv.")
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			if err != nil {
				err = m.fail(err)
			}
			return to, err
		}
	}
}

// fail leaves the end of a part and refusals as they are; all else is damage.
func (m *markup) fail(err error) error {
	var f *fault.Error
	switch {
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return io.EOF
	case errors.As(err, &f):
		return err
	}
	return damaged(m.what, err)
}

func (m *markup) cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return m.broken()
	}
	return err
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr returns an attribute by its local name.
func (m *markup) attr(name string) string {
	for rest := m.attrs; ; {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return ""
		}
		key := bytes.TrimRight(rest[:eq], " \t\r\n")
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return ""
		}
		if string(local(key)) == name {
			return string(resolve(bytes.Clone(rest[1 : 1+end])))
		}
		rest = rest[end+2:]
	}
}

// resolve puts letters in the place of entities. It writes over b.
func resolve(b []byte) []byte {
	amp := bytes.IndexByte(b, '&')
	if amp < 0 {
		return b
	}
	out := b[:amp]
	for rest := b[amp:]; len(rest) > 0; {
		if rest[0] != '&' {
			out, rest = append(out, rest[0]), rest[1:]
			continue
		}
		end := bytes.IndexByte(rest[:min(len(rest), 12)], ';')
		r := rune(-1)
		if end > 0 {
			r = entity(string(rest[1:end]))
		}
		if r < 0 {
			out, rest = append(out, '&'), rest[1:]
			continue
		}
		// An entity is never shorter than its letter, so nothing is
		// overtaken.
		out, rest = utf8.AppendRune(out, r), rest[end+1:]
	}
	return out
}

func entity(name string) rune {
	switch name {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if len(name) < 2 || name[0] != '#' {
		return -1
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || n == 0 || n > utf8.MaxRune {
		return -1
	}
	return rune(n)
}
