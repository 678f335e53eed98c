package gate

import (
	"crypto/rand"
	"sync"
	"time"
)

// ticketLife is how long a ticket waits to be used: a window opens in seconds.
const ticketLife = time.Minute

// Tickets are single-use keys of the door: one lets one browser in, once. The
// address of a window holds one in the place of the token, so that what a
// window or its history keeps opens nothing later.
type Tickets struct {
	Now func() time.Time // nil is time.Now

	mu    sync.Mutex
	until map[string]time.Time
}

// New makes a ticket.
func (t *Tickets) New() string {
	text := rand.Text()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.until == nil {
		t.until = map[string]time.Time{}
	}
	for old, end := range t.until {
		if now.After(end) {
			delete(t.until, old)
		}
	}
	t.until[text] = now.Add(ticketLife)
	return text
}

// take uses a ticket up. A look-up by map is as good as one in constant time
// here: a guess has one minute and 128 bits before it.
func (t *Tickets) take(text string) bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	end, ok := t.until[text]
	delete(t.until, text)
	return ok && !t.now().After(end)
}

func (t *Tickets) now() time.Time {
	if t.Now == nil {
		return time.Now()
	}
	return t.Now()
}
