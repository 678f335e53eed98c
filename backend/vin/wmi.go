package vin

import (
	"strings"
	"time"
)

// wmiRecord is the fixed part of a WMI's record; at is 0 when there is none.
type wmiRecord struct {
	at      uint32
	public  int64
	maker   uint64 // text reference
	makerID int
	typ     uint8
	truck   uint8
	makes   uint32
	only    uint32 // 1 + value of the only make
	links   uint32 // place of the first
	nlinks  uint32
}

func (d *Decoder) lookupWMI(key uint64) wmiRecord {
	slot := HashWMI(key, d.hashBits)
	mask := uint32(1)<<d.hashBits - 1
	// A sound table is at most half full; the bound is for a damaged one.
	for range 64 {
		at := d.entry32(SecWMIHash, slot)
		if at == 0 {
			break
		}
		if at += d.sec[SecWMIs].off - 1; d.u64(at) == key {
			return d.wmiAt(at)
		}
		slot = (slot + 1) & mask
	}
	return wmiRecord{}
}

func (d *Decoder) wmiAt(at uint32) wmiRecord {
	return wmiRecord{
		at:      at,
		public:  int64(d.u64(at + WMIPublic)),
		maker:   d.u64(at + WMIMaker),
		makerID: int(int32(d.u32(at + WMIMakerID))),
		typ:     d.u8(at + WMIType),
		truck:   d.u8(at + WMITruck),
		makes:   uint32(d.u16(at + WMIMakes)),
		only:    d.u32(at + WMIMake),
		links:   at + WMIHead,
		nlinks:  min(d.u32(at+WMILinks), 1<<16),
	}
}

// A Maker is what vPIC knows of a WMI.
type Maker struct {
	WMI            string
	Manufacturer   string
	ManufacturerID int
	VehicleType    string
	// Make is set when all vehicles of the WMI are of one make.
	Make string
	// Public is the day from which vPIC answers for this WMI.
	Public time.Time
}

// WMI looks up the maker behind a whole WMI (3 characters, or 6 of a small
// builder: positions 1-3 and 12-14) or behind a VIN being typed, of which the
// first three characters decide unless all 14 needed are there.
func (d *Decoder) WMI(prefix string) (Maker, bool) {
	var q query
	q.normalise(prefix)
	if q.n < 3 {
		return Maker{}, false
	}
	var key uint64
	if q.n == 6 && q.v[2] == '9' {
		for i := range 6 {
			key |= uint64(q.v[i]) << (8 * i)
		}
	} else {
		key = q.packWMI()
	}
	w := d.lookupWMI(key)
	if w.at == 0 {
		return Maker{}, false
	}
	m := Maker{
		Manufacturer:   d.text(w.maker),
		ManufacturerID: w.makerID,
		VehicleType:    d.types[w.typ].name,
		Public:         time.UnixMicro(w.public).UTC(),
	}
	code := d.data[w.at : w.at+8]
	m.WMI = strings.TrimRight(code, "\x00")
	if w.only != 0 {
		m.Make = d.value(d.known.make, w.only-1)
	}
	return m, true
}
