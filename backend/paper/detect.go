package paper

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The media types that content is told apart by.
const (
	JPEG   = "image/jpeg"
	PNG    = "image/png"
	WebP   = "image/webp"
	GIF    = "image/gif"
	HEIC   = "image/heic"
	AVIF   = "image/avif"
	SVG    = "image/svg+xml"
	PDF    = "application/pdf"
	Text   = "text/plain"
	CSV    = "text/csv"
	HTML   = "text/html"
	Opaque = "application/octet-stream"
)

// DetectBytes is how much of a file's beginning Detect looks at.
const DetectBytes = 4096

// Detect says what a file is by how its content begins, and whether the
// browser may show it: the sender's word counts only between a text and a
// table.
func Detect(head []byte, name string) string {
	if len(head) > DetectBytes {
		head = head[:DetectBytes]
	}
	starts := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case starts("\xff\xd8\xff"):
		return JPEG
	case starts("\x89PNG\r\n\x1a\n"):
		return PNG
	case starts("GIF87a"), starts("GIF89a"):
		return GIF
	case starts("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return WebP
	case starts("%PDF-"):
		return PDF
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return brand(string(head[8:12]))
	}
	if !isText(head) {
		return Opaque
	}
	switch t := strings.ToLower(strings.TrimLeft(plain(head), " \t\r\n\f")); {
	case strings.Contains(t, "<svg"):
		return SVG
	case strings.HasPrefix(t, "<"), strings.Contains(t, "<html"), strings.Contains(t, "<script"), strings.Contains(t, "<body"):
		return HTML
	}
	if strings.EqualFold(path.Ext(name), ".csv") {
		return CSV
	}
	return Text
}

// brand is what an ISO base media file is (ISO/IEC 14496-12, 23008-12).
func brand(b string) string {
	switch b {
	case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1":
		return HEIC
	case "avif", "avis":
		return AVIF
	}
	return Opaque
}

// Picture reports whether a smaller picture can be made of a media type.
func Picture(media string) bool {
	switch media {
	case JPEG, PNG, WebP, GIF:
		return true
	}
	return false
}

// Readable reports whether anything but its type can be read of a file.
func Readable(media string) bool {
	return Picture(media) || media == PDF || media == Text || media == CSV
}

// isText reports whether bytes may be text, whose last letter may be cut.
func isText(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	if utf16Order(b) != 0 {
		return true
	}
	odd := 0
	for rest := b; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 && len(rest) >= utf8.UTFMax {
			odd++ // perhaps Windows-1252
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f {
			return false
		}
		rest = rest[n:]
	}
	return odd*4 <= len(b)
}

// utf16Order is 'L' or 'B' where a byte order mark says so, else 0.
func utf16Order(b []byte) byte {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return 'L'
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return 'B'
	}
	return 0
}

// plain turns the bytes of a text file into UTF-8.
func plain(b []byte) string {
	if order := utf16Order(b); order != 0 {
		b = b[2:]
		u := make([]uint16, len(b)/2)
		for i := range u {
			lo, hi := b[2*i], b[2*i+1]
			if order == 'B' {
				lo, hi = hi, lo
			}
			u[i] = uint16(hi)<<8 | uint16(lo)
		}
		return string(utf16.Decode(u))
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]rune, 0, len(b))
	for rest := b; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 {
			r = rune(rest[0]) // as Windows-1252 has it, but for 0x80 to 0x9f
		}
		out, rest = append(out, r), rest[n:]
	}
	return string(out)
}

// clean leaves out of a text what no reader needs and a document can't hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r < ' ', r == 0x7f, r == utf8.RuneError, r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}
