// Package remotetest is the suite that every bucket passes.
package remotetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// Run runs the suite; open returns an empty bucket each time.
func Run(t *testing.T, open func(t *testing.T) remote.Bucket) {
	t.Run("put, get, stat, list, delete", func(t *testing.T) { basics(t, open(t)) })
	t.Run("conditions", func(t *testing.T) { conditions(t, open(t)) })
}

func put(ctx context.Context, b remote.Bucket, name, body string, o remote.Put) (remote.Info, error) {
	return b.Put(ctx, name, bytes.NewReader([]byte(body)), int64(len(body)), o)
}

func get(ctx context.Context, b remote.Bucket, name string) (string, remote.Info, error) {
	r, i, err := b.Get(ctx, name)
	if err != nil {
		return "", i, err
	}
	body, err := io.ReadAll(r)
	return string(body), i, errors.Join(err, r.Close())
}

func names(t *testing.T, b remote.Bucket, prefix, after string) (out []string) {
	t.Helper()
	if err := b.List(t.Context(), prefix, after, func(i remote.Info) error { out = append(out, i.Name); return nil }); err != nil {
		t.Fatalf("List(%q, %q): %v", prefix, after, err)
	}
	return out
}

func basics(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	if _, err := b.Stat(ctx, "a/b"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Stat of nothing: %v", err)
	}
	if _, _, err := get(ctx, b, "a/b"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Get of nothing: %v", err)
	}
	i, err := put(ctx, b, "a/b", "hello", remote.Put{})
	if err != nil || i.Name != "a/b" || i.Size != 5 || i.Tag == "" {
		t.Fatalf("Put = %+v, %v", i, err)
	}
	if s, err := b.Stat(ctx, "a/b"); err != nil || s.Tag != i.Tag || s.Size != 5 || s.Modified.IsZero() {
		t.Errorf("Stat = %+v, %v; Put gave %+v", s, err, i)
	}
	if body, g, err := get(ctx, b, "a/b"); err != nil || body != "hello" || g.Size != 5 || g.Tag != "" && g.Tag != i.Tag {
		t.Errorf("Get = %q, %+v, %v", body, g, err)
	}
	if got := names(t, b, "", ""); len(got) != 1 || got[0] != "a/b" {
		t.Errorf("List = %v", got)
	}
	if err := b.Delete(ctx, "a/b"); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if err := b.Delete(ctx, "a/b"); err != nil {
		t.Errorf("Delete of nothing: %v", err)
	}
	if got := names(t, b, "", ""); len(got) != 0 {
		t.Errorf("List after Delete = %v", got)
	}
}

func conditions(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	one, err := put(ctx, b, "m", "one", remote.Put{IfAbsent: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := put(ctx, b, "m", "two", remote.Put{IfAbsent: true}); !errors.Is(err, remote.ErrExists) || !fault.Is(err, fault.Conflict) {
		t.Errorf("IfAbsent over an object: %v", err)
	}
	two, err := put(ctx, b, "m", "two", remote.Put{IfTag: one.Tag})
	if err != nil || two.Tag == one.Tag {
		t.Fatalf("IfTag = %+v, %v", two, err)
	}
	if _, err := put(ctx, b, "m", "three", remote.Put{IfTag: one.Tag}); !errors.Is(err, remote.ErrChanged) || !fault.Is(err, fault.Conflict) {
		t.Errorf("IfTag of an old tag: %v", err)
	}
	if _, err := put(ctx, b, "other", "x", remote.Put{IfTag: one.Tag}); !errors.Is(err, remote.ErrChanged) {
		t.Errorf("IfTag of nothing: %v", err)
	}
	if body, _, err := get(ctx, b, "m"); err != nil || body != "two" {
		t.Errorf("after all conditions: %q, %v", body, err)
	}
}
