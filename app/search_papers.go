package app

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Bounds of what a vehicle is found by of its papers: the first pages of a
// paper hold what people remember of it.
const (
	maxPaperText   = 32 << 10 // bytes of one paper
	maxVehicleText = 512 << 10
)

// add puts the names and texts of a vehicle's photos and papers into its
// document. Amounts are left out: words are found by everybody who sees the
// vehicle, and what was paid is not everybody's.
func (c paperCache) add(r store.Reader, vehicleID string, d *search.Document) error {
	all, err := vehicle.AttachmentsOf(r, vehicleID)
	if err != nil {
		return err
	}
	d.In = map[string][]string{}
	put := func(text, in string) {
		d.Texts["file"] = append(d.Texts["file"], text)
		d.In["file"] = append(d.In["file"], in)
	}
	left := maxVehicleText
	for i := range all {
		a := &all[i].Record
		put(a.Name, "")
		if a.Title != "" {
			put(a.Title, a.Name)
		}
		pages := c.text(a.SHA256)
		room := min(maxPaperText, left)
		for n, page := range pages {
			if room <= 0 {
				break
			}
			in := a.Called()
			if len(pages) > 1 {
				in = fmt.Sprintf("%s, page %d", in, n+1)
			}
			page = withoutAmounts(page)
			if len(page) > room {
				page = strings.ToValidUTF8(page[:room], "")
			}
			room, left = room-len(page), left-len(page)
			if page = strings.Join(strings.Fields(page), " "); page != "" {
				put(page, in)
			}
		}
	}
	return nil
}

// amount is what may be money: digits with two behind a mark, in groups of
// three, or next to a currency. A date, a mileage without groups and a part
// number are not.
var amount = regexp.MustCompile(`(?i)(?:[$€£¥]|\b(?:usd|eur|gbp|chf|cad|aud|jpy)\b)\s*-?\d[\d.,'’   ]*|` +
	`\d[\d.,'’   ]*\s*(?:[$€£¥]|\b(?:usd|eur|gbp|chf|cad|aud|jpy)\b)|` +
	`\b\d{1,3}(?:[.,'’   ]\d{3})+(?:[.,]\d{1,2})?\b|` +
	`\b\d+[.,]\d{2}\b`)

func withoutAmounts(s string) string { return amount.ReplaceAllString(s, "…") }
