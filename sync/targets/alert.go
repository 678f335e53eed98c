package targets

import (
	"fmt"
	"time"

	"github.com/hubcap-dev/hubcap/sync/backup"
	"github.com/hubcap-dev/hubcap/sync/retain"
)

// Alert is something about a target that a person should know.
type Alert struct {
	Code   Code   `json:"code" enum:"not_set_up,recovery_unconfirmed,paused,paused_after_restore,shut_out,behind,unusable,denied,failing,lagging,stale,unverified,damaged,test_failed,clock,credential,files_missing"`
	Severe bool   `json:"severe" doc:"the data is at risk now"`
	What   string `json:"what"`
	Remedy string `json:"remedy"`
}

// Code names the sort of an alert.
type Code string

// The sorts of alerts.
const (
	NotSetUp            Code = "not_set_up"
	RecoveryUnconfirmed Code = "recovery_unconfirmed"
	Paused              Code = "paused"
	PausedAfterRestore  Code = "paused_after_restore"
	ShutOut             Code = "shut_out"
	Behind              Code = "behind"
	Unusable            Code = "unusable"
	Denied              Code = "denied"
	Failing             Code = "failing"
	Lagging             Code = "lagging"
	Stale               Code = "stale"
	Unverified          Code = "unverified"
	Damaged             Code = "damaged"
	TestFailed          Code = "test_failed"
	Clock               Code = "clock"
	Credential          Code = "credential"
	FilesMissing        Code = "files_missing"
)

// Codes are all sorts of alerts, for metrics.
func Codes() []Code {
	return []Code{NotSetUp, RecoveryUnconfirmed, Paused, PausedAfterRestore, ShutOut, Behind, Unusable, Denied, Failing, Lagging, Stale,
		Unverified, Damaged, TestFailed, Clock, Credential, FilesMissing}
}

// Seen is everything that alerts are judged by.
type Seen struct {
	Target  Target
	Record  Record
	Ship    *backup.State // nil where nobody ships in this process
	Epoch   string        // of the store's log
	Head    uint64
	Pending time.Time // of the oldest change that is not in the bucket; zero without any
	Now     time.Time
}

// How much is too much.
const (
	muchSkew     = 2 * time.Minute
	soonEnds     = 14 * 24 * time.Hour
	patience     = 5 * time.Minute // of trouble that may pass
	graceOfTests = 2 * 24 * time.Hour
)

// late is after what time of nothing a rhythm has failed.
func late(p retain.Preset) time.Duration {
	switch p {
	case retain.Continuous:
		return 10 * time.Minute
	case retain.Quarter:
		return time.Hour
	case retain.Nightly:
		return 36 * time.Hour
	}
	return 0
}

