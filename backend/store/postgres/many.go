package postgres

import (
	"github.com/jackc/pgx/v5"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// FetchMany asks for all documents in one round trip.
func (t *tx) FetchMany(c *store.Schema, keys []string) (out store.Records, err error) {
	k, err := t.known(c)
	if err != nil {
		return out, err
	}
	found := make([]*scanned, len(keys))
	var questions []question
	for i, key := range keys {
		if !sayable(key) {
			continue
		}
		questions = append(questions, question{sql: k.fetch, args: []any{t.scope.Org(), key}, scan: func(r pgx.Rows) error {
			found[i] = &scanned{}
			return r.Scan(found[i].into()...)
		}})
	}
	if len(questions) == 0 {
		return out, nil
	}
	if err := t.ask(questions...); err != nil {
		return out, err
	}
	for _, f := range found {
		switch {
		case f == nil || !t.scope.Sees(f.Place):
		case f.damage(k) != nil:
			out.Damaged = append(out.Damaged, f.damage(k))
		default:
			out.Records = append(out.Records, f.Record)
		}
	}
	return out, nil
}
