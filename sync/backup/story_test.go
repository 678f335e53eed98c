package backup_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubcap-dev/hubcap/internal/race"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/remote"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// story is a hub's life: it writes, ships, loses its bucket, is killed,
// compacts and prunes, in any order.
type story struct {
	*world
	s    *backup.Shipper
	stop func()
}

// start begins another run of the hub.
func (y *story) start() {
	y.s = y.shipper(backup.ShipOptions{})
	y.stop = y.running(y.s)
}

// kill ends the run without letting it say anything more.
func (y *story) kill() {
	y.bucket.Script(func(remote.Call) remote.Trouble { return remote.Trouble{Err: remote.Away()} })
	y.stop()
	y.bucket.Script(nil)
}

// trouble lets one of the next calls fail, half of them after they were
// carried out.
func (y *story) trouble() {
	at := len(y.bucket.Calls()) + 1 + y.rnd.IntN(6)
	y.bucket.Script(remote.FailAt(at, remote.Away(), y.rnd.IntN(2) == 0))
}

func (y *story) step() string {
	t := y.t
	switch n := y.rnd.IntN(20); {
	case n < 9:
		y.write()
		return "write"
	case n < 12:
		time.Sleep(time.Duration(y.rnd.IntN(8000)) * time.Millisecond)
		return "wait"
	case n < 13:
		time.Sleep(time.Duration(y.rnd.IntN(30)) * time.Hour)
		return "hours"
	case n < 15:
		y.trouble()
		return "trouble"
	case n < 16:
		y.kill()
		y.start()
		return "kill"
	case n < 17:
		y.settle()
		_, err := y.s.Checkpoint(t.Context(), nil)
		if err != nil {
			return "checkpoint: " + err.Error()
		}
		return "checkpoint"
	case n < 18:
		y.settle()
		c, err := y.s.Compact(t.Context(), nil)
		check(t, err)
		return fmt.Sprint("compact ", c)
	case n < 19:
		y.settle()
		p, err := y.dev.Prune(t.Context(), backup.PruneOptions{Policy: retain.Policy{Last: 1, Window: window}, Schemas: content, Grace: time.Hour})
		check(t, err)
		return fmt.Sprint("prune ", len(p.Marked), len(p.Deleted))
	}
	y.settle()
	_, err := y.db.Trim(t.Context(), 1)
	check(t, err)
	return "trim"
}

// settle lets everything reach the bucket.
func (y *story) settle() {
	y.bucket.Script(nil)
	ctx, cancel := context.WithTimeout(y.t.Context(), time.Hour)
	defer cancel()
	for y.s.Flush(ctx) != nil {
		time.Sleep(time.Second)
		check(y.t, ctx.Err())
	}
}

const window = 48 * time.Hour

func TestAnyOrderGivesTheTruth(t *testing.T) {
	seeds := 30
	if race.Enabled {
		seeds = 6
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				y := &story{world: newWorld(t, uint64(seed))}
				y.write()
				y.start()
				y.settle()
				var told []string
				for range 80 {
					told = append(told, y.step())
				}
				y.settle()
				y.stop()
				defer func() {
					if t.Failed() {
						t.Log(told)
					}
				}()
				now := y.states[len(y.states)-1]
				y.restore(time.Time{}, now)
				first := time.Now().Add(-window)
				for range 6 {
					m := y.states[y.rnd.IntN(len(y.states))]
					if m.time.Before(first) || m.time.Before(y.states[1].time) {
						continue
					}
					at := m.time.Add(time.Duration(y.rnd.IntN(3000)) * time.Millisecond)
					y.restore(at, y.at(at))
				}
				v, err := y.dev.Verify(t.Context(), backup.VerifyOptions{N: 0, T: 1})
				check(t, err)
				if !v.OK {
					t.Errorf("verify: %+v", v.Findings)
				}
			})
		})
	}
}
