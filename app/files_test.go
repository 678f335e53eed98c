package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// attach sends a file to a vehicle.
func (h *hub) attach(id, name string, b []byte, query string) answer {
	h.t.Helper()
	req, err := http.NewRequest("PUT", h.url+"/api/v1/vehicles/"+id+"/attachments?name="+url.QueryEscape(name)+query, bytes.NewReader(b))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	return h.answer(req)
}

func (h *hub) answer(req *http.Request) answer {
	h.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(b)}
	_ = json.Unmarshal(b, &a.body) // a file is none
	return a
}

func (h *hub) newVehicle() string {
	h.t.Helper()
	a := h.do("POST", "/api/v1/vehicles", map[string]any{"vin": canaryVIN})
	if a.status != 201 {
		h.t.Fatal(a.raw)
	}
	return a.body["id"].(string)
}

func jpegOf(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 7)
	}
	img.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAttachmentsFromEndToEnd(t *testing.T) {
	dir := t.TempDir()
	a, h := openApp(t, dir, nil)
	id := h.newVehicle()
	base := "/api/v1/vehicles/" + id + "/attachments"
	photo := jpegOf(t, 900, 600)
	p := h.attach(id, `..\..\front "left".jpg`, photo, "")
	if p.status != 201 || p.body["kind"] != "photo" || p.body["media"] != "image/jpeg" || p.body["width"] != 900.0 || p.body["name"] != "front _left_.jpg" || p.body["picture"] != true || p.header.Get("Hubcap-Batch") == "" {
		t.Fatalf("a photo: %d %s", p.status, p.raw)
	}
	one := base + "/" + p.body["id"].(string)
	if v := h.do("GET", "/api/v1/vehicles/"+id, nil); v.body["cover"] != p.body["id"] {
		t.Errorf("the first photo is not the cover: %s", v.raw)
	}
	thumb := h.do("GET", one+"/thumbnail", nil)
	if c, err := jpeg.DecodeConfig(strings.NewReader(thumb.raw)); thumb.status != 200 || err != nil || c.Width != 320 || thumb.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("thumbnail: %d %v %+v", thumb.status, err, c)
	}
	if v := h.do("GET", one+"/thumbnail?size=1600", nil); v.status != 200 {
		t.Errorf("view: %d %s", v.status, v.raw)
	}
	part := h.do("GET", one+"/content", nil, "Range", "bytes=100-199")
	if part.status != 206 || part.raw != string(photo[100:200]) || !strings.HasPrefix(part.header.Get("Content-Range"), "bytes 100-199/") {
		t.Errorf("a part: %d, %d bytes, %q", part.status, len(part.raw), part.header.Get("Content-Range"))
	}

	invoice := h.attach(id, "invoice-0312.txt", []byte("Brake Shop Meier\nDate: 2026-03-12\nOdometer: 81200 km\nFront brake pads quetzalcoatlus 120.00\nTotal 120.00 EUR\n"), "")
	if invoice.status != 201 || invoice.body["kind"] != "paper" || invoice.body["text"] != true {
		t.Fatalf("a paper: %d %s", invoice.status, invoice.raw)
	}
	found := h.do("GET", "/api/v1/search?q=quetzalcoatlus&after="+invoice.header.Get("Hubcap-Seq"), nil)
	if found.body["total"] != 1.0 || !strings.Contains(found.raw, `"field":"file"`) || !strings.Contains(found.raw, `"in":"invoice-0312.txt"`) {
		t.Errorf("search: %s", found.raw)
	}
	if f := h.do("GET", "/api/v1/search?q=120.00", nil); strings.Contains(f.raw, `"field":"file"`) {
		t.Errorf("an amount of a paper is found: %s", f.raw)
	}
	draft := h.do("POST", base+"/"+invoice.body["id"].(string)+"/draft", nil)
	if draft.status != 200 || !strings.Contains(draft.raw, "2026-03-12") || draft.body["sheet"] == nil {
		t.Errorf("draft: %d %s", draft.status, draft.raw)
	}
	if d := h.do("POST", one+"/draft", nil); d.status != 422 || d.body["remedy"] == "" {
		t.Errorf("a draft of a photo: %d %s", d.status, d.raw)
	}

	edited := h.do("PATCH", one, map[string]any{"title": "Front\u202e, left"}, "If-Match", p.header.Get("ETag"))
	if edited.status != 200 || edited.body["title"] != "Front, left" {
		t.Errorf("rename: %d %s", edited.status, edited.raw)
	}
	if again := h.do("PATCH", one, map[string]any{"title": "x"}, "If-Match", p.header.Get("ETag")); again.status != 412 {
		t.Errorf("an older revision: %d %s", again.status, again.raw)
	}
	gone := h.do("DELETE", one, nil, "If-Match", "*")
	if gone.status != 200 {
		t.Fatalf("remove: %d %s", gone.status, gone.raw)
	}
	if c := h.do("GET", one+"/content", nil); c.status != 404 {
		t.Errorf("content after the removal: %d", c.status)
	}
	if u := h.do("POST", "/api/v1/undo/"+gone.header.Get("Hubcap-Batch"), nil); u.status != 200 {
		t.Errorf("undo: %d %s", u.status, u.raw)
	}
	if c := h.do("GET", one+"/content", nil); c.status != 200 || c.raw != string(photo) {
		t.Errorf("content after the undo: %d, %d bytes", c.status, len(c.raw))
	}

	// The cache is lost: it is made again when it is asked for.
	if err := os.RemoveAll(filepath.Join(dir, "cache")); err != nil {
		t.Fatal(err)
	}
	if v := h.do("GET", one+"/thumbnail", nil); v.status != 200 {
		t.Errorf("thumbnail after the cache was lost: %d %s", v.status, v.raw)
	}
	if v := h.do("GET", base+"/"+invoice.body["id"].(string)+"/text", nil); v.status != 200 || !strings.Contains(v.raw, "quetzalcoatlus") {
		t.Errorf("text after the cache was lost: %d %s", v.status, v.raw)
	}
	_ = a
}

