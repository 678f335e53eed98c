package insight_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// oddVINs are what people, files and attackers give for a VIN. Every one is
// an answer: its briefing holds against its findings and can be saved.
var oddVINs = []string{
	"4*", "*4*", "§4", "4§", "§4ABC", "1-2", "1,000", "$5", "5%", "(4)", "4/5", "é4", "4é", "😀4", `"4"`, "4'5", "F1", "12 of 17", "½4",
	"٣٤٥", "K‑4", "4–5", "４", "\u202e4", "\u0301", "ß", "İ", "-", ".", ":", "*", strings.Repeat("§", 17), strings.Repeat("4§", 8) + "4",
	"1HGCM8263§A004352", "1HGCM82633A00435٣", "1,0CM82633A004352", "§4GCM82633A004352", "1HGCM82633§004352", "1HGCM826§3A00435§",
	"2T3§§§§§§§§§§§§§§", "1HGCM82633A004352 and more",
}

func brief(t *testing.T, h *hub, v string) {
	t.Helper()
	d, err := h.insights.VIN(t.Context(), caller, v, 0)
	if err != nil {
		t.Errorf("VIN(%q): %v", v, err)
		return
	}
	for _, f := range d.Briefing.Findings {
		if !utf8.ValidString(f.Value) || !utf8.ValidString(f.Reference) {
			t.Errorf("VIN(%q): finding %s has the value %q against %q, which is half a character", v, f.Metric, f.Value, f.Reference)
		}
	}
	s, err := h.vehicles.Create(t.Context(), caller, vehicle.Draft{VIN: v})
	if err != nil {
		return // what can't be kept as a VIN is the vehicle's matter
	}
	if _, err := h.insights.Vehicle(t.Context(), caller, s.Value.ID); err != nil {
		t.Errorf("Vehicle with the VIN %q: %v", v, err)
	}
}

func TestBriefingOfOddVINs(t *testing.T) {
	h := newHub(t, nil)
	for _, v := range oddVINs {
		brief(t, h, v)
	}
}

func FuzzBriefingOfAVIN(f *testing.F) {
	for _, v := range oddVINs {
		f.Add(v)
	}
	h := newHub(f, nil)
	f.Fuzz(func(t *testing.T, v string) {
		if strings.TrimSpace(v) != "" {
			brief(t, h, v)
		}
	})
}
