package route

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Order is which engines a job may go to.
type Order struct {
	Capability llm.Capability `json:"capability"`
	// Refs are asked in turn until one answers. Engines of this machine that
	// are not listed come after them.
	Refs []string `json:"refs"`
	// Never lists engines of this machine that must not take the job.
	Never []string `json:"never"`
}

// Orders is the collection of the organisation's orders.
var Orders = store.Define(store.Def[Order]{
	Name: "model_orders", Class: store.Truth, Schema: 1,
	Key: func(o *Order) string { return string(o.Capability) },
})

// Schemas lists the collections of this package, for opening an engine.
func Schemas() []*store.Schema {
	return []*store.Schema{Verdicts.Schema(), Orders.Schema(), Providers.Schema()}
}

// settings is the scope of an organisation's own settings. They belong to no
// place, so that somebody who reaches a part of it is served by them too; what
// anybody may see of them is for who calls to say.
func settings(s store.Scope) store.Scope { return store.Org(s.Org()) }

// Order returns the order of a job; empty where none was set.
func (r *Router) Order(ctx context.Context, s store.Scope, c llm.Capability) (o Order, err error) {
	err = r.db.View(ctx, settings(s), func(rd store.Reader) error {
		d, err := Orders.Get(rd, string(c))
		if err == nil {
			o = d.Value
		}
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return Order{Capability: c, Refs: []string{}, Never: []string{}}, nil
	}
	return o, err
}

// SetOrder replaces the order of a job.
func (r *Router) SetOrder(ctx context.Context, s store.Scope, by actor.Actor, o Order) error {
	if !slices.Contains(Capabilities(), o.Capability) {
		return fault.InvalidField("/capability", "is not a job", "write one of embed, word, score, extract, write and ask")
	}
	for n, ref := range o.Refs {
		if !strings.Contains(ref, "/") || slices.Contains(o.Refs[:n], ref) {
			return fault.InvalidField(fmt.Sprintf("/refs/%d", n), "is not a model's name, or stands there twice", "take the names of GET /models")
		}
	}
	if o.Refs == nil {
		o.Refs = []string{}
	}
	if o.Never == nil {
		o.Never = []string{}
	}
	_, err := r.db.Update(ctx, store.Write{Scope: s, Actor: by}, func(tx store.Tx) error {
		_, err := Orders.Put(tx, &o, store.AnyRev)
		return err
	})
	return err
}

// sorted puts the engines of a job into its order.
func (o *Order) sorted(engines []Engine) []Engine {
	var out []Engine
	for _, ref := range o.Refs {
		if i := slices.IndexFunc(engines, func(e Engine) bool { return e.Ref == ref }); i >= 0 {
			out = append(out, engines[i])
		}
	}
	for _, e := range engines {
		if !e.Away && !slices.Contains(o.Refs, e.Ref) && !slices.Contains(o.Never, e.Ref) {
			out = append(out, e)
		}
	}
	return out
}

func digest(parts ...string) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	return hex.EncodeToString(h[:8])
}
