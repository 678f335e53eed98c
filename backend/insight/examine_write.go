package insight

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
)

// What earns the job of writing: of the examples, so many in a hundred are
// accepted at the first or second try, each within the time.
const (
	writeShare   = 80
	writeLimitMS = 60_000
)

// WriteCheck is the built-in check for the job of writing: the same made-up
// vehicles, written about several times each. It ends early once the share
// can't be reached any more, so that a model that can't do it costs a minute.
func WriteCheck() route.Check {
	return route.Check{Capability: llm.Write, Version: fmt.Sprintf("%s %016x", writeVersion, writeDigest()), Run: examineWriting}
}

// writeDigest changes with whatever a writer is told or allowed.
func writeDigest() uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, phraseDigest(), writeOrders)
	for _, m := range []map[string][]string{wider(), meanings()} {
		for _, k := range sortedKeys(m) {
			fmt.Fprintln(h, k, m[k])
		}
	}
	return h.Sum64()
}

func examineWriting(ctx context.Context, e *route.Engine, progress func(done, total int)) (route.Report, error) {
	all := examples()
	total := len(all) * examineRounds
	done, accepted, atOnce, lies := 0, 0, 0, 0
	var firstMS, wholeMS int64
	var in, out int
	refused := ""
	for round := range uint64(examineRounds) {
		for n, f := range all {
			if done-accepted > total*(100-writeShare)/100 {
				continue // it can't be reached any more
			}
			findings := Find(f)
			start := time.Now()
			a, err := newWriter(findings, uint64(n)*1000+round).write(ctx, e.Chatter, nil, nil)
			if err != nil && len(a.refused) == 0 {
				return route.Report{}, err
			}
			done++
			progress(done, total)
			in, out = max(in, a.usage.PromptTokens), max(out, a.usage.OutputTokens)
			wholeMS = max(wholeMS, ceilMS(time.Since(start)))
			if fault.Is(err, fault.Unavailable) {
				refused = a.refused[0]
				continue
			}
			accepted++
			if a.tries == 1 {
				atOnce++
			}
			firstMS = max(firstMS, ceilMS(a.first))
			if len(Check(a.text, findings, leftOut(&Briefing{Sentences: a.text}))) > 0 {
				lies++
			}
		}
	}
	r := route.Report{Figures: []route.Figure{
		figure("answers asked for", done, ""), figure("accepted", 100*accepted/max(1, done), "%"), figure("accepted at the first try", 100*atOnce/max(1, done), "%"),
		figure("first sentence", firstMS, "ms"), figure("whole text", wholeMS, "ms"), figure("prompt tokens", in, ""), figure("output tokens", out, ""),
	}}
	switch {
	case lies > 0:
		r.Reason = fmt.Sprintf("%d accepted texts do not hold against the findings", lies)
	case done < total || 100*accepted < writeShare*total:
		r.Reason = fmt.Sprintf("%d of %d answers held against the records, wanted are %d in 100; the last reason: %s", accepted, done, writeShare, refused)
	case wholeMS > writeLimitMS:
		r.Reason = fmt.Sprintf("it is too slow here: %d ms for a text", wholeMS)
	default:
		r.Earned, r.Reason = true, fmt.Sprintf("%d of %d answers held against the records", accepted, done)
	}
	return r, nil
}
