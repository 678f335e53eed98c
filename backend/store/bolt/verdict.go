package bolt

import (
	"cmp"
	"slices"
)

// settle ends the gathering: it takes those transactions after the tree's
// head that are whole, and finds where the log has gaps.
func (j *judge) settle() {
	slices.Sort(j.seqs)
	j.seqs = slices.Compact(j.seqs)
	seen := j.witness.Epoch != "" && (j.epoch == "" || j.witness.Epoch == j.epoch)
	limit := ^uint64(0)
	switch n := len(j.seqs); {
	case j.known && seen && j.witness.Seq >= j.head:
		// Nothing after what the head file saw was ever acknowledged.
		limit = j.witness.Seq
	case j.known:
	case n == 0 || !seen:
		j.torn = ^uint64(0) // where the log ended can't be told: nothing in it is certain
	default:
		j.head = max(j.head, j.witness.Seq, j.seqs[n-1])
	}
	for i := 1; i < len(j.seqs); i++ {
		if n := j.seqs[i] - j.seqs[i-1] - 1; n > 0 {
			j.r.LogGaps += int(n)
			j.torn = max(j.torn, j.seqs[i]-1)
		}
	}
	if n := len(j.seqs); n > 0 && j.seqs[n-1] < j.head {
		j.r.LogGaps += int(j.head - j.seqs[n-1])
		j.torn = max(j.torn, j.head)
	}
	j.r.Head = j.head
	var whole []pending
	for seq := j.head + 1; seq <= limit; seq++ {
		p, there := j.beyond[seq]
		if !there || len(whole) == 0 && p.change.Tx != seq || len(whole) > 0 && p.change.Tx != whole[0].change.Tx {
			break
		}
		if whole = append(whole, p); !p.change.Last {
			continue
		}
		for _, p := range whole {
			j.note(p.change, p.at)
		}
		whole, j.r.Head = nil, seq
	}
	if limit != ^uint64(0) && j.r.Head < limit {
		j.tree.flaw("changes %d to %d are gone: the head file has seen them", j.r.Head+1, limit)
	}
}

// decide chooses the copy of every document.
func (j *judge) decide() []found {
	var out []found
	take := func(id docID, at copyAt, rank int) {
		c := j.r.of(id.coll)
		switch rank {
		case rankLive:
			c.Live++
		case rankSalvaged:
			c.Salvaged++
		default:
			c.Older++
		}
		out = append(out, found{id, at, rank})
	}
	older := func(id docID, at copyAt, why string) {
		take(id, at, rankOlder)
		j.r.name(&j.r.Older, SalvageDocument{Collection: id.coll, Org: id.org, Key: id.key, Rev: at.rev, Why: why})
	}
	for id, at := range j.live {
		switch last, logged := j.latest[id]; {
		case !logged && j.guessed && j.torn > 0:
			older(id, at, "the head pages and parts of the log are gone")
		case !logged || last.seq <= j.head && !j.guessed || last.at.rev == at.rev:
			take(id, at, rankLive)
		case last.at.none():
			j.r.of(id.coll).Removed++
		case last.seq > j.torn:
			take(id, last.at, rankSalvaged)
		case last.at.rev > at.rev:
			older(id, last.at, gaps)
		default:
			older(id, at, gaps)
		}
		delete(j.other, id)
		delete(j.latest, id)
	}
	// A document that the log alone knows is judged with the others.
	for id := range j.latest {
		if j.schemas[id.coll] == nil {
			j.r.Strange[id.coll]++
			continue
		}
		j.evidence(id)
	}
	for _, id := range j.ordered() {
		e := j.other[id]
		at, rank, why := j.judge(id, e)
		switch {
		case why == gone:
			if !at.none() {
				j.r.of(id.coll).Removed++
			}
		case at.none():
			j.r.of(id.coll).Lost++
			j.r.name(&j.r.Lost, SalvageDocument{Collection: id.coll, Org: id.org, Key: id.key, Why: why})
		case rank == rankOlder:
			older(id, at, why)
		default:
			take(id, at, rank)
		}
	}
	return out
}

func (j *judge) ordered() []docID {
	ids := make([]docID, 0, len(j.other))
	for id := range j.other {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b docID) int {
		return cmp.Or(cmp.Compare(a.coll, b.coll), cmp.Compare(a.org, b.org), cmp.Compare(a.key, b.key))
	})
	return ids
}

const (
	gone = "deleted" // the verdict that a document was
	gaps = "changes after its last known one are missing in the log"
)

// judge decides on a document that the tree does not hold whole. Its order is
// the worth of the witnesses: a change after the tree's head, the tree where
// it is whole, a page that was cut off, the log, an index, and last a copy
// that nothing speaks for.
func (j *judge) judge(id docID, e *evidence) (at copyAt, rank int, why string) {
	last, logged := j.latest[id]
	spare := e.stale
	if e.cut.rev > spare.rev {
		spare = e.cut
	}
	if logged && last.seq > j.head {
		if last.at.none() {
			return spare, 0, gone
		}
		return last.at, rankSalvaged, ""
	}
	if !(j.guessed && logged) && !j.inGap(docsPrefix+id.coll, docKey(id.org, id.key)) {
		return spare, 0, gone // the tree is whole there and does not have it
	}
	if !e.cut.none() {
		return e.cut, rankSalvaged, ""
	}
	certain := last.seq > j.torn // nothing after it is missing in the log
	switch {
	case logged && last.at.none() && (certain || !e.index):
		return spare, 0, gone
	case logged && certain:
		return last.at, rankSalvaged, ""
	case logged && !last.at.none():
		if spare.rev > last.at.rev {
			return spare, rankOlder, gaps
		}
		return last.at, rankOlder, gaps
	case logged:
		return copyAt{}, 0, "it was deleted and made again, and what it became can't be read"
	case !e.index && j.indexed[id.coll]:
		return spare, 0, gone // every document has an entry in the index, and it has none
	case !spare.none() && e.index:
		return spare, rankOlder, "the log no longer reaches back to its last change; an index still names it"
	case !spare.none():
		return spare, rankOlder, "the log no longer reaches back to its last change; it may have been deleted"
	case e.index:
		return copyAt{}, 0, "an index names it, and no copy of it is left"
	case e.named != "":
		why = e.named
		if e.maybe {
			why += "; its name may be damaged too"
		}
		return copyAt{}, 0, why
	}
	return spare, 0, gone
}
