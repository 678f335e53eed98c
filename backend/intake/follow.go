package intake

import (
	"context"
	"errors"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Changes of the hub that a look reads one by one; beyond them it asks about
// every row again.
const (
	changesAtOnce = 1_000
	mostChanges   = 20_000
)

// catchUp asks again about the VINs of vehicles that were written since the
// rows were checked: what was taken in is here, and what was taken back is
// not.
func (s *Service) catchUp(ctx context.Context, x *sight) error {
	head := s.o.DB.Head().Seq
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.done || x.err != nil || head == x.seq {
		return nil
	}
	touched, all, err := s.touched(ctx, x.seq, head)
	if err != nil {
		return err
	}
	var ask []*Row
	for i := range x.rows {
		if r := &x.rows[i]; r.named() && (all || touched[r.VIN]) {
			ask = append(ask, r)
		}
	}
	for piece := range slices.Chunk(ask, moreRows) {
		if err := x.run.ask(ctx, piece); err != nil {
			return err
		}
	}
	x.seq = head
	if all || len(touched) > 0 {
		x.resettle()
	}
	return nil
}

// touched are the VINs of vehicles that were written after one sequence and up
// to another; all is that there may be more than were read.
func (s *Service) touched(ctx context.Context, after, head uint64) (vins map[string]bool, all bool, err error) {
	vins = map[string]bool{}
	if head < after || head-after > mostChanges {
		return nil, true, nil
	}
	for after < head {
		changes, err := s.o.DB.Changes(ctx, after, changesAtOnce)
		if errors.Is(err, store.ErrTrimmed) {
			return nil, true, nil
		}
		if err != nil || len(changes) == 0 {
			return vins, false, err
		}
		for i := range changes {
			if changes[i].Collection != vehicle.VehiclesName {
				continue
			}
			for _, doc := range [][]byte{changes[i].Before, changes[i].After} {
				if doc == nil {
					continue
				}
				if v, err := vehicle.Vehicles.Decode(doc); err == nil {
					vins[v.VIN] = true
				} else {
					return nil, true, nil
				}
			}
		}
		after = changes[len(changes)-1].Seq
	}
	return vins, false, nil
}
