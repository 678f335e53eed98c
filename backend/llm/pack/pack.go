package pack

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
)

// Pack is what is known about a model.
type Pack struct {
	Name         string    `json:"name" doc:"stable; the file is name.gguf"`
	Title        string    `json:"title"`
	Digest       string    `json:"digest" doc:"sha256 of the file, in hex"`
	Bytes        int64     `json:"bytes"`
	Licence      string    `json:"licence" doc:"as the file or its source names it; empty where neither does"`
	LicenceText  string    `json:"licence_text,omitempty" doc:"where the source gives it"`
	Source       string    `json:"source" doc:"where the file was taken from"`
	Architecture string    `json:"architecture"`
	Parameters   int64     `json:"parameters"`
	Quantisation string    `json:"quantisation" doc:"how its numbers are packed, such as Q4_K_M"`
	Context      int       `json:"context" doc:"tokens that it was trained for"`
	Dimensions   int       `json:"dimensions,omitempty" doc:"of its vectors, where it embeds"`
	MemoryBytes  int64     `json:"memory_bytes" doc:"what it takes in memory: measured for the catalogue's, else estimated for the context it is used with"`
	Form         llm.Form  `json:"form" doc:"of its chats; empty where it is not known and the text is given plain"`
	Embeds       bool      `json:"embeds" doc:"gives the meaning of texts instead of writing any"`
	Tried        bool      `json:"tried" doc:"it has answered a first prompt on this machine"`
	Added        time.Time `json:"added,omitzero"`

	BuiltIn bool   `json:"built_in" doc:"of the catalogue: it comes with Hubcap"`
	Present bool   `json:"present" doc:"its file is here"`
	Reason  string `json:"reason,omitempty" doc:"why its file is not here, and what to do"`

	Path string `json:"-"` // of the file, where it is present
}

// UsedContext is how many tokens of its context a model is given: each costs
// memory, and nothing that Hubcap asks is longer.
func (p Pack) UsedContext() int {
	most := 4096
	if p.Embeds {
		most = 512
	}
	if p.Context <= 0 {
		return min(most, 2048)
	}
	if !p.Embeds {
		return max(128, min(p.Context, most)) // the worker gives no less
	}
	return min(p.Context, most)
}

// encoders are the architectures of the worker's engine that give meanings
// and no words.
func encoders() []string {
	return []string{"bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2", "jina-bert-v3", "gemma-embedding"}
}

// writers are those that write text (llama-arch.cpp of ollama 0.17.4, less
// what reads pictures or sound alone).
func writers() []string {
	return strings.Fields(`llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bloom stablelm qwen
		qwen2 qwen2moe qwen3 qwen3moe qwen3next phi2 phi3 phimoe plamo plamo2 codeshell orion internlm2 minicpm
		minicpm3 gemma gemma2 gemma3 gemma3n starcoder2 mamba mamba2 jamba falcon-h1 xverse command-r cohere2 dbrx olmo olmo2 olmoe
		openelm arctic deepseek deepseek2 chatglm glm4 glm4moe bitnet jais nemotron nemotron_h nemotron_h_moe exaone exaone4 rwkv6
		rwkv6qwen2 rwkv7 arwkv7 granite granitemoe granitehybrid solar plm bailingmoe bailingmoe2 dots1 arcee afmoe ernie4_5
		ernie4_5-moe hunyuan-moe hunyuan-dense smollm3 gpt-oss lfm2 lfm2moe smallthinker seed_oss grovemoe apertus minimax-m2 mistral3`)
}

// fileTypes name the usual mixes of packings (enum llama_ftype of llama.h).
func fileTypes() map[int]string {
	return map[int]string{
		0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L",
		14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
		23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M",
		32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
	}
}

// Describe turns a header into what people may know, and refuses a model
// that the worker's engine can't run.
func Describe(h *Header, size int64) (Pack, error) {
	arch := h.Texts["general.architecture"]
	p := Pack{
		Title: line(h.Texts["general.name"]), Bytes: size, Licence: licence(h), Architecture: line(arch), Parameters: h.Weights,
		Quantisation: h.Type, Form: llm.FormOf(h.Texts["tokenizer.chat_template"]),
	}
	own := func(key string) int { return whole(h.Numbers[arch+"."+key]) }
	switch {
	case arch == "":
		return Pack{}, damaged("it does not name its architecture")
	case h.Texts["general.type"] == "adapter" || h.Texts["general.type"] == "mmproj":
		return Pack{}, unusable("it is an addition to another model (%s), and no model by itself", line(h.Texts["general.type"]))
	case slices.Contains(encoders(), arch), slices.Contains(writers(), arch) && own("pooling_type") > 0:
		p.Embeds, p.Form, p.Dimensions = true, llm.Plain, own("embedding_length")
	case !slices.Contains(writers(), arch):
		return Pack{}, unusable("its architecture %q is none that Hubcap's model worker can run", p.Architecture)
	}
	if h.Texts["tokenizer.ggml.model"] == "" {
		return Pack{}, unusable("it has no vocabulary")
	}
	if t, ok := h.Numbers["general.file_type"]; ok {
		p.Quantisation = cmp.Or(fileTypes()[whole(t)], p.Quantisation)
	}
	p.Context = own("context_length")
	p.MemoryBytes = memory(p, h, own)
	return p, nil
}

func unusable(format string, args ...any) error {
	return fault.New(fault.Invalid, "the model can't be used: "+format, args...).
		WithRemedy("choose another model; `hubcap model recommend` lists some that work on this machine")
}

// memory estimates what a model takes: its file, the cache of keys and
// values (16 bits each), the engine's room for a step of 256 tokens, and
// 64 MiB besides.
func memory(p Pack, h *Header, own func(string) int) int64 {
	n := p.Bytes + 64<<20
	if p.Embeds {
		return n
	}
	n = plus(n, h.Vocab, 256*4)
	heads := max(own("attention.head_count"), 1)
	head := own("embedding_length") / heads
	width := int64(cmp.Or(own("attention.key_length"), head)) + int64(cmp.Or(own("attention.value_length"), head))
	perToken := plus(0, int64(own("block_count"))*int64(cmp.Or(own("attention.head_count_kv"), heads)), width*2)
	return plus(n, perToken, int64(p.UsedContext()))
}

// plus is n + a*b, or the most that there is where that would overflow.
func plus(n, a, b int64) int64 {
	if a < 0 || b < 0 || (a > 0 && b > (math.MaxInt64-n)/a) {
		return math.MaxInt64
	}
	return n + a*b
}

// whole reads a count; what can't be one is 0.
func whole(x float64) int {
	if !(x >= 0 && x <= 1<<30) {
		return 0
	}
	return int(x)
}

func licence(h *Header) string {
	for _, key := range []string{"general.license", "general.license.name", "general.license.link"} {
		if s := line(h.Texts[key]); s != "" {
			return s
		}
	}
	return ""
}

// line makes a text of a file fit to be shown in one: no control characters,
// no end of it.
func line(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == ' ' || (r >= 0x80 && r < 0xa0) || (r >= 0x200b && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
	}), " ")
	if r := []rune(s); len(r) > 120 {
		s = string(r[:119]) + "…"
	}
	return s
}
