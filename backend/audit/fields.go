package audit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Bounds of what one entry says of values.
const (
	maxDocuments = 20       // of a transaction; a larger one is counted
	maxFields    = 400      // of an entry
	maxValues    = 64 << 10 // bytes of an entry's values
	maxValue     = 4 << 10  // bytes of one list, after its texts are cut
	valueRunes   = 200      // of one text
	maxLevels    = 8        // of lists in lists
)

// covered stands for a secret.
const covered = "***"

// describe fills in what a transaction wrote.
func (e *Entry) describe(changes []*store.Change) {
	e.Digest = DigestOf(changes)
	type name struct{ collection, key string }
	var docs []Document
	var before, after []json.RawMessage
	at := map[name]int{}
	for _, c := range changes {
		n := name{c.Collection, c.Key}
		i, again := at[n]
		if !again {
			i = len(docs)
			at[n] = i
			docs, before, after = append(docs, Document{Collection: c.Collection, Key: c.Key, New: c.Before == nil}), append(before, c.Before), append(after, nil)
		}
		docs[i].Rev, docs[i].Deleted, after[i] = c.Rev, c.Deleted(), c.After
	}
	if len(docs) > maxDocuments {
		counts := map[string]int64{}
		for _, d := range docs {
			counts[d.Collection]++
		}
		for _, c := range slices.Sorted(maps.Keys(counts)) {
			e.Counts = append(e.Counts, Counted{c, counts[c]})
		}
		return
	}
	room := values{bytes: maxValues, fields: maxFields}
	for i := range docs {
		docs[i].Fields = room.changed(before[i], after[i])
	}
	e.Documents, e.Short = docs, room.short
}

// values is how much an entry may yet hold.
type values struct {
	bytes, fields int
	short         bool
}

// changed lists the fields of two documents that differ.
func (v *values) changed(before, after json.RawMessage) []Field {
	var out []Field
	v.compare("", before, after, &out)
	return out
}

// compare walks down objects; lists are compared whole, for a place in a list
// is no name of anything.
func (v *values) compare(pointer string, before, after json.RawMessage, out *[]Field) {
	if bytes.Equal(before, after) {
		return
	}
	a, isA := members(before)
	b, isB := members(after)
	if (isA || before == nil) && (isB || after == nil) && len(a)+len(b) > 0 {
		names := maps.Clone(a)
		if names == nil {
			names = map[string]json.RawMessage{}
		}
		maps.Copy(names, b)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if pointer == "" && strings.HasPrefix(name, "$") {
				continue // the store's own
			}
			v.compare(pointer+"/"+escaped(name), a[name], b[name], out)
		}
		return
	}
	if before == nil && empty(after) || after == nil && empty(before) {
		return // a document that came or went with a field that says nothing
	}
	f := Field{Pointer: cut(pointer, valueRunes), Before: v.shown(before), After: v.shown(after)}
	size := len(f.Pointer) + len(f.Before) + len(f.After)
	if v.fields == 0 {
		v.short = true
		return
	}
	if size > v.bytes {
		v.short = true
		f.Before, f.After = nil, nil
		if size = len(f.Pointer); size > v.bytes {
			return
		}
	}
	v.fields, v.bytes = v.fields-1, v.bytes-size
	*out = append(*out, f)
}

// escaped is a name as a part of a JSON pointer.
func escaped(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func empty(raw json.RawMessage) bool {
	switch string(raw) {
	case "null", `""`, "[]", "{}":
		return true
	}
	return false
}

func members(raw json.RawMessage) (map[string]json.RawMessage, bool) {
	if len(raw) == 0 || raw[0] != '{' {
		return nil, false
	}
	var m map[string]json.RawMessage
	return m, json.Unmarshal(raw, &m) == nil
}

// shown is a value as the trail may show it.
func (v *values) shown(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return nil
	}
	if c := raw[0]; c != '"' && c != '[' && c != '{' {
		return raw // a number, true, false or null
	}
	if raw[0] == '"' && len(raw) <= valueRunes && !vault.IsSealed(string(raw[1:])) {
		return raw // as it stands: canonical JSON escapes nothing that need not be
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil {
		return json.RawMessage(`"` + covered + `"`)
	}
	b, err := marshal(v.cover(value, 0))
	if err == nil && len(b) > maxValue {
		v.short = true
		b, err = marshal(cut(string(b), valueRunes))
	}
	if err != nil {
		return json.RawMessage(`"` + covered + `"`)
	}
	return b
}

// cover replaces secrets and cuts long texts, at any depth.
func (v *values) cover(value any, level int) any {
	switch x := value.(type) {
	case string:
		if vault.IsSealed(x) {
			return covered
		}
		if short := cut(x, valueRunes); short != x {
			v.short = true
			return short
		}
	case []any:
		if level == maxLevels {
			v.short = true
			return "…"
		}
		for i := range x {
			x[i] = v.cover(x[i], level+1)
		}
	case map[string]any:
		if level == maxLevels {
			v.short = true
			return "…"
		}
		for name := range x {
			x[name] = v.cover(x[name], level+1)
		}
	}
	return value
}

// marshal writes JSON with <, > and & as they are.
func marshal(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
