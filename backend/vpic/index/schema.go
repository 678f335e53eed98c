package index

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// A schemaKey is one distinct key of a schema with its patterns.
type schemaKey struct {
	text     string
	expanded []vin.Position
	formula  bool
	patterns []int
}

func (b *builder) writeSchemas() error {
	bySchema := map[int32][]int{}
	var ids []int32
	for i := range b.rel.Patterns {
		id := b.rel.Patterns[i].Schema
		if bySchema[id] == nil {
			ids = append(ids, id)
		}
		bySchema[id] = append(bySchema[id], i)
	}
	slices.Sort(ids)
	expanded := map[string][]vin.Position{}
	b.schemaAt = map[int32]uint32{}
	var out []byte
	for _, id := range ids {
		out = append(out, make([]byte, align(len(out), 1<<vin.LinkSchemaShift)-len(out))...)
		b.schemaAt[id] = uint32(len(out))
		block, err := b.schema(id, bySchema[id], expanded)
		if err != nil {
			return fmt.Errorf("schema %d: %w", id, err)
		}
		out = append(out, block...)
	}
	b.sections[vin.SecSchemas] = out
	return nil
}

func (b *builder) schema(id int32, patterns []int, expanded map[string][]vin.Position) ([]byte, error) {
	var valid [vin.MaxKey]vin.Set
	keys := map[string]*schemaKey{}
	for _, i := range patterns {
		p := &b.rel.Patterns[i]
		ex, ok := expanded[p.Keys]
		if !ok {
			ex = vin.ParseKey(p.Keys)
			expanded[p.Keys] = ex
		}
		for at, pos := range ex {
			if at < vin.MaxKey {
				valid[at] |= pos.Explicit
			}
		}
		if b.rows[i].element == nil || b.rel.Unchecked[id] {
			continue
		}
		k := keys[p.Keys]
		if k == nil {
			k = &schemaKey{text: p.Keys, expanded: ex, formula: strings.Contains(p.Keys, "#")}
			keys[p.Keys] = k
		}
		k.patterns = append(k.patterns, i)
	}
	var plain, formulas []*schemaKey
	for _, k := range keys {
		switch {
		case k.formula:
			formulas = append(formulas, k)
		case canMatch(k.expanded):
			plain = append(plain, k)
		}
	}
	byText := func(x, y *schemaKey) int { return cmp.Compare(x.text, y.text) }
	slices.SortFunc(plain, byText)
	slices.SortFunc(formulas, byText)

	le := binary.LittleEndian
	out := make([]byte, vin.SchemaHead)
	le.PutUint32(out[vin.SchemaID:], uint32(id))
	le.PutUint16(out[vin.SchemaKeys:], uint16(len(plain)))
	le.PutUint16(out[vin.SchemaFormulas:], uint16(len(formulas)))
	var validMask uint16
	for at := range valid {
		// Positions 9 and 10 are never scanned, nor any after 14.
		if valid[at] != 0 && (at < 5 || at > 6) && at < 11 {
			validMask |= 1 << at
			out = put64(out, uint64(valid[at]))
		}
	}
	le.PutUint16(out[vin.SchemaValid:], validMask)
	row := (len(plain) + 7) / 8
	le.PutUint16(out[vin.SchemaRow:], uint16(row))

	var disc uint16
	var bodies [][]byte
	for at := range vin.MaxKey {
		if body := positionTable(plain, at, row); body != nil {
			disc |= 1 << at
			bodies = append(bodies, body)
		}
	}
	le.PutUint16(out[vin.SchemaDisc:], disc)
	place := len(out) + 4*len(bodies)
	for _, body := range bodies {
		out = put32(out, uint32(place))
		place += len(body)
	}
	for _, body := range bodies {
		out = append(out, body...)
	}

	var posts []byte
	n := 0
	all := append(plain, formulas...)
	starts := make([]int, 0, len(all)+1)
	for _, k := range all {
		starts = append(starts, n)
		p := b.postings(k.patterns)
		posts = append(posts, p...)
		n += len(p) / b.posting
	}
	starts = append(starts, n)
	if n > 1<<16-1 || len(all) > 1<<16-1 {
		return nil, fmt.Errorf("%d keys with %d patterns, room for 65,535", len(all), n)
	}
	out = append(out, make([]byte, align(len(out), 2)-len(out))...)
	le.PutUint32(out[vin.SchemaKeyTable:], uint32(len(out)))
	for _, s := range starts {
		out = put16(out, s)
	}
	for _, k := range all {
		out = put16(out, keyInfo(k))
	}
	for _, k := range all {
		at := b.keyPlace[k.text]
		out = append(out, byte(at), byte(at>>8), byte(at>>16))
	}
	le.PutUint32(out[vin.SchemaPosts:], uint32(len(out)))
	return append(out, posts...), nil
}

