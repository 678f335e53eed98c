package view_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/view"
)

var clock = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func keeper(t *testing.T) *view.Keeper {
	t.Helper()
	db, err := mem.Open(view.Schemas(), mem.Options{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return view.New(db, &store.IDs{}, func() time.Time { return clock })
}

func who(id string) view.Caller {
	return view.Caller{Scope: store.Org("home").At("north"), Actor: actor.Actor{Kind: actor.User, ID: id}}
}

func names(t *testing.T, k *view.Keeper, c view.Caller) string {
	t.Helper()
	all, err := k.List(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range all {
		out = append(out, d.Value.Name)
	}
	return strings.Join(out, ", ")
}

func TestViewsAreOnesOwnOrShared(t *testing.T) {
	k, ctx := keeper(t), context.Background()
	ann, bob := who("ann"), who("bob")
	own, err := k.Add(ctx, ann, view.View{Name: " trucks ", Query: "make:ford", Sort: "-year,price", Columns: []string{"vin", "price", "vin", "field:Lane"}})
	if err != nil || own.Value.Name != "trucks" || len(own.Value.Columns) != 3 {
		t.Fatalf("%+v, %v", own, err)
	}
	shared, err := k.Add(ctx, ann, view.View{Name: "For sale", Query: "stage:listed", Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := names(t, k, ann), names(t, k, bob); a != "For sale, trucks" || b != "For sale" {
		t.Errorf("ann sees %q, bob %q", a, b)
	}
	if err := k.Remove(ctx, bob, own.Key); !fault.Is(err, fault.NotFound) {
		t.Errorf("bob removes what he does not see: %v", err)
	}
	if _, err := k.Set(ctx, bob, shared.Key, shared.Rev, shared.Value); !fault.Is(err, fault.Denied) {
		t.Errorf("bob changes ann's: %v", err)
	}
	v := shared.Value
	v.Name = "Listed"
	boss := who("boss")
	boss.All = true
	set, err := k.Set(ctx, boss, shared.Key, shared.Rev, v)
	if err != nil || set.Value.Owner != shared.Value.Owner || names(t, k, bob) != "Listed" {
		t.Errorf("the boss changes it: %+v, %v", set, err)
	}
	if _, err := k.Set(ctx, ann, shared.Key, shared.Rev, v); !fault.Is(err, fault.Conflict) {
		t.Errorf("ann at the old revision: %v", err)
	}
	if err := k.Remove(ctx, ann, shared.Key); err != nil || names(t, k, ann) != "trucks" {
		t.Errorf("removed: %v", err)
	}
}

func TestAViewIsChecked(t *testing.T) {
	k := keeper(t)
	for _, c := range []struct {
		field string
		v     view.View
	}{
		{"/name", view.View{Name: "  "}},
		{"/name", view.View{Name: strings.Repeat("n", 61)}},
		{"/name", view.View{Name: "a\nb"}},
		{"/query", view.View{Name: "a", Query: strings.Repeat("n", 501)}},
		{"/columns/1", view.View{Name: "a", Columns: []string{"vin", "drop table"}}},
		{"/columns/0", view.View{Name: "a", Columns: []string{"field:"}}},
	} {
		if _, err := k.Add(context.Background(), who("ann"), c.v); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.field) {
			t.Errorf("%+v: %v, want Invalid naming %s", c.v, err, c.field)
		}
	}
}
