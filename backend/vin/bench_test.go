package vin_test

import (
	"bufio"
	"os"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// benchVINs are VINs of the road's mix, made by `build/parity vins`; the seeded
// run over 200,000 of them is `make bench`.
func benchVINs(b *testing.B) []string {
	b.Helper()
	f, err := os.Open("testdata/mix.txt")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var vins []string
	for s := bufio.NewScanner(f); s.Scan(); {
		vins = append(vins, s.Text())
	}
	return vins
}

func BenchmarkDecodeInto(b *testing.B) {
	d, vins := open(b), benchVINs(b)
	var r vin.Result
	o := vin.Options{Now: sampleClock}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.DecodeInto(&r, vins[i%len(vins)], o)
	}
}

func BenchmarkDecode(b *testing.B) {
	d, vins := open(b), benchVINs(b)
	o := vin.Options{Now: sampleClock}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := d.Decode(vins[i%len(vins)], o)
		_ = r.ModelYear
	}
}

func BenchmarkOpen(b *testing.B) {
	data := indexData(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vin.Open(data); err != nil {
			b.Fatal(err)
		}
	}
}
