package vehicle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Bounds of what an owner's own fields may hold. Whoever takes fields from a
// list should drop what is past them, and say so.
const (
	MaxFields     = 60
	MaxFieldName  = 60   // characters
	MaxFieldValue = 1000 // characters
)

// checkFields tidies the owner's own fields; those without a text go.
func (d *Draft) checkFields() error {
	if len(d.Fields) == 0 {
		d.Fields = nil
		return nil
	}
	fields := make(map[string]string, len(d.Fields))
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		at, text := "/fields/"+pointer(name), d.Fields[name]
		if err := tidy(at, &text, MaxFieldValue); err != nil {
			return err
		}
		if text == "" {
			continue
		}
		name = strings.TrimSpace(name)
		switch n := utf8.RuneCountInString(name); {
		case n == 0:
			return fault.InvalidField("/fields", "has a field without a name", "give each field its name")
		case n > MaxFieldName || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
			return fault.InvalidField(at, "is not the name of a field", fmt.Sprintf("use one line of at most %d characters", MaxFieldName))
		}
		fields[name] = text
	}
	if len(fields) > MaxFields {
		return fault.InvalidField("/fields", fmt.Sprintf("are %d", len(fields)), fmt.Sprintf("keep %d, those that you look for", MaxFields))
	}
	d.Fields = nil
	if len(fields) > 0 {
		d.Fields = fields
	}
	return nil
}

// checkOrigin tidies where the vehicle came from.
func (d *Draft) checkOrigin() error {
	if d.From == nil {
		return nil
	}
	from := *d.From // the caller's own stays as it is
	if err := tidy("/from/intake", &from.Intake, 36); err != nil {
		return err
	}
	if err := tidy("/from/file", &from.File, 255); err != nil {
		return err
	}
	if from.Row < 0 || from.Row > 100_000_000 {
		return fault.InvalidField("/from/row", "is not a row", "count the rows from 1 after the header")
	}
	d.From = &from
	return nil
}

// pointer escapes a name for a JSON pointer (RFC 6901), and shortens one that
// nobody would read.
func pointer(name string) string {
	if r := []rune(name); len(r) > 80 {
		name = string(r[:80])
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
