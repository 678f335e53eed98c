package audit

import (
	"context"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// tally is what is counted together within a minute.
type tally struct {
	org     string
	event   Event
	subject Subject
	from    string
	via     string
	by      actor.Kind
	byID    string
}

// total is how often it happened.
type total struct {
	n           int64
	actor       actor.Actor
	note        string // of the first
	first, last time.Time
}

// maxTallies is how many are told apart within a minute. A flood from many
// addresses or names beyond that is one number for each event.
const maxTallies = 1000

// Count notes an event that may come in floods: a failed sign-in, a denial.
// Those of one event, subject, actor and address become one entry, written by
// Run when the minute ends. by may be nobody.
func (t *Trail) Count(s store.Scope, by actor.Actor, h Happening) {
	var e Entry
	e.tell(by, h)
	key := tally{s.Org(), e.Event, e.Subject, e.From, e.Via, e.Actor.Kind, e.Actor.ID}
	now := t.o.Now()
	t.counting.Lock()
	defer t.counting.Unlock()
	into := t.counted
	if into[key] == nil && len(into) >= maxTallies {
		key = tally{org: s.Org(), event: e.Event}
		into = t.others
		e.Actor, e.Note = actor.Actor{}, "from many addresses or under many names"
	}
	c := into[key]
	if c == nil {
		c = &total{actor: e.Actor, note: e.Note, first: now}
		into[key] = c
	}
	c.n++
	c.last = now
}

// Run writes what was counted when each minute ends, and the rest when ctx
// ends. What could not be written stays counted.
func (t *Trail) Run(ctx context.Context) error {
	for {
		wait := time.NewTimer(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)))
		select {
		case <-wait.C:
			t.flush(ctx)
		case <-ctx.Done():
			wait.Stop()
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWait)
			defer cancel()
			t.flush(last)
			return nil
		}
	}
}

// lastWait is how long a closing hub writes what was counted.
const lastWait = 5 * time.Second

func (t *Trail) flush(ctx context.Context) {
	t.counting.Lock()
	all := t.counted
	for k, v := range t.others {
		all[k] = v
	}
	t.counted, t.others = map[tally]*total{}, map[tally]*total{}
	t.counting.Unlock()
	failed := false
	for k, c := range all {
		if !failed {
			if err := t.writeCount(ctx, k, c); err == nil {
				continue
			} else {
				t.o.Log.Error("counted events could not be written", "err", err)
				failed = true
			}
		}
		t.putBack(k, c)
	}
}

func (t *Trail) writeCount(ctx context.Context, k tally, c *total) error {
	by := c.actor
	by.From, by.Via = k.from, k.via
	e := Entry{Count: c.n, Since: store.Moment(c.first)}
	e.tell(by, Happening{Event: k.event, Subject: k.subject, Note: c.note})
	writer := by
	if writer.Nobody() { // who is not known may not write
		writer = actor.Hub("audit")
	}
	return t.write(ctx, store.Org(k.org), writer, &e)
}

func (t *Trail) putBack(k tally, c *total) {
	t.counting.Lock()
	defer t.counting.Unlock()
	if now := t.counted[k]; now != nil {
		now.n, now.first, now.note = now.n+c.n, c.first, c.note
		return
	}
	if len(t.counted) < 2*maxTallies {
		t.counted[k] = c
	}
}
