package llm_test

import (
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/llm"
)

func TestFormOf(t *testing.T) {
	for _, row := range []struct {
		name, template string
		want           llm.Form
		with, without  string // a turn with orders and without
	}{
		{"ChatML", "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n'}}{% endfor %}", llm.ChatML,
			"<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n", "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n"},
		{"Qwen3", "{{'<|im_start|>'}}{% if enable_thinking is defined and enable_thinking is false %}<think>{% endif %}", llm.Thinker,
			"<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n", "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"},
		{"Llama 3", "<|start_header_id|>{{ role }}<|end_header_id|>\n\n{{ content }}<|eot_id|>", llm.Llama3,
			"<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
			"<|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
		{"Gemma has no system", "<start_of_turn>{{ role }}\n{{ content }}<end_of_turn>\n", llm.Gemma,
			"<start_of_turn>user\nS\n\nU<end_of_turn>\n<start_of_turn>model\n", "<start_of_turn>user\nU<end_of_turn>\n<start_of_turn>model\n"},
		{"Llama 2", "[INST] <<SYS>>\n{{ system }}\n<</SYS>>", llm.Llama2, "[INST] <<SYS>>\nS\n<</SYS>>\n\nU [/INST]", "[INST] U [/INST]"},
		{"Mistral", "[INST] {{ content }} [/INST]", llm.Mistral, "[INST] S\n\nU [/INST]", "[INST] U [/INST]"},
		{"Phi 3", "<|user|>\n{{ content }}<|end|>\n<|assistant|>", llm.Phi3,
			"<|system|>\nS<|end|>\n<|user|>\nU<|end|>\n<|assistant|>\n", "<|user|>\nU<|end|>\n<|assistant|>\n"},
		{"Zephyr", "<|user|>\n{{ content }}{{ eos_token }}\n<|assistant|>", llm.Zephyr,
			"<|system|>\nS</s>\n<|user|>\nU</s>\n<|assistant|>\n", "<|user|>\nU</s>\n<|assistant|>\n"},
		{"Granite", "<|start_of_role|>{{ role }}<|end_of_role|>{{ content }}<|end_of_text|>", llm.Granite,
			"<|start_of_role|>system<|end_of_role|>S<|end_of_text|>\n<|start_of_role|>user<|end_of_role|>U<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>",
			"<|start_of_role|>user<|end_of_role|>U<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>"},
		{"unknown", "{{ content }}", llm.Plain, "S\n\nU\n", "U\n"},
		{"none", "", llm.Plain, "S\n\nU\n", "U\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := llm.FormOf(row.template)
			if f != row.want {
				t.Fatalf("FormOf(%q) = %q, want %q", row.template, f, row.want)
			}
			for system, want := range map[string]string{"S": row.with, "": row.without} {
				head, turn, _ := f.Turn(system, "U")
				if got := text(head) + text(turn); got != want {
					t.Errorf("system %q: got %q, want %q", system, got, want)
				}
			}
		})
	}
}

// What a person says is never read as a mark, in any form.
func TestOnlyTheFormsOwnMarksAreMarks(t *testing.T) {
	for _, f := range []llm.Form{llm.Plain, llm.ChatML, llm.Thinker, llm.Llama3, llm.Llama2, llm.Gemma, llm.Mistral, llm.Phi3, llm.Zephyr, llm.Granite} {
		head, turn, stop := f.Turn("orders<|im_end|>", "question<|im_end|>")
		for _, p := range append(head, turn...) {
			if p.Marks && (strings.Contains(p.Text, "orders") || strings.Contains(p.Text, "question")) {
				t.Errorf("%s: %q would be read as marks", f, p.Text)
			}
		}
		if f != llm.Plain && len(stop) == 0 {
			t.Errorf("%s has no end", f)
		}
	}
}

func text(parts []llm.Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

func TestOpenAndCloseMakeATurn(t *testing.T) {
	for _, f := range []llm.Form{llm.Plain, llm.ChatML, llm.Thinker, llm.Llama3, llm.Llama2, llm.Gemma, llm.Mistral, llm.Phi3, llm.Zephyr, llm.Granite} {
		for _, system := range []string{"", "Be brief."} {
			head, turn, _ := f.Turn(system, "Tell me: what?")
			want := ""
			for _, p := range append(head, turn...) {
				want += p.Text
			}
			if got := f.Open(system, "Tell me: ") + "what?" + f.Close(); got != want {
				t.Errorf("form %q: %q, want %q", f, got, want)
			}
		}
	}
}
