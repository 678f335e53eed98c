package checkpoint_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/checkpoint"
)

func part(t testing.TB, n int) []byte {
	t.Helper()
	var w checkpoint.Writer
	for i := range n {
		w.Add("cars", &store.Record{Org: "main", Key: fmt.Sprint("c", i), Rev: int64(i + 1), Doc: []byte(fmt.Sprintf(`{"$schema":1,"id":"c%d"}`, i))})
	}
	b, err := w.Close()
	if err != nil || w.Documents() != 0 || w.Size() != 0 {
		t.Fatal("the writer did not begin anew", err)
	}
	return b
}

func read(b []byte) (out []checkpoint.Document, err error) {
	for d, err := range checkpoint.Documents(b) {
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

func TestReadsWhatWasWritten(t *testing.T) {
	list, err := read(part(t, 20))
	if err != nil || len(list) != 20 {
		t.Fatalf("%d documents, %v", len(list), err)
	}
	for i, d := range list {
		if d.Collection != "cars" || d.Org != "main" || d.Key != fmt.Sprint("c", i) || d.Rev != int64(i+1) || !bytes.Contains(d.Doc, []byte(d.Key)) {
			t.Errorf("document %d: %+v", i, d)
		}
	}
	if list, err := read(part(t, 0)); err != nil || len(list) != 0 {
		t.Errorf("an empty part: %d, %v", len(list), err)
	}
}

func TestACutPartIsNone(t *testing.T) {
	b := part(t, 20)
	for cut := range b {
		if list, err := read(b[:cut]); err == nil {
			t.Fatalf("cut at %d: %d documents were read", cut, len(list))
		}
	}
}

var at = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func TestNamesAndHeads(t *testing.T) {
	h := &checkpoint.Head{Format: checkpoint.Format, Line: 2, Seq: 9, Time: at, Fence: 3, Parts: []checkpoint.Part{{Bytes: 5}, {Bytes: 7}}}
	n := h.Name()
	for object, path := range map[string]string{"head": n.HeadPath(), "part-00001": n.PartPath(1), "part-123456": n.PartPath(123456)} {
		got, which, err := checkpoint.ParseName(path)
		if err != nil || got != n || which != object {
			t.Errorf("%s: %+v %q %v", path, got, which, err)
		}
	}
	for _, bad := range []string{"", n.Path(), n.Path() + "heads", n.Path() + "part-1", "x" + n.HeadPath()} {
		if _, _, err := checkpoint.ParseName(bad); err == nil {
			t.Errorf("%q is taken for a name", bad)
		}
	}
	b, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := checkpoint.ParseHead(n, b)
	if err != nil || got.Bytes() != 12 {
		t.Fatalf("%+v, %v", got, err)
	}
	other := n
	other.Seq++
	if _, err := checkpoint.ParseHead(other, b); err == nil {
		t.Error("the head of another was taken")
	}
	newer := bytes.Replace(b, []byte(`"format":1`), []byte(`"format":2`), 1)
	if _, err := checkpoint.ParseHead(n, newer); !fault.Is(err, fault.Conflict) {
		t.Errorf("a head of a newer form: %v", err)
	}
}

func FuzzDocuments(f *testing.F) {
	f.Add(part(f, 3))
	f.Add([]byte("HCPRT\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := read(b)
		if err != nil {
			return
		}
		var w checkpoint.Writer
		for i := range list {
			w.Add(list[i].Collection, &list[i].Record)
		}
		again, err := w.Close()
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := read(again); err != nil || len(twice) != len(list) {
			t.Errorf("%d documents became %d (%v)", len(list), len(twice), err)
		}
	})
}

func FuzzHead(f *testing.F) {
	f.Add([]byte(`{"format":1,"line":1,"seq":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = checkpoint.ParseHead(checkpoint.Name{Line: 1, Seq: 1, Time: time.UnixMicro(0).UTC()}, b) // must not panic
	})
}
