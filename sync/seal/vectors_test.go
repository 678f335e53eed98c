package seal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age/armor"

	"github.com/hubcap-dev/hubcap/sync/seal"
)

var update = flag.Bool("update", false, "write the vectors of this format, if there are none yet")

// vectors are what a version has sealed. They are never rewritten: a change of
// the format gets a file of its own, and every later version reads them all.
type vectors struct {
	Key        string `json:"key"`
	Passphrase string `json:"passphrase"`
	Recovery   string `json:"recovery"`
	ByPass     string `json:"by_passphrase"`
	ByRecovery string `json:"by_recovery"`
	RingName   string `json:"ring_name"`
	Ring       []byte `json:"ring"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Plain      []byte `json:"plain"`
	Object     []byte `json:"object"`     // by the newest key
	OldObject  []byte `json:"old_object"` // by the one before
	Repeated   int    `json:"repeated"`   // the stream holds Plain so many times
	Stream     []byte `json:"stream"`
	SHA256     string `json:"sha256"`
	BlobName   string `json:"blob_name"`
}

func TestVectors(t *testing.T) {
	path := filepath.Join("testdata", "format-1.json")
	if _, err := os.Stat(path); *update && errors.Is(err, fs.ErrNotExist) {
		writeVectors(t, path)
	}
	files, err := filepath.Glob(filepath.Join("testdata", "format-*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var v vectors
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		rec, err := seal.ParseRecovery(v.Recovery)
		if err != nil {
			t.Fatal(err)
		}
		byPass, err1 := seal.UnwrapPassphrase([]byte(v.ByPass), v.Passphrase)
		byRecovery, err2 := seal.UnwrapRecovery([]byte(v.ByRecovery), rec)
		key, err3 := seal.ParseKey(v.Key)
		if err := errors.Join(err1, err2, err3); err != nil || byPass != key || byRecovery != key {
			t.Fatalf("%s: the key: %v", path, err)
		}
		r, err := seal.OpenRing(key, v.RingName, v.Ring)
		if err != nil {
			t.Fatalf("%s: the ring: %v", path, err)
		}
		for _, object := range [][]byte{v.Object, v.OldObject} {
			if got, err := r.Open(v.Kind, v.Name, object); err != nil || !bytes.Equal(got, v.Plain) {
				t.Errorf("%s: an object: %q, %v", path, got, err)
			}
		}
		if got, err := unstream(r, v.Kind, v.Name, v.Stream); err != nil || !bytes.Equal(got, bytes.Repeat(v.Plain, v.Repeated)) {
			t.Errorf("%s: the stream: %d bytes, %v", path, len(got), err)
		}
		if got := r.BlobName(v.SHA256); got != v.BlobName {
			t.Errorf("%s: the name of a file is %s, was %s", path, got, v.BlobName)
		}
	}
}

func writeVectors(t *testing.T, path string) {
	t.Helper()
	k, rec, byPass, byRecovery := wrapped(t)
	old := seal.NewRing()
	r := old.With()
	v := vectors{Key: k.Reveal(), Passphrase: passphrase, Recovery: rec.Text(), ByPass: string(byPass), ByRecovery: string(byRecovery),
		RingName: "ring/00000002", Kind: "segment", Name: "d/one/log/1.seg", Plain: []byte("a segment of the log. "), Repeated: 3000,
		SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
	v.Ring, v.BlobName = r.Sealed(k, v.RingName), r.BlobName(v.SHA256)
	v.Object, v.OldObject = r.Seal(v.Kind, v.Name, v.Plain), old.Seal(v.Kind, v.Name, v.Plain)
	v.Stream = stream(t, r, v.Kind, v.Name, bytes.Repeat(v.Plain, v.Repeated))
	b, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, append(b, '\n'), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func dearmor(t testing.TB, file []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := b.ReadFrom(armor.NewReader(bytes.NewReader(file))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func armored(t testing.TB, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := armor.NewWriter(&b)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rearmor(t testing.TB, file []byte, change func([]byte) []byte) []byte {
	t.Helper()
	return armored(t, change(dearmor(t, file)))
}
