package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

const maxAliases = 2_000

// Accept keeps a reading of a list's words for all lists.
func (s *Service) Accept(ctx context.Context, c vehicle.Caller, a claim.Alias) (Alias, error) {
	a.Make, a.Said, a.Means = strings.TrimSpace(a.Make), strings.TrimSpace(a.Said), strings.TrimSpace(a.Means)
	if !slices.Contains(claim.Fields(), a.Field) {
		return Alias{}, fault.InvalidField("/field", "is not a field that is checked", "use one of year make model series trim body fuel drive transmission cylinders displacement doors gvwr")
	}
	for _, t := range []struct{ field, text string }{{"/said", a.Said}, {"/means", a.Means}} {
		if t.text == "" || len(t.text) > 200 {
			return Alias{}, fault.InvalidField(t.field, "is empty or too long", "give the word of the list and what it means, each of at most 200 bytes")
		}
	}
	have, err := s.Aliases(ctx, c)
	if err != nil {
		return Alias{}, err
	}
	if len(have) >= maxAliases {
		return Alias{}, fault.New(fault.Conflict, "%d words are accepted already", len(have)).WithRemedy("remove some that are no longer needed")
	}
	out := Alias{ID: aliasID(a), Alias: a, By: c.Actor, At: store.Moment(s.o.Now())}
	_, err = s.o.DB.Update(ctx, store.Write{Scope: shared(c), Actor: c.Actor}, func(tx store.Tx) error {
		_, err := Aliases.Put(tx, &out, store.AnyRev)
		return err
	})
	return out, err
}

// Unaccept takes an accepted reading away.
func (s *Service) Unaccept(ctx context.Context, c vehicle.Caller, id string) error {
	_, err := s.o.DB.Update(ctx, store.Write{Scope: shared(c), Actor: c.Actor}, func(tx store.Tx) error {
		return Aliases.Delete(tx, id, store.AnyRev)
	})
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "there is no such accepted word").WithRemedy("it may have been taken away already")
	}
	return err
}

// Aliases lists the accepted readings.
func (s *Service) Aliases(ctx context.Context, c vehicle.Caller) ([]Alias, error) {
	out := []Alias{}
	q := store.Query{Limit: store.MaxLimit}
	for {
		var p store.Page[Alias]
		if err := s.o.DB.View(ctx, shared(c), func(r store.Reader) (err error) { p, err = Aliases.Query(r, q); return err }); err != nil {
			return nil, fmt.Errorf("read the accepted words: %w", err)
		}
		for _, d := range p.Items {
			out = append(out, d.Value)
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// aliasID is the same for the same words, whoever accepts them.
func aliasID(a claim.Alias) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(string(a.Field) + "\x00" + a.Make + "\x00" + a.Said)))
	return hex.EncodeToString(sum[:12])
}

// aliasStamp changes when an accepted reading does.
func aliasStamp(list []Alias) string {
	h := sha256.New()
	for i := range list {
		fmt.Fprint(h, list[i].ID, "\x00", list[i].Means, "\x00")
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readings readies accepted words for the check.
func readings(list []Alias) *claim.Aliases {
	all := make([]claim.Alias, len(list))
	for i := range list {
		all[i] = list[i].Alias
	}
	return claim.NewAliases(all)
}

// Templates lists the remembered mappings.
func (s *Service) Templates(ctx context.Context, c vehicle.Caller) ([]Template, error) {
	out := []Template{}
	q := store.Query{Limit: store.MaxLimit}
	for {
		var p store.Page[Template]
		if err := s.o.DB.View(ctx, shared(c), func(r store.Reader) (err error) { p, err = Templates.Query(r, q); return err }); err != nil {
			return nil, fmt.Errorf("read the remembered mappings: %w", err)
		}
		for _, d := range p.Items {
			out = append(out, d.Value)
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// ForgetTemplate forgets a remembered mapping.
func (s *Service) ForgetTemplate(ctx context.Context, c vehicle.Caller, id string) error {
	_, err := s.o.DB.Update(ctx, store.Write{Scope: shared(c), Actor: c.Actor}, func(tx store.Tx) error {
		return Templates.Delete(tx, id, store.AnyRev)
	})
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "there is no such remembered mapping").WithRemedy("it may have been forgotten already")
	}
	return err
}