// What could run in a browser is never shown by it, whatever it is called.
func TestHostileFilesAreServedSafely(t *testing.T) {
	_, h := openApp(t, t.TempDir(), nil)
	id := h.newVehicle()
	script := "<script>fetch('/api/v1/me')</script>"
	for _, c := range []struct {
		name, content, media, how string
	}{
		{"x.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream", "attachment"},
		{"x.html", "<html>" + script, "application/octet-stream", "attachment"},
		{"x.jpg", "<html>" + script, "application/octet-stream", "attachment"},
		{"x.txt", "hello " + script, "application/octet-stream", "attachment"},
		{"x.xml", "<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><a/>", "application/octet-stream", "attachment"},
		{"x.xhtml", "\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", "application/octet-stream", "attachment"},
		{"x.pdf.exe", "MZ\x90\x00", "application/octet-stream", "attachment"},
		{"x.csv", "a;b\n=cmd|' /C calc'!A0;1", "application/octet-stream", "attachment"},
		{"x.html", "plain words", "text/plain; charset=utf-8", "inline"},
		{"x.html", "\xff\xd8\xff\xe0" + script, "image/jpeg", "inline"},
		{"x.html", "%PDF-1.4\n" + script, "application/pdf", "inline"},
		{"line\r\nSet-Cookie: a=b.txt", "plain words again", "text/plain; charset=utf-8", "inline"},
	} {
		a := h.attach(id, c.name, []byte(c.content), "")
		if a.status != 201 {
			t.Fatalf("%q: %d %s", c.name, a.status, a.raw)
		}
		for _, save := range []bool{false, true} {
			got := h.do("GET", fmt.Sprintf("/api/v1/vehicles/%s/attachments/%s/content?save=%v", id, a.body["id"], save), nil)
			media, how := c.media, c.how
			if save {
				media, how = "application/octet-stream", "attachment"
			}
			hd := got.header
			if got.status != 200 || got.raw != c.content || hd.Get("Content-Type") != media || !strings.HasPrefix(hd.Get("Content-Disposition"), how+"; filename=") || hd.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%q: %d %q %q %q, want %q %s", c.name, got.status, hd.Get("Content-Type"), hd.Get("Content-Disposition"), hd.Get("X-Content-Type-Options"), media, how)
			}
			policy := hd.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script-src") || media != "application/pdf" && !strings.HasPrefix(policy, "sandbox;") {
				t.Errorf("%q: policy %q", c.name, policy)
			}
			if hd.Get("Set-Cookie") != "" {
				t.Errorf("%q sets a cookie", c.name)
			}
		}
	}
	if a := h.attach(id, "empty.txt", nil, ""); a.status != 422 {
		t.Errorf("an empty file: %d %s", a.status, a.raw)
	}
	if a := h.attach(id, "big.bin", make([]byte, 50_000_001), ""); a.status != 413 || a.body["remedy"] == "" {
		t.Errorf("a file over 50 MB: %d %.200s", a.status, a.raw)
	}
	req, err := http.NewRequest("PUT", h.url+"/api/v1/vehicles/"+id+"/attachments?name=x", io.MultiReader(bytes.NewReader(make([]byte, 50_000_000)), strings.NewReader("x")))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream") // without a length
	if a := h.answer(req); a.status != 422 {
		t.Errorf("a stream over 50 MB: %d %.200s", a.status, a.raw)
	}
}

