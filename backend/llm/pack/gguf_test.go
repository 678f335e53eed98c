package pack_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
)

// gguf writes small GGUF files, honest or not.
type gguf struct {
	bytes.Buffer
}

func (g *gguf) u32(n uint32) { _ = binary.Write(g, binary.LittleEndian, n) }
func (g *gguf) u64(n uint64) { _ = binary.Write(g, binary.LittleEndian, n) }
func (g *gguf) text(s string) {
	g.u64(uint64(len(s)))
	g.WriteString(s)
}
func (g *gguf) keyText(k, v string) { g.text(k); g.u32(8); g.text(v) }
func (g *gguf) keyNumber(k string, v uint32) {
	g.text(k)
	g.u32(4)
	g.u32(v)
}

// tensor is one of a file: its type is F32 unless kind says otherwise.
type tensor struct {
	name   string
	dims   []uint64
	kind   uint32
	offset uint64
}

// model is a file that is described by its fields; the zero value of most
// gives a small sound one.
type model struct {
	magic   string
	version uint32
	entries func(*gguf) uint64
	tensors []tensor
	data    int
}

func sound(g *gguf) uint64 {
	g.keyText("general.architecture", "llama")
	g.keyText("general.name", "Tiny\nLlama")
	g.keyText("general.license", "apache-2.0")
	g.keyNumber("general.file_type", 1)
	g.keyNumber("llama.context_length", 2048)
	g.keyNumber("llama.block_count", 2)
	g.keyNumber("llama.embedding_length", 8)
	g.keyNumber("llama.attention.head_count", 2)
	g.keyText("tokenizer.ggml.model", "gpt2")
	g.text("tokenizer.ggml.tokens")
	g.u32(9)
	g.u32(8)
	g.u64(3)
	for _, w := range []string{"a", "b", "c"} {
		g.text(w)
	}
	g.keyText("tokenizer.chat_template", "{{'<|im_start|>' + role}}")
	return 11
}

func (m model) bytes() []byte {
	g := &gguf{}
	if m.magic == "" {
		m.magic = "GGUF"
	}
	if m.version == 0 {
		m.version = 3
	}
	if m.entries == nil {
		m.entries = sound
	}
	if m.tensors == nil {
		m.tensors = []tensor{{"token_embd.weight", []uint64{8, 3}, 0, 0}, {"output.weight", []uint64{8}, 0, 96}}
		m.data = 128
	}
	body := &gguf{}
	n := m.entries(body)
	g.WriteString(m.magic)
	g.u32(m.version)
	g.u64(uint64(len(m.tensors)))
	g.u64(n)
	g.Write(body.Bytes())
	for _, t := range m.tensors {
		g.text(t.name)
		g.u32(uint32(len(t.dims)))
		for _, d := range t.dims {
			g.u64(d)
		}
		g.u32(t.kind)
		g.u64(t.offset)
	}
	g.Write(make([]byte, (32-g.Len()%32)%32+m.data))
	return g.Bytes()
}

func describe(b []byte) (pack.Pack, error) {
	h, err := pack.ReadHeader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return pack.Pack{}, err
	}
	return pack.Describe(h, int64(len(b)))
}

func TestDescribe(t *testing.T) {
	p, err := describe(model{}.bytes())
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != "Tiny Llama" || p.Architecture != "llama" || p.Parameters != 32 || p.Quantisation != "F16" || p.Context != 2048 ||
		p.Licence != "apache-2.0" || p.Form != llm.ChatML || p.Embeds || p.UsedContext() != 2048 {
		t.Errorf("got %+v", p)
	}
	// file 128 + header, 64 MiB, 3 rows of 1 KiB, 2 layers x 2 heads x (4 + 4) numbers x 2 bytes x 2,048 tokens
	if want := p.Bytes + 64<<20 + 3*1024 + 2*2*8*2*2048; p.MemoryBytes != want {
		t.Errorf("memory %d, want %d", p.MemoryBytes, want)
	}
}

