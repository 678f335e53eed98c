package s3test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// Kind is what a bucket offers.
type Kind int

const (
	Plain     Kind = iota
	Versioned      // keeps old versions
	Locked         // and locks objects
)

// Bucket makes a bucket and returns its name.
func (s *Server) Bucket(t testing.TB, k Kind) string {
	t.Helper()
	s.need(t)
	name := s.name("bucket")
	head := http.Header{}
	if k == Locked {
		head.Set("X-Amz-Bucket-Object-Lock-Enabled", "true")
	}
	s.put(t, "/"+name, "", head, "")
	if k == Versioned {
		s.put(t, "/"+name, "versioning=", nil, `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>`)
	}
	return name
}

// Rights of a user in a bucket.
var (
	listing  = []string{"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration"}
	reading  = []string{"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention"}
	writing  = []string{"s3:PutObject", "s3:PutObjectRetention"}
	deleting = []string{"s3:DeleteObject"}
)

// Reader is a user who may only read the bucket.
func (s *Server) Reader(t testing.TB, bucket string) Access {
	t.Helper()
	return s.user(t, bucket, listing, reading)
}

// Writer is a user who may read and write, but not delete, as a hub should be.
func (s *Server) Writer(t testing.TB, bucket string) Access {
	t.Helper()
	return s.user(t, bucket, listing, reading, writing)
}

// Pruner is a user who may also delete.
func (s *Server) Pruner(t testing.TB, bucket string) Access {
	t.Helper()
	return s.user(t, bucket, listing, reading, writing, deleting)
}

// Blind is a user who may write, and neither read nor list.
func (s *Server) Blind(t testing.TB, bucket string) Access {
	t.Helper()
	return s.user(t, bucket, writing)
}

// user makes a user, to whom the bucket's policy gives the rights; rights of
// users made before stay.
func (s *Server) user(t testing.TB, bucket string, rights ...[]string) Access {
	t.Helper()
	s.need(t)
	a := Access{Key: s.name("user"), Secret: "secret-of-the-user"}
	s.admin(t, "create-user", "--access", a.Key, "--secret", a.Secret, "--role", "user")
	s.mu.Lock()
	if s.policies == nil {
		s.policies = map[string][]statement{}
	}
	s.policies[bucket] = append(s.policies[bucket], statement{
		Effect: "Allow", Principal: map[string][]string{"AWS": {a.Key}}, Action: slices.Concat(rights...),
		Resource: []string{"arn:aws:s3:::" + bucket, "arn:aws:s3:::" + bucket + "/*"},
	})
	policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": s.policies[bucket]})
	s.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	s.put(t, "/"+bucket, "policy=", nil, string(policy))
	return a
}

// statement is one of a bucket policy.
type statement struct {
	Effect    string
	Principal map[string][]string
	Action    []string
	Resource  []string
}

// put sends a request of the owner, signed by AWS Signature Version 4: the
// client library has its home elsewhere.
func (s *Server) put(t testing.TB, path, query string, head http.Header, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.url()+path+"?"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range head {
		r.Header[k] = v
	}
	sum, md := sha256.Sum256([]byte(body)), md5.Sum([]byte(body))
	now := time.Now().UTC()
	r.Header.Set("X-Amz-Date", now.Format("20060102T150405Z"))
	r.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	r.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(md[:]))
	names := []string{"host"}
	for k := range r.Header {
		names = append(names, strings.ToLower(k))
	}
	slices.Sort(names)
	var canonical strings.Builder
	fmt.Fprintf(&canonical, "PUT\n%s\n%s\n", path, query)
	for _, n := range names {
		v := r.Header.Get(n)
		if n == "host" {
			v = r.URL.Host
		}
		fmt.Fprintf(&canonical, "%s:%s\n", n, v)
	}
	fmt.Fprintf(&canonical, "\n%s\n%s", strings.Join(names, ";"), hex.EncodeToString(sum[:]))
	request := sha256.Sum256([]byte(canonical.String()))
	day := now.Format("20060102")
	scope := day + "/" + Region + "/s3/aws4_request"
	key := []byte("AWS4" + Root().Secret)
	for _, part := range []string{day, Region, "s3", "aws4_request", "AWS4-HMAC-SHA256\n" + now.Format("20060102T150405Z") + "\n" + scope + "\n" + hex.EncodeToString(request[:])} {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(part))
		key = h.Sum(nil)
	}
	r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s", Root().Key, scope, strings.Join(names, ";"), hex.EncodeToString(key)))
	answer, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode/100 != 2 {
		t.Fatalf("PUT %s?%s: %s\n%s", path, query, answer.Status, text)
	}
}
