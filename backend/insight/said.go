package insight

import (
	"github.com/hubcap-dev/hubcap/backend/store"
)

// VehicleOf names the vehicles whose saved briefing a change is of.
func VehicleOf(c store.Change) (ids []string) {
	for _, doc := range [][]byte{c.Before, c.After} {
		if doc == nil {
			continue
		}
		if s, err := Insights.Decode(doc); err == nil && s.VehicleID != "" {
			ids = append(ids, s.VehicleID)
		}
	}
	return ids
}

// SaidField is the field under which those who search keep what LastSaid
// returns.
const SaidField = "insight"

// LastSaid returns the sentences of a vehicle's last saved briefing.
func LastSaid(r store.Reader, vehicleID string) ([]string, error) {
	p, err := Insights.Query(r, store.Query{Index: "vehicle", Prefix: store.Values(store.String(vehicleID)), Reverse: true, Limit: 1})
	if err != nil || len(p.Items) == 0 {
		return nil, err
	}
	var out []string
	for _, s := range p.Items[0].Value.Briefing.Sentences {
		out = append(out, s.Text)
	}
	return out, nil
}
