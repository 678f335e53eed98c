package dump

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// A lexer cuts statements at their semicolons, so that the word COPY in a
// comment, a text or a function's body is none (PostgreSQL manual, 4.1).
type lexer struct {
	in    byte   // what is open: 0, ' for a text, E for one with backslashes, " for a name, $ for a body, / for a comment
	tag   string // of the open body: "$$", "$body$"
	depth int    // of nested comments
	text  []byte // of the statement so far; the insides of texts, bodies and comments are left out
	over  bool   // it is longer than maxStatement
}

// open reports whether a statement or something in it is not finished.
func (l *lexer) open() bool { return l.in != 0 || !l.blank() }

// blank reports whether nothing stands behind the last semicolon.
func (l *lexer) blank() bool { return l.in == 0 && !l.over && len(bytes.TrimSpace(l.text)) == 0 }

// feed takes a line and returns the statements that end in it.
func (l *lexer) feed(line []byte) (done []string) {
	if l.blank() {
		l.text = l.text[:0]
		if bytes.HasPrefix(line, []byte(`\`)) {
			return nil // an order to psql, such as \restrict
		}
	}
	for i := 0; i < len(line); {
		if l.in != 0 {
			i += l.inside(line[i:])
			continue
		}
		c := line[i]
		switch {
		case c == ';':
			if !l.over {
				done = append(done, strings.TrimSpace(string(l.text)))
			}
			l.text, l.over = l.text[:0], false
		case c == '-' && bytes.HasPrefix(line[i:], []byte("--")):
			l.put('\n')
			return done
		case c == '/' && bytes.HasPrefix(line[i:], []byte("/*")):
			l.in, l.depth = '/', 1
			i++
		case c == '\'':
			l.in = '\''
			if l.endsInE() {
				l.in = 'E'
			}
			l.put(c)
		case c == '"':
			l.in = '"'
			l.put(c)
		case c == '$' && !l.endsInName():
			if tag, ok := bodyTag(line[i:]); ok {
				l.in, l.tag = '$', tag
				i += len(tag) - 1
			} else {
				l.put(c)
			}
		default:
			l.put(c)
		}
		i++
	}
	l.put('\n')
	return done
}

// inside goes on in what is open and returns how many bytes it took.
func (l *lexer) inside(b []byte) int {
	switch l.in {
	case '$':
		at := bytes.Index(b, []byte(l.tag))
		if at < 0 {
			return len(b)
		}
		l.in = 0
		return at + len(l.tag)
	case '/':
		for i := 0; i+1 < len(b); i++ {
			switch {
			case b[i] == '*' && b[i+1] == '/':
				if l.depth--; l.depth == 0 {
					l.in = 0
					return i + 2
				}
				i++
			case b[i] == '/' && b[i+1] == '*':
				l.depth++
				i++
			}
		}
		return len(b)
	}
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && l.in == 'E':
			i++
		case b[i] == l.in || b[i] == '\'' && l.in == 'E':
			if i+1 < len(b) && b[i+1] == b[i] {
				i++ // a doubled sign stands for itself
				continue
			}
			l.put(b[i])
			l.in = 0
			return i + 1
		case l.in == '"':
			l.put(b[i])
		}
	}
	return len(b)
}

func (l *lexer) put(c byte) {
	if len(l.text) >= maxStatement {
		l.over = true
		return
	}
	l.text = append(l.text, c)
}

// endsInE reports whether a text that begins now is one with backslashes.
func (l *lexer) endsInE() bool {
	n := len(l.text)
	return n > 0 && (l.text[n-1]|0x20) == 'e' && (n == 1 || !isName(l.text[n-2]))
}

func (l *lexer) endsInName() bool { return len(l.text) > 0 && isName(l.text[len(l.text)-1]) }

func isName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// bodyTag reads the sign that opens a body: "$$" or "$name$".
func bodyTag(b []byte) (string, bool) {
	for i := 1; i < len(b) && i < 64; i++ {
		if b[i] == '$' {
			return string(b[:i+1]), true
		}
		if !isName(b[i]) || i == 1 && b[i] >= '0' && b[i] <= '9' {
			return "", false
		}
	}
	return "", false
}

// copyHead is a COPY whose rows follow.
type copyHead struct {
	schema, table string
	columns       []string // none where the statement names none
}

// parseCopy reads "COPY vpic.table (a, b) FROM stdin"; ok is false for any
// other statement.
func parseCopy(s string) (c copyHead, ok bool, err error) {
	p := words{s}
	if !p.word("copy") {
		return c, false, nil
	}
	name, ok := p.name()
	if !ok {
		return c, false, nil // COPY (SELECT ...) TO: no rows follow
	}
	c.table = name
	if p.sign('.') {
		if c.table, ok = p.name(); !ok {
			return c, false, errors.New("a COPY names no table")
		}
		c.schema = name
	}
	if p.sign('(') {
		for {
			column, ok := p.name()
			if !ok {
				return c, false, fmt.Errorf("the columns of COPY %s can't be read", c.table)
			}
			c.columns = append(c.columns, column)
			if p.sign(')') {
				break
			}
			if !p.sign(',') {
				return c, false, fmt.Errorf("the columns of COPY %s can't be read", c.table)
			}
		}
	}
	if !p.word("from") || !p.word("stdin") {
		return c, false, nil
	}
	if strings.TrimSpace(p.rest) != "" {
		return c, false, fmt.Errorf("COPY %s has a form that is not known here: %.60q", c.table, strings.TrimSpace(p.rest))
	}
	return c, true, nil
}

// words reads a statement from its front.
type words struct{ rest string }

func (p *words) blanks() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// word takes a keyword, in any case.
func (p *words) word(want string) bool {
	p.blanks()
	n := len(want)
	if len(p.rest) < n || !strings.EqualFold(p.rest[:n], want) || len(p.rest) > n && isName(p.rest[n]) {
		return false
	}
	p.rest = p.rest[n:]
	return true
}

func (p *words) sign(c byte) bool {
	p.blanks()
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// name takes a name: in quotes as it is, without them in lower case.
func (p *words) name() (string, bool) {
	p.blanks()
	if strings.HasPrefix(p.rest, `"`) {
		end := strings.IndexByte(p.rest[1:], '"')
		if end < 1 {
			return "", false
		}
		name := p.rest[1 : 1+end]
		p.rest = p.rest[2+end:]
		return name, true
	}
	n := 0
	for n < len(p.rest) && isName(p.rest[n]) {
		n++
	}
	if n == 0 {
		return "", false
	}
	name := strings.ToLower(p.rest[:n])
	p.rest = p.rest[n:]
	return name, true
}
