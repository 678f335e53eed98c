package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

const (
	// MaxDocument is the size of a canonical document in bytes.
	MaxDocument = 1 << 20

	// MaxInteger is the greatest magnitude of a number: beyond it a JavaScript
	// reader would round.
	MaxInteger = 1<<53 - 1

	schemaKey = "$schema"
	maxDepth  = 64
)

// Canonical returns the one form that documents have on every engine, in the
// log and in backups: UTF-8, keys sorted by bytes, no blanks, integers
// within 2^53, escapes only where JSON requires them. It refuses the rest
// (floats, U+0000, half surrogates, doubled keys, more than 1 MiB) as
// fault.Invalid with the pointer of the field. Canonical of its own answer
// is that answer.
func Canonical(raw []byte) ([]byte, error) {
	return canonical(raw, false)
}

// canonicalOf is the canonical form of a Go struct, stamped with the number
// of its schema.
func canonicalOf(v any, schema int) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		var bad *json.UnsupportedValueError
		if errors.As(err, &bad) {
			return nil, fault.Wrap(fault.Invalid, err, "the document holds a value that JSON can't")
		}
		return nil, fault.Wrap(fault.Invalid, err, "the document can't be written as JSON")
	}
	if raw[0] != '{' {
		return nil, fault.New(fault.Invalid, "the document is not a JSON object")
	}
	stamped := make([]byte, 0, len(raw)+20)
	stamped = append(stamped, `{"`+schemaKey+`":`...)
	stamped = strconv.AppendInt(stamped, int64(schema), 10)
	if len(raw) > 2 {
		stamped = append(stamped, ',')
	}
	stamped = append(stamped, raw[1:]...)
	return canonical(stamped, true)
}

// schemaOf reads the number that canonicalOf stamped.
func schemaOf(doc []byte) (int, error) {
	rest, ok := bytes.CutPrefix(doc, []byte(`{"`+schemaKey+`":`))
	n := 0
	for ok && len(rest) > 0 && '0' <= rest[0] && rest[0] <= '9' && n < 1e6 {
		n, rest = n*10+int(rest[0]-'0'), rest[1:]
	}
	if n == 0 {
		return 0, errors.New("the document carries no schema number")
	}
	return n, nil
}

// canonicalizer rewrites JSON in one pass: it appends the canonical form of
// each value to out, and sorts the members of an object in place when they
// came out of order.
type canonicalizer struct {
	in   []byte
	at   int
	out  []byte
	path []string // pointer of the value being read
	// fromGo: the input is json.Marshal's, which silently writes invalid UTF-8
	// as the escape \ufffd, and a real U+FFFD unescaped. The escape is refused.
	fromGo bool
}

func canonical(raw []byte, fromGo bool) ([]byte, error) {
	c := canonicalizer{in: raw, out: make([]byte, 0, len(raw)), fromGo: fromGo}
	c.blank()
	if err := c.value(0); err != nil {
		return nil, err
	}
	c.blank()
	if c.at != len(c.in) {
		return nil, c.refuse("has text after its end", "send one JSON document")
	}
	if len(c.out) > MaxDocument {
		return nil, c.refuse("is larger than 1 MiB", "attach long content as a file")
	}
	return c.out, nil
}

