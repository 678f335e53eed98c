package store

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"
)

var nameRule = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

// checkDef finds what is wrong with a declaration.
func checkDef[T any](d Def[T]) error {
	switch {
	case !nameRule.MatchString(d.Name):
		return fmt.Errorf("a name is lower case letters, digits and '_'")
	case d.Class < Truth || d.Class > Local:
		return fmt.Errorf("class is missing")
	case d.Schema < 1:
		return fmt.Errorf("schema numbers begin at 1")
	case len(d.Upgrade) != d.Schema-1:
		return fmt.Errorf("schema %d needs %d upgrade steps, has %d", d.Schema, d.Schema-1, len(d.Upgrade))
	case d.Key == nil:
		return fmt.Errorf("its Key is missing")
	}
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("%s is not a struct", t)
	}
	if err := checkType(t, d.Name, map[reflect.Type]bool{}); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, ix := range d.Indexes {
		if !nameRule.MatchString(ix.Name) || seen[ix.Name] {
			return fmt.Errorf("index %q: a name is lower case, and its own", ix.Name)
		}
		seen[ix.Name] = true
		if len(ix.Fields) == 0 {
			return fmt.Errorf("index %q has no fields", ix.Name)
		}
		fields := map[string]bool{}
		for _, f := range ix.Fields {
			if !nameRule.MatchString(f.Name) || fields[f.Name] {
				return fmt.Errorf("index %q: field %q: a name is lower case, and its own", ix.Name, f.Name)
			}
			fields[f.Name] = true
			if f.Kind < Text || f.Kind > Bool || f.Value == nil {
				return fmt.Errorf("index %q: field %q needs a Kind and a Value", ix.Name, f.Name)
			}
		}
	}
	return nil
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	clockTime     = reflect.TypeFor[time.Time]()
)

// checkType refuses Go types whose JSON a document can't hold, so that a
// float or a time of nine digits is found when the program starts and not
// when the first odd value comes along.
func checkType(t reflect.Type, path string, seen map[reflect.Type]bool) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == clockTime {
		return fmt.Errorf("%s is a time.Time: use store.Timestamp (UTC, six digits)", path)
	}
	if seen[t] || t.Implements(marshaler) || t.Implements(textMarshaler) {
		return nil
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return fmt.Errorf("%s is a %s: use an integer of a small unit, or a decimal string", path, t)
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return fmt.Errorf("%s is a %s", path, t)
	case reflect.Slice, reflect.Array, reflect.Map:
		return checkType(t.Elem(), path+"[]", seen)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "-" || !f.IsExported() && !f.Anonymous {
				continue
			}
			if name == "" {
				name = f.Name
			}
			if strings.HasPrefix(name, "$") {
				return fmt.Errorf("%s.%s: names that begin with '$' are the store's", path, name)
			}
			if err := checkType(f.Type, path+"."+name, seen); err != nil {
				return err
			}
		}
	}
	return nil
}
