// Command parity makes the questions for two comparisons and answers them with
// our decoder: `make parity` (every field against an independent decoder) and
// `make bench` (speed).
//
//	parity vins  -n 20000 -seed 1            one JSON object a line: vin, year, kind
//	parity answer < vins                     the same lines with our answer
//	parity descriptors                       the table of fixed model years
//	parity mix   -n 200000 -seed 1           plain VINs in the mix that speed is measured on
//	parity bench -n 200000 -seed 1           speed table of our decoder
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic/tables"
	"github.com/hubcap-dev/hubcap/embedded/vpic"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "parity:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("want vins, answer, descriptors, mix or bench")
	}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	n := f.Int("n", 20000, "how many VINs")
	seed := f.Uint64("seed", 1, "seed of the generator")
	now := f.String("now", "2026-11-22", "clock, UTC")
	archive := f.String("archive", "embedded/vpic/vpic_2026_10.tar.zst", "vPIC tables")
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	clock, err := time.Parse(time.DateOnly, *now)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 1<<16)
	switch args[0] {
	case "vins":
		err = writeVINs(w, *archive, *n, *seed, clock)
	case "descriptors":
		err = writeDescriptors(w, *archive)
	case "answer":
		err = answer(in, w, clock)
	case "mix":
		err = writeMix(w, *archive, *n, *seed, clock)
	case "bench":
		err = bench(w, *archive, *n, *seed, clock)
	default:
		return fmt.Errorf("%s: want vins, answer, descriptors, mix or bench", args[0])
	}
	return errors.Join(err, w.Flush())
}

// A question is one VIN with the year that the asker claims.
type question struct {
	VIN  string `json:"vin"`
	Year *int   `json:"year"`
	Kind string `json:"kind"`
}

func readTables(path string) (*tables.Release, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	rel, err := tables.ReadArchive(bufio.NewReaderSize(f, 1<<20))
	return rel, errors.Join(err, f.Close())
}

func writeVINs(w io.Writer, archive string, n int, seed uint64, now time.Time) error {
	rel, err := readTables(archive)
	if err != nil {
		return err
	}
	g, err := newGenerator(rel, seed, now)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range n {
		if err := enc.Encode(g.question(i)); err != nil {
			return err
		}
	}
	return nil
}

// writeDescriptors prints the table of fixed model years.
func writeDescriptors(w io.Writer, archive string) error {
	rel, err := readTables(archive)
	if err != nil {
		return err
	}
	for _, d := range rel.Descriptors {
		if _, err := fmt.Fprintf(w, "%s\t%d\n", d.Descriptor, d.ModelYear); err != nil {
			return err
		}
	}
	return nil
}

// writeMix prints plain VINs of the road's mix.
func writeMix(w io.Writer, archive string, n int, seed uint64, now time.Time) error {
	rel, err := readTables(archive)
	if err != nil {
		return err
	}
	g, err := newGenerator(rel, seed, now)
	if err != nil {
		return err
	}
	vins, err := g.roadMix(n)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, strings.Join(vins, "\n")+"\n")
	return err
}

func openIndex() (*vin.Decoder, error) {
	data, ok := vpic.Index()
	if !ok {
		return nil, vpic.ErrMissing
	}
	return vin.Open(data)
}

func answer(in io.Reader, w io.Writer, now time.Time) error {
	d, err := openIndex()
	if err != nil {
		return err
	}
	dec, enc := json.NewDecoder(in), json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var r vin.Result
	for {
		var q question
		if err := dec.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		o := vin.Options{Now: now}
		if q.Year != nil {
			o.ModelYear = *q.Year
		}
		d.DecodeInto(&r, q.VIN, o)
		values := map[string]any{}
		for i := range r.Values {
			v := &r.Values[i]
			if v.Multi {
				list, _ := values[v.Code].([]string)
				values[v.Code] = append(list, strings.Clone(v.Text))
			} else {
				values[v.Code] = v.Text
			}
		}
		err := enc.Encode(struct {
			question
			Values map[string]any `json:"values"`
		}{q, values})
		if err != nil {
			return err
		}
	}
}
