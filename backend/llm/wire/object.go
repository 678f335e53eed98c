package wire

// Object finds the end of the first whole JSON object in a text that grows.
// It counts braces outside of strings, and leaves it to a JSON parser to say
// whether what is between them is one.
type Object struct {
	start, at   int
	depth       int
	open        bool // start is set
	text, slash bool // inside a string; behind a backslash in one
}

// Find reads s on from where the last call ended; s must begin with what it
// was given before. It returns the object's place once it is whole.
func (o *Object) Find(s string) (start, end int, whole bool) {
	for ; o.at < len(s); o.at++ {
		c := s[o.at]
		switch {
		case !o.open:
			if c == '{' {
				o.open, o.start, o.depth = true, o.at, 1
			}
		case o.slash:
			o.slash = false
		case o.text:
			o.slash = c == '\\'
			o.text = c != '"'
		case c == '"':
			o.text = true
		case c == '{':
			o.depth++
		case c == '}':
			if o.depth--; o.depth == 0 {
				o.at++
				return o.start, o.at, true
			}
		}
	}
	return 0, 0, false
}