// A flipped bit, a lost file: the doctor names the vehicle and the file, the
// rest is served, and the same file added again mends it.
func TestDamagedFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	_, h := openApp(t, dir, nil)
	id := h.newVehicle()
	photo := jpegOf(t, 400, 300)
	a, b, c := h.attach(id, "flipped.jpg", photo, ""), h.attach(id, "lost.txt", []byte("lost"), ""), h.attach(id, "whole.txt", []byte("whole"), "")
	path := func(a answer) string {
		s := a.body["sha256"].(string)
		return filepath.Join(dir, "blobs", s[:2], s)
	}
	spoilt := bytes.Clone(photo)
	spoilt[len(spoilt)/2] ^= 1
	if err := os.WriteFile(path(a), spoilt, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path(a), time.Time{}, time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path(b)); err != nil {
		t.Fatal(err)
	}
	at := func(a answer) string {
		return "/api/v1/vehicles/" + id + "/attachments/" + a.body["id"].(string) + "/content"
	}
	for name, x := range map[string]answer{"flipped.jpg": a, "lost.txt": b} {
		if got := h.do("GET", at(x), nil); got.status != 503 || !strings.Contains(got.raw, name) || got.body["remedy"] == "" {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	if got := h.do("GET", at(c), nil); got.status != 200 || got.raw != "whole" {
		t.Errorf("the rest: %d %s", got.status, got.raw)
	}
	doctor := h.do("GET", "/api/v1/doctor", nil)
	for _, want := range []string{"flipped.jpg", "is damaged", "lost.txt", "is missing", "2015 TOYOTA Camry"} {
		if !strings.Contains(doctor.raw, want) {
			t.Errorf("the doctor does not say %q: %.2000s", want, doctor.raw)
		}
	}
	if strings.Contains(doctor.raw, "whole.txt") {
		t.Error("the doctor names a file that is whole")
	}
	if again := h.attach(id, "flipped.jpg", photo, ""); again.status != 201 {
		t.Fatalf("again: %d %s", again.status, again.raw)
	}
	if got := h.do("GET", at(a), nil); got.status != 200 || got.raw != string(photo) {
		t.Errorf("mended: %d", got.status)
	}
}

// What was read is read again after a start without the cache, and found.
func TestPapersAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	a, h := openApp(t, dir, nil)
	id := h.newVehicle()
	if p := h.attach(id, "a.txt", []byte("about a thylacine"), ""); p.status != 201 {
		t.Fatal(p.raw)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, lost := range []string{"cache", "search"} {
		if err := os.RemoveAll(filepath.Join(dir, lost)); err != nil {
			t.Fatal(err)
		}
	}
	_, h = openApp(t, dir, nil)
	h.until("/api/v1/search?q=thylacine", func(a answer) bool { return a.body["total"] == 1.0 })
}

// Nobody's files go in time, and nobody else's: not those in the trash.
func TestSweepOfFiles(t *testing.T) {
	dir := t.TempDir()
	a, h := openApp(t, dir, nil)
	id := h.newVehicle()
	kept, thrown := h.attach(id, "kept.bin", noise(1, 100), ""), h.attach(id, "thrown.bin", noise(2, 100), "")
	if got := h.do("DELETE", "/api/v1/vehicles/"+id+"/attachments/"+thrown.body["id"].(string), nil, "If-Match", "*"); got.status != 200 {
		t.Fatal(got.raw)
	}
	orphan := filepath.Join(dir, "blobs", "ba", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
	if err := os.MkdirAll(filepath.Dir(orphan), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(orphan, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := func(a answer) string {
		s := a.body["sha256"].(string)
		return filepath.Join(dir, "blobs", s[:2], s)
	}
	// All of them are old, but for one that nobody ever named.
	long := time.Now().Add(-40 * 24 * time.Hour)
	for _, p := range []string{path(kept), path(thrown), orphan} {
		if err := os.Chtimes(p, long, long); err != nil {
			t.Fatal(err)
		}
	}
	fresh := filepath.Join(dir, "blobs", "5e", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8")
	if err := os.MkdirAll(filepath.Dir(fresh), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fresh, []byte("password"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.SweepFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]bool{path(kept): true, path(thrown): true, fresh: true, orphan: false} {
		if _, err := os.Stat(p); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", p, err == nil, want)
		}
	}
}
