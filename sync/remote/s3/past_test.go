package s3_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/internal/s3test"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
	"github.com/hubcap-dev/hubcap/sync/remote/s3"
)

// A thief with the credential writes over the backup and deletes it; it is
// read as it was before, and what is locked can't be removed at all.
func TestTheBucketAsItWas(t *testing.T) {
	ctx, bucket := t.Context(), server.Bucket(t, s3test.Locked)
	whole := open(t, options(t, &server, bucket, server.Pruner(t, bucket)))
	b, err := remote.Under(whole, "hub")
	if err != nil {
		t.Fatal(err)
	}
	// Versions are told apart by the second, and the server is this machine.
	tick := func() time.Time {
		at := time.Now().Truncate(time.Second)
		for !time.Now().Truncate(time.Second).After(at) {
			runtime.Gosched()
		}
		return at
	}
	lock := remote.Put{LockUntil: time.Now().Add(time.Hour)}
	for _, name := range []string{"a", "a-b", "b/c"} {
		if _, err := remotetest.Write(ctx, b, name, "good "+name, lock); err != nil {
			t.Fatal(err)
		}
	}
	before := tick()
	if err := b.Delete(ctx, "b/c"); err != nil {
		t.Logf("deleting is refused: %v", err)
	}
	for _, name := range []string{"a", "z"} {
		if _, err := remotetest.Write(ctx, b, name, "ransom", remote.Put{}); err != nil {
			t.Fatal(err)
		}
	}
	after := tick()
	was, err := remote.AsOf(b, before)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := remotetest.Names(t, was, "", ""), []string{"a", "a-b", "b/c"}; !slices.Equal(got, want) {
		t.Errorf("there was %v, want %v", got, want)
	}
	if got, want := remotetest.Names(t, was, "a", "a"), []string{"a-b"}; !slices.Equal(got, want) {
		t.Errorf("after a there was %v, want %v", got, want)
	}
	for _, name := range []string{"a", "a-b", "b/c"} {
		body, info, err := remotetest.Read(ctx, was, name)
		s, serr := was.Stat(ctx, name)
		if body != "good "+name || err != nil || serr != nil || s.Size != int64(len(body)) || s.Tag != info.Tag {
			t.Errorf("%s was %q, %v; %+v, %v", name, body, err, s, serr)
		}
	}
	if _, err := was.Stat(ctx, "z"); !fault.Is(err, fault.NotFound) {
		t.Errorf("what came later: %v", err)
	}
	if _, err := remotetest.Write(ctx, was, "x", "x", remote.Put{}); !fault.Is(err, fault.Denied) {
		t.Errorf("writing into the past: %v", err)
	}
	now, err := remote.AsOf(b, after)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := remotetest.Names(t, now, "", ""), remotetest.Names(t, b, "", ""); !slices.Equal(got, want) {
		t.Errorf("at the end there was %v, want %v", got, want)
	}
	if body, _, err := remotetest.Read(ctx, now, "a"); body != "ransom" || err != nil {
		t.Errorf("at the end a was %q, %v", body, err)
	}
	long, err := remote.AsOf(b, before.Add(-time.Hour))
	if err != nil || len(remotetest.Names(t, long, "", "")) != 0 {
		t.Errorf("an hour before: %v", err)
	}
	if _, err := remote.AsOf(remote.NewMemory(remote.MemoryOptions{}), before); !errors.Is(err, remote.ErrNoVersions) {
		t.Errorf("of a bucket without versions: %v", err)
	}
}

// Amazon's form: old versions keep their time, and marks of deletion stand
// among the versions.
func TestThePastAsAmazonTellsIt(t *testing.T) {
	page := func(marker string) string {
		entries := map[string]string{
			"": `<Version><Key>a</Key><VersionId>3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrH</VersionId><IsLatest>true</IsLatest><LastModified>2026-05-03T00:00:00.000Z</LastModified><ETag>"x"</ETag><Size>6</Size></Version>
<Version><Key>a</Key><VersionId>null</VersionId><IsLatest>false</IsLatest><LastModified>2026-05-01T00:00:00.000Z</LastModified><ETag>"y"</ETag><Size>4</Size></Version>
<DeleteMarker><Key>b</Key><VersionId>QUpfdndhfd8438MNFDN93jdnJFkdmqnh</VersionId><IsLatest>true</IsLatest><LastModified>2026-05-03T00:00:00.000Z</LastModified></DeleteMarker>`,
			"b": `<Version><Key>b</Key><VersionId>2</VersionId><IsLatest>false</IsLatest><LastModified>2026-05-02T00:00:00.000Z</LastModified><ETag>"z"</ETag><Size>4</Size></Version>
<Version><Key>b!not ours</Key><VersionId>2</VersionId><IsLatest>true</IsLatest><LastModified>2026-05-01T00:00:00.000Z</LastModified><ETag>"z"</ETag><Size>4</Size></Version>`,
		}
		more := "<IsTruncated>false</IsTruncated>"
		if marker == "" {
			more = "<IsTruncated>true</IsTruncated><NextKeyMarker>b</NextKeyMarker><NextVersionIdMarker>QUpfdndhfd8438MNFDN93jdnJFkdmqnh</NextVersionIdMarker>"
		}
		return `<?xml version="1.0"?><ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>` + more + entries[marker] + `</ListVersionsResult>`
	}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); q.Has("versions") {
			w.Header().Set("Content-Type", "application/xml")
			fmt.Fprint(w, page(q.Get("key-marker")))
			return
		}
		body := "of version " + r.URL.Query().Get("versionId")
		w.Header().Set("Last-Modified", "Fri, 01 May 2026 00:00:00 GMT")
		w.Header().Set("ETag", `"y"`)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(service.Close)
	b := open(t, s3.Options{Endpoint: service.URL, Bucket: "bucket", PathStyle: true, AccessKey: "a", SecretKey: "s", Tries: 1})
	for at, want := range map[string][]string{"2026-04-30": nil, "2026-05-01": {"a"}, "2026-05-02": {"a", "b"}, "2026-05-03": {"a"}} {
		day, err := time.Parse(time.DateOnly, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := remotetest.Names(t, b.AsOf(day), "", ""); !slices.Equal(got, want) {
			t.Errorf("on %s there was %v, want %v", at, got, want)
		}
	}
}
