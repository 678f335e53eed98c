package audit

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// Break is the first place where the chain is not what was written.
type Break struct {
	N    int64 `json:"n"`
	What string
}

// Verified is what Verify found.
type Verified struct {
	Entries     int64
	First, Last int64 // their numbers; 0 of an empty trail
	Since, Till store.Timestamp
	Break       *Break // nil: the chain is whole

	// Unproven is how many entries no key of the ring proves, and FirstUnproven
	// the first of them: they are chained, and whoever can write the database
	// may have written them. A MAC proves its own entry and, through their
	// hashes, those before it, also by keys that have been retired since.
	Unproven, FirstUnproven int64

	// Compared is how many transactions of the change log were compared with
	// their entries; the log reaches back a part of the trail only.
	Compared int64
}

// Verify reads the whole chain of the scope's organisation, and the change
// log as far as it reaches, and says where they are first broken. It costs a
// read of every entry.
func (t *Trail) Verify(ctx context.Context, s store.Scope) (Verified, error) {
	t.trimming.RLock()
	defer t.trimming.RUnlock()
	head := t.db.Head().Seq
	s = store.Org(s.Org()) // the stored bytes, whatever is withheld from the caller: no value is told
	v, err := t.verifyChain(ctx, s)
	if err != nil || v.Break != nil {
		return v, err
	}
	err = t.compare(ctx, s, &v, head)
	return v, err
}

// walker follows a chain from its first entry.
type walker struct {
	org   string
	vault *vault.Vault // nil when it does not open
	out   Verified

	prev    link
	removed int64  // by the newest audit.trimmed seen
	hash    string // of the last entry removed
	open    int64  // entries that wait for a MAC to prove them
	first   link   // the first entry that is there
	behind  string // its Prev
}

func (t *Trail) verifyChain(ctx context.Context, s store.Scope) (Verified, error) {
	w := walker{org: s.Org()}
	w.vault, _ = t.o.Vault() // without it nothing is proven, which the answer says
	err := t.walk(ctx, s, Filter{}, span{1, endless}, false, func(rec store.Record, e *Entry) bool {
		if what := w.step(rec, e); what != "" {
			w.out.Break = &Break{numberOf(rec.Key), what}
			if w.out.Break.N == 0 {
				w.out.Break.N = w.prev.N + 1
			}
		}
		return w.out.Break == nil && ctx.Err() == nil
	})
	if err == nil {
		err = ctx.Err()
	}
	w.giveUp(w.prev.N + 1)
	if err == nil && w.out.Break == nil {
		w.beginning()
	}
	return w.out, err
}

// step looks at the next entry and says what is wrong with it.
func (w *walker) step(rec store.Record, e *Entry) string {
	switch {
	case e == nil:
		return "is damaged on disk"
	case e.N < 1 || rec.Key != keyOf(e.N) || e.ID != rec.Key:
		return "does not stand under its own number"
	case rec.Rev != 1:
		return fmt.Sprintf("was written again (revision %d)", rec.Rev)
	case w.out.Entries > 0 && e.N != w.prev.N+1:
		return fmt.Sprintf("follows entry %d: those between are missing", w.prev.N)
	case w.out.Entries > 0 && e.Prev != w.prev.Hash:
		return "does not name the hash of the entry before it"
	case e.At.Before(w.prev.At.Time):
		return "is older than the entry before it"
	}
	sum, err := hashOf(rec.Doc)
	if err != nil || hex.EncodeToString(sum[:]) != e.Hash {
		return "is not what was written: its hash is another"
	}
	proven := false
	if w.vault != nil && e.MAC != "" {
		proof, err := w.vault.CheckMAC(purpose(w.org), sum[:], e.MAC)
		if err != nil || proof == vault.Forged {
			return "carries a proof that the key of this hub did not make"
		}
		proven = proof == vault.Proven
	}
	w.prove(e, proven)
	if w.out.Entries == 0 {
		w.first, w.behind = link{N: e.N}, e.Prev
		w.out.First, w.out.Since = e.N, e.At
	}
	if e.Event == Trimmed && e.Removed > w.removed {
		w.removed, w.hash = e.Removed, e.RemovedHash
	}
	w.prev = link{e.N, e.At, e.Hash, e.MAC}
	w.out.Entries++
	w.out.Last, w.out.Till = e.N, e.At
	return ""
}

// prove counts what a MAC says of its entry and of those before it.
func (w *walker) prove(e *Entry, proven bool) {
	if proven && e.Unproven {
		w.giveUp(e.N)
	}
	if proven {
		w.open = 0
		return
	}
	w.open++
}

// giveUp counts the open entries before n as unproven.
func (w *walker) giveUp(n int64) {
	if w.open > 0 && w.out.Unproven == 0 {
		w.out.FirstUnproven = n - w.open
	}
	w.out.Unproven += w.open
	w.open = 0
}

// beginning looks whether the trail begins where it was trimmed to.
func (w *walker) beginning() {
	what := ""
	switch {
	case w.first.N <= 1:
		if w.behind != "" {
			what = "is the first and names one before it"
		}
	case w.first.N > w.removed+1:
		what = "is the first that is there, and no trimming took those before it away"
	case w.first.N == w.removed+1 && w.behind != w.hash:
		what = "does not follow the last entry that was trimmed"
	}
	if what != "" {
		w.out.Break = &Break{w.first.N, what}
	}
}