// canMatch is false for keys that no VIN satisfies: longer than the text that
// they are compared with, or asking for something else than the bar.
func canMatch(ex []vin.Position) bool {
	if len(ex) > vin.MaxKey {
		return false
	}
	for at, p := range ex {
		if !p.Any && p.Match == 0 {
			return false
		}
		if at == 5 && !p.Any && !p.Match.Contains('|') {
			return false
		}
	}
	return true
}

// positionTable is, for one place of the key text, which keys accept which
// character: the set of characters that any key names, for each of them the
// number of its row, then the rows (bit k: key k accepts it). Row 0 stands for
// all other characters. Nil when all keys accept all.
func positionTable(keys []*schemaKey, at, row int) []byte {
	if at == 5 {
		return nil
	}
	var named vin.Set
	every := make([]byte, row)
	tells := false
	for i, k := range keys {
		if at >= len(k.expanded) || k.expanded[at].Any {
			every[i/8] |= 1 << (i % 8)
			continue
		}
		named |= k.expanded[at].Match
		tells = true
	}
	if !tells {
		return nil
	}
	rows := []string{string(every)}
	number := map[string]int{string(every): 0}
	out := put64(nil, uint64(named))
	for c := 0; c < 63; c++ {
		if named>>c&1 == 0 {
			continue
		}
		r := slices.Clone(every)
		for i, k := range keys {
			if at < len(k.expanded) && k.expanded[at].Match>>c&1 != 0 {
				r[i/8] |= 1 << (i % 8)
			}
		}
		n, ok := number[string(r)]
		if !ok {
			n = len(rows)
			number[string(r)] = n
			rows = append(rows, string(r))
		}
		out = append(out, byte(n))
	}
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}

// postings are the patterns of one key that can win: of a single-valued
// element only the best.
func (b *builder) postings(patterns []int) []byte {
	type post struct {
		element int
		number  uint64
	}
	var posts []post
	best := map[int]int{}
	keep := func(e *element, number uint64) {
		if e.flags&vin.FlagMulti == 0 {
			if at, ok := best[e.number]; ok {
				posts[at].number = max(posts[at].number, number)
				return
			}
			best[e.number] = len(posts)
		}
		posts = append(posts, post{e.number, number})
	}
	for _, i := range patterns {
		r := b.rows[i]
		keep(r.element, r.number)
		if r.element.ID == elemEngineModel {
			keep(b.order, r.order)
		}
	}
	slices.SortFunc(posts, func(x, y post) int {
		return cmp.Or(cmp.Compare(x.element, y.element), cmp.Compare(x.number, y.number))
	})
	var out []byte
	for _, p := range posts {
		var buf [8]byte
		binary.LittleEndian.PutUint64(buf[:], p.number<<8|uint64(p.element))
		out = append(out, buf[:b.posting]...)
	}
	return out
}

// keyInfo is a key's length and which of the reported positions it spells out,
// for VINs of the 33 legal characters. Where legal characters match that are
// not spelled out, the decoder must read the key.
func keyInfo(k *schemaKey) int {
	info := len(k.expanded) & vin.KeyLenMask
	for i, at := range vin.UsedPositions {
		if at >= len(k.expanded) {
			continue
		}
		switch p := k.expanded[at]; {
		case p.Any:
		case k.formula && p.Match.Contains('#'), p.Match&legal&^p.Explicit == 0:
			info |= 1 << (vin.KeyUsedShift + i)
		default:
			info |= vin.KeyOdd
		}
	}
	return info
}

// legal are the characters that a VIN may hold.
var legal = func() (s vin.Set) {
	for _, p := range vin.ParseKey("[ABCDEFGHJKLMNPRSTUVWXYZ0123456789]") {
		s = p.Match
	}
	return s
}()
