package targets

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/seal"
)

// Sheet is what is printed once: the recovery key, and which of its words a
// person enters again.
type Sheet struct {
	Repository string   `json:"repository"`
	Where      string   `json:"where"`
	Text       string   `json:"text" doc:"the recovery key in one line, as the QR code holds it; it is not shown again"`
	Words      []string `json:"words" doc:"the same in groups, for the printed sheet"`
	Ask        []int    `json:"ask" doc:"the places (from 1) of the two words that are entered again"`
}

// Init makes a new backup in a target's place, under a passphrase and a
// recovery key that is told once. The loop begins at once.
func (d *Desk) Init(ctx context.Context, s store.Scope, by actor.Actor, id, passphrase string) (Sheet, error) {
	doc, err := d.fresh(ctx, s, id)
	if err != nil {
		return Sheet{}, err
	}
	t := doc.Value
	b, err := d.bucket(ctx, &t)
	if err != nil {
		return Sheet{}, err
	}
	recovery, err := seal.NewRecovery()
	if err != nil {
		return Sheet{}, err
	}
	repo, key, err := backup.Init(ctx, b, backup.Secrets{Passphrase: passphrase, Recovery: recovery}, backup.Options{Now: d.now, Work: d.o.Work})
	if err != nil {
		return Sheet{}, err
	}
	return d.settle(ctx, s, by, doc, repo.ID(), key, recovery)
}

// Join opens the backup that lies in a target's place already, by passphrase
// or recovery key, and writes into it as a hub of its own beside others.
func (d *Desk) Join(ctx context.Context, s store.Scope, by actor.Actor, id, secret string) error {
	doc, err := d.fresh(ctx, s, id)
	if err != nil {
		return err
	}
	t := doc.Value
	b, err := d.bucket(ctx, &t)
	if err != nil {
		return err
	}
	key, err := backup.Unlock(ctx, b, secret)
	if err != nil {
		return err
	}
	repo, err := backup.Open(ctx, b, key, backup.Options{Now: d.now})
	if err != nil {
		return err
	}
	_, err = d.settle(ctx, s, by, doc, repo.ID(), key, nil)
	return err
}

func (d *Desk) fresh(ctx context.Context, s store.Scope, id string) (store.Doc[Target], error) {
	doc, err := d.Get(ctx, s, id)
	if err == nil && doc.Value.SetUp() {
		err = fault.New(fault.Conflict, "%s is set up already", doc.Value.Name).WithRemedy("add another target for another backup")
	}
	return doc, err
}

// settle keeps the key of a repository with its target.
func (d *Desk) settle(ctx context.Context, s store.Scope, by actor.Actor, doc store.Doc[Target], repository string, key seal.Key, recovery *seal.Recovery) (Sheet, error) {
	v, err := d.o.Vault()
	if err != nil {
		return Sheet{}, err
	}
	t := doc.Value
	t.Repository, t.Device, t.Epoch, t.Added = repository, newDevice(), d.o.Engine.Head().Epoch, store.Moment(d.now())
	if t.Key, err = v.Seal(keyPurpose(t.ID), vault.NewSecret(key.Reveal())); err != nil {
		return Sheet{}, err
	}
	sheet := Sheet{Repository: repository, Where: t.Where()}
	if recovery != nil {
		if t.Asked, err = sheet.ask(v, t.ID, recovery); err != nil {
			return Sheet{}, err
		}
	}
	if _, err = d.put(ctx, s, by, t, doc.Rev); err != nil {
		return Sheet{}, err
	}
	return sheet, d.happened(ctx, s, by, audit.BackupSetUp, &t, "repository "+repository)
}

func newDevice() string {
	var b [5]byte
	rand.Read(b[:])
	return "hub-" + hex.EncodeToString(b[:])
}

// ask fills the sheet and returns, sealed, the two words that are asked for.
func (sh *Sheet) ask(v *vault.Vault, id string, r *seal.Recovery) (vault.Sealed, error) {
	sh.Text, sh.Words = r.Text(), r.Words()
	asked := map[int]string{}
	for len(asked) < 2 {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(sh.Words))))
		if err != nil {
			return "", fmt.Errorf("choose words: %w", err)
		}
		asked[int(n.Int64())+1] = sh.Words[n.Int64()]
	}
	for at := range asked {
		sh.Ask = append(sh.Ask, at)
	}
	slices.Sort(sh.Ask)
	b, err := json.Marshal(asked)
	if err != nil {
		return "", err
	}
	return v.Seal(askedPurpose(id), vault.NewSecret(string(b)))
}

