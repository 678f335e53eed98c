package vehicle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Policy says what happens to a vehicle that is here already when a list
// names it again.
type Policy string

// The policies. None of them takes away what only the hub knows.
const (
	FillBlanks Policy = "fill"      // what is blank here is taken from the list
	ListWins   Policy = "overwrite" // what the list says replaces what is here
	AskFirst   Policy = "ask"       // it is left alone until somebody decides
)

// Taking is one row of a list on its way in.
type Taking struct {
	Mark   string // names the row in its batch: a row that was taken before is not taken again
	Entry  Entry
	Policy Policy // for a vehicle that is here and not sold
}

// Took is what came of a Taking.
type Took string

// The outcomes.
const (
	TookNew       Took = "created"
	TookFilled    Took = "filled"    // blanks of the vehicle here were filled
	TookOver      Took = "replaced"  // the list's words replaced those here
	TookNothing   Took = "unchanged" // it is here, and the list says nothing new
	TookUndecided Took = "undecided" // it is here, the list says otherwise, and somebody must decide
	TookBefore    Took = "before"    // this row was taken by this batch already
)

// TakeBatch is the batch of an import that goes on over many calls.
type TakeBatch struct {
	ID    string // of the job that takes
	First string // key of its first undo entry, kept from its beginning on
}

// Take takes rows of a list into the hub in one transaction: all of them or,
// with an error, none. A vehicle that was sold counts as gone: the same VIN is
// a new one's, which has come back.
func (h *Hub) Take(ctx context.Context, c Caller, b TakeBatch, rows []Taking) ([]Took, error) {
	began, err := h.began(ctx, c, b.ID)
	if err != nil {
		return nil, err
	}
	keep := h.keeping(deedImport)
	if keep.First = b.First; began {
		keep.First = ""
	}
	out := make([]Took, len(rows))
	_, err = h.db.Update(ctx, store.Write{Scope: c.Scope, Actor: c.Actor, Batch: b.ID}, func(tx store.Tx) error {
		for i := range rows {
			var err error
			if out[i], err = h.take(tx, c, b.ID, &rows[i]); err != nil {
				return err
			}
		}
		return keep.Keep(tx)
	})
	return out, err
}

// EndTake notes over how many vehicles the batch went.
func (h *Hub) EndTake(ctx context.Context, c Caller, b TakeBatch, vehicles int) error {
	began, err := h.began(ctx, c, b.ID)
	if err != nil || !began {
		return err
	}
	return h.sumUp(ctx, store.Write{Scope: c.Scope, Actor: c.Actor, Batch: b.ID}, b.First, vehicles)
}

func (h *Hub) take(tx store.Tx, c Caller, batch string, t *Taking) (Took, error) {
	id := takenID(batch, t.Mark)
	if _, err := Vehicles.Get(tx, id); !fault.Is(err, fault.NotFound) {
		return TookBefore, err
	}
	here, err := standing(tx, t.Entry.Draft.VIN)
	if err != nil {
		return "", err
	}
	if here != nil {
		return h.meet(tx, c, here, t)
	}
	v := Vehicle{ID: id, Created: store.Moment(h.now()), Notes: []Note{}}
	if err := h.apply(&v, t.Entry.Draft); err != nil {
		return "", err
	}
	c.settle(&v, t.Entry.Draft)
	if err := c.mayPut(&v); err != nil {
		return "", err
	}
	return TookNew, h.insertWith(tx, &v, t.Entry)
}

