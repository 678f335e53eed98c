package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// The parameters of codes: RFC 6238 with what every authenticator app takes.
const (
	stepSeconds = 30
	seedBytes   = 20
	seedLife    = 15 * time.Minute // of one that is not confirmed
)

// FactorUse is the last use of a factor that must not be used twice: the step
// of an authenticator app, the counter of a passkey. It is local.
type FactorUse struct {
	ID   string          `json:"id"`
	Last int64           `json:"last"`
	At   store.Timestamp `json:"at"`
}

var factorUses = store.Define(store.Def[FactorUse]{
	Name: "factor_uses", Class: store.Local, Schema: 1,
	Key: func(u *FactorUse) string { return u.ID },
})

// Seed is what an authenticator app is set up with.
type Seed struct {
	Secret vault.Secret // base32, for typing
	URI    vault.Secret // otpauth, for the QR code
}

func totpPurpose(id string) string { return "users/" + id + "/totp" }

// BeginTOTP makes a seed for p's authenticator app. Nothing counts before
// FinishTOTP.
func (a *Accounts) BeginTOTP(p Principal) (Seed, error) {
	u, err := a.me(p)
	if err == nil {
		err = p.Fresh(a.now())
	}
	if err == nil {
		err = a.allowsFactors(p.Org, u)
	}
	if err != nil {
		return Seed{}, err
	}
	if u.Proofs.TOTP != "" {
		return Seed{}, fault.New(fault.Conflict, "an authenticator app is set up already").WithRemedy("remove it first")
	}
	raw := make([]byte, seedBytes)
	rand.Read(raw)
	seed := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
	a.door.seeds.put(p.Org+"/"+u.ID, seed, a.now(), seedLife)
	issuer := "Hubcap"
	if o := a.dir.Load().organisation(p.Org); o.Name != beginning(p.Org).Name {
		issuer += " " + strings.ReplaceAll(o.Name, ":", " ")
	}
	uri := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + u.Login}
	// PathEscape, since apps show a plus sign of the query form as it stands.
	uri.RawQuery = "secret=" + seed + "&issuer=" + url.PathEscape(issuer) + "&algorithm=SHA1&digits=6&period=30"
	return Seed{vault.NewSecret(seed), vault.NewSecret(uri.String())}, nil
}

// FinishTOTP takes the first code of the app, which proves that it has the
// seed. All other sessions end.
func (a *Accounts) FinishTOTP(ctx context.Context, p Principal, v Visit, code string) (Entrance, error) {
	u, err := a.me(p)
	if err == nil {
		err = a.allowsFactors(p.Org, u)
	}
	if err != nil {
		return Entrance{}, err
	}
	seed, ok := a.door.seeds.get(p.Org+"/"+u.ID, a.now())
	if !ok {
		return Entrance{}, fault.New(fault.Conflict, "the set-up took too long").WithRemedy("begin again")
	}
	if err := a.door.throttle.enter(secondMark+u.Login, v.From, true, a.now()); err != nil {
		return Entrance{}, err
	}
	step, ok := stepOf(seed, code, a.now())
	if !ok {
		return Entrance{}, fault.InvalidField("/code", "is not the code that the app shows now", "check that the phone's clock is right, and type the code that it shows")
	}
	if _, ok := a.door.seeds.take(p.Org+"/"+u.ID, a.now()); !ok {
		return Entrance{}, fault.New(fault.Conflict, "the set-up was ended already")
	}
	a.door.throttle.succeed(secondMark+u.Login, v.From)
	if err := a.useOnce(ctx, p.Org, "totp "+u.ID, step, false); err != nil {
		return Entrance{}, err
	}
	sealed, err := a.seal(totpPurpose(u.ID), seed)
	if err != nil {
		return Entrance{}, err
	}
	now := store.Moment(a.now())
	if err := a.asMe(ctx, p, func(u *User) error { u.Proofs.TOTP, u.Proofs.TOTPSet = sealed, &now; return nil }); err != nil {
		return Entrance{}, err
	}
	return a.proofsChanged(ctx, p, audit.MFAAdded, "authenticator app")
}

// RemoveTOTP takes p's authenticator app away.
func (a *Accounts) RemoveTOTP(ctx context.Context, p Principal) (Entrance, error) {
	if _, err := a.me(p); err != nil {
		return Entrance{}, err
	}
	if err := p.Fresh(a.now()); err != nil {
		return Entrance{}, err
	}
	err := a.asMe(ctx, p, func(u *User) error {
		if u.Proofs.TOTP == "" {
			return fault.New(fault.NotFound, "no authenticator app is set up")
		}
		u.Proofs.TOTP, u.Proofs.TOTPSet = "", nil
		u.dropCodes()
		return nil
	})
	if err != nil {
		return Entrance{}, err
	}
	return a.proofsChanged(ctx, p, audit.MFARemoved, "authenticator app")
}

// useTOTP takes a code of u's app, once.
func (a *Accounts) useTOTP(ctx context.Context, _ Visit, org string, u *User, code string) error {
	if u.Proofs.TOTP == "" {
		return errSecond()
	}
	seed, err := a.unseal(totpPurpose(u.ID), u.Proofs.TOTP)
	if err != nil {
		return err
	}
	step, ok := stepOf(seed, code, a.now())
	if !ok {
		return errSecond()
	}
	return a.useOnce(ctx, org, "totp "+u.ID, step, true)
}

// stepOf finds the step whose code this is: now, or one before or after, for
// clocks that differ.
func stepOf(seed, code string, now time.Time) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	at := now.Unix() / stepSeconds
	for _, s := range []int64{at - 1, at, at + 1} {
		want, err := totp.GenerateCodeCustom(seed, time.Unix(s*stepSeconds, 0), totp.ValidateOpts{Period: stepSeconds, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// useOnce notes that a factor was used at n, and, where strictly is set,
// refuses one that is not greater than the last: of many at once, one is
// taken.
func (a *Accounts) useOnce(ctx context.Context, org, id string, n int64, strictly bool) error {
	err := a.db.UpdateLocal(context.WithoutCancel(ctx), store.Org(org), func(tx store.Tx) error {
		doc, err := factorUses.Get(tx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if strictly && err == nil && n <= doc.Value.Last {
			return errSecond()
		}
		_, err = factorUses.Put(tx, &FactorUse{ID: id, Last: n, At: store.Moment(a.now())}, doc.Rev)
		return err
	})
	if fault.Is(err, fault.Conflict) {
		return errSecond()
	}
	return err
}
