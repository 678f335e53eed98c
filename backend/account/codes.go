package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vault"
)

const (
	codesMade  = 10
	codeLength = 10 // of 32 letters: 50 bits

	// codeAlphabet leaves out what is taken for another: 0 and o, 1 and l.
	codeAlphabet = "23456789abcdefghijkmnpqrstuvwxyz"
)

// easyText makes a random text that is easy to read and type.
func easyText(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	for i := range b {
		b[i] = codeAlphabet[b[i]%32] // 256 is a multiple: no letter is likelier
	}
	return string(b)
}

// parseEasy reads such a text as people type it: in capitals, with blanks and
// dashes. It is "" where a sign can't be of one.
func parseEasy(text string, n int) string {
	if len(text) > 4*n {
		return ""
	}
	text = strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(strings.TrimSpace(text)))
	if len(text) != n || strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(codeAlphabet, r) }) {
		return ""
	}
	return text
}

func codesPurpose(id string) string { return "users/" + id + "/codes" }

func (u *User) dropCodes() {
	if !u.Proofs.SecondFactor() {
		u.Proofs.Codes, u.Proofs.CodesLeft = "", 0
	}
}

// MakeCodes makes ten backup codes for p, shown this once. The ones before
// are nothing from then on.
func (a *Accounts) MakeCodes(ctx context.Context, p Principal) ([]string, error) {
	u, err := a.me(p)
	if err == nil {
		err = p.Fresh(a.now())
	}
	if err != nil {
		return nil, err
	}
	if !u.Proofs.SecondFactor() {
		return nil, fault.New(fault.Conflict, "backup codes stand in for a second factor, and you have none").WithRemedy("add a passkey or an authenticator app first")
	}
	var codes, hashes []string
	for range codesMade {
		c := easyText(codeLength)
		codes, hashes = append(codes, c[:5]+"-"+c[5:]), append(hashes, hashOf(c))
	}
	sealed, err := a.sealCodes(u.ID, hashes)
	if err != nil {
		return nil, err
	}
	if err := a.asMe(ctx, p, func(u *User) error { u.Proofs.Codes, u.Proofs.CodesLeft = sealed, codesMade; return nil }); err != nil {
		return nil, err
	}
	a.tell(ctx, p.Org, p.Actor, evCodesMade, nil, "")
	return codes, nil
}

func (a *Accounts) sealCodes(id string, hashes []string) (vault.Sealed, error) {
	text, err := json.Marshal(hashes)
	if err != nil {
		return "", err
	}
	return a.seal(codesPurpose(id), string(text))
}

// useCode takes one of u's backup codes away: of many at once, the
// transaction lets one have it.
func (a *Accounts) useCode(ctx context.Context, v Visit, org string, u *User, code string) error {
	code = parseEasy(code, codeLength)
	if code == "" {
		return errSecond()
	}
	hash := hashOf(code)
	left := 0
	err := a.own(ctx, org, u, v, func(u *User) error {
		text, err := a.unseal(codesPurpose(u.ID), u.Proofs.Codes)
		if err != nil {
			return err
		}
		var have, keep []string
		if text != "" {
			if err := json.Unmarshal([]byte(text), &have); err != nil {
				return fmt.Errorf("read backup codes: %w", err)
			}
		}
		for _, h := range have {
			if subtle.ConstantTimeCompare([]byte(h), []byte(hash)) == 0 {
				keep = append(keep, h)
			}
		}
		if len(keep) == len(have) {
			return errSecond()
		}
		left = len(keep)
		u.Proofs.CodesLeft = len(keep)
		u.Proofs.Codes, err = a.sealCodes(u.ID, keep)
		return err
	})
	if fault.Is(err, fault.Conflict) {
		return errSecond()
	}
	if err == nil {
		a.tell(ctx, org, u.acting(v, ""), audit.BackupCodeUsed, u, fmt.Sprintf("%d left", left))
	}
	return err
}
