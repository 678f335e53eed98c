package store

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
)

// crc32c is CRC-32C (Castagnoli), the checksum of everything stored.
func crc32c(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

const (
	changeVersion = 1

	flagLast   = 1
	flagBefore = 2
	flagAfter  = 4
)

// Append adds the bytes of a change to b, as log and backup hold them:
// docs/formats/store.md, "Change".
func (c *Change) Append(b []byte) []byte {
	b = append(b, changeVersion, 0, 0, 0, 0)
	sum := len(b)
	var flags byte
	if c.Last {
		flags |= flagLast
	}
	if c.Before != nil {
		flags |= flagBefore
	}
	if c.After != nil {
		flags |= flagAfter
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, c.Seq)
	b = binary.AppendUvarint(b, c.Tx)
	b = binary.AppendVarint(b, c.Time.UnixMicro())
	b = binary.AppendUvarint(b, uint64(c.Rev))
	for _, s := range []string{c.Org, c.Collection, c.Key, c.Batch, c.Place.Location, c.Place.Group, c.Place.Owner,
		string(c.Actor.Kind), c.Actor.ID, c.Actor.Name} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for _, d := range [][]byte{c.Before, c.After} {
		if d != nil {
			b = binary.AppendUvarint(b, uint64(len(d)))
			b = append(b, d...)
		}
	}
	binary.BigEndian.PutUint32(b[sum-4:], crc32c(b[sum:]))
	return b
}

var errChange = errors.New("the change's bytes are not what was written")

// ParseChange reads what Append wrote and nothing else.
func ParseChange(b []byte) (Change, error) {
	if len(b) < 6 || b[0] != changeVersion {
		return Change{}, errChange
	}
	if binary.BigEndian.Uint32(b[1:]) != crc32c(b[5:]) {
		return Change{}, errChange
	}
	flags := b[5]
	d := decoder{b: b[6:]}
	c := Change{Last: flags&flagLast != 0, Seq: d.uvarint(), Tx: d.uvarint(), Time: time.UnixMicro(d.varint()).UTC(), Rev: int64(d.uvarint())}
	var kind string
	for _, s := range []*string{&c.Org, &c.Collection, &c.Key, &c.Batch, &c.Place.Location, &c.Place.Group, &c.Place.Owner,
		&kind, &c.Actor.ID, &c.Actor.Name} {
		*s = string(d.bytes())
	}
	c.Actor.Kind = actor.Kind(kind)
	if flags&flagBefore != 0 {
		c.Before = append([]byte{}, d.bytes()...)
	}
	if flags&flagAfter != 0 {
		c.After = append([]byte{}, d.bytes()...)
	}
	if d.failed || len(d.b) > 0 {
		return Change{}, errChange
	}
	return c, nil
}

type decoder struct {
	b      []byte
	failed bool
}

func (d *decoder) uvarint() uint64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.failed, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) varint() int64 {
	n, size := binary.Varint(d.b)
	if size <= 0 {
		d.failed, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) bytes() []byte {
	n := d.uvarint()
	if n > uint64(len(d.b)) {
		d.failed, d.b = true, nil
		return nil
	}
	v := d.b[:n]
	d.b = d.b[n:]
	return v
}
