package audit_test

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/mem"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

var update = flag.Bool("update", false, "write testdata again")

// sampleKey is the key of the committed sample; it guards nothing else.
const sampleKey = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="

const sampleFile = "testdata/chain.jsonl"

// sample writes the trail of the committed sample.
func sample(t *testing.T) *house {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { at = at.Add(time.Second); return at }
	db, err := mem.Open(schemas(), mem.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	h := newHouse(t, db, now)
	if h.vault, err = (vault.Source{Dir: t.TempDir(), Key: vault.NewSecret(sampleKey)}).Open(); err != nil {
		t.Fatal(err)
	}
	h.put("a")
	h.put("a", "b")
	for _, e := range []audit.Happening{
		{Event: audit.SignedIn, Subject: audit.Subject{Kind: "user", ID: "u-ann", Name: "Ann <ann@example.com> & Söhne"}, Note: "by passkey"},
		{Event: audit.RoleChanged, Subject: audit.Subject{Kind: "role", ID: "r-1", Name: "Sales"}},
	} {
		if err := h.trail.Record(context.Background(), all, ann, e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.raw.Update(context.Background(), store.Write{Scope: all, Actor: ann}, func(tx store.Tx) error {
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.db.Update(context.Background(), store.Write{Scope: all, Actor: ann}, func(tx store.Tx) error {
		return storetest.Cars.Delete(tx, "b", store.AnyRev)
	}); err != nil {
		t.Fatal(err)
	}
	return h
}

// TestFormat checks the committed sample as docs/formats/audit.md says,
// without this package's own code, and that today's code writes the same.
func TestFormat(t *testing.T) {
	h := sample(t)
	var b bytes.Buffer
	if err := h.trail.Export(context.Background(), all, audit.Filter{}, audit.JSONL, &b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(sampleFile, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("today's code writes\n%s\nwant\n%s", b.String(), want)
	}
	prev := ""
	for i, line := range strings.Split(strings.TrimSuffix(string(want), "\n"), "\n") {
		var e struct {
			N               int
			Prev, Hash, MAC string
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		body := line
		for _, member := range []string{`"$schema":1,`, `"hash":"[^"]*",`, `"mac":"[^"]*",`} {
			body = regexp.MustCompile(strings.ReplaceAll(member, "$", `\$`)).ReplaceAllString(body, "")
		}
		sum := sha256.Sum256([]byte(body))
		if hex.EncodeToString(sum[:]) != e.Hash || e.Prev != prev || e.N != i+1 {
			t.Errorf("line %d: hash %x, in it %s; prev %q, want %q", i+1, sum, e.Hash, e.Prev, prev)
		}
		if got := "hm1." + sampleID(t) + "." + sampleMAC(t, sum[:]); got != e.MAC {
			t.Errorf("line %d: MAC %s, want %s", i+1, e.MAC, got)
		}
		prev = e.Hash
	}
}

func key(t *testing.T) []byte {
	b, err := base64.StdEncoding.DecodeString(sampleKey)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sampleID(t *testing.T) string {
	sum := sha256.Sum256(append([]byte("hubcap vault key id\x00"), key(t)...))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

func sampleMAC(t *testing.T, b []byte) string {
	k, err := hkdf.Key(sha256.New, key(t), nil, "hubcap mac\x00audit/home", 32)
	if err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha256.New, k)
	m.Write(b)
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// TestDigestFormat builds the digest of the sample's second entry by hand,
// from the change log.
func TestDigestFormat(t *testing.T) {
	h := sample(t)
	changes, err := h.raw.Changes(context.Background(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var b []byte
	for _, c := range changes {
		if c.Tx != 3 || c.Collection == "audit" {
			continue
		}
		for _, s := range []string{c.Collection, c.Key} {
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
		b = binary.AppendUvarint(b, uint64(c.Rev))
		for _, doc := range [][]byte{c.Before, c.After} {
			sum := sha256.Sum256(doc)
			b = append(b, sum[:]...)
		}
	}
	if got, want := h.list(audit.Filter{})[3].Digest, fmt.Sprintf("%x", sha256.Sum256(b)); got != want {
		t.Errorf("the second entry's digest is %s, want %s", got, want)
	}
}
