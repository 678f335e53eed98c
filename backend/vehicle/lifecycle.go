package vehicle

import (
	"maps"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// reach puts v at a stage. days are those that were given, nil where nothing
// was said of them. A stage that is new is reached today; going back keeps the
// day on which the stage was first reached, and drops those of later stages:
// what is offered again is not sold.
func (v *Vehicle) reach(s Stage, days map[Stage]Date, today Date) {
	if days == nil {
		days = v.Reached
	}
	days = maps.Clone(days)
	if s != v.Stage && days[s] == "" {
		if days == nil {
			days = map[Stage]Date{}
		}
		days[s] = today
	}
	at := slices.Index(Stages(), s)
	maps.DeleteFunc(days, func(of Stage, d Date) bool { return d == "" || slices.Index(Stages(), of) > at })
	v.Stage, v.Reached = s, days
}

func (d *Draft) checkReached(now time.Time) error {
	for s, day := range d.Reached {
		field := "/reached/" + pointer(string(s))
		if !known(s, Stages()) {
			return fault.InvalidField(field, "is not a stage", "use seen, bought, in_work, listed or sold")
		}
		if day == "" {
			continue
		}
		if err := day.check(field, now); err != nil {
			return err
		}
	}
	return nil
}
