package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vault"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// owners say what is sealed in their documents, whether those stand in the
// store or in an undo entry. An owner that is forgotten here does not lose its
// values: a change of keys finds them and keeps the old key.
func owners() []func(collection string, doc []byte) ([]vault.Held, error) {
	return []func(string, []byte) ([]vault.Held, error){route.Held, account.Held, lan.Held, targets.Held}
}

// reseal seals anew what other keys than the first have sealed: in documents,
// and in the images that undo entries hold of them. It returns how many
// documents it wrote.
func (a *App) reseal(ctx context.Context, v *vault.Vault, by actor.Actor) (int, error) {
	n := 0
	for _, s := range Collections() {
		if s.Class != store.Truth {
			continue
		}
		change := func(doc []byte) ([]byte, error) { return resealed(v, s.Name, doc, doc) }
		if s == store.Undos.Schema() {
			change = func(doc []byte) ([]byte, error) { return resealedUndo(v, doc) }
		}
		done, err := a.resealAll(ctx, s, by, v, change)
		if n += done; err != nil {
			return n, err
		}
	}
	return n, nil
}

// resealedUndo is resealed for the images of documents in an undo entry.
func resealedUndo(v *vault.Vault, doc []byte) ([]byte, error) {
	e, err := store.Undos.Decode(doc)
	if err != nil {
		return nil, err
	}
	for _, item := range e.Items {
		if item.New() {
			continue
		}
		if doc, err = resealed(v, item.Collection, item.Before, doc); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

// resealed replaces, within doc, what the document image holds sealed by
// other keys. A sealed value needs no escapes in JSON and its new form is as
// long, so the bytes stay canonical whatever the shape around it.
func resealed(v *vault.Vault, collection string, image, doc []byte) ([]byte, error) {
	for _, held := range owners() {
		list, err := held(collection, image)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			// One that no key of the ring sealed can't be helped: it stays.
			if !holdsAny([]byte(`"`+s.Value), v.Marks()) {
				continue
			}
			next, err := v.Reseal(s.Purpose, s.Value)
			if err != nil {
				return nil, err
			}
			doc = bytes.ReplaceAll(doc, []byte(`"`+string(s.Value)+`"`), []byte(`"`+string(next)+`"`))
		}
	}
	return doc, nil
}

// resealAll walks a collection of all organisations and writes those
// documents that change makes another. Each is read again in the transaction
// that writes it.
func (a *App) resealAll(ctx context.Context, s *store.Schema, by actor.Actor, v *vault.Vault,
	change func([]byte) ([]byte, error),
) (int, error) {
	n := 0
	err := store.EachPage(ctx, a.db, s, "", func(page store.Records) error {
		for _, rec := range page.Records {
			if !holdsAny(rec.Doc, v.Marks()) {
				continue
			}
			org := store.System().In(rec.Org)
			_, err := a.db.Update(ctx, store.Write{Scope: org, Actor: by}, func(tx store.Tx) error {
				now, err := tx.Fetch(s, rec.Key)
				if err != nil {
					return err
				}
				row := store.Row{Key: now.Key}
				if row.Doc, err = change(now.Doc); err != nil {
					return fmt.Errorf("%s %q: %w", s.Name, rec.Key, err)
				}
				if bytes.Equal(row.Doc, now.Doc) {
					return nil
				}
				if row.Place, row.Entries, err = s.Entries(row.Doc); err != nil {
					return err
				}
				_, err = tx.Store(s, row, now.Rev)
				return err
			})
			if fault.Is(err, fault.NotFound) {
				continue // removed meanwhile
			}
			if err != nil {
				return fmt.Errorf("seal anew: %w", err)
			}
			n++
		}
		return nil
	})
	return n, err
}

func holdsAny(doc []byte, marks []string) bool {
	for _, m := range marks {
		if bytes.Contains(doc, []byte(`"`+m)) {
			return true
		}
	}
	return false
}

// sealedByOthers looks through every document of every collection for a value
// that another key than the first sealed, and names the collection of the
// first; "" when there is none. The audit trail holds none.
func (a *App) sealedByOthers(ctx context.Context, v *vault.Vault) (string, error) {
	found := ""
	for _, s := range Collections() {
		err := store.EachPage(ctx, a.db, s, "", func(page store.Records) error {
			for _, rec := range page.Records {
				if holdsAny(rec.Doc, v.Marks()) {
					found = s.Name
					return errFound
				}
			}
			return nil
		})
		if errors.Is(err, errFound) {
			return found, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
}

var errFound = errors.New("found")
