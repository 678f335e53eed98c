package remote_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
)

func TestTry(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	denied := fault.New(fault.Denied, "may not")
	only := func(op remote.Op, err error) func(remote.Call) remote.Trouble {
		return func(c remote.Call) remote.Trouble {
			if c.Op == op {
				return remote.Trouble{Err: err}
			}
			return remote.Trouble{}
		}
	}
	for name, c := range map[string]struct {
		trouble func(remote.Call) remote.Trouble
		lock    bool
		skew    time.Duration
		want    string // the steps, those that are not OK with a minus
		passed  bool
		stays   bool
	}{
		"all is well":       {lock: true, want: "clock list write read conditional delete -versions lock", passed: true},
		"no lock":           {want: "clock list write read conditional delete -versions -lock", passed: true},
		"away":              {trouble: remote.FailFrom(1, remote.Away()), want: "-clock"},
		"clock ahead":       {skew: 10 * time.Minute, want: "-clock list write read conditional delete -versions -lock"},
		"clock behind":      {skew: -10 * time.Minute, want: "-clock list write read conditional delete -versions -lock"},
		"may not list":      {trouble: only(remote.OpList, denied), want: "clock -list"},
		"may not write":     {trouble: only(remote.OpPut, denied), want: "clock list -write"},
		"may not read":      {trouble: only(remote.OpGet, denied), want: "clock list write -read"},
		"may not delete":    {trouble: only(remote.OpDelete, denied), want: "clock list write read conditional delete -versions -lock", passed: true, stays: true},
		"conditions failed": {trouble: remote.FailAt(5, fault.New(fault.Invalid, "no such thing"), false), want: "clock list write read -conditional delete -versions -lock"},
	} {
		t.Run(name, func(t *testing.T) {
			m := remote.NewMemory(remote.MemoryOptions{Now: func() time.Time { return now }, Lock: c.lock})
			steps := remote.Try(t.Context(), remote.NewFaulty(m, c.trouble), func() time.Time { return now.Add(c.skew) })
			var got []string
			for _, s := range steps {
				text := string(s.Name)
				if !s.OK {
					text = "-" + text
				}
				got = append(got, text)
				if s.Text == "" || !s.OK && s.Err == nil {
					t.Errorf("a step without words: %+v", s)
				}
			}
			if text := strings.Join(got, " "); text != c.want || remote.Passed(steps) != c.passed {
				t.Errorf("steps %q (passed %v), want %q (%v)", text, remote.Passed(steps), c.want, c.passed)
			}
			if left := remotetest.Names(t, m, "", ""); len(left) > 0 != (c.stays || strings.Contains(c.want, "-read")) {
				t.Errorf("left is %v", left)
			}
		})
	}
}

func TestFaulty(t *testing.T) {
	own := errors.New("own")
	m := remote.NewMemory(remote.MemoryOptions{})
	f := remote.NewFaulty(m, remote.FailAt(2, own, true))
	if _, err := remotetest.Write(t.Context(), f, "a", "1", remote.Put{}); err != nil {
		t.Fatal(err)
	}
	if _, err := remotetest.Write(t.Context(), f, "b", "2", remote.Put{}); err != own {
		t.Errorf("the second call: %v", err)
	}
	if body, _, err := remotetest.Read(t.Context(), f, "b"); body != "2" || err != nil {
		t.Errorf("what was carried out without an answer: %q, %v", body, err)
	}
	f.Script(func(remote.Call) remote.Trouble { return remote.Trouble{Cut: 1} })
	if _, err := remotetest.Write(t.Context(), f, "c", "33", remote.Put{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a cut Put: %v", err)
	}
	f.Script(nil)
	if _, err := remotetest.Write(t.Context(), f, "d", "44", remote.Put{}); err != nil {
		t.Error(err)
	}
	f.Script(func(remote.Call) remote.Trouble { return remote.Trouble{Cut: 1} })
	if body, _, err := remotetest.Read(t.Context(), f, "d"); body != "4" || !fault.Is(err, fault.Unavailable) {
		t.Errorf("a cut Get: %q, %v", body, err)
	}
	n := 0
	if err := f.List(t.Context(), "", "", func(remote.Info) error { n++; return nil }); n != 1 || !fault.Is(err, fault.Unavailable) {
		t.Errorf("a cut List: %d, %v", n, err)
	}
	if calls := f.Calls(); len(calls) != 7 || calls[2] != (remote.Call{N: 3, Op: remote.OpGet, Name: "b"}) {
		t.Errorf("calls %v", calls)
	}
	if !m.Corrupt("d", func(b []byte) []byte { return append(b, 'x') }) || m.Corrupt("nothing", nil) {
		t.Error("Corrupt found the wrong objects")
	}
}
