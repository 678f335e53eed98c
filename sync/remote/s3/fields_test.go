package s3_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/internal/s3test"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/remote/remotetest"
	"github.com/hubcap-dev/hubcap/sync/remote/s3"
)

// pointer is the field that an error names.
func pointer(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		if f.Fields[0].Remedy == "" {
			return "without a remedy"
		}
		return f.Fields[0].Pointer
	}
	return ""
}

func TestWrongFieldsAreNamed(t *testing.T) {
	bucket := server.Bucket(t, s3test.Plain)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>welcome</html>") }))
	t.Cleanup(page.Close)
	none := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(none.Close)
	for name, c := range map[string]struct {
		change func(*s3.Options)
		want   string
	}{
		"secret":               {func(o *s3.Options) { o.SecretKey = "canary-wrong" }, "/secret_key"},
		"access key":           {func(o *s3.Options) { o.AccessKey = "nobody" }, "/access_key"},
		"bucket":               {func(o *s3.Options) { o.Bucket = "not-there" }, "/bucket"},
		"region":               {func(o *s3.Options) { o.Region = "eu-test-7" }, "/region"},
		"no endpoint":          {func(o *s3.Options) { o.Endpoint = "" }, "/endpoint"},
		"endpoint with bucket": {func(o *s3.Options) { o.Endpoint += "/" + bucket }, "/endpoint"},
		"endpoint of a page":   {func(o *s3.Options) { o.Endpoint = page.URL }, "/endpoint"},
		"endpoint of nothing":  {func(o *s3.Options) { o.Endpoint = none.URL }, "/endpoint"},
		"https where is none":  {func(o *s3.Options) { o.Endpoint = "https://" + strings.TrimPrefix(o.Endpoint, "http://") }, "/endpoint"},
		"no such name":         {func(o *s3.Options) { o.Endpoint = "http://s3.invalid" }, "/endpoint"},
		"authority":            {func(o *s3.Options) { o.Endpoint = secure.URL(t) }, "/ca"},
		"authority's form":     {func(o *s3.Options) { o.CA = []byte("no PEM") }, "/ca"},
		"empty bucket":         {func(o *s3.Options) { o.Bucket = "" }, "/bucket"},
		"empty secret":         {func(o *s3.Options) { o.SecretKey = "" }, "/secret_key"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t, &server, bucket, s3test.Root())
			o.Tries = 1
			c.change(&o)
			b, err := s3.Open(o)
			if err == nil {
				err = b.List(t.Context(), "", "", func(remote.Info) error { return nil })
				steps := remote.Try(t.Context(), b, time.Now)
				if remote.Passed(steps) {
					t.Errorf("Try passes: %+v", steps)
				}
				if last := steps[len(steps)-1]; last.Field != c.want || last.Remedy == "" {
					t.Errorf("Try ends with %+v, want the field %s", last, c.want)
				}
			}
			if got := pointer(err); got != c.want {
				t.Errorf("the error names %q, want %q: %v", got, c.want, err)
			}
			if strings.Contains(fmt.Sprintf("%+v", err), o.SecretKey) && o.SecretKey != "" {
				t.Errorf("the error tells the secret: %+v", err)
			}
		})
	}
}

// Codes that the server of the tests does not give.
func TestCodes(t *testing.T) {
	g := newGate(t)
	b := g.behind(t)
	for code, c := range map[string]struct {
		status int
		kind   fault.Kind
		want   string
	}{
		"RequestTimeTooSkewed":                 {403, fault.Denied, ""},
		"ExpiredToken":                         {400, fault.Denied, "/access_key"},
		"AuthorizationHeaderMalformed":         {400, fault.Invalid, "/region"},
		"PermanentRedirect":                    {301, fault.Invalid, "/region"},
		"InvalidStorageClass":                  {400, fault.Invalid, "/class"},
		"QuotaExceeded":                        {403, fault.Full, ""},
		"NotImplemented":                       {501, fault.Invalid, ""},
		"EntityTooLarge":                       {400, fault.Invalid, ""},
		"ObjectLockConfigurationNotFoundError": {404, fault.Invalid, ""},
		"SomethingNew":                         {418, fault.Unavailable, ""},
	} {
		g.set(burst(100, c.status, code), nil)
		_, err := remotetest.Write(t.Context(), b, "a", "a", remote.Put{})
		if !fault.Is(err, c.kind) || pointer(err) != c.want {
			t.Errorf("%s: %v (%s, %q)", code, err, fault.Of(err), pointer(err))
		}
		var f *fault.Error
		if c.want == "/region" && errors.As(err, &f) && !strings.Contains(f.Remedy, "eu-test-7") {
			t.Errorf("%s: the remedy %q does not name the region", code, f.Remedy)
		}
	}
}

// Credentials with less than all rights, as a person enters them.
func TestRights(t *testing.T) {
	ctx := t.Context()
	for name, c := range map[string]struct {
		user   func(testing.TB, string) s3test.Access
		kind   s3test.Kind
		want   string
		passed bool
	}{
		"writer of a plain bucket":  {server.Writer, s3test.Plain, "clock list write read conditional delete -versions -lock", true},
		"writer of a locked bucket": {server.Writer, s3test.Locked, "clock list write read conditional delete versions lock", true},
		"pruner":                    {server.Pruner, s3test.Versioned, "clock list write read conditional delete versions -lock", true},
		"reader":                    {server.Reader, s3test.Plain, "clock list -write", false},
		"blind writer":              {server.Blind, s3test.Plain, "clock -list", false},
	} {
		t.Run(name, func(t *testing.T) {
			bucket := server.Bucket(t, c.kind)
			b := open(t, options(t, &server, bucket, c.user(t, bucket)))
			steps := remote.Try(ctx, b, time.Now)
			var got []string
			for _, s := range steps {
				text := string(s.Name)
				if !s.OK {
					text = "-" + text
				}
				got = append(got, text)
			}
			if text := strings.Join(got, " "); text != c.want || remote.Passed(steps) != c.passed {
				t.Errorf("Try = %q (%v), want %q\n%+v", text, remote.Passed(steps), c.want, steps)
			}
		})
	}
	bucket := server.Bucket(t, s3test.Plain)
	writer, pruner := open(t, options(t, &server, bucket, server.Writer(t, bucket))), open(t, options(t, &server, bucket, server.Pruner(t, bucket)))
	if _, err := remotetest.Write(ctx, writer, "a", "a", remote.Put{IfAbsent: true}); err != nil {
		t.Fatal(err)
	}
	if err := writer.Delete(ctx, "a"); !fault.Is(err, fault.Denied) {
		t.Errorf("the writer deletes: %v", err)
	}
	if err := pruner.Delete(ctx, "a"); err != nil {
		t.Errorf("the pruner: %v", err)
	}
}
