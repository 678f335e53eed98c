// Package search finds what the store holds by any word of it.
//
// The store answers by key and by declared index; everything else (words,
// several filters at once, facets, free sorting) is answered here, from a
// text index that follows the change log. It holds nothing of its own: it may
// be deleted at any time and is then made again while the old one serves.
// An answer is a list of keys: each hit is composed again from the store
// under the caller's scope before it is shown, so that the index can lag but
// not leak.
//
// A Source says which documents there are and which changes touch them; a
// Field says what a document can be asked for. Both are declared by the
// package that owns the data and wired in app.
package search

import (
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// FieldKind says how a field is matched.
type FieldKind int

const (
	Text   FieldKind = iota + 1 // words: note:brakes, "front pads"
	Word                        // a whole value, case and accents aside: make:ford, facets, sorting
	Number                      // integers: year:2015..2018, cost:>1000
	Date                        // days: due:<30d, seen:2026-01
	VIN                         // a vehicle identification number: any start, any end of at least four
)

// Field is one thing that documents can be asked for.
type Field struct {
	Name   string // the operator, as in make:ford; lower case
	Kind   FieldKind
	Facet  bool    // count its values in answers
	Weight float64 // of a free word found here; 0 is the ordinary weight

	// Units are the factors from what people type to the integer in the
	// document, for Number: {"": 100} for money in cents, {"": 1000, "km":
	// 1000, "mi": 1609.344} for metres. Nil is the integer itself.
	Units map[string]float64

	// Veil is withheld from whom: for a scope without it there is no such
	// field. Only a Number or a Date may have one, since words are found
	// without naming their field too.
	Veil string
}

// Document is what one hit is made of, by field name.
type Document struct {
	Place   store.Place
	Texts   map[string][]string // fields of kind Text, Word and VIN
	Numbers map[string]int64    // fields of kind Number
	Dates   map[string]time.Time

	// In says, for a field with many Texts, what each of them stands in: the
	// page of a file. It is shown with the reason and not found by; nil or a
	// shorter list is nothing.
	In map[string][]string
}

// Source is a collection whose documents are found.
type Source struct {
	Schema *store.Schema // of the documents; its name is Request.Kind

	// Touches names, for each other collection, whose documents a change of
	// it alters: the vehicle of a service record. Changes of Schema itself
	// touch the document they are of.
	Touches store.Touches

	// Compose makes the document of a key from the store; fault.NotFound when
	// there is none in the reader's scope.
	Compose func(r store.Reader, key string) (Document, error)
}

// A document's fields in the index. Names with a '_' in front are ours; a
// declared field stands under its own name, and for Word and Number under
// name + exact as one term for facets.
const (
	fieldOf       = "_of" // organisation and kind; and the kind alone, for the system
	fieldLocation = "_location"
	fieldGroup    = "_group"
	fieldOwner    = "_owner"
	fieldHas      = "_has"
	fieldAll      = "_text"
	exact         = "~exact"
	reversed      = "~reversed"

	// unplaced stands for an empty part of a place: an index has no empty term.
	unplaced = "\x01"
)

// flat is the document as the index takes it.
func (d *Document) flat(org, kind string, fields []Field) map[string]any {
	m := map[string]any{
		fieldOf:       []string{ofTerm(org, kind), ofTerm("", kind)},
		fieldLocation: placeTerm(d.Place.Location), fieldGroup: placeTerm(d.Place.Group), fieldOwner: placeTerm(d.Place.Owner),
	}
	var has, all []string
	for _, f := range fields {
		switch f.Kind {
		case Number:
			if n, ok := d.Numbers[f.Name]; ok {
				has = append(has, f.Name)
				m[f.Name] = float64(n)
				if f.Facet {
					m[f.Name+exact] = decimal(n)
				}
			}
		case Date:
			if t, ok := d.Dates[f.Name]; ok && !t.IsZero() {
				has = append(has, f.Name)
				m[f.Name] = float64(t.Unix())
			}
		default:
			values := nonBlank(d.Texts[f.Name])
			if len(values) == 0 {
				continue
			}
			has = append(has, f.Name)
			switch f.Kind {
			case VIN:
				var starts, ends []string
				for _, v := range values {
					v = foldVIN(v)
					ends = append(ends, reverse(v))
					for n := minStart; n <= len(v); n++ {
						starts = append(starts, v[:n])
					}
				}
				m[f.Name], m[f.Name+reversed] = starts, ends
			case Word:
				m[f.Name+exact] = values
				folded := make([]string, len(values))
				for i, v := range values {
					folded[i] = foldWhole(v)
				}
				m[f.Name] = folded
				all = append(all, wordsOf(values)...)
				if f.Weight > 0 {
					m[f.Name+weighed] = wordsOf(values)
				}
			case Text:
				words := wordsOf(values)
				m[f.Name] = words
				all = append(all, words...)
			}
		}
	}
	m[fieldHas], m[fieldAll] = has, all
	return m
}

// weighed is the field of a Word field's single words, when free words weigh
// more there.
const weighed = "~words"

func ofTerm(org, kind string) string { return kind + "\x00" + org }

func placeTerm(s string) string {
	if s == "" {
		return unplaced
	}
	return s
}

func nonBlank(values []string) []string {
	var out []string
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			out = append(out, v)
		}
	}
	return out
}

// wordsOf turns values into texts of folded words, one blank between two.
func wordsOf(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.Join(foldedWords(v), " ")
	}
	return out
}
