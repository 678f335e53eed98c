// Package remotetest is the suite that every bucket passes.
package remotetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

// Run runs the suite; open returns an empty bucket each time.
func Run(t *testing.T, open func(t *testing.T) remote.Bucket) {
	for _, c := range []struct {
		name string
		test func(*testing.T, remote.Bucket)
	}{
		{"put, get, stat, list, delete", basics},
		{"conditions", conditions},
		{"of many writers one is first", race},
		{"names", names},
		{"order of a listing", order},
		{"more than a page", pages},
		{"a listing that is ended", ended},
		{"sizes", sizes},
		{"bodies that do not fit", misfits},
		{"cancelled", cancelled},
		{"clock", clock},
		{"lock", lock},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// Write puts a text.
func Write(ctx context.Context, b remote.Bucket, name, body string, o remote.Put) (remote.Info, error) {
	return b.Put(ctx, name, strings.NewReader(body), int64(len(body)), o)
}

// Read gets a text.
func Read(ctx context.Context, b remote.Bucket, name string) (string, remote.Info, error) {
	r, i, err := b.Get(ctx, name)
	if err != nil {
		return "", i, err
	}
	body, err := io.ReadAll(r)
	return string(body), i, errors.Join(err, r.Close())
}

// Names lists names.
func Names(t *testing.T, b remote.Bucket, prefix, after string) (out []string) {
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
	if _, _, err := Read(ctx, b, "a/b"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Get of nothing: %v", err)
	}
	if got := Names(t, b, "", ""); len(got) != 0 {
		t.Errorf("List of nothing = %v", got)
	}
	i, err := Write(ctx, b, "a/b", "hello", remote.Put{})
	if err != nil || i.Name != "a/b" || i.Size != 5 || i.Tag == "" {
		t.Fatalf("Put = %+v, %v", i, err)
	}
	if s, err := b.Stat(ctx, "a/b"); err != nil || s.Name != "a/b" || s.Tag != i.Tag || s.Size != 5 || s.Modified.IsZero() {
		t.Errorf("Stat = %+v, %v; Put gave %+v", s, err, i)
	}
	if body, g, err := Read(ctx, b, "a/b"); err != nil || body != "hello" || g.Name != "a/b" || g.Size != 5 || g.Tag != "" && g.Tag != i.Tag {
		t.Errorf("Get = %q, %+v, %v", body, g, err)
	}
	j, err := Write(ctx, b, "a/b", "another", remote.Put{})
	if err != nil || j.Tag == i.Tag || j.Size != 7 {
		t.Errorf("Put over it = %+v, %v", j, err)
	}
	if body, _, err := Read(ctx, b, "a/b"); err != nil || body != "another" {
		t.Errorf("Get after Put over it = %q, %v", body, err)
	}
	err = b.List(ctx, "", "", func(l remote.Info) error {
		if l.Name != "a/b" || l.Size != 7 || l.Modified.IsZero() || l.Tag != "" && l.Tag != j.Tag {
			t.Errorf("List gives %+v", l)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := b.Delete(ctx, "a/b"); err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
	if err := b.Delete(ctx, "a/b/c"); err != nil {
		t.Errorf("Delete below nothing: %v", err)
	}
	if got := Names(t, b, "", ""); len(got) != 0 {
		t.Errorf("List after Delete = %v", got)
	}
	// Where old versions are kept, what was deleted may count as there.
	f, err := b.Features(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(ctx, b, "a/b", "again", remote.Put{IfAbsent: !f.Versions}); err != nil {
		t.Errorf("Put after Delete: %v", err)
	}
}

func conditions(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	one, err := Write(ctx, b, "m", "one", remote.Put{IfAbsent: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(ctx, b, "m", "two", remote.Put{IfAbsent: true}); !errors.Is(err, remote.ErrExists) || !fault.Is(err, fault.Conflict) {
		t.Errorf("IfAbsent over an object: %v", err)
	}
	two, err := Write(ctx, b, "m", "two", remote.Put{IfTag: one.Tag})
	if err != nil || two.Tag == one.Tag {
		t.Fatalf("IfTag = %+v, %v", two, err)
	}
	if _, err := Write(ctx, b, "m", "three", remote.Put{IfTag: one.Tag}); !errors.Is(err, remote.ErrChanged) || !fault.Is(err, fault.Conflict) {
		t.Errorf("IfTag of an old tag: %v", err)
	}
	if _, err := Write(ctx, b, "other", "x", remote.Put{IfTag: one.Tag}); !errors.Is(err, remote.ErrChanged) || !fault.Is(err, fault.Conflict) {
		t.Errorf("IfTag of nothing: %v", err)
	}
	if _, err := Write(ctx, b, "m", "x", remote.Put{IfTag: two.Tag, IfAbsent: true}); !fault.Is(err, fault.Invalid) {
		t.Errorf("two conditions: %v", err)
	}
	if body, _, err := Read(ctx, b, "m"); err != nil || body != "two" {
		t.Errorf("after all conditions: %q, %v", body, err)
	}
	if got := Names(t, b, "", ""); len(got) != 1 {
		t.Errorf("refused objects lie there: %v", got)
	}
}

// race lets many write one name, first where nothing is, then over it.
func race(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	const writers = 8
	all := func(o remote.Put, text string) (won []string) {
		var mu sync.Mutex
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				body := fmt.Sprintf("%s of writer %d", text, w)
				_, err := Write(ctx, b, "fence/1", body, o)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won = append(won, body)
				case !fault.Is(err, fault.Conflict):
					t.Errorf("writer %d: %v", w, err)
				}
			})
		}
		group.Wait()
		return won
	}
	for round := range 5 {
		o, text := remote.Put{IfAbsent: true}, "first"
		if round > 0 {
			now, err := b.Stat(ctx, "fence/1")
			if err != nil {
				t.Fatal(err)
			}
			o, text = remote.Put{IfTag: now.Tag}, fmt.Sprint("round ", round)
		}
		won := all(o, text)
		if body, _, err := Read(ctx, b, "fence/1"); len(won) != 1 || err != nil || body != won[0] {
			t.Fatalf("%s: %q have won, and %q, %v lies there", text, won, body, err)
		}
	}
}

func names(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	long := strings.Repeat("n", 200) + "/" + strings.Repeat("m", 200)
	for _, name := range []string{"a", "A-b_c.d", "0/1/2/3/4/5", "x..y", "log/0000002a/00-ff.seg", "trailing.", long} {
		if _, err := Write(ctx, b, name, name, remote.Put{IfAbsent: true}); err != nil {
			t.Errorf("Put(%q): %v", name, err)
		}
		if body, _, err := Read(ctx, b, name); err != nil || body != name {
			t.Errorf("Get(%q) = %q, %v", name, body, err)
		}
	}
	for _, name := range []string{"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", ".hidden", "a/.b", "a b", "ä", "a\x00b", "a\nb", "a\\b", "a:b",
		"a?b", "a%2fb", "a*", "~", "a+b", "\xff", strings.Repeat("x", 201), strings.Repeat("x/", 256) + "x"} {
		_, putErr := Write(ctx, b, name, "", remote.Put{})
		_, _, getErr := b.Get(ctx, name)
		_, statErr := b.Stat(ctx, name)
		for call, err := range map[string]error{"Put": putErr, "Get": getErr, "Stat": statErr, "Delete": b.Delete(ctx, name), "Lock": b.Lock(ctx, name, time.Now())} {
			if !fault.Is(err, fault.Invalid) || errors.Is(err, remote.ErrNoLock) {
				t.Errorf("%s(%q): %v, want it refused", call, name, err)
			}
		}
	}
	for _, prefix := range []string{"/", "a//", "../", ".", "a/.", "ä", "a b", strings.Repeat("x", 600)} {
		if err := b.List(ctx, prefix, "", func(remote.Info) error { return nil }); !fault.Is(err, fault.Invalid) {
			t.Errorf("List(%q): %v, want it refused", prefix, err)
		}
	}
}

func order(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	// A dash and a dot come before the slash, digits and letters after it; and
	// capitals before small letters.
	all := []string{"a-b", "a.b", "a/b", "a/b-", "a/b/c", "a/bb", "a0", "aB", "ab", "ab/c", "b", "b-/x", "b/x", "B"}
	all = slices.DeleteFunc(all, func(s string) bool { return s == "a/b" || s == "b" || s == "ab" }) // a folder can't be an object in every bucket
	for _, i := range rand.Perm(len(all)) {
		if _, err := Write(ctx, b, all[i], "x", remote.Put{}); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(all)
	for _, prefix := range []string{"", "a", "a/", "a/b", "a/b/", "a/b/c", "a/b/c/", "ab", "b", "b/", "c", "B", "a-"} {
		for _, after := range append([]string{"", "0", "a", "a/", "a/b", "a/b/", "a/b/b", "a/b/c/d", "zzz"}, all...) {
			var want []string
			for _, n := range all {
				if strings.HasPrefix(n, prefix) && n > after {
					want = append(want, n)
				}
			}
			if got := Names(t, b, prefix, after); !slices.Equal(got, want) {
				t.Errorf("List(%q, %q) = %v, want %v", prefix, after, got, want)
			}
		}
	}
}

// pages lists more names than a page of S3 has.
func pages(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	const n = 1203
	var want []string
	var group sync.WaitGroup
	gate := make(chan struct{}, 16)
	for i := range n {
		name := fmt.Sprintf("log/%02x/%04d", i%7, i)
		want = append(want, name)
		group.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			if _, err := Write(ctx, b, name, "", remote.Put{IfAbsent: true}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	slices.Sort(want)
	if got := Names(t, b, "log/", ""); !slices.Equal(got, want) {
		t.Errorf("List gives %d names, want %d in order", len(got), n)
	}
	if got := Names(t, b, "log/", want[1100]); !slices.Equal(got, want[1101:]) {
		t.Errorf("List after %s gives %d names, want %d", want[1100], len(got), n-1101)
	}
}

func ended(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	for i := range 20 {
		if _, err := Write(ctx, b, fmt.Sprintf("x/%02d", i), "", remote.Put{}); err != nil {
			t.Fatal(err)
		}
	}
	own := errors.New("the caller's")
	for _, c := range []struct{ give, want error }{{own, own}, {fs.SkipAll, nil}} {
		seen := 0
		err := b.List(ctx, "x/", "", func(remote.Info) error {
			if seen++; seen == 3 {
				return c.give
			}
			return nil
		})
		if err != c.want || seen != 3 {
			t.Errorf("a listing ended by %v: %v after %d", c.give, err, seen)
		}
	}
	// Who lists may call the bucket, and delete what it is shown.
	err := b.List(ctx, "x/", "", func(i remote.Info) error {
		if _, err := b.Stat(ctx, i.Name); err != nil {
			return err
		}
		return b.Delete(ctx, i.Name)
	})
	if err != nil {
		t.Error(err)
	}
	if got := Names(t, b, "", ""); len(got) != 0 {
		t.Errorf("left are %v", got)
	}
}

// plain is a reader that can't be read twice.
type plain struct{ io.Reader }

func sizes(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	source := rand.NewChaCha8([32]byte{1})
	for _, size := range []int{0, 1, 64 << 10, 1<<20 + 1, 12 << 20} {
		body := make([]byte, size)
		_, _ = source.Read(body)
		for kind, r := range map[string]io.Reader{"a seeker": bytes.NewReader(body), "a stream": plain{bytes.NewReader(body)}} {
			name := fmt.Sprintf("size/%d", size)
			put, err := b.Put(ctx, name, r, int64(size), remote.Put{})
			if err != nil || put.Size != int64(size) {
				t.Fatalf("Put of %s of %d bytes: %+v, %v", kind, size, put, err)
			}
			got, info, err := Read(ctx, b, name)
			if err != nil || sha256.Sum256([]byte(got)) != sha256.Sum256(body) || info.Size != int64(size) {
				t.Errorf("Get of %s of %d bytes: %d bytes, %+v, %v", kind, size, len(got), info, err)
			}
			if s, err := b.Stat(ctx, name); err != nil || s.Tag != put.Tag || s.Size != int64(size) {
				t.Errorf("Stat of %s of %d bytes: %+v, %v, want the tag %s", kind, size, s, err, put.Tag)
			}
		}
	}
	r, _, err := b.Get(ctx, "size/12582912")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, r, 100); err != nil {
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close in the middle: %v", err)
	}
}

func misfits(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	broken := errors.New("broken source")
	for name, c := range map[string]struct {
		body io.Reader
		size int64
		own  bool
	}{
		"short":          {strings.NewReader("abc"), 4, false},
		"long":           {strings.NewReader("abcde"), 4, false},
		"short stream":   {plain{strings.NewReader("abc")}, 4, false},
		"long stream":    {plain{strings.NewReader("abcde")}, 4, false},
		"negative":       {strings.NewReader(""), -1, false},
		"short and huge": {plain{io.LimitReader(rand.NewChaCha8([32]byte{}), 9<<20)}, 10 << 20, false},
		"broken":         {io.MultiReader(strings.NewReader("ab"), errorReader{broken}), 4, true},
	} {
		_, err := b.Put(ctx, "misfit", c.body, c.size, remote.Put{})
		if c.own && !errors.Is(err, broken) || !c.own && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := Names(t, b, "", ""); len(got) != 0 {
		t.Errorf("left are %v", got)
	}
}

type errorReader struct{ err error }

func (e errorReader) Read([]byte) (int, error) { return 0, e.err }

func cancelled(t *testing.T, b remote.Bucket) {
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := Write(ctx, b, "there", strings.Repeat("x", 3<<20), remote.Put{}); err != nil {
		t.Fatal(err)
	}
	open, _, err := b.Get(ctx, "there")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if _, err := io.ReadFull(open, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	cancel()
	_, putErr := Write(ctx, b, "x", "y", remote.Put{})
	_, _, getErr := Read(ctx, b, "there")
	_, statErr := b.Stat(ctx, "there")
	_, clockErr := b.Clock(ctx)
	_, readErr := io.ReadAll(open)
	for call, err := range map[string]error{
		"Put": putErr, "Get": getErr, "Stat": statErr, "Clock": clockErr, "Delete": b.Delete(ctx, "there"),
		"List": b.List(ctx, "", "", func(remote.Info) error { return nil }), "a reader": readErr,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want it cancelled", call, err)
		}
	}
	if got := Names(t, b, "", ""); !slices.Equal(got, []string{"there"}) {
		t.Errorf("left are %v", got)
	}
}

func clock(t *testing.T, b remote.Bucket) {
	now, err := b.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The machine is the same one; HTTP counts in seconds.
	if d := time.Since(now).Abs(); d > 5*time.Second {
		t.Errorf("the clock differs by %v", d)
	}
}

func lock(t *testing.T, b remote.Bucket) {
	ctx := t.Context()
	f, err := b.Features(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Conditional {
		t.Error("conditions are not offered")
	}
	until := time.Now().Add(time.Hour)
	if _, err := Write(ctx, b, "free", "x", remote.Put{}); err != nil {
		t.Fatal(err)
	}
	if !f.Lock {
		if err := b.Lock(ctx, "free", until); !errors.Is(err, remote.ErrNoLock) {
			t.Errorf("Lock without: %v", err)
		}
		if _, err := Write(ctx, b, "locked", "x", remote.Put{LockUntil: until}); !errors.Is(err, remote.ErrNoLock) {
			t.Errorf("Put with a lock without: %v", err)
		}
		return
	}
	if err := b.Lock(ctx, "nothing", until); !fault.Is(err, fault.NotFound) {
		t.Errorf("Lock of nothing: %v", err)
	}
	if _, err := Write(ctx, b, "locked", "kept", remote.Put{IfAbsent: true, LockUntil: until}); err != nil {
		t.Fatalf("Put with a lock: %v", err)
	}
	if err := b.Lock(ctx, "free", until); err != nil {
		t.Errorf("Lock: %v", err)
	}
	for _, name := range []string{"locked", "free"} {
		for _, u := range []time.Time{until.Add(time.Hour), until.Add(-30 * time.Minute)} { // longer, and never shorter
			if err := b.Lock(ctx, name, u); err != nil {
				t.Errorf("Lock(%s) until %v: %v", name, u, err)
			}
		}
	}
	if body, _, err := Read(ctx, b, "locked"); err != nil || body != "kept" {
		t.Errorf("Get of a locked object = %q, %v", body, err)
	}
}