// Asked are the places of the words that are still to be entered again.
func (d *Desk) asked(t *Target) (map[int]string, error) {
	out := map[int]string{}
	if t.Asked == "" {
		return out, nil
	}
	v, err := d.o.Vault()
	if err != nil {
		return nil, err
	}
	text, err := v.Open(askedPurpose(t.ID), t.Asked)
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal([]byte(text.Reveal()), &out)
}

// Confirm takes the two words of the recovery sheet.
func (d *Desk) Confirm(ctx context.Context, s store.Scope, by actor.Actor, id string, words map[int]string) error {
	doc, err := d.Get(ctx, s, id)
	if err != nil {
		return err
	}
	asked, err := d.asked(&doc.Value)
	if err != nil || len(asked) == 0 {
		return err
	}
	for at, want := range asked {
		if subtle.ConstantTimeCompare([]byte(plain(words[at])), []byte(plain(want))) != 1 {
			return fault.InvalidField(fmt.Sprintf("/words/%d", at), "is not the word on the sheet", "read it from the printed sheet, not from the screen; without the sheet make a new recovery key")
		}
	}
	t := doc.Value
	t.Asked = ""
	_, err = d.put(ctx, s, by, t, doc.Rev)
	return err
}

func plain(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, s))
}

// NewRecovery makes another recovery key, which is told once; the old one
// opens the backup no more.
func (d *Desk) NewRecovery(ctx context.Context, s store.Scope, by actor.Actor, id string) (Sheet, error) {
	doc, err := d.Get(ctx, s, id)
	if err != nil {
		return Sheet{}, err
	}
	t := doc.Value
	repo, err := d.repo(ctx, &t)
	if err != nil {
		return Sheet{}, err
	}
	v, err := d.o.Vault()
	if err != nil {
		return Sheet{}, err
	}
	recovery, err := seal.NewRecovery()
	if err != nil {
		return Sheet{}, err
	}
	sheet := Sheet{Repository: t.Repository, Where: t.Where()}
	if t.Asked, err = sheet.ask(v, t.ID, recovery); err != nil {
		return Sheet{}, err
	}
	if err := repo.ChangeRecovery(ctx, recovery); err != nil {
		return Sheet{}, err
	}
	if _, err = d.put(ctx, s, by, t, doc.Rev); err != nil {
		return Sheet{}, err
	}
	return sheet, d.happened(ctx, s, by, audit.BackupRecoveryRenewed, &t, "")
}

// ChangePassphrase sets another passphrase.
func (d *Desk) ChangePassphrase(ctx context.Context, s store.Scope, by actor.Actor, id, passphrase string) error {
	doc, err := d.Get(ctx, s, id)
	if err != nil {
		return err
	}
	repo, err := d.repo(ctx, &doc.Value)
	if err != nil {
		return err
	}
	if err := repo.ChangePassphrase(ctx, passphrase); err != nil {
		return err
	}
	return d.happened(ctx, s, by, audit.BackupPassphraseChanged, &doc.Value, "")
}

// Resume answers the question of a target whose backup is that of another
// history: continue it with a new line, or begin a new one beside it. The
// other hub, if there is one, is shut out of the one that is continued.
func (d *Desk) Resume(ctx context.Context, s store.Scope, by actor.Actor, id string, anew bool) error {
	doc, err := d.Get(ctx, s, id)
	if err != nil {
		return err
	}
	t := doc.Value
	if !t.SetUp() {
		return fault.New(fault.Conflict, "%s has no backup yet", t.Name).WithRemedy("set it up with a passphrase first")
	}
	if anew {
		t.Device = newDevice()
	}
	t.Epoch, t.Paused = d.o.Engine.Head().Epoch, false
	if err := d.forgetRecord(ctx, id); err != nil {
		return err
	}
	if _, err = d.put(ctx, s, by, t, doc.Rev); err != nil {
		return err
	}
	note := "continued"
	if anew {
		note = "begun anew"
	}
	return d.happened(ctx, s, by, audit.BackupResumed, &t, note)
}

// forgetRecord begins to remember anew: what was known is of another line.
func (d *Desk) forgetRecord(ctx context.Context, id string) error {
	err := d.o.DB.UpdateLocal(ctx, home(), func(tx store.Tx) error { return records.Delete(tx, id, store.AnyRev) })
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func lockFor(t *Target) time.Duration { return time.Duration(t.LockDays) * 24 * time.Hour }