// What is not a model of ours is refused in words, whatever it claims.
func TestRefusals(t *testing.T) {
	with := func(f func(*gguf) uint64) func(*gguf) uint64 { return func(g *gguf) uint64 { return sound(g) + f(g) } }
	lying := func(count uint64, kind uint32) func(*gguf) uint64 {
		return with(func(g *gguf) uint64 { g.text("list"); g.u32(9); g.u32(kind); g.u64(count); return 1 })
	}
	one := func(x tensor) model { return model{tensors: []tensor{x}, data: 64} }
	for _, row := range []struct {
		name string
		in   []byte
		want string
	}{
		{"nothing", nil, "ends inside"},
		{"a picture", []byte("\x89PNG\r\n\x1a\n and more of it"), "does not begin"},
		{"magic alone", []byte("GGUF"), "ends inside"},
		{"version 1", model{version: 1}.bytes(), "version 1"},
		{"version 9", model{version: 9}.bytes(), "version 9"},
		{"big endian", model{version: 3 << 24}.bytes(), "big-endian"},
		{"no tensors", model{tensors: []tensor{}}.bytes(), "claims 0 tensors"},
		{"2^60 tensors", append([]byte("GGUF\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10"), make([]byte, 8)...), "tensors"},
		{"a key of 2^40 bytes", append([]byte("GGUF\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00"), make([]byte, 64)...), "claims"},
		{"a list of 2^60 numbers", model{entries: lying(1<<60, 10)}.bytes(), "claims"},
		{"a list of 2^63 numbers", model{entries: lying(1<<63, 0)}.bytes(), "claims"},
		{"a list of 2^60 texts", model{entries: lying(1<<60, 8)}.bytes(), "model"},
		{"a list that ends with the file", model{entries: lying(400, 12)}.bytes(), "model"},
		{"a list of lists", model{entries: lying(1, 9)}.bytes(), "unknown kind"},
		{"an unknown kind", model{entries: with(func(g *gguf) uint64 { g.text("x"); g.u32(77); return 1 })}.bytes(), "unknown kind"},
		{"an empty key", model{entries: with(func(g *gguf) uint64 { g.keyText("", "x"); return 1 })}.bytes(), "no key"},
		{"alignment 0", model{entries: with(func(g *gguf) uint64 { g.keyNumber("general.alignment", 0); return 1 })}.bytes(), "alignment"},
		{"alignment 3", model{entries: with(func(g *gguf) uint64 { g.keyNumber("general.alignment", 3); return 1 })}.bytes(), "alignment"},
		{"no dimensions", one(tensor{"x", nil, 0, 0}).bytes(), "dimensions"},
		{"five dimensions", one(tensor{"x", []uint64{1, 1, 1, 1, 1}, 0, 0}).bytes(), "dimensions"},
		{"a dimension of 0", one(tensor{"x", []uint64{0}, 0, 0}).bytes(), "impossible"},
		{"dimensions that overflow", one(tensor{"x", []uint64{1 << 33, 1 << 33}, 0, 0}).bytes(), "impossible"},
		{"an unknown type", one(tensor{"x", []uint64{8}, 4, 0}).bytes(), "unknown type"},
		{"a type of 2^32-1", one(tensor{"x", []uint64{8}, math.MaxUint32, 0}).bytes(), "unknown type"},
		{"half a block", one(tensor{"x", []uint64{16}, 2, 0}).bytes(), "whole blocks"},
		{"a tensor beyond the end", one(tensor{"x", []uint64{17}, 0, 0}).bytes(), "cut short"},
		{"an offset beyond the end", one(tensor{"x", []uint64{8}, 0, 1 << 39}).bytes(), "cut short"},
		{"an offset that overflows", one(tensor{"x", []uint64{8}, 0, math.MaxUint64 - 31}).bytes(), "outside"},
		{"a crooked offset", one(tensor{"x", []uint64{8}, 0, 7}).bytes(), "outside"},
		{"tensors that overlap", model{tensors: []tensor{{"x", []uint64{16}, 0, 0}, {"y", []uint64{8}, 0, 32}}, data: 64}.bytes(), "overlap"},
		{"cut in the data", func() []byte { b := model{}.bytes(); return b[:len(b)-40] }(), "cut short"},
		{"no architecture", model{entries: func(g *gguf) uint64 { g.keyText("tokenizer.ggml.model", "x"); return 1 }}.bytes(), "architecture"},
		{"an architecture nobody runs", model{entries: func(g *gguf) uint64 {
			g.keyText("general.architecture", "whisper\x1b[31m")
			g.keyText("tokenizer.ggml.model", "x")
			return 2
		}}.bytes(), `"whisper [31m"`},
		{"an adapter", model{entries: with(func(g *gguf) uint64 { g.keyText("general.type", "adapter"); return 1 })}.bytes(), "addition"},
		{"no vocabulary", model{entries: func(g *gguf) uint64 { g.keyText("general.architecture", "llama"); return 1 }}.bytes(), "vocabulary"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := describe(row.in)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want Invalid about %q", err, row.want)
			}
		})
	}
}