// meet joins a row with the vehicle that is here.
func (h *Hub) meet(tx store.Tx, c Caller, here *store.Doc[Vehicle], t *Taking) (Took, error) {
	v := here.Value
	d := v.Draft()
	took := TookFilled
	if t.Policy == ListWins {
		took = TookOver
	}
	d.join(&t.Entry.Draft, t.Policy != FillBlanks) // who is asked is asked about all that differs
	if err := h.apply(&v, d); err != nil {
		return "", err
	}
	v.Updated = here.Value.Updated
	reading, err := h.unknownReadings(tx, v.ID, t.Entry.Readings)
	if err != nil {
		return "", err
	}
	if reflect.DeepEqual(v, here.Value) && len(reading) == 0 {
		return TookNothing, nil
	}
	if t.Policy == AskFirst {
		return TookUndecided, nil
	}
	if err := c.mayPut(&v); err != nil {
		return "", err
	}
	v.Updated = store.Moment(h.now())
	if _, err := Vehicles.Put(tx, &v, here.Rev); err != nil {
		return "", err
	}
	return took, insertRecords(tx, h, &v, h.Readings, reading)
}

// join takes from a list what is blank, or with over all that the list says.
func (d *Draft) join(from *Draft, over bool) {
	into, of := reflect.ValueOf(&d.Claimed).Elem(), reflect.ValueOf(&from.Claimed).Elem()
	for i := range into.NumField() {
		if !of.Field(i).IsZero() && (over || into.Field(i).IsZero()) {
			into.Field(i).Set(of.Field(i))
		}
	}
	for _, text := range []struct{ into, of *string }{{&d.Plate, &from.Plate}, {&d.Stock, &from.Stock}, {&d.Color, &from.Color}} {
		if *text.of != "" && (over || *text.into == "") {
			*text.into = *text.of
		}
	}
	if from.Asking != nil && (over || d.Asking == nil) {
		d.Asking = from.Asking
	}
	fields := maps.Clone(d.Fields)
	for _, name := range slices.Sorted(maps.Keys(from.Fields)) {
		text := from.Fields[name]
		if fields == nil {
			fields = map[string]string{}
		}
		if _, there := fields[name]; !there && len(fields) >= MaxFields {
			continue // there is no room: what is here stays, and the rest of the row is taken
		}
		if over || fields[name] == "" {
			fields[name] = text
		}
	}
	d.Fields = fields
	for _, t := range from.Tags {
		if len(d.Tags) < maxTags && !slices.ContainsFunc(d.Tags, func(have string) bool { return strings.EqualFold(have, t) }) {
			d.Tags = append(slices.Clone(d.Tags), t)
		}
	}
}

// unknownReadings are those that the vehicle does not have yet.
func (h *Hub) unknownReadings(r store.Reader, vehicleID string, list []Reading) ([]Reading, error) {
	if len(list) == 0 {
		return nil, nil
	}
	have, err := allOf(r, Readings, vehicleID)
	if err != nil {
		return nil, err
	}
	var out []Reading
	for _, l := range list {
		if !slices.ContainsFunc(have, func(x Revised[Reading]) bool { return x.Record.Odometer.Meters == l.Odometer.Meters }) {
			out = append(out, l)
		}
	}
	return out, nil
}

// standing is the vehicle with a VIN that was not sold, the last changed of
// several; nil is none.
func standing(r store.Reader, vin string) (*store.Doc[Vehicle], error) {
	var out *store.Doc[Vehicle]
	q := store.Query{Index: "vin", Prefix: store.Values(store.String(vin)), Limit: store.MaxLimit}
	for {
		p, err := Vehicles.Query(r, q)
		if err != nil {
			return nil, err
		}
		for i := range p.Items {
			d := &p.Items[i]
			if d.Value.VIN == vin && d.Value.Stage != Sold && (out == nil || out.Value.Updated.Before(d.Value.Updated.Time)) {
				out = d
			}
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// takenID is the id of the vehicle that a row becomes: of the batch's moment,
// so that ids stay in the order of time, and of the row alone.
func takenID(batch, mark string) string {
	sum := sha256.Sum256([]byte("hubcap taking\x00" + batch + "\x00" + mark))
	sum[0], sum[2] = 0x70|sum[0]&0x0f, 0x80|sum[2]&0x3f // version and variant (RFC 9562)
	text := hex.EncodeToString(sum[:10])
	return batch[:min(13, len(batch))] + "-" + text[:4] + "-" + text[4:8] + "-" + text[8:20]
}
