package postgres

import (
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
)

// cell is an indexed value on its way out of a column.
type cell struct {
	kind store.Kind
	text *string
	n    *int64
	at   *time.Time
	flag *bool
}

func (c *cell) into() any {
	switch c.kind {
	case store.Int:
		return &c.n
	case store.Time:
		return &c.at
	case store.Bool:
		return &c.flag
	}
	return &c.text
}

func (c *cell) value() store.Value {
	switch {
	case c.text != nil:
		return store.String(*c.text)
	case c.n != nil:
		return store.Int64(*c.n)
	case c.at != nil:
		return store.At(*c.at)
	case c.flag != nil:
		return store.Flag(*c.flag)
	}
	return store.Null()
}
