package insight_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/cloud"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/netguard"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// statement is a line of the prompt, as a model reads it.
type statement struct {
	lead, severity string
	wordings       []string // with their stop
	so             string
}

var statementLine = regexp.MustCompile(`(?m)^(F\d+) \((\w+)\): (.*?)(?: You may add: (.*))?$`)

func statements(prompt string) (out []statement) {
	for _, m := range statementLine.FindAllStringSubmatch(prompt, -1) {
		out = append(out, statement{m[1], m[2], strings.Split(m[3], " or: "), m[4]})
	}
	return out
}

// line is a sentence of a scripted model.
type line struct {
	text  string
	cites []string
}

// honest tells the truth with some freedom: another wording, two statements in
// one sentence, openers, meanings, and minor things left out.
func honest(r *rand.Rand, sts []statement) (out []line) {
	for i := 0; i < len(sts); i++ {
		s := sts[i]
		if s.severity == "info" && len(sts) > 2 && r.IntN(6) == 0 {
			continue
		}
		text := say(r, s)
		cites := []string{s.lead}
		if i+1 < len(sts) && r.IntN(3) == 0 && len(text) < 110 && sts[i+1].severity == s.severity {
			if next := say(r, sts[i+1]); len(next) < 110 {
				text = strings.TrimSuffix(text, ".") + []string{", and ", " and ", "; ", ", while "}[r.IntN(4)] + lowered(next)
				cites = append(cites, sts[i+1].lead)
				i++
			}
		}
		if r.IntN(6) == 0 {
			text = []string{"Note that ", "By the records, ", "Please note that "}[r.IntN(3)] + lowered(text)
		}
		out = append(out, line{text, cites})
		if len(out) == 12 {
			break
		}
	}
	if len(out) == 0 {
		out = []line{{say(r, sts[0]), []string{sts[0].lead}}}
	}
	return onceEach(out)
}

func say(r *rand.Rand, s statement) string {
	text := s.wordings[r.IntN(len(s.wordings))]
	if s.so != "" && r.IntN(3) == 0 {
		text = strings.TrimSuffix(text, ".") + ", " + s.so + "."
	}
	return text
}