func (c *canonicalizer) refuse(problem, remedy string) error {
	var p strings.Builder
	for _, s := range c.path {
		p.WriteByte('/')
		p.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	return fault.InvalidField(p.String(), problem, remedy)
}

func (c *canonicalizer) malformed() error {
	return c.refuse(fmt.Sprintf("is not JSON at byte %d", c.at), "send well-formed JSON")
}

func (c *canonicalizer) blank() {
	for c.at < len(c.in) {
		switch c.in[c.at] {
		case ' ', '\t', '\n', '\r':
			c.at++
		default:
			return
		}
	}
}

func (c *canonicalizer) peek() byte {
	if c.at < len(c.in) {
		return c.in[c.at]
	}
	return 0
}

func (c *canonicalizer) value(depth int) error {
	if depth > maxDepth {
		return c.refuse("is nested too deeply", "flatten it")
	}
	switch b := c.peek(); {
	case b == '{':
		return c.object(depth)
	case b == '[':
		return c.array(depth)
	case b == '"':
		return c.text()
	case b == '-' || '0' <= b && b <= '9':
		return c.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(c.in[c.at:], []byte(word)) {
			c.at += len(word)
			c.out = append(c.out, word...)
			return nil
		}
	}
	return c.malformed()
}

func (c *canonicalizer) array(depth int) error {
	c.at++
	c.out = append(c.out, '[')
	c.path = append(c.path, "")
	for i := 0; ; i++ {
		c.blank()
		if i == 0 && c.peek() == ']' {
			break
		}
		c.path[len(c.path)-1] = strconv.Itoa(i)
		if err := c.value(depth + 1); err != nil {
			return err
		}
		c.blank()
		if c.peek() == ']' {
			break
		}
		if c.peek() != ',' {
			return c.malformed()
		}
		c.at++
		c.out = append(c.out, ',')
	}
	c.at++
	c.path = c.path[:len(c.path)-1]
	c.out = append(c.out, ']')
	return nil
}

// member is where one `"key":value` lies in out.
type member struct {
	key        string
	start, end int
}

func (c *canonicalizer) object(depth int) error {
	c.at++
	c.out = append(c.out, '{')
	start := len(c.out)
	outer := c.path
	var members []member
	sorted := true
	for i := 0; ; i++ {
		c.blank()
		if i == 0 && c.peek() == '}' {
			break
		}
		m := member{start: len(c.out)}
		if c.peek() != '"' {
			return c.malformed()
		}
		if err := c.text(); err != nil {
			return err
		}
		m.key = unquote(c.out[m.start:])
		c.path = append(outer, m.key)
		c.blank()
		if c.peek() != ':' {
			return c.malformed()
		}
		c.at++
		c.out = append(c.out, ':')
		c.blank()
		if err := c.value(depth + 1); err != nil {
			return err
		}
		m.end = len(c.out)
		if i > 0 && members[i-1].key >= m.key {
			sorted = false
		}
		members = append(members, m)
		c.path = outer
		c.blank()
		if c.peek() == '}' {
			break
		}
		if c.peek() != ',' {
			return c.malformed()
		}
		c.at++
		c.out = append(c.out, ',')
	}
	c.at++
	if !sorted {
		slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
		old := bytes.Clone(c.out[start:])
		c.out = c.out[:start]
		for i, m := range members {
			if i > 0 {
				if members[i-1].key == m.key {
					c.path = append(outer, m.key)
					return c.refuse("stands twice", "name each field once")
				}
				c.out = append(c.out, ',')
			}
			c.out = append(c.out, old[m.start-start:m.end-start]...)
		}
	}
	c.out = append(c.out, '}')
	return nil
}

// unquote returns the text of a canonical string.
func unquote(q []byte) string {
	if bytes.IndexByte(q, '\\') < 0 {
		return string(q[1 : len(q)-1])
	}
	var s string
	if err := json.Unmarshal(q, &s); err != nil {
		return string(q)
	}
	return s
}

func (c *canonicalizer) number() error {
	start := c.at
	for c.at < len(c.in) && strings.IndexByte("+-.eE0123456789", c.in[c.at]) >= 0 {
		c.at++
	}
	n := string(c.in[start:c.at])
	if strings.ContainsAny(n, ".eE") {
		return c.refuse("is a number with a fraction or exponent", "write a decimal as text, or a whole number of a smaller unit")
	}
	i, err := strconv.ParseInt(n, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return c.malformed()
	}
	if err != nil || i > MaxInteger || i < -MaxInteger {
		return c.refuse("is a number beyond 2^53", "write it as text")
	}
	if strconv.FormatInt(i, 10) != n { // -0, 007, +1
		return c.malformed()
	}
	c.out = append(c.out, n...)
	return nil
}

func (c *canonicalizer) text() error {
	c.at++
	c.out = append(c.out, '"')
	for {
		plain := c.at
		for c.at < len(c.in) && c.in[c.at] >= 0x20 && c.in[c.at] < 0x80 && c.in[c.at] != '"' && c.in[c.at] != '\\' {
			c.at++
		}
		c.out = append(c.out, c.in[plain:c.at]...)
		if c.at >= len(c.in) {
			return c.malformed()
		}
		switch b := c.in[c.at]; {
		case b == '"':
			c.at++
			c.out = append(c.out, '"')
			return nil
		case b == '\\':
			r, err := c.escape()
			if err != nil {
				return err
			}
			c.out = appendRune(c.out, r)
		case b < 0x20:
			return c.malformed()
		default:
			r, n := utf8.DecodeRune(c.in[c.at:])
			if r == utf8.RuneError && n == 1 {
				return c.refuse("is not UTF-8", "send UTF-8 text")
			}
			c.out = append(c.out, c.in[c.at:c.at+n]...)
			c.at += n
		}
	}
}

func (c *canonicalizer) escape() (rune, error) {
	if c.at+1 >= len(c.in) {
		return 0, c.malformed()
	}
	b := c.in[c.at+1]
	if b != 'u' {
		i := strings.IndexByte(`"\/bfnrt`, b)
		if i < 0 {
			return 0, c.malformed()
		}
		c.at += 2
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	r, err := c.hex()
	if err != nil {
		return 0, err
	}
	if utf16.IsSurrogate(r) {
		low := rune(0)
		if bytes.HasPrefix(c.in[c.at:], []byte(`\u`)) {
			if low, err = c.hex(); err != nil {
				return 0, err
			}
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return 0, c.refuse("holds half a surrogate pair", "send UTF-8 text")
		}
	}
	if r == 0 {
		return 0, c.refuse("holds U+0000", "remove the null character")
	}
	if r == utf8.RuneError && c.fromGo {
		return 0, c.refuse("is not UTF-8", "send UTF-8 text")
	}
	return r, nil
}

// hex reads \uXXXX.
func (c *canonicalizer) hex() (rune, error) {
	if c.at+6 > len(c.in) {
		return 0, c.malformed()
	}
	n, err := strconv.ParseUint(string(c.in[c.at+2:c.at+6]), 16, 16)
	if err != nil {
		return 0, c.malformed()
	}
	c.at += 6
	return rune(n), nil
}

// appendRune writes a character that was escaped, with the least escape.
func appendRune(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	if r < 0x20 {
		return fmt.Appendf(b, `\u%04x`, r)
	}
	return utf8.AppendRune(b, r)
}
