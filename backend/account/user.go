package account

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

// User is a person's or a program's account.
type User struct {
	ID       string          `json:"id"`    // UUIDv7
	Kind     actor.Kind      `json:"kind"`  // User or Service
	Login    string          `json:"login"` // what is typed to sign in; folded, one in the hub
	Name     string          `json:"name"`
	Role     string          `json:"role"` // id of a Role
	Reach    Reach           `json:"reach"`
	Disabled bool            `json:"disabled"`
	Created  store.Timestamp `json:"created"`
	Proofs   Proofs          `json:"proofs"`
}

// Proofs are the ways in which a person proves to be the account's.
type Proofs struct {
	Password    vault.Sealed     `json:"password"` // argon2id in PHC form; "" is none
	PasswordSet *store.Timestamp `json:"passwordSet,omitempty"`
	MustChange  bool             `json:"mustChange"` // somebody else has set the password

	TOTP    vault.Sealed     `json:"totp"` // the seed in base32; "" is none
	TOTPSet *store.Timestamp `json:"totpSet,omitempty"`

	Codes     vault.Sealed `json:"codes"` // JSON list of the hashes of unused backup codes
	CodesLeft int          `json:"codesLeft"`

	Passkeys []Passkey `json:"passkeys"`
	Outside  []Outside `json:"outside"`
}

// Passkey is a WebAuthn credential.
type Passkey struct {
	ID         string          `json:"id"` // base64url, as the authenticator gave it
	Name       string          `json:"name"`
	RP         string          `json:"rp"` // the relying party's id: the name of the hub at which it works
	Credential []byte          `json:"credential"`
	Added      store.Timestamp `json:"added"`
}

// Outside is an account at an OpenID provider.
type Outside struct {
	Provider string `json:"provider"` // id of the provider here
	Subject  string `json:"subject"`
}

// SecondFactor reports whether a password alone does not sign in.
func (p *Proofs) SecondFactor() bool { return p.TOTP != "" || len(p.Passkeys) > 0 }

// users is the collection of accounts. A login is unique in the organisation
// by its index, and in the hub by the directory's check.
var users = store.Define(store.Def[User]{
	Name: "users", Class: store.Truth, Schema: 1,
	Key: func(u *User) string { return u.ID },
	Indexes: []store.Index[User]{{Name: "login", Unique: true, Fields: []store.Field[User]{
		{Name: "login", Kind: store.Text, Value: func(u *User) store.Value { return store.String(u.Login) }},
	}}},
})

// FoldLogin is the form in which logins are kept and compared.
func FoldLogin(login string) string {
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(login)))
}

func checkLogin(field, login string) (string, error) {
	login = FoldLogin(login)
	if n := len(login); n < 2 || n > 100 {
		return login, fault.InvalidField(field, "is shorter than 2 or longer than 100 bytes", "use a short name or an e-mail address")
	}
	if strings.ContainsFunc(login, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || !unicode.IsPrint(r) }) {
		return login, fault.InvalidField(field, "has blanks or signs that can't be seen", "use letters, digits, and . _ - @")
	}
	return login, nil
}

func checkName(field, name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 100 {
		return name, fault.InvalidField(field, "is empty or longer than 100 bytes", "give the name by which people know them")
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return name, fault.InvalidField(field, "has signs that can't be seen", "type it again")
	}
	return name, nil
}

// deadline is when a required second factor begins to be required.
func (r MFARule) deadline() (time.Time, error) {
	if r.From == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, r.From)
}

// owes is what a user has to do before anything else works, in a session that
// began by how: a provider's word is a second factor where it was asked, and
// not for a password beside it.
func (o *Organisation) owes(u *User, how Method, now time.Time) []Owe {
	if u.Kind != actor.User {
		return nil
	}
	var out []Owe
	if u.Proofs.MustChange {
		out = append(out, OwePassword)
	}
	if rule := o.MFA[u.Role]; rule.Policy == MFARequired && !u.Proofs.SecondFactor() && how != ByOIDC {
		if from, err := rule.deadline(); err != nil || !now.Before(from) {
			out = append(out, OweMFA)
		}
	}
	return out
}
