package postgres_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/postgres"
	"github.com/hubcap-dev/hubcap/backend/store/storetest"
)

// TestDamage: a document that was changed behind the store's back is named,
// and the rest is served.
func TestDamage(t *testing.T) {
	name := database(t)
	db := mustOpen(t, cluster.URL(name), postgres.Options{})
	for _, key := range []string{"a", "b", "c"} {
		if _, _, err := insert(t, db, key, "fine"); err != nil {
			t.Fatal(err)
		}
	}
	cluster.SQL(t, name, "UPDATE hubcap.cars SET doc = replace(doc::text, 'fine', 'fake')::json WHERE key = 'b'")
	_, err := rev(t, db, "b")
	var damaged *store.Damaged
	if !errors.As(err, &damaged) || damaged.Key != "b" {
		t.Errorf("Get = %v, want that b is damaged", err)
	}
	for _, q := range []store.Query{{}, {Index: "vin"}, {Index: "vin", Filter: []store.Cond{store.Where("vin", store.String(""))}}} {
		var p store.Page[storetest.Car]
		if err := db.View(t.Context(), all, func(r store.Reader) (err error) { p, err = storetest.Cars.Query(r, q); return err }); err != nil {
			t.Fatal(err)
		}
		if len(p.Items) != 2 || len(p.Damaged) != 1 || p.Damaged[0].Key != "b" {
			t.Errorf("%+v: %d documents, damaged %v", q, len(p.Items), p.Damaged)
		}
	}
	_, err = db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		_, err := storetest.Cars.Put(tx, &storetest.Car{ID: "b"}, store.AnyRev)
		return err
	})
	if !errors.As(err, &damaged) {
		t.Errorf("a write over it: %v", err)
	}
	cluster.SQL(t, name, "UPDATE hubcap._log SET change = overlay(change PLACING '\\x00' FROM 20) WHERE seq = 2")
	if _, err := db.Changes(t.Context(), 1, 1); !errors.As(err, &damaged) || damaged.Collection != "log" {
		t.Errorf("Changes over a damaged one = %v", err)
	}
}

// TestNoConnectionLeft: the server has none to give.
func TestNoConnectionLeft(t *testing.T) {
	name := database(t)
	cluster.SQL(t, name, `CREATE ROLE few LOGIN CONNECTION LIMIT 1; GRANT ALL ON SCHEMA hubcap TO few; GRANT ALL ON ALL TABLES IN SCHEMA hubcap TO few`)
	t.Cleanup(func() { cluster.SQL(t, name, "DROP OWNED BY few; DROP ROLE few") })
	url := strings.Replace(cluster.URL(name), "hubcap@", "few@", 1)
	db, err := open(t, url, postgres.Options{Poll: 10 * time.Millisecond})
	if err == nil { // it has the one connection, for writing
		_, err = rev(t, db, "a")
		_ = db.Close()
	}
	again(t, "no connection left", err)
	if err == nil || !strings.Contains(err.Error(), "no connection left") {
		t.Errorf("it says %v", err)
	}
}

// TestUnsayable: texts that PostgreSQL can't hold find nothing, and spoil no
// transaction.
func TestUnsayable(t *testing.T) {
	db := mustOpen(t, cluster.URL(database(t)), postgres.Options{})
	_, err := db.Update(t.Context(), store.Write{Scope: all, Actor: who}, func(tx store.Tx) error {
		for _, bad := range []string{"a\x00", "\xff"} {
			if _, err := storetest.Cars.Get(tx, bad); !fault.Is(err, fault.NotFound) {
				t.Errorf("Get %q = %v", bad, err)
			}
			if err := storetest.Cars.Delete(tx, bad, 1); !fault.Is(err, fault.NotFound) {
				t.Errorf("Delete %q = %v", bad, err)
			}
			for _, q := range []store.Query{
				{Range: store.StartsWith(bad)}, {Index: "vin", Range: store.StartsWith(bad)}, {Index: "vin", Prefix: store.Values(store.String(bad))},
			} {
				if _, err := storetest.Cars.Query(tx, q); !fault.Is(err, fault.Invalid) {
					t.Errorf("Query %+v = %v", q, err)
				}
			}
		}
		_, err := storetest.Cars.Insert(tx, &storetest.Car{ID: "a"})
		return err
	})
	if err != nil {
		t.Errorf("the transaction goes on: %v", err)
	}
}

// TestTLS: a server that can't prove who it is gets no password; one that can
// is used.
func TestTLS(t *testing.T) {
	name := database(t)
	dir := t.TempDir()
	good, key := certificate(t)
	other, _ := certificate(t)
	write := func(file string, b []byte) string {
		path := filepath.Join(dir, file)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ca, wrong := write("ca.pem", good), write("wrong.pem", other)
	cluster.Encrypt(t, good, key)
	url := func(root string) string {
		return strings.Replace(cluster.URL(name), "sslmode=disable", "sslmode=verify-full&sslrootcert="+root, 1)
	}
	db := mustOpen(t, url(ca), postgres.Options{})
	if _, _, err := insert(t, db, "a", ""); err != nil {
		t.Fatal(err)
	}
	if got := cluster.SQL(t, name, "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'hubcap' AND a.datname = current_database() AND NOT s.ssl"); got != "0" {
		t.Errorf("%s connections are not encrypted", got)
	}
	_, err := open(t, url(wrong), postgres.Options{})
	again(t, "a server that nobody vouches for", err)
}

func certificate(t *testing.T) (cert, key []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b})
}