func lowered(s string) string {
	for _, name := range []string{"VIN", "NHTSA"} {
		if strings.HasPrefix(s, name) {
			return s
		}
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// onceEach drops an opener that stood before.
func onceEach(in []line) []line {
	seen := map[string]bool{}
	for i, l := range in {
		for _, o := range []string{"Note that ", "By the records, ", "Please note that "} {
			if rest, ok := strings.CutPrefix(l.text, o); ok {
				if seen[o] {
					in[i].text = strings.ToUpper(rest[:1]) + rest[1:]
				}
				seen[o] = true
			}
		}
	}
	return in
}

func asJSON(lines []line) string {
	var all []map[string]any
	for _, l := range lines {
		all = append(all, sentenceOf(l.text, l.cites...))
	}
	return answerOf(all...)
}

// script is a model: what it answers to a prompt. endless goes on until the
// asker has had enough.
type script func(prompt string) (answer string, endless bool)

// scripted is a provider on loopback whose script can be changed.
type scripted struct {
	mu     sync.Mutex
	script script
	sent   []string // whole bodies of requests
}

func (s *scripted) set(f script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script, s.sent = f, nil
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	var body struct {
		Messages []struct{ Role, Content string }
	}
	if err := json.Unmarshal(b, &body); err != nil || len(body.Messages) != 2 {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	f := s.script
	s.sent = append(s.sent, string(b))
	s.mu.Unlock()
	text, endless := f(body.Messages[1].Content)
	ollama := strings.HasSuffix(r.URL.Path, "/api/chat")
	send := func(piece string) error {
		q, _ := json.Marshal(piece)
		form := "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}\n\n"
		if ollama {
			form = "{\"message\":{\"role\":\"assistant\",\"content\":%s},\"done\":false}\n"
		}
		_, err := fmt.Fprintf(w, form, q)
		w.(http.Flusher).Flush()
		return err
	}
	rng := rand.New(rand.NewPCG(uint64(len(text)), 3))
	for n := 0; text != ""; n++ {
		cut := min(len(text), 1+rng.IntN(40))
		for cut < len(text) && text[cut]&0xC0 == 0x80 {
			cut++
		}
		if send(text[:cut]) != nil {
			return
		}
		text = text[cut:]
		if text == "" && endless && n < 200_000 {
			text = " more and more and more"
		}
		if r.Context().Err() != nil {
			return
		}
	}
	if ollama {
		fmt.Fprintf(w, "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":7,\"eval_count\":3}\n")
		return
	}
	fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
}

// provider opens the way to a scripted server.
func provider(t testing.TB, s *scripted, kind cloud.Kind) route.Engine {
	t.Helper()
	srv := httptest.NewServer(s)
	g, err := netguard.Parse("loopback")
	if err != nil {
		t.Fatal(err)
	}
	base := srv.URL
	if kind == cloud.OpenAI {
		base += "/v1"
	}
	o := cloud.Options{Kind: kind, HTTP: g.Client(), Key: vault.NewSecret("sk-test"), Backoff: time.Millisecond}
	t.Cleanup(func() { o.HTTP.CloseIdleConnections(); srv.Close() })
	if o.URL, err = g.URL(base); err != nil {
		t.Fatal(err)
	}
	c, err := cloud.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return route.Engine{Ref: string(kind) + "/m", Title: "Scripted at " + string(kind), Print: string(kind), Where: "scripted.test", Chatter: named{c}}
}

type named struct{ *cloud.Provider }

func (n named) Chat(ctx context.Context, r llm.ChatRequest, each func(llm.Chunk)) (llm.GenerateReply, error) {
	return n.Provider.Chat(ctx, "m", r, each)
}

// writtenText reads what a model wrote, in the reader's own way: it takes the
// sentence apart at its joints and has each part derived again.
func (r *reader) written(text string) error {
	text = strings.TrimSuffix(text, ".")
	for _, o := range []string{"By the records, ", "The records say that ", "Note that ", "Please note that ", "Also note that "} {
		if rest, ok := strings.CutPrefix(text, o); ok {
			text = rest
			break
		}
	}
	return r.clauses(text)
}

var errUnreadable = errors.New("unreadable")

func (r *reader) clauses(text string) error {
	if text == "" {
		return errUnreadable
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	for _, j := range []string{"; and ", "; but ", "; ", ", and also ", ", and ", ", while ", ", but "} {
		for from := 0; ; {
			i := strings.Index(text[from:], j)
			if i < 0 {
				break
			}
			i += from
			from = i + 1
			left := r.clause(text[:i])
			if errors.Is(left, errUnreadable) {
				continue
			}
			right := r.clauses(text[i+len(j):])
			if errors.Is(right, errUnreadable) {
				continue
			}
			return errors.Join(left, right)
		}
	}
	return r.clause(text)
}

// tails are what may stand behind a clause, with what it must be about.
var tails = map[string][]string{
	", so its true distance is not known":           {"rollback", "jump"},
	", so plan for that work":                       {"overdue"},
	", so allow for that work in the price":         {"overdue"},
	", so ask the seller which is right":            {"claim"},
	", so have that explained before you pay":       {"claim"},
	", so compare it with the plate on the vehicle": {"check digit", "position"},
	", so read it again from the vehicle":           {"check digit", "position"},
	", so what was done in that time is not known":  {"gap"},
	", so what was done since is not known":         {"since"},
}

func (r *reader) clause(text string) error {
	for tail, about := range tails {
		rest, ok := strings.CutSuffix(text, tail)
		if !ok {
			continue
		}
		before := r.last
		r.last = ""
		if err := r.read(rest); err != nil {
			r.last = before
			return unreadable(err)
		}
		for _, a := range about {
			if r.last == a {
				return nil
			}
		}
		return fmt.Errorf("%q stands behind a %s", tail, r.last)
	}
	return unreadable(r.read(text))
}

func unreadable(err error) error {
	if err != nil && err.Error() == "unreadable" {
		return errUnreadable
	}
	return err
}

// readWritten reads a model's text and returns what is wrong with it.
func readWritten(raw *raw, b insight.Briefing) (problems []string) {
	r := &reader{raw: raw, seen: map[string]bool{}}
	cited := map[string]bool{}
	for i, s := range b.Sentences {
		if m := leftOut.FindStringSubmatch(s.Text); m != nil && i == len(b.Sentences)-1 {
			if left := len(b.Findings) - len(cited); left != number(m[1]+m[2]) || left != b.Dropped {
				problems = append(problems, fmt.Sprintf("%q, but %d are left out", s.Text, left))
			}
			continue
		}
		for _, id := range s.Findings {
			cited[id] = true
		}
		if err := r.written(s.Text); err != nil {
			problems = append(problems, fmt.Sprintf("%q: %v", s.Text, err))
		}
	}
	for about, is := range r.urgent() {
		if is && !r.seen[about] {
			problems = append(problems, "nothing is said of its "+about)
		}
	}
	return problems
}