// A sound file cut anywhere is refused, never misread.
func TestCutAnywhere(t *testing.T) {
	whole := model{}.bytes()
	for n := range len(whole) - 1 {
		if _, err := describe(whole[:n]); !fault.Is(err, fault.Invalid) {
			t.Fatalf("cut to %d of %d bytes: %v, want Invalid", n, len(whole), err)
		}
	}
}

// A list that claims much costs no more memory than one that does not.
func TestClaimsCostNothing(t *testing.T) {
	b := model{entries: func(g *gguf) uint64 {
		n := sound(g)
		g.text("list")
		g.u32(9)
		g.u32(8)
		g.u64(1 << 50)
		return n + 1
	}}.bytes()
	got := testing.Benchmark(func(b2 *testing.B) {
		b2.ReportAllocs()
		for b2.Loop() {
			_, _ = describe(b)
		}
	}).AllocedBytesPerOp()
	if got > 256<<10 {
		t.Errorf("%d bytes allocated for a file of %d", got, len(b))
	}
}

func TestRealPacks(t *testing.T) {
	for file, want := range map[string]pack.Pack{
		"smollm2-135m-instruct-q4_1.gguf": {Architecture: "llama", Parameters: 134515008, Quantisation: "Q4_1", Context: 8192, Form: llm.ChatML},
		"all-minilm-l6-v2-f16.gguf":       {Architecture: "bert", Parameters: 22565376, Quantisation: "F16", Context: 512, Dimensions: 384, Embeds: true},
	} {
		t.Run(file, func(t *testing.T) {
			f, err := os.Open(filepath.Join("../../../build/models", file))
			if err != nil {
				t.Skip("the pack is not built (make models)")
			}
			defer f.Close()
			fi, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			h, err := pack.ReadHeader(f, fi.Size())
			if err != nil {
				t.Fatal(err)
			}
			p, err := pack.Describe(h, fi.Size())
			if err != nil {
				t.Fatal(err)
			}
			if p.Architecture != want.Architecture || p.Parameters != want.Parameters || p.Quantisation != want.Quantisation ||
				p.Context != want.Context || p.Form != want.Form || p.Embeds != want.Embeds || p.Dimensions != want.Dimensions {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func FuzzGGUF(f *testing.F) {
	f.Add(model{}.bytes())
	f.Add(model{version: 2}.bytes())
	f.Add(model{tensors: []tensor{{"x", []uint64{32, 4}, 2, 0}}, data: 128}.bytes())
	f.Add([]byte("GGUF\x03\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := describe(in)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("an error of the kind %q: %v", fault.Of(err), err)
			}
			return
		}
		if p.Context < 0 || p.MemoryBytes < 0 || p.Parameters <= 0 || p.UsedContext() < 0 || strings.ContainsAny(p.Title, "\n\x1b") {
			t.Fatalf("impossible facts: %+v", p)
		}
	})
}

var update = flag.Bool("update", false, "rewrite the sample")

// testdata/tiny.gguf is a sound header for the tests of other packages; no
// engine runs it.
func TestSample(t *testing.T) {
	const path = "testdata/tiny.gguf"
	want := model{}.bytes()
	if *update {
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the tests write (%v); run with -update", path, err)
	}
}
