package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is the type of an indexed value.
type Kind byte

const (
	Text Kind = iota + 1 // UTF-8 in byte order; no collation
	Int
	Time // microseconds
	Bool
)

func (k Kind) String() string {
	switch k {
	case Text:
		return "text"
	case Int:
		return "int"
	case Time:
		return "time"
	case Bool:
		return "bool"
	}
	return fmt.Sprintf("Kind(%d)", byte(k))
}

// Value is one indexed value or null. The zero Value is unset: no value at
// all, as opposed to Null() and to String("").
type Value struct {
	tag  byte
	text string
	n    int64
}

// Tuple is the values of one index entry.
type Tuple []Value

// MaxIndexedText is how many bytes of text an index takes; a longer one is
// refused, because PostgreSQL's btree holds no more than a third of a page.
const MaxIndexedText = 512

// The tags order nulls before everything and separate kinds. They are part of
// the format (docs/formats/store.md).
const (
	tagUnset byte = 0x00
	tagNull  byte = 0x01
	tagFalse byte = 0x02
	tagTrue  byte = 0x03
	tagInt   byte = 0x04
	tagTime  byte = 0x05
	tagText  byte = 0x06
	tagAfter byte = 0xFF // greater than any tag and any byte of UTF-8
)

// Null is the absence of a value; it sorts first.
func Null() Value { return Value{tag: tagNull} }

// String is a text value.
func String(s string) Value { return Value{tag: tagText, text: s} }

// Int64 is an integer value.
func Int64(n int64) Value { return Value{tag: tagInt, n: n} }

// At is a moment, kept to the microsecond (rounded down).
func At(t time.Time) Value { return Value{tag: tagTime, n: t.UnixMicro()} }

// Flag is a boolean value.
func Flag(b bool) Value {
	if b {
		return Value{tag: tagTrue}
	}
	return Value{tag: tagFalse}
}

// StringOrNull is Null for "".
func StringOrNull(s string) Value {
	if s == "" {
		return Null()
	}
	return String(s)
}

// AtOrNull is Null for the zero time.
func AtOrNull(t time.Time) Value {
	if t.IsZero() {
		return Null()
	}
	return At(t)
}

// IsSet reports whether v is a value or null, rather than the zero Value.
func (v Value) IsSet() bool { return v.tag != tagUnset }

// IsNull reports whether v is Null().
func (v Value) IsNull() bool { return v.tag == tagNull }

// Go returns v as nil, string, int64, time.Time or bool, for engines that
// keep real columns.
func (v Value) Go() any {
	switch v.tag {
	case tagText:
		return v.text
	case tagInt:
		return v.n
	case tagTime:
		return time.UnixMicro(v.n).UTC()
	case tagTrue, tagFalse:
		return v.tag == tagTrue
	}
	return nil
}

func (v Value) String() string {
	switch v.tag {
	case tagUnset:
		return "unset"
	case tagNull:
		return "null"
	case tagText:
		return fmt.Sprintf("%q", v.text)
	}
	return fmt.Sprint(v.Go())
}

// is reports whether v is a value of the kind k.
func (v Value) is(k Kind) bool {
	switch v.tag {
	case tagText:
		return k == Text
	case tagInt:
		return k == Int
	case tagTime:
		return k == Time
	case tagTrue, tagFalse:
		return k == Bool
	}
	return false
}

// fits reports why v cannot stand in a field of kind k; "" when it can.
func (v Value) fits(k Kind) string {
	switch {
	case v.IsNull():
		return ""
	case !v.IsSet():
		return "has no value (use store.Null())"
	case !v.is(k):
		return fmt.Sprintf("is not of kind %s", k)
	case len(v.text) > MaxIndexedText:
		return fmt.Sprintf("is longer than the %d bytes that an index takes", MaxIndexedText)
	case !utf8.ValidString(v.text) || strings.IndexByte(v.text, 0) >= 0:
		return "is not UTF-8 text without U+0000"
	}
	return ""
}

// Compare orders values of one kind as their encodings order.
func (v Value) Compare(w Value) int {
	switch {
	case v.tag != w.tag:
		return int(v.tag) - int(w.tag)
	case v.tag == tagText:
		return strings.Compare(v.text, w.text)
	case v.n < w.n:
		return -1
	case v.n > w.n:
		return 1
	}
	return 0
}

// in reports whether v lies in r.
func (v Value) in(r Range) bool {
	if v.IsNull() {
		return false
	}
	if r.From.IsSet() && v.Compare(r.From) < 0 {
		return false
	}
	if r.To.IsSet() {
		if c := v.Compare(r.To); c > 0 || c == 0 && r.Open {
			return false
		}
	}
	return true
}

// Append adds the order-preserving encoding of v to b: comparing encodings
// byte by byte compares the values, and no encoding is a prefix of another.
func (v Value) Append(b []byte) []byte {
	b = append(b, v.tag)
	switch v.tag {
	case tagText:
		b = append(b, v.text...)
		b = append(b, 0) // text holds no U+0000
	case tagInt, tagTime:
		b = binary.BigEndian.AppendUint64(b, uint64(v.n)^1<<63)
	}
	return b
}

// Append adds the encodings of all values to b.
func (t Tuple) Append(b []byte) []byte {
	for _, v := range t {
		b = v.Append(b)
	}
	return b
}

// HasNull reports whether any value is null; such a tuple is never a
// duplicate in a unique index.
func (t Tuple) HasNull() bool {
	for _, v := range t {
		if v.IsNull() {
			return true
		}
	}
	return false
}

// ParseTuple reads n encoded values and returns what follows them.
func ParseTuple(b []byte, n int) (Tuple, []byte, error) {
	t := make(Tuple, 0, n)
	for range n {
		if len(b) == 0 {
			return nil, nil, errShortEntry
		}
		v := Value{tag: b[0]}
		b = b[1:]
		switch v.tag {
		case tagNull, tagTrue, tagFalse:
		case tagInt, tagTime:
			if len(b) < 8 {
				return nil, nil, errShortEntry
			}
			v.n = int64(binary.BigEndian.Uint64(b) ^ 1<<63)
			b = b[8:]
		case tagText:
			i := bytes.IndexByte(b, 0)
			if i < 0 {
				return nil, nil, errShortEntry
			}
			v.text, b = string(b[:i]), b[i+1:]
		default:
			return nil, nil, fmt.Errorf("index entry has the unknown tag %#x", v.tag)
		}
		t = append(t, v)
	}
	return t, b, nil
}

var errShortEntry = fmt.Errorf("index entry is too short")
