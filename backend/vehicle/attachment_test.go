package vehicle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// sum is a SHA-256 that tells attachments apart.
func sum(i int) string { return fmt.Sprintf("%064x", i) }

func photo(i int) vehicle.Attachment {
	return vehicle.Attachment{Kind: vehicle.Photo, Name: fmt.Sprintf("photo %d.jpg", i), Media: "image/jpeg", Bytes: 10, SHA256: sum(i)}
}

func withVehicle(t *testing.T) (*vehicle.Hub, store.DB, string) {
	t.Helper()
	h, db := openHub(t)
	s, err := h.Create(t.Context(), me(), vehicle.Draft{VIN: "4T1BF1FK9FU226704", Location: "Berlin"})
	if err != nil {
		t.Fatal(err)
	}
	return h, db, s.Value.ID
}

func cover(t *testing.T, h *vehicle.Hub, id string) string {
	t.Helper()
	v, err := h.Get(t.Context(), me(), id)
	if err != nil {
		t.Fatal(err)
	}
	return v.Value.Cover
}

func TestNamesAreMadeFit(t *testing.T) {
	h, _, id := withVehicle(t)
	for given, want := range map[string]string{
		"invoice.pdf":                           "invoice.pdf",
		"../../etc/passwd":                      "passwd",
		`C:\Users\me\title.pdf`:                 "title.pdf",
		"/":                                     "file",
		"..":                                    "file",
		" . ":                                   "file",
		"a\x00b\x1b[31m.jpg":                    "ab[31m.jpg",
		"invoice\u202efdp.exe":                  "invoicefdp.exe",
		"zero\u200bwidth.png":                   "zerowidth.png",
		"line\nbreak\ttab.txt":                  "line break tab.txt",
		"a<b>|c?.jpg":                           "a_b__c_.jpg",
		"con.txt":                               "_con.txt",
		"COM1":                                  "_COM1",
		"Führerschein 車検証.jpg":                  "Führerschein 車検証.jpg",
		strings.Repeat("x", 300) + ".jpeg":      strings.Repeat("x", 115) + ".jpeg",
		"a." + strings.Repeat("y", 300):         "a." + strings.Repeat("y", 118),
		"bad \xff utf8.pdf":                     "bad  utf8.pdf",
		"trailing dots...":                      "trailing dots",
		"\u2066isolated\u2069.pdf":              "isolated.pdf",
		"family \U0001f468\u200d\U0001f469.jpg": "family \U0001f468\u200d\U0001f469.jpg",
	} {
		a := photo(1)
		a.Name = given
		s, err := h.Attach(t.Context(), me(), id, a)
		if err != nil || s.Value.Name != want {
			t.Errorf("%q becomes %q, %v; want %q", given, s.Value.Name, err, want)
		}
	}
}

func TestCoverGoesWithItsPhoto(t *testing.T) {
	h, _, id := withVehicle(t)
	paper := photo(0)
	paper.Kind = vehicle.Paper
	if _, err := h.Attach(t.Context(), me(), id, paper); err != nil || cover(t, h, id) != "" {
		t.Fatalf("a paper is the cover: %q, %v", cover(t, h, id), err)
	}
	first, err := h.Attach(t.Context(), me(), id, photo(1))
	if err != nil || cover(t, h, id) != first.Value.ID {
		t.Fatalf("the first photo is not the cover: %q, %v", cover(t, h, id), err)
	}
	second, err := h.Attach(t.Context(), me(), id, photo(2))
	if err != nil || cover(t, h, id) != first.Value.ID {
		t.Fatalf("the second photo took the cover: %v", err)
	}
	yes := true
	if _, err := h.EditAttachment(t.Context(), me(), id, second.Value.ID, second.Rev, vehicle.AttachmentEdit{Cover: &yes}); err != nil || cover(t, h, id) != second.Value.ID {
		t.Fatalf("the cover is %q, %v", cover(t, h, id), err)
	}
	gone, err := h.Detach(t.Context(), me(), id, second.Value.ID, store.AnyRev)
	if err != nil || cover(t, h, id) != "" {
		t.Fatalf("after its removal the cover is %q, %v", cover(t, h, id), err)
	}
	w, err := h.Wrote(t.Context(), me(), gone.Batch)
	if err != nil || w.Vehicles || w.Records || !w.Files {
		t.Errorf("the removal wrote %+v, %v; want files alone", w, err)
	}
	trash, err := h.Trash(t.Context(), me(), "", 10)
	if err != nil || len(trash.Items) != 1 || trash.Items[0].Name != "photo 2.jpg" || trash.Items[0].Collection != vehicle.AttachmentsName {
		t.Errorf("the trash is %+v, %v", trash.Items, err)
	}
	if u, err := h.Undo(t.Context(), me(), gone.Batch, ""); err != nil || u.Restored != 2 || cover(t, h, id) != second.Value.ID {
		t.Errorf("after the undo %+v, cover %q, %v", u, cover(t, h, id), err)
	}
	acts, err := h.Activity(t.Context(), me(), id, "", 20)
	if err != nil {
		t.Fatal(err)
	}
	var deeds []vehicle.Deed
	for _, a := range acts.Items {
		deeds = append(deeds, a.Deed)
	}
	if want := []vehicle.Deed{"undone", "record_removed", "edited", "record_added", "record_added", "record_added", "created"}; !slices.Equal(deeds, want) {
		t.Errorf("activity is %v, want %v", deeds, want)
	}
}

