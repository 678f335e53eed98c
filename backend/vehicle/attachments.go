package vehicle

import (
	"context"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Attach puts a photo or a paper on a vehicle. Its bytes are kept already; a
// says what they are. The first photo is the vehicle's cover.
func (h *Hub) Attach(ctx context.Context, c Caller, vehicleID string, a Attachment) (Saved[Attachment], error) {
	if err := attachmentRules.check(&a, h.now()); err != nil {
		return Saved[Attachment]{}, err
	}
	a.ID, a.VehicleID, a.At, a.By = h.ids.New(), vehicleID, store.Moment(h.now()), c.Actor
	return write(ctx, h, c, func(tx store.Tx) (Attachment, int64, error) {
		v, err := get(tx, Vehicles, vehicleID, "vehicle")
		if err != nil {
			return a, 0, err
		}
		if err := room(tx, vehicleID); err != nil {
			return a, 0, err
		}
		if err := h.ofVehicle(tx, vehicleID, a.Record); err != nil {
			return a, 0, err
		}
		a.Placed = v.Value.Placed
		rev, err := Attachments.Insert(tx, &a)
		if err == nil && a.Kind == Photo && v.Value.Cover == "" {
			v.Value.Cover = a.ID
			_, err = Vehicles.Put(tx, &v.Value, v.Rev)
		}
		return a, rev, err
	})
}

// MayAttach refuses what Attach would refuse of any file: better before it is
// sent than after.
func (h *Hub) MayAttach(ctx context.Context, c Caller, vehicleID string) error {
	return h.db.View(ctx, c.Scope, func(r store.Reader) error {
		if _, err := get(r, Vehicles, vehicleID, "vehicle"); err != nil {
			return err
		}
		return room(r, vehicleID)
	})
}

// room refuses one attachment too many.
func room(r store.Reader, vehicleID string) error {
	q := store.Query{Index: "vehicle", Prefix: store.Values(store.String(vehicleID)), Limit: store.MaxLimit}
	for n := 0; ; {
		p, err := Attachments.Query(r, q)
		if err != nil {
			return err
		}
		if n += len(p.Items); n >= MaxAttachments {
			return fault.New(fault.Conflict, "this vehicle has %d photos and papers, and more can't be kept on one", n).WithRemedy("remove some that are no longer needed")
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return nil
		}
	}
}

// ofVehicle refuses the link to a record of another vehicle.
func (h *Hub) ofVehicle(r store.Reader, vehicleID, record string) error {
	if record == "" {
		return nil
	}
	_, err := h.Services.of(r, vehicleID, record)
	if fault.Is(err, fault.NotFound) {
		return fault.InvalidField("/record", "is not a service record of this vehicle", "use the id of one, or none")
	}
	return err
}

// AttachmentEdit is what can be changed on an attachment; nil stays as it is.
type AttachmentEdit struct {
	Name   *string         `json:"name,omitempty" minLength:"1" maxLength:"255"`
	Title  *string         `json:"title,omitempty" maxLength:"200"`
	Kind   *AttachmentKind `json:"kind,omitempty" enum:"photo,paper"`
	Record *string         `json:"record,omitempty" maxLength:"36" doc:"id of the service record that it belongs to; empty is none"`
	Open   *bool           `json:"open,omitempty" doc:"a paper that shows no costs: everybody who sees the vehicle may open it"`
	Cover  *bool           `json:"cover,omitempty" doc:"the photo is the vehicle's cover, or no longer"`
}

// EditAttachment changes what a person may say about an attachment.
func (h *Hub) EditAttachment(ctx context.Context, c Caller, vehicleID, id string, ifRev int64, e AttachmentEdit) (Saved[Attachment], error) {
	return write(ctx, h, c, func(tx store.Tx) (Attachment, int64, error) {
		doc, err := h.Attachments.of(tx, vehicleID, id)
		if err != nil {
			return Attachment{}, 0, err
		}
		if ifRev != store.AnyRev && ifRev != doc.Rev {
			return doc.Value, 0, fault.New(fault.Conflict, "the photo or paper was changed since it was read")
		}
		a := doc.Value
		e.apply(&a)
		if err := attachmentRules.check(&a, h.now()); err != nil {
			return a, 0, err
		}
		if a.Open != doc.Value.Open && c.Scope.Withholds(CostsVeil) {
			return a, 0, fault.New(fault.Denied, "you may not say that a paper shows no costs").WithRemedy("ask somebody who may see costs")
		}
		if e.Record != nil {
			if err := h.ofVehicle(tx, vehicleID, a.Record); err != nil {
				return a, 0, err
			}
		}
		rev := doc.Rev
		if a != doc.Value {
			if rev, err = Attachments.Put(tx, &a, doc.Rev); err != nil {
				return a, 0, err
			}
		}
		cover := e.Cover
		if a.Kind != Photo {
			if cover != nil && *cover {
				return a, 0, fault.InvalidField("/cover", "is of a paper", "choose a photo")
			}
			cover = new(bool)
		}
		if cover != nil {
			err = setCover(tx, vehicleID, id, *cover)
		}
		return a, rev, err
	})
}

func (e *AttachmentEdit) apply(a *Attachment) {
	if e.Name != nil {
		a.Name = *e.Name
	}
	if e.Title != nil {
		a.Title = *e.Title
	}
	if e.Kind != nil {
		a.Kind = *e.Kind
	}
	if e.Record != nil {
		a.Record = *e.Record
	}
	if e.Open != nil {
		a.Open = *e.Open
	}
}

// setCover makes a photo the vehicle's cover, or takes it away where it is.
func setCover(tx store.Tx, vehicleID, id string, is bool) error {
	v, err := get(tx, Vehicles, vehicleID, "vehicle")
	if err != nil || (v.Value.Cover == id) == is {
		return err
	}
	if v.Value.Cover = id; !is {
		v.Value.Cover = ""
	}
	_, err = Vehicles.Put(tx, &v.Value, v.Rev)
	return err
}

// Detach takes an attachment off its vehicle; Undo brings it back. Its bytes
// stay as long as that may happen.
func (h *Hub) Detach(ctx context.Context, c Caller, vehicleID, id string, ifRev int64) (Saved[Attachment], error) {
	return write(ctx, h, c, func(tx store.Tx) (Attachment, int64, error) {
		old, err := h.Attachments.of(tx, vehicleID, id)
		if err != nil {
			return old.Value, 0, err
		}
		if err := Attachments.Delete(tx, id, ifRev); err != nil {
			return old.Value, 0, err
		}
		return old.Value, old.Rev, setCover(tx, vehicleID, id, false)
	})
}

// Attachment reads one attachment of a vehicle.
func (h *Hub) Attachment(ctx context.Context, c Caller, vehicleID, id string) (store.Doc[Attachment], error) {
	var doc store.Doc[Attachment]
	err := h.db.View(ctx, c.Scope, func(r store.Reader) (err error) {
		if _, err := get(r, Vehicles, vehicleID, "vehicle"); err != nil {
			return err
		}
		doc, err = h.Attachments.of(r, vehicleID, id)
		return err
	})
	return doc, err
}

// AttachmentsOf reads all attachments of a vehicle within a transaction of the
// caller's, the oldest first.
func AttachmentsOf(r store.Reader, vehicleID string) ([]Revised[Attachment], error) {
	return allOf(r, Attachments, vehicleID)
}

// coverAlone reports whether a change of a vehicle is that of its cover, which
// goes with a photo.
func coverAlone(fields []string) bool { return len(fields) == 1 && fields[0] == "cover" }
