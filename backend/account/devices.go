package account

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Device is a browser that a person trusts: it is not asked for the second
// factor. It signs nobody in. Devices are local.
type Device struct {
	Hash    string          `json:"hash"` // of its cookie
	ID      string          `json:"id"`
	User    string          `json:"user"`
	Name    string          `json:"name"`
	From    string          `json:"from"`
	Created store.Timestamp `json:"created"`
	Expires store.Timestamp `json:"expires"`
}

var devices = store.Define(store.Def[Device]{
	Name: "trusted_devices", Class: store.Local, Schema: 1,
	Key: func(d *Device) string { return d.Hash },
	Indexes: []store.Index[Device]{{Name: "user", Fields: []store.Field[Device]{
		{Name: "user", Kind: store.Text, Value: func(d *Device) store.Value { return store.String(d.User) }},
	}}},
})

// DeviceLife is how long a device is trusted.
const DeviceLife = 30 * 24 * time.Hour

// TrustedDevice is a device as its owner sees it.
type TrustedDevice struct {
	ID      string          `json:"id"`
	Device  string          `json:"device"`
	From    string          `json:"from,omitempty"`
	Place   string          `json:"place" enum:"this computer,the local network,outside"`
	Created store.Timestamp `json:"created"`
	Expires store.Timestamp `json:"expires"`
}

// trust makes the cookie of a device.
func (a *Accounts) trust(ctx context.Context, org string, u *User, v Visit) (string, error) {
	token, now := secretText(), a.now()
	d := Device{Hash: hashOf(token), ID: a.ids.New(), User: u.ID, Name: deviceName(v.Agent), From: v.from(), Created: store.Moment(now), Expires: store.Moment(now.Add(DeviceLife))}
	err := a.db.UpdateLocal(context.WithoutCancel(ctx), store.Org(org), func(tx store.Tx) error {
		_, err := devices.Insert(tx, &d)
		return err
	})
	if err == nil {
		a.tell(ctx, org, u.acting(v, ""), evDeviceTrusted, u, d.Name)
	}
	return token, err
}

// trusts reports whether a cookie is of a device that u trusts.
func (a *Accounts) trusts(ctx context.Context, org string, u *User, token string) bool {
	if token == "" || len(token) > 100 {
		return false
	}
	var doc store.Doc[Device]
	err := a.db.View(ctx, store.Org(org), func(r store.Reader) (err error) { doc, err = devices.Get(r, hashOf(token)); return err })
	return err == nil && doc.Value.User == u.ID && a.now().Before(doc.Value.Expires.Time)
}

// Devices lists the devices that p trusts, the newest first.
func (a *Accounts) Devices(ctx context.Context, p Principal) ([]TrustedDevice, error) {
	out := []TrustedDevice{}
	list, err := a.devicesOf(ctx, p.Org, p.Actor.ID)
	for _, d := range list {
		if a.now().Before(d.Expires.Time) {
			from, _ := netip.ParseAddr(d.From)
			out = append(out, TrustedDevice{d.ID, d.Name, d.From, placeOf(from), d.Created, d.Expires})
		}
	}
	slices.SortFunc(out, func(x, y TrustedDevice) int { return strings.Compare(y.ID, x.ID) })
	return out, err
}

func (a *Accounts) devicesOf(ctx context.Context, org, user string) (out []Device, err error) {
	if user == "" {
		return nil, nil
	}
	q := store.Query{Index: "user", Prefix: store.Values(store.String(user)), Limit: store.MaxLimit}
	for {
		var page store.Page[Device]
		if err := a.db.View(ctx, store.Org(org), func(r store.Reader) (err error) { page, err = devices.Query(r, q); return err }); err != nil {
			return nil, err
		}
		for _, d := range page.Items {
			out = append(out, d.Value)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// ForgetDevice ends the trust in one of p's devices.
func (a *Accounts) ForgetDevice(ctx context.Context, p Principal, id string) error {
	list, err := a.devicesOf(ctx, p.Org, p.Actor.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(d Device) bool { return d.ID == id })
	if at < 0 {
		return fault.New(fault.NotFound, "there is no such device").WithRemedy("list them again")
	}
	if err := a.dropDevices(ctx, p.Org, list[at:at+1]); err != nil {
		return err
	}
	a.tell(ctx, p.Org, p.Actor, evDeviceForgotten, nil, list[at].Name)
	return nil
}

func (a *Accounts) forgetDevices(ctx context.Context, org, user string) error {
	list, err := a.devicesOf(ctx, org, user)
	if err != nil {
		return err
	}
	return a.dropDevices(ctx, org, list)
}

func (a *Accounts) dropDevices(ctx context.Context, org string, list []Device) error {
	if len(list) == 0 {
		return nil
	}
	return a.db.UpdateLocal(context.WithoutCancel(ctx), store.Org(org), func(tx store.Tx) error {
		for _, d := range list {
			if err := devices.Delete(tx, d.Hash, store.AnyRev); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		return nil
	})
}