func TestAttachmentsGoAndMoveWithTheirVehicle(t *testing.T) {
	h, db, id := withVehicle(t)
	a, err := h.Attach(t.Context(), me(), id, photo(1))
	if err != nil || a.Value.Location != "Berlin" {
		t.Fatalf("%+v, %v", a.Value, err)
	}
	removed, err := h.Detach(t.Context(), me(), id, a.Value.ID, a.Rev)
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.Get(t.Context(), me(), id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := h.Attach(t.Context(), me(), id, photo(2))
	if err != nil {
		t.Fatal(err)
	}
	if v, err = h.Get(t.Context(), me(), id); err != nil {
		t.Fatal(err)
	}
	d := v.Value.Draft()
	d.Location = "Hamburg"
	moved, err := h.Update(t.Context(), me(), id, v.Rev, d)
	if err != nil {
		t.Fatal(err)
	}
	hamburg := vehicle.Caller{Scope: store.Org("home").At("Hamburg"), Actor: actor.Machine()}
	berlin := vehicle.Caller{Scope: store.Org("home").At("Berlin"), Actor: actor.Machine()}
	if _, err := h.Attachment(t.Context(), hamburg, id, b.Value.ID); err != nil {
		t.Errorf("it did not move along: %v", err)
	}
	if _, err := h.Attachment(t.Context(), berlin, id, b.Value.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("it is seen where it was: %v", err)
	}
	// What comes back, comes back to where its vehicle stands now.
	if _, err := h.Undo(t.Context(), me(), removed.Batch, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Attachment(t.Context(), hamburg, id, a.Value.ID); err != nil {
		t.Errorf("it came back elsewhere: %v", err)
	}
	gone, err := h.Delete(t.Context(), me(), id, store.AnyRev)
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	if err := db.View(t.Context(), store.Org("home"), func(r store.Reader) error {
		all, err := vehicle.AttachmentsOf(r, id)
		left = len(all)
		return err
	}); err != nil || left != 0 {
		t.Errorf("%d are left, %v", left, err)
	}
	if u, err := h.Undo(t.Context(), me(), gone.Batch, ""); err != nil || u.Restored != 3 {
		t.Errorf("undo: %+v, %v; want the vehicle and two attachments", u, err)
	}
	_ = moved
}

func TestAttachmentRules(t *testing.T) {
	h, _, id := withVehicle(t)
	other, err := h.Create(t.Context(), me(), vehicle.Draft{VIN: "1FTFW1EF0FF107919"})
	if err != nil {
		t.Fatal(err)
	}
	record, err := h.Services.Add(t.Context(), me(), other.Value.ID, vehicle.ServiceRecord{Date: "2026-01-05", Items: []vehicle.ServiceItem{{Kind: "oil"}}})
	if err != nil {
		t.Fatal(err)
	}
	a := photo(1)
	a.Kind = "video"
	if _, err := h.Attach(t.Context(), me(), id, a); !fault.Is(err, fault.Invalid) {
		t.Errorf("a kind that is none: %v", err)
	}
	a = photo(1)
	a.Record = record.Value.ID
	if _, err := h.Attach(t.Context(), me(), id, a); !fault.Is(err, fault.Invalid) {
		t.Errorf("a record of another vehicle: %v", err)
	}
	if _, err := h.Attach(t.Context(), me(), other.Value.ID, a); err != nil {
		t.Errorf("a record of its own: %v", err)
	}
	if _, err := h.Attach(t.Context(), me(), "nobody", photo(1)); !fault.Is(err, fault.NotFound) {
		t.Errorf("a vehicle that is none: %v", err)
	}
	for i := range vehicle.MaxAttachments {
		if _, err := h.Attach(t.Context(), me(), id, photo(i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Attach(t.Context(), me(), id, photo(999)); !fault.Is(err, fault.Conflict) {
		t.Errorf("one too many: %v, want a conflict", err)
	}
	if err := h.MayAttach(t.Context(), me(), id); !fault.Is(err, fault.Conflict) {
		t.Errorf("asked beforehand: %v, want a conflict", err)
	}
}

func TestPapersAreOpenToWhoSeesCosts(t *testing.T) {
	h, _, id := withVehicle(t)
	a := photo(1)
	a.Kind = vehicle.Paper
	s, err := h.Attach(t.Context(), vehicle.Caller{Scope: store.Org("home"), Actor: actor.Actor{Kind: actor.User, ID: "tech"}}, id, a)
	if err != nil {
		t.Fatal(err)
	}
	p := s.Value
	without := store.Org("home").Without(vehicle.CostsVeil)
	by := func(scope store.Scope, user string) vehicle.Caller {
		return vehicle.Caller{Scope: scope, Actor: actor.Actor{Kind: actor.User, ID: user}}
	}
	for _, c := range []struct {
		name string
		who  vehicle.Caller
		want bool
	}{{"who sees costs", by(store.Org("home"), "boss"), true}, {"who brought it", by(without, "tech"), true}, {"who does not see costs", by(without, "sales"), false},
		{"a program of that name", vehicle.Caller{Scope: without, Actor: actor.Actor{Kind: actor.Service, ID: "tech"}}, false}} {
		if got := p.OpenTo(c.who); got != c.want {
			t.Errorf("open to %s: %v", c.name, got)
		}
	}
	yes := true
	if _, err := h.EditAttachment(t.Context(), by(without, "tech"), id, p.ID, store.AnyRev, vehicle.AttachmentEdit{Open: &yes}); !fault.Is(err, fault.Denied) {
		t.Errorf("opened to all by who does not see costs: %v", err)
	}
	opened, err := h.EditAttachment(t.Context(), by(store.Org("home"), "boss"), id, p.ID, store.AnyRev, vehicle.AttachmentEdit{Open: &yes})
	if err != nil || !opened.Value.OpenTo(by(without, "sales")) {
		t.Errorf("opened: %v", err)
	}
}
