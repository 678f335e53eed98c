package wire_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

func TestFramesRejoin(t *testing.T) {
	var buf bytes.Buffer
	want := wire.WalkProgress{Path: []int{1, 5, 9}, MS: 12}
	if err := wire.Write(&buf, wire.Progress, 7, want); err != nil {
		t.Fatal(err)
	}
	if err := wire.Write(&buf, wire.Stats, 8, nil); err != nil {
		t.Fatal(err)
	}
	f, err := wire.Read(&buf)
	if err != nil {
		t.Fatal(err)
	}
	var got wire.WalkProgress
	if err := f.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if f.Kind != wire.Progress || f.Request != 7 || len(got.Path) != 3 || got.MS != 12 {
		t.Errorf("got %v %d %+v, want %+v", f.Kind, f.Request, got, want)
	}
	if f, err = wire.Read(&buf); err != nil || f.Kind != wire.Stats || f.Payload != nil {
		t.Errorf("empty frame: got %+v, %v", f, err)
	}
	if _, err = wire.Read(&buf); err != io.EOF {
		t.Errorf("at the end: got %v, want io.EOF", err)
	}
}

func TestBrokenFrames(t *testing.T) {
	var good bytes.Buffer
	if err := wire.Write(&good, wire.Result, 1, wire.StatsReply{Requests: 3}); err != nil {
		t.Fatal(err)
	}
	change := func(at int, b byte) []byte {
		c := bytes.Clone(good.Bytes())
		c[at] = b
		return c
	}
	for _, row := range []struct {
		name string
		in   []byte
		want error
	}{
		{"text instead of a frame", []byte("panic: runtime error: index out of range"), wire.ErrBroken},
		{"another version", change(2, 99), wire.ErrBroken},
		{"unknown kind", change(3, 200), wire.ErrBroken},
		{"huge length", change(8, 0xff), wire.ErrBroken},
		{"flipped payload byte", change(20, 'x'), wire.ErrBroken},
		{"cut in the header", good.Bytes()[:9], io.ErrUnexpectedEOF},
		{"cut in the payload", good.Bytes()[:20], io.ErrUnexpectedEOF},
		{"nothing", nil, io.EOF},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := wire.Read(bytes.NewReader(row.in)); !errors.Is(err, row.want) {
				t.Errorf("got %v, want %v", err, row.want)
			}
		})
	}
}

func TestWriteRefusesTooMuch(t *testing.T) {
	err := wire.Write(io.Discard, wire.Generate, 1, wire.GenerateRequest{Prompt: strings.Repeat("x", wire.MaxPayload)})
	if err == nil || !strings.Contains(err.Error(), "over the limit") {
		t.Errorf("got %v, want a refusal", err)
	}
}

func TestLatticeCheck(t *testing.T) {
	for _, row := range []struct {
		name string
		in   wire.Lattice
		want string
	}{
		{"good", wire.Lattice{States: 3, Arcs: []wire.Arc{{From: 0, To: 1, Text: " a"}, {From: 0, To: 1, Text: " b", Uses: 1}, {From: 1, To: 2, Text: "."}}}, ""},
		{"no states", wire.Lattice{}, "states"},
		{"no arcs", wire.Lattice{States: 2}, "arcs"},
		{"backwards", wire.Lattice{States: 3, Arcs: []wire.Arc{{From: 0, To: 2}, {From: 2, To: 1}}}, "leads from"},
		{"outside", wire.Lattice{States: 2, Arcs: []wire.Arc{{From: 0, To: 2}}}, "leads from"},
		{"negative", wire.Lattice{States: 2, Arcs: []wire.Arc{{From: -1, To: 1}}}, "leads from"},
		{"can be used up", wire.Lattice{States: 2, Arcs: []wire.Arc{{From: 0, To: 1, Uses: 2}}}, "no way on"},
		{"start is an end", wire.Lattice{States: 3, Arcs: []wire.Arc{{From: 1, To: 2}}}, "start"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := row.in.Check()
			if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	_ = wire.Write(&b, wire.Walk, 1, wire.WalkRequest{Lattice: wire.Lattice{States: 2, Arcs: []wire.Arc{{To: 1, Text: " a."}}}})
	f.Add(b.Bytes())
	f.Add([]byte("HW\x01\x01"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := bytes.NewReader(in)
		for {
			fr, err := wire.Read(r)
			if err != nil {
				return
			}
			var w wire.WalkRequest
			if fr.Kind == wire.Walk && fr.Decode(&w) == nil {
				_ = w.Lattice.Check()
			}
		}
	})
}