// Alerts judges a target. It is pure.
func Alerts(s Seen) []Alert {
	out := []Alert{}
	add := func(code Code, severe bool, remedy, what string, args ...any) {
		out = append(out, Alert{code, severe, fmt.Sprintf(what, args...), remedy})
	}
	t, r := &s.Target, &s.Record
	if !t.SetUp() {
		add(NotSetUp, true, "choose a passphrase for it, or open the backup that is there", "%s has no backup yet", t.Name)
		return out
	}
	if t.Asked != "" {
		add(RecoveryUnconfirmed, false, "enter the two words of the recovery sheet, or make a new recovery key: without passphrase and recovery key the backup can't be opened by anybody",
			"nobody has confirmed that the recovery key of %s was written down", t.Name)
	}
	if t.Epoch != s.Epoch {
		add(PausedAfterRestore, true, "say whether this hub continues that backup, or begins a new one beside it",
			"this store was restored or has lost changes, and %s is the backup of the store before: nothing is sent there", t.Name)
		return out
	}
	if t.Paused {
		add(Paused, true, "switch it on again", "%s is paused: nothing is sent there", t.Name)
		return out
	}
	phase := backup.Phase("")
	if s.Ship != nil {
		phase = s.Ship.Phase
	}
	working := true
	switch {
	case phase == backup.ShutOut:
		working = false
		add(ShutOut, true, "if the other one is not meant to, stop it and continue here; else remove this target",
			"another hub has taken the backup %s over", t.Name)
	case phase == backup.Behind:
		working = false
		add(Behind, true, "stop the hub and restore the backup into an empty folder: it holds changes that are gone here",
			"%s holds changes that this store does not have: commits were lost", t.Name)
	case phase == backup.NotBackup:
		working = false
		add(Unusable, true, "verify the backup, then begin a new one beside it", "the backup in %s can't be used: %s", t.Where(), r.Trouble)
	case r.Trouble != "" && r.Denied:
		working = false
		add(Denied, true, "enter a credential that may list, read and write there, and test it", "%s refuses the credential: %s", t.Where(), r.Trouble)
	case r.Trouble != "" && s.Now.Sub(r.Since.Time) >= patience:
		working = false
		add(Failing, true, "see that the place answers, then run the test; nothing is lost meanwhile: the change log waits",
			"%s does not work since %s: %s", t.Name, ago(s.Now, r.Since.Time), r.Trouble)
	}
	if most := late(retain.Preset(t.Preset)); working && most > 0 {
		switch waits := s.Now.Sub(s.Pending); {
		case r.Through.IsZero() && s.Now.Sub(t.Added.Time) > most:
			add(Stale, true, "look at the hub's log, then back up now", "nothing has been backed up to %s yet", t.Name)
		case !s.Pending.IsZero() && waits > 4*most:
			add(Stale, true, "look at the hub's log, then back up now", "changes of %s ago are not in %s yet", ago(s.Now, s.Pending), t.Name)
		case !s.Pending.IsZero() && waits > most:
			add(Lagging, false, "give it more bandwidth or other hours, or wait", "%s is behind: changes of %s ago are not there yet", t.Name, ago(s.Now, s.Pending))
		}
	}
	switch {
	case r.Verify.Why != "":
		add(Damaged, true, "verify everything, then write a new checkpoint: `hubcap backup now --full`", "the verification of %s failed: %s", t.Name, r.Verify.Why)
	case r.Findings > 0:
		add(Damaged, true, "write a new checkpoint now, which needs nothing of what is damaged; then verify again", "the verification of %s found %d things wrong", t.Name, r.Findings)
	}
	days := time.Duration(t.days()) * 24 * time.Hour
	switch {
	case r.Test.Why != "":
		add(TestFailed, true, "write a new checkpoint, then test again", "the last restore test of %s failed: %s", t.Name, r.Test.Why)
	case r.Test.Well.IsZero() && s.Now.Sub(t.Added.Time) > graceOfTests:
		add(Unverified, true, "test a restore now", "no restore from %s has ever been tried", t.Name)
	case t.Preset == string(retain.OnDemand) && !r.Shipped.After(r.Test.Well.Time): // nothing went up since
	case !r.Test.Well.IsZero() && s.Now.Sub(r.Test.Well.Time) > days+graceOfTests:
		add(Unverified, true, "test a restore now", "the last restore test of %s was %s ago", t.Name, ago(s.Now, r.Test.Well.Time))
	}
	if skew := time.Duration(r.SkewMS) * time.Millisecond; skew.Abs() > muchSkew {
		add(Clock, false, "set the clock of this computer, or of the other side", "the clocks of this computer and of %s differ by %s", t.Where(), skew.Abs().Round(time.Second))
	}
	if t.S3 != nil && t.S3.Ends != nil {
		switch left := t.S3.Ends.Sub(s.Now); {
		case left <= 0:
			add(Credential, true, "make a new one at the provider and enter it", "the credential of %s has ended", t.Name)
		case left < soonEnds:
			add(Credential, false, "make a new one at the provider and enter it", "the credential of %s ends in %s", t.Name, days1(left))
		}
	}
	if s.Ship != nil && len(s.Ship.Missing) > 0 {
		add(FilesMissing, true, "run the doctor: it names the records whose files are damaged on this computer", "%d files can't be read here and are not in %s", len(s.Ship.Missing), t.Name)
	}
	return out
}

func (t *Target) days() int64 {
	if t.TestDays <= 0 {
		return 7
	}
	return t.TestDays
}

// ago is a length of time as a person says it.
func ago(now, then time.Time) string { return days1(now.Sub(then)) }

func days1(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", int(d/time.Hour))
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d minutes", int(d/time.Minute))
	}
	return "a minute"
}
