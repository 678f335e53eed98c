package llm

import "strings"

// Form is the way in which a model was taught to tell orders, questions and
// answers apart: its chat template, of which a few families exist.
type Form string

// The forms, by the family that brought each up.
const (
	Plain   Form = "" // not known: the text is given as it is
	ChatML  Form = "chatml"
	Thinker Form = "chatml-thinker" // ChatML whose model thinks aloud unless its thoughts are closed at once (Qwen3)
	Llama3  Form = "llama3"
	Llama2  Form = "llama2"
	Gemma   Form = "gemma"
	Mistral Form = "mistral"
	Phi3    Form = "phi3"
	Zephyr  Form = "zephyr"
	Granite Form = "granite"
)

// shape is a form written out.
type shape struct {
	form  Form
	signs []string // all of them stand in a template of this form, and in none of a form above it

	systemOpen, systemClose string
	userOpen, userClose     string // userClose opens the answer, too
	inside                  bool   // there is no turn of the system's: its orders begin the user's
	stop                    string
}

// shapes is in the order in which signs are looked for.
func shapes() []shape {
	const chatUser, chatAnswer = "<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n"
	return []shape{
		{Thinker, []string{"<|im_start|>", "enable_thinking"}, "<|im_start|>system\n", "<|im_end|>\n", chatUser, chatAnswer + "<think>\n\n</think>\n\n", false, "<|im_end|>"},
		{ChatML, []string{"<|im_start|>"}, "<|im_start|>system\n", "<|im_end|>\n", chatUser, chatAnswer, false, "<|im_end|>"},
		{Llama3, []string{"<|start_header_id|>"}, "<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>",
			"<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", false, "<|eot_id|>"},
		{Gemma, []string{"<start_of_turn>"}, "", "\n\n", "<start_of_turn>user\n", "<end_of_turn>\n<start_of_turn>model\n", true, "<end_of_turn>"},
		{Granite, []string{"<|start_of_role|>"}, "<|start_of_role|>system<|end_of_role|>", "<|end_of_text|>\n",
			"<|start_of_role|>user<|end_of_role|>", "<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>", false, "<|end_of_text|>"},
		{Llama2, []string{"[INST]", "<<SYS>>"}, "<<SYS>>\n", "\n<</SYS>>\n\n", "[INST] ", " [/INST]", true, "</s>"},
		{Mistral, []string{"[INST]"}, "", "\n\n", "[INST] ", " [/INST]", true, "</s>"},
		{Phi3, []string{"<|user|>", "<|end|>"}, "<|system|>\n", "<|end|>\n", "<|user|>\n", "<|end|>\n<|assistant|>\n", false, "<|end|>"},
		{Zephyr, []string{"<|user|>"}, "<|system|>\n", "</s>\n", "<|user|>\n", "</s>\n<|assistant|>\n", false, "</s>"},
	}
}

// FormOf recognises the form in a model's chat template by its marks; Plain
// where it knows none of them.
func FormOf(template string) Form {
next:
	for _, s := range shapes() {
		for _, sign := range s.signs {
			if !strings.Contains(template, sign) {
				continue next
			}
		}
		return s.form
	}
	return Plain
}

// Part is a piece of a chat. Only where Marks is set are the form's own
// marks meant: what a person or a file says may hold them by chance or by
// malice.
type Part struct {
	Text  string
	Marks bool
}

// Turn writes orders and a question in the form. What is the same for every
// question under the same orders is in head.
func (f Form) Turn(system, prompt string) (head, turn []Part, stop []string) {
	for _, s := range shapes() {
		if s.form != f {
			continue
		}
		switch {
		case system == "":
			turn = []Part{{s.userOpen, true}}
		case s.inside:
			head = []Part{{s.userOpen + s.systemOpen, true}, {system, false}, {s.systemClose, true}}
		default:
			head = []Part{{s.systemOpen, true}, {system, false}, {s.systemClose + s.userOpen, true}}
		}
		return head, append(turn, Part{prompt, false}, Part{s.userClose, true}), []string{s.stop}
	}
	if system != "" {
		head = []Part{{system + "\n\n", false}}
	}
	return head, []Part{{prompt + "\n", false}}, nil
}

// Open begins a question under orders; Close ends it and begins the answer.
// They are Turn for questions that all begin alike, whose beginning an engine
// reads once.
func (f Form) Open(system, beginning string) string {
	head, turn, _ := f.Turn(system, beginning)
	var b strings.Builder
	for _, p := range append(head, turn[:len(turn)-1]...) {
		b.WriteString(p.Text)
	}
	if f == Plain {
		b.WriteString(beginning)
	}
	return b.String()
}

// Close is what stands between a question and its answer.
func (f Form) Close() string {
	_, turn, _ := f.Turn("", "")
	return turn[len(turn)-1].Text
}
