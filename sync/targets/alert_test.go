package targets_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/retain"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

func TestAlerts(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) store.Timestamp { return store.Moment(now.Add(-d)) }
	day := 24 * time.Hour
	well := func() targets.Seen {
		s := targets.Seen{Epoch: "e1", Now: now, Ship: &backup.State{Phase: backup.Shipping}}
		s.Target = targets.Target{Name: "Drive", Kind: targets.Folder, Folder: "/mnt", Key: "hv1.x", Epoch: "e1", Preset: string(retain.Continuous), TestDays: 7, Added: ago(30 * day)}
		s.Record = targets.Record{Through: ago(0), Verify: targets.Done{Tried: ago(day), Well: ago(day)}, Test: targets.Done{Tried: ago(2 * day), Well: ago(2 * day)}}
		return s
	}
	for name, c := range map[string]struct {
		change func(*targets.Seen)
		want   []targets.Code
		severe bool
	}{
		"well":             {func(*targets.Seen) {}, nil, false},
		"not set up":       {func(s *targets.Seen) { s.Target.Key = "" }, []targets.Code{targets.NotSetUp}, true},
		"not confirmed":    {func(s *targets.Seen) { s.Target.Asked = "hv1.x" }, []targets.Code{targets.RecoveryUnconfirmed}, false},
		"restored":         {func(s *targets.Seen) { s.Epoch = "e2" }, []targets.Code{targets.PausedAfterRestore}, true},
		"paused":           {func(s *targets.Seen) { s.Target.Paused = true }, []targets.Code{targets.Paused}, true},
		"shut out":         {func(s *targets.Seen) { s.Ship.Phase = backup.ShutOut }, []targets.Code{targets.ShutOut}, true},
		"behind":           {func(s *targets.Seen) { s.Ship.Phase = backup.Behind }, []targets.Code{targets.Behind}, true},
		"unusable":         {func(s *targets.Seen) { s.Ship.Phase = backup.NotBackup }, []targets.Code{targets.Unusable}, true},
		"denied at once":   {func(s *targets.Seen) { s.Record.Trouble, s.Record.Denied, s.Record.Since = "no", true, ago(0) }, []targets.Code{targets.Denied}, true},
		"away, a moment":   {func(s *targets.Seen) { s.Record.Trouble, s.Record.Since = "away", ago(time.Minute) }, nil, false},
		"away":             {func(s *targets.Seen) { s.Record.Trouble, s.Record.Since = "away", ago(10*time.Minute) }, []targets.Code{targets.Failing}, true},
		"lagging":          {func(s *targets.Seen) { s.Pending = now.Add(-20 * time.Minute) }, []targets.Code{targets.Lagging}, false},
		"stale":            {func(s *targets.Seen) { s.Pending = now.Add(-2 * time.Hour) }, []targets.Code{targets.Stale}, true},
		"nightly, a day":   {func(s *targets.Seen) { s.Target.Preset, s.Pending = "nightly", now.Add(-day) }, nil, false},
		"on demand":        {func(s *targets.Seen) { s.Target.Preset, s.Pending = "on_demand", now.Add(-90*day) }, nil, false},
		"never":            {func(s *targets.Seen) { s.Record.Through = store.Timestamp{} }, []targets.Code{targets.Stale}, true},
		"damaged":          {func(s *targets.Seen) { s.Record.Findings = 3 }, []targets.Code{targets.Damaged}, true},
		"verify failed":    {func(s *targets.Seen) { s.Record.Verify.Why = "no" }, []targets.Code{targets.Damaged}, true},
		"test failed":      {func(s *targets.Seen) { s.Record.Test.Why = "no" }, []targets.Code{targets.TestFailed}, true},
		"test long ago":    {func(s *targets.Seen) { s.Record.Test.Well = ago(10 * day) }, []targets.Code{targets.Unverified}, true},
		"never tested":     {func(s *targets.Seen) { s.Record.Test = targets.Done{} }, []targets.Code{targets.Unverified}, true},
		"new, not tested":  {func(s *targets.Seen) { s.Record.Test, s.Target.Added = targets.Done{}, ago(time.Hour) }, nil, false},
		"clock":            {func(s *targets.Seen) { s.Record.SkewMS = -200_000 }, []targets.Code{targets.Clock}, false},
		"credential soon":  {func(s *targets.Seen) { at := store.Moment(now.Add(3 * day)); s.Target.S3 = &targets.Bucket{Ends: &at} }, []targets.Code{targets.Credential}, false},
		"credential ended": {func(s *targets.Seen) { at := ago(time.Hour); s.Target.S3 = &targets.Bucket{Ends: &at} }, []targets.Code{targets.Credential}, true},
		"files":            {func(s *targets.Seen) { s.Ship.Missing = map[string]string{"ab": "damaged"} }, []targets.Code{targets.FilesMissing}, true},
		"elsewhere":        {func(s *targets.Seen) { s.Ship = nil }, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := well()
			c.change(&s)
			var got []targets.Code
			severe := false
			for _, a := range targets.Alerts(s) {
				got = append(got, a.Code)
				severe = severe || a.Severe
				if a.What == "" || a.Remedy == "" || !slices.Contains(targets.Codes(), a.Code) {
					t.Errorf("%+v says too little", a)
				}
			}
			if !slices.Equal(got, c.want) || severe != c.severe {
				t.Errorf("got %v (severe %v), want %v (%v)", got, severe, c.want, c.severe)
			}
		})
	}
}
