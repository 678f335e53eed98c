package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/blob"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/store/bolt"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// send puts a file on a vehicle. An error means that no whole answer came.
func (p *process) send(vehicle, name string, b []byte) (answer, error) {
	req, err := http.NewRequest("PUT", p.at.URL+"/api/v1/vehicles/"+vehicle+"/attachments?kind=photo&name="+name, bytes.NewReader(b))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+p.at.Token)
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.body) // an error has none
	return a, err
}

// noise is a file of its own for each seed.
func noise(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	b[0] = 0 // no type that is known
	return b
}

// kill -9 again and again while files are added: what was acknowledged is
// there to the byte, and no document names a file that is not whole.
func TestDrillKillWhileFilesAreAdded(t *testing.T) {
	dir := t.TempDir()
	p := startHub(t, dir)
	id := p.want(201, "POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(1)}).body["id"].(string)
	p.stop()
	var mu sync.Mutex
	acked := map[string]string{} // SHA-256 by attachment
	kills := rounds(5, 200)
	for round := range kills {
		p := startHub(t, dir)
		if parts, _ := filepath.Glob(filepath.Join(dir, "blobs", "*.part")); len(parts) > 0 {
			t.Fatalf("round %d: halves stay: %v", round, parts)
		}
		l := &ledger{enough: make(chan struct{}), most: 1 + round*5%12}
		var wg sync.WaitGroup
		for w := range 3 {
			wg.Go(func() {
				for i := 0; ; i++ {
					b := noise(uint64(round*1_000_000+w*10_000+i), 1+(i*70_001)%400_000)
					a, err := p.send(id, fmt.Sprintf("f%d-%d-%d.bin", round, w, i), b)
					if err != nil {
						return
					}
					if a.status != 201 {
						p.t.Errorf("add: %d %s", a.status, a.raw)
						return
					}
					sum := sha256.Sum256(b)
					mu.Lock()
					acked[a.body["id"].(string)] = hex.EncodeToString(sum[:])
					mu.Unlock()
					l.add(a.body["id"].(string))
				}
			})
		}
		select {
		case <-l.enough:
		case <-time.After(20 * time.Second):
			t.Error("the hub takes no files")
		}
		p.kill()
		wg.Wait()
		if t.Failed() {
			return
		}
		checkFiles(t, dir, acked)
		if len(acked) > vehicle.MaxAttachments-60 {
			t.Logf("the vehicle is full after %d kills", round+1)
			break
		}
	}
	t.Logf("%d acknowledged files, none lost", len(acked))
}

// checkFiles compares documents and files without a hub.
func checkFiles(t *testing.T, dir string, acked map[string]string) {
	t.Helper()
	db, err := bolt.Open(t.Context(), dir, append(vehicle.Schemas(), store.Undos.Schema()), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files := blob.OpenFolder(filepath.Join(dir, "blobs"), nil)
	there := map[string]string{}
	for _, a := range all(t, db, vehicle.Attachments) {
		there[a.ID] = a.SHA256
		if n, err := files.Verify(t.Context(), a.SHA256); err != nil || n != a.Bytes {
			t.Errorf("%s is named and not whole: %d of %d bytes, %v", a.Name, n, a.Bytes, err)
		}
	}
	for id, sum := range acked {
		if there[id] != sum {
			t.Errorf("%s was acknowledged as %.12s and is %.12s", id, sum, there[id])
		}
	}
}

// A full disk while files are added: refused with a sentence, what was kept is
// served, and the same file is taken once there is room.
func TestDrillFullDiskWithFiles(t *testing.T) {
	p, disk := withSmallDisk(t, "24m")
	id := p.want(201, "POST", "/api/v1/vehicles", map[string]any{"vin": vinNumber(1)}).body["id"].(string)
	first, err := p.send(id, "first.bin", noise(1, 100_000))
	if err != nil || first.status != 201 {
		t.Fatalf("%v %s", err, first.raw)
	}
	fillDisk(t, filepath.Join(disk, "ballast"))
	refused, err := p.send(id, "second.bin", noise(2, 300_000))
	if err != nil || refused.status != 507 || !isProblem(refused) || refused.body["remedy"] == "" {
		t.Fatalf("on a full disk: %v %d %s", err, refused.status, refused.raw)
	}
	if parts, _ := filepath.Glob(filepath.Join(disk, "blobs", "*.part")); len(parts) > 0 {
		t.Errorf("halves stay: %v", parts)
	}
	at := "/api/v1/vehicles/" + id + "/attachments"
	if a := p.want(200, "GET", at+"/"+first.body["id"].(string)+"/content", nil); a.raw != string(noise(1, 100_000)) {
		t.Error("the first file is not what it was")
	}
	if a := p.want(200, "GET", at, nil); strings.Contains(a.raw, "second.bin") {
		t.Errorf("what was refused is listed: %s", a.raw)
	}
	if err := os.Remove(filepath.Join(disk, "ballast")); err != nil {
		t.Fatal(err)
	}
	if a, err := p.send(id, "second.bin", noise(2, 300_000)); err != nil || a.status != 201 {
		t.Errorf("with room again: %v %d %s", err, a.status, a.raw)
	}
	p.stop()
}
