package intake_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

const (
	camry  = "4T1BF1FK9FU226704" // 2015 Toyota Camry
	accord = "1HGCM82633A004352" // 2003 Honda Accord
)

// An evening with a row of each status; the pickup's row is wrong in one
// character.
func evening(t testing.TB) string {
	pickup := vinOf(t, "1FTEW1EF?FFA00001")
	wrong := pickup[:16] + "7"
	return "Lot,VIN,Year,Make,Model,Price,Odometer\n" +
		"1," + camry + ",2015,Toyota,Camry,\"$9,800\",81000 mi\n" + // ready
		"2," + accord + ",2003,Honda,Civic,\"$2,500\",190000 mi\n" + // mismatch
		"3," + wrong + ",2015,Ford,F-150,\"$15,000\",90000 mi\n" + // fixable
		"4," + camry + ",2015,Toyota,Camry,\"$9,900\",81000 mi\n" + // duplicate
		"5,5YJ3E1EB6K,2019,Tesla,Model 3,\"$21,000\",30000 mi\n" + // short
		"6,NONE,2011,Ford,Focus,\"$900\",150000 mi\n" // invalid
}

func TestEachRowHasItsStatus(t *testing.T) {
	h := open(t)
	i := h.list(me(), evening(t))
	if got, want := h.statuses(i.ID), "ready mismatch fixable duplicate short invalid"; got != want {
		t.Fatalf("statuses: %s\nwant:     %s", got, want)
	}
	rows := h.look(me(), i.ID, intake.Look{}).Rows
	if r := rows[0]; r.Decoded["Make"] != "TOYOTA" || r.Decoded["ModelYear"] != "2015" || r.Asking == nil || r.Asking.Minor != 980_000 || r.Odometer == nil || r.Odometer.Value != "81000" || r.Lot != "1" {
		t.Errorf("the first row: %+v", r)
	}
	if r := rows[1]; !slices.ContainsFunc(r.Findings, func(f claim.Finding) bool {
		return f.Field == claim.Model && f.Severity == claim.Hard && f.Claimed == "Civic" && strings.EqualFold(f.Decoded, "Accord") && f.Reason != ""
	}) {
		t.Errorf("a Civic that is an Accord: %+v", r.Findings)
	}
	if r := rows[2]; len(r.Suggestions) == 0 || r.Suggestions[0] != vinOf(t, "1FTEW1EF?FFA00001") && !slices.Contains(r.Suggestions, vinOf(t, "1FTEW1EF?FFA00001")) {
		t.Errorf("suggestions: %v", r.Suggestions)
	}
	if r := rows[3]; r.SameAs == nil || *r.SameAs != (intake.Ref{File: 1, Row: 1}) {
		t.Errorf("a duplicate of %+v, want row 1", r.SameAs)
	}
	if r := rows[4]; r.Decoded["Make"] != "TESLA" {
		t.Errorf("a partial VIN is decoded as far as it goes: %v", r.Decoded)
	}
	if empty, err := h.hub.Empty(context.Background(), me()); err != nil || !empty {
		t.Errorf("the check wrote something, %v", err)
	}
}

func TestWhatIsHereIsKnown(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	here, err := h.hub.Create(ctx, me(), vehicle.Draft{VIN: camry})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.hub.Create(ctx, me(), vehicle.Draft{VIN: accord, Stage: vehicle.Sold}); err != nil {
		t.Fatal(err)
	}
	i := h.list(me(), "VIN\n"+camry+"\n"+accord+"\n")
	rows := h.look(me(), i.ID, intake.Look{}).Rows
	if rows[0].Status != intake.Existing || !slices.Equal(rows[0].Here, []string{here.Value.ID}) {
		t.Errorf("a vehicle that is here: %s %v", rows[0].Status, rows[0].Here)
	}
	if rows[1].Status != intake.Ready || len(rows[1].Sold) != 1 || rows[1].Message == "" {
		t.Errorf("one that was sold: %s %v %q", rows[1].Status, rows[1].Sold, rows[1].Message)
	}
	// Somebody who does not see it is not told of it.
	theirs := h.list(own("bob"), "VIN\n"+camry+"\n")
	if r := h.look(own("bob"), theirs.ID, intake.Look{}).Rows[0]; r.Status != intake.Ready || r.Here != nil {
		t.Errorf("to somebody else: %s %v", r.Status, r.Here)
	}
}

func TestAListIsItsOwnersSecret(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(own("ann"), "VIN\n"+camry+"\n")
	bob := own("bob")
	for name, do := range map[string]func() error{
		"read": func() error { _, err := h.Get(ctx, bob, i.ID); return err },
		"look": func() error { _, err := h.Look(ctx, bob, i.ID, intake.Look{}, true); return err },
		"edit": func() error {
			_, err := h.Edit(ctx, bob, i.ID, []intake.Change{{Ref: intake.Ref{File: 1, Row: 1}}})
			return err
		},
		"file":   func() error { _, err := h.AddFile(ctx, bob, i.ID, "x", strings.NewReader("VIN\n"+accord)); return err },
		"report": func() error { _, _, err := h.Report(ctx, bob, i.ID); return err },
		"remove": func() error { _, err := h.Remove(ctx, bob, i.ID, false); return err },
		"settings": func() error {
			name := "Mine"
			_, err := h.Set(ctx, bob, i.ID, intake.Settings{Name: &name})
			return err
		},
	} {
		if err := do(); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s = %v, want not found", name, err)
		}
	}
	if p, err := h.List(ctx, bob, false, "", 10); err != nil || len(p.Items) != 0 {
		t.Errorf("bob's lists: %v, %v", p.Items, err)
	}
}

// A corrected row is checked again, and so are those beside it: the second of
// two with one VIN is no duplicate any more.
func TestAnEditIsCheckedAtOnceAndTakenBackByItsAnswer(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), evening(t))
	before := h.statuses(i.ID)
	first := intake.Ref{File: 1, Row: 1}
	was, err := h.Edit(ctx, me(), i.ID, []intake.Change{{Ref: first, Values: []intake.Value{{Target: mapping.VIN, Text: vinOf(t, "5YJ3E1EA?KF317000")}}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := h.statuses(i.ID), "mismatch mismatch fixable ready short invalid"; got != want {
		t.Errorf("edited:  %s\nwant:    %s", got, want)
	}
	r, cells, err := h.Row(ctx, me(), i.ID, first)
	if err != nil || cells[1] != camry || len(r.Edited) != 1 {
		t.Errorf("the row keeps the file's cells %v beside what was set %v, %v", cells, r.Edited, err)
	}
	// A check from the beginning tells the same.
	fresh, err := h.another().Look(ctx, me(), i.ID, intake.Look{Limit: 100}, true)
	if err != nil {
		t.Fatal(err)
	}
	held := h.look(me(), i.ID, intake.Look{})
	for n := range held.Rows {
		if a, b := held.Rows[n], fresh.Rows[n]; a.Status != b.Status || a.Message != b.Message || len(a.Findings) != len(b.Findings) {
			t.Errorf("row %d: %s %q held, %s %q afresh", n+1, a.Status, a.Message, b.Status, b.Message)
		}
	}
	if fmt.Sprint(held.Counts) != fmt.Sprint(fresh.Counts) {
		t.Errorf("counts: %v held, %v afresh", held.Counts, fresh.Counts)
	}
	if _, err := h.Edit(ctx, me(), i.ID, was); err != nil {
		t.Fatal(err)
	}
	if got := h.statuses(i.ID); got != before {
		t.Errorf("taken back: %s\nwant:       %s", got, before)
	}
}

// Where several suggestions are as likely, all at once leaves the row alone: it
// is a person who chooses.
func TestOnlyWhatStandsOutIsAcceptedTogether(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), "VIN\n1FTFW1ET4EFC2374\n1FTFWIET4EFC23745\n")
	v := h.look(me(), i.ID, intake.Look{})
	if n := len(v.Rows[0].Suggestions); n < 2 || v.Counts.Status[intake.Fixable] != 2 || v.Counts.Clear != 1 {
		t.Fatalf("%d suggestions in the first row, counts %+v; want several, and one clear row of two", n, v.Counts)
	}
	was, err := h.AcceptRepairs(ctx, me(), i.ID, nil)
	if err != nil || len(was) != 1 || was[0].Ref.Row != 2 {
		t.Fatalf("%+v, %v; want the second row alone", was, err)
	}
	if _, err := h.AcceptRepairs(ctx, me(), i.ID, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("nothing stands out any more: %v, want a conflict", err)
	}
	if was, err = h.AcceptRepairs(ctx, me(), i.ID, []intake.Ref{v.Rows[0].Ref()}); err != nil || len(was) != 1 {
		t.Errorf("a row that is named: %+v, %v", was, err)
	}
}

func TestSuggestionsAreAcceptedTogether(t *testing.T) {
	h := open(t)
	i := h.list(me(), evening(t))
	was, err := h.AcceptRepairs(context.Background(), me(), i.ID, nil)
	if err != nil || len(was) != 1 {
		t.Fatalf("%v, %v; want one row", was, err)
	}
	if r := h.look(me(), i.ID, intake.Look{}).Rows[2]; r.Status == intake.Fixable || r.Status == intake.Invalid {
		t.Errorf("the row is %s still", r.Status)
	}
	if _, err := h.AcceptRepairs(context.Background(), me(), i.ID, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("again: %v, want a conflict", err)
	}
}

func TestAnEditThatCantBeIsRefusedWhole(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), evening(t))
	good := intake.Change{Ref: intake.Ref{File: 1, Row: 1}, Decision: intake.Leave}
	for name, c := range map[string]struct {
		change intake.Change
		field  string
	}{
		"no such row":      {intake.Change{Ref: intake.Ref{File: 1, Row: 7}, Decision: intake.Leave}, ""},
		"no such file":     {intake.Change{Ref: intake.Ref{File: 2, Row: 1}, Decision: intake.Leave}, ""},
		"no such decision": {intake.Change{Ref: intake.Ref{File: 1, Row: 1}, Decision: "maybe"}, "/changes/1/decision"},
		"no field":         {intake.Change{Ref: intake.Ref{File: 1, Row: 1}, Values: []intake.Value{{Text: "x"}}}, "/changes/1/values/0/target"},
		"too long":         {intake.Change{Ref: intake.Ref{File: 1, Row: 1}, Values: []intake.Value{{Target: mapping.VIN, Text: strings.Repeat("x", 10_001)}}}, "/changes/1/values/0/text"},
	} {
		_, err := h.Edit(ctx, me(), i.ID, []intake.Change{good, c.change})
		if err == nil || c.field != "" && !strings.Contains(fmt.Sprintf("%+v", err), c.field) && !namesField(err, c.field) {
			t.Errorf("%s: %v, want a refusal of %s", name, err, c.field)
		}
	}
	if v := h.look(me(), i.ID, intake.Look{}); v.Rows[0].Decision != intake.Undecided {
		t.Error("the good change was written with a bad one")
	}
}

func namesField(err error, field string) bool {
	var f *fault.Error
	return errors.As(err, &f) && slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Pointer == field })
}

// What was accepted once is not asked again, in no list.
func TestAWordIsLearnedForAllLists(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), "VIN,Year,Make,Model,Body\n"+camry+",2015,Toyota,Camry,Limo-ish\n")
	r := h.look(me(), i.ID, intake.Look{}).Rows[0]
	at := slices.IndexFunc(r.Findings, func(f claim.Finding) bool { return f.Field == claim.Body })
	if at < 0 || r.Findings[at].Severity == claim.Hard {
		t.Fatalf("a word that nobody knows: %+v, want a soft finding", r.Findings)
	}
	a, err := h.Accept(ctx, me(), claim.Alias{Field: claim.Body, Said: "limo-ish", Means: r.Findings[at].Decoded})
	if err != nil {
		t.Fatal(err)
	}
	other := h.list(me(), "VIN,Body\n"+camry+",LIMO-ISH\n")
	for _, id := range []string{i.ID, other.ID} {
		if r := h.look(me(), id, intake.Look{}).Rows[0]; slices.ContainsFunc(r.Findings, func(f claim.Finding) bool { return f.Field == claim.Body }) {
			t.Errorf("accepted, and found again: %+v", r.Findings)
		}
	}
	if err := h.Unaccept(ctx, me(), a.ID); err != nil {
		t.Fatal(err)
	}
	if r := h.look(me(), i.ID, intake.Look{}).Rows[0]; !slices.ContainsFunc(r.Findings, func(f claim.Finding) bool { return f.Field == claim.Body }) {
		t.Error("taken away, and not found")
	}
	if _, err := h.Accept(ctx, me(), claim.Alias{Field: "wheels", Said: "a", Means: "b"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a field that is not checked: %v", err)
	}
}

// A mapping that was set is used again for the same headings, in any order of
// columns.
func TestAMappingIsRemembered(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), "Serial,Wert\n"+camry+",7\n")
	m := i.Files[0].Mapping
	m.Columns = []mapping.Column{{Index: 0, Header: "Serial", Target: mapping.VIN, Percent: 100}, {Index: 1, Header: "Wert", Target: mapping.Custom, Name: "Grade", Percent: 100}}
	s, err := h.SetFile(ctx, me(), i.ID, 1, intake.FileSettings{Mapping: &m, Remember: true})
	if err != nil || !s.Intake.Files[0].Remembered {
		t.Fatalf("%+v, %v", s.Intake.Files, err)
	}
	next := h.list(me(), "Wert,Serial\n9,"+accord+"\n")
	f := next.Files[0]
	if !f.Remembered || len(f.Mapping.Columns) != 2 {
		t.Fatalf("the next list: %+v", f)
	}
	if r := h.look(me(), next.ID, intake.Look{}).Rows[0]; r.VIN != accord {
		t.Errorf("its row: %+v", r)
	}
	all, err := h.Templates(ctx, me())
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	if err := h.ForgetTemplate(ctx, me(), all[0].ID); err != nil {
		t.Fatal(err)
	}
	if f := h.list(me(), "Wert,Serial\n9,"+accord+"\n").Files[0]; f.Remembered {
		t.Error("forgotten, and used")
	}
}

func TestSeveralFilesAreOneEveningAndHeldAgainstYesterday(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	tesla := vinOf(t, "5YJ3E1EA?KF317000")
	yesterday := h.list(me(), "VIN,Price,Make,Model\n"+camry+",$9000,Toyota,Camry\n"+accord+",$2500,Honda,Accord\n")
	today := h.list(me(), "VIN,Price\n"+camry+",$8500\n", "Price,VIN\n$20000,"+tesla+"\n$8500,"+camry+"\n")
	if _, err := h.Set(ctx, me(), today.ID, intake.Settings{Against: &yesterday.ID}); err != nil {
		t.Fatal(err)
	}
	v := h.look(me(), today.ID, intake.Look{})
	if len(v.Rows) != 3 || v.Rows[2].Status != intake.Duplicate || *v.Rows[2].SameAs != (intake.Ref{File: 1, Row: 1}) {
		t.Fatalf("rows of two files: %+v", v.Rows)
	}
	if c := v.Rows[0].Compared; c == nil || c.State != "price" || c.Before == nil || c.Before.Minor != 900_000 {
		t.Errorf("a price that changed: %+v", c)
	}
	if c := v.Rows[1].Compared; c == nil || c.State != "new" {
		t.Errorf("a new one: %+v", c)
	}
	if len(v.Gone) != 1 || v.Gone[0].VIN != accord || v.Gone[0].Title != "Honda Accord" {
		t.Errorf("gone: %+v", v.Gone)
	}
	if got := h.look(me(), today.ID, intake.Look{Compared: "new"}); got.Matches != 1 || got.Rows[0].VIN != tesla {
		t.Errorf("only what is new: %+v", got.Rows)
	}
	if _, err := h.AddFile(ctx, me(), today.ID, "again.csv", strings.NewReader("VIN,Price\n"+camry+",$8500\n")); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same file twice: %v, want a conflict", err)
	}
	if _, err := h.Set(ctx, me(), today.ID, intake.Settings{Against: &today.ID}); !fault.Is(err, fault.Invalid) {
		t.Errorf("against itself: %v", err)
	}
}

func TestLookFindsSortsAndPages(t *testing.T) {
	h := open(t)
	i := h.list(me(), evening(t))
	for _, c := range []struct {
		name string
		look intake.Look
		want string // lots
	}{
		{"status", intake.Look{Statuses: []intake.Status{intake.Mismatch, intake.Invalid}}, "2 6"},
		{"severity", intake.Look{Severity: claim.Hard}, "2"},
		{"field", intake.Look{Field: claim.Model}, "2"},
		{"text of a cell", intake.Look{Text: "focus"}, "6"},
		{"part of a VIN", intake.Look{Text: "004352"}, "2"},
		{"dearest", intake.Look{Sort: []intake.Order{{By: "asking", Down: true}}, Limit: 2}, "5 3"},
		{"next page", intake.Look{Sort: []intake.Order{{By: "asking", Down: true}}, Limit: 2, After: 2}, "4 1"},
		{"gravest, then cheapest", intake.Look{Sort: []intake.Order{{By: "severity", Down: true}, {By: "asking"}}, Limit: 1}, "2"},
		{"nothing", intake.Look{Text: "zeppelin"}, ""},
		{"past the end", intake.Look{After: 99}, ""},
	} {
		v := h.look(me(), i.ID, c.look)
		var lots []string
		for _, r := range v.Rows {
			lots = append(lots, r.Lot)
		}
		if got := strings.Join(lots, " "); got != c.want {
			t.Errorf("%s: lots %q, want %q", c.name, got, c.want)
		}
		if v.Counts.Status[intake.Ready] != 1 || v.Checked != 6 || !v.Done {
			t.Errorf("%s: counts are of all rows: %+v", c.name, v.Counts)
		}
	}
}

func TestCommitTakesWhatWasChosenAndOneUndoTakesItBack(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), evening(t))
	if _, err := h.Edit(ctx, me(), i.ID, []intake.Change{{Ref: intake.Ref{File: 1, Row: 5}, Decision: intake.Leave}}); err != nil {
		t.Fatal(err)
	}
	s := h.commit(me(), intake.CommitOrder{Intake: i.ID})
	if s.State != job.Done {
		t.Fatalf("the job: %+v", s)
	}
	now, err := h.Get(ctx, me(), i.ID)
	if err != nil || len(now.Intake.Commits) != 1 {
		t.Fatalf("%+v, %v", now.Intake.Commits, err)
	}
	c := now.Intake.Commits[0]
	if c.Outcome.Created != 2 || c.Outcome.Left != 4 || c.Outcome.Refused != 0 || !c.Ended || c.Batch != s.ID {
		t.Errorf("outcome: %+v", c)
	}
	page, err := h.hub.WithVIN(ctx, me(), accord)
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%v, %v", page, err)
	}
	v := page.Items[0].Value
	if v.Claimed.Model != "Civic" || v.Decoded.Model != "Accord" || v.Asking == nil || v.From == nil || v.From.Intake != i.ID || v.From.Row != 2 || v.Fields["Lot"] != "2" {
		t.Errorf("the vehicle: %+v", v)
	}
	hist, err := h.hub.History(ctx, me(), v.ID)
	if err != nil || len(hist.Readings) != 1 || hist.Readings[0].Record.Odometer.Value != "190000" {
		t.Errorf("its readings: %+v, %v", hist.Readings, err)
	}
	if got, want := h.statuses(i.ID), "existing existing fixable duplicate short invalid"; got != want {
		t.Errorf("after the commit: %s\nwant:            %s", got, want)
	}
	if _, err := h.hub.Undo(ctx, me(), c.Batch, ""); err != nil {
		t.Fatal(err)
	}
	if empty, err := h.hub.Empty(ctx, me()); err != nil || !empty {
		t.Errorf("not all of it was taken back, %v", err)
	}
	if got, want := h.statuses(i.ID), "ready mismatch fixable duplicate short invalid"; got != want {
		t.Errorf("after the undo: %s\nwant:           %s", got, want)
	}
	if now, err = h.Get(ctx, me(), i.ID); err != nil || !now.Intake.Commits[0].Undone {
		t.Errorf("the list does not know that it was taken back: %+v, %v", now.Intake.Commits, err)
	}
}

func TestACheckAsAJobWritesNothing(t *testing.T) {
	h := open(t)
	i := h.list(me(), evening(t))
	head := h.db.Head().Seq
	j, err := h.desk.Start(context.Background(), job.Caller(me()), intake.CheckJob, intake.CheckOrder{Intake: i.ID}, "")
	if err != nil {
		t.Fatal(err)
	}
	s := h.finish(me(), j.ID)
	var result struct {
		Rows   int           `json:"rows"`
		Counts intake.Counts `json:"counts"`
	}
	if err := json.Unmarshal(s.Result, &result); err != nil || s.State != job.Done || result.Rows != 6 || result.Counts.Status[intake.Mismatch] != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	if h.db.Head().Seq != head {
		t.Error("it wrote something")
	}
}

// A commit that was cut off goes on where it stood: nothing twice, nothing
// left out.
func TestACommitGoesOnAfterACut(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	var b strings.Builder
	b.WriteString("VIN,Price\n")
	const rows = 333
	for n := range rows {
		fmt.Fprintf(&b, "%s,$%d\n", vinOf(t, fmt.Sprintf("4T1BF1FK?FU%06d", 226704+n)), 1000+n)
	}
	i := h.list(me(), b.String())
	order := intake.CommitOrder{Intake: i.ID}
	if err := order.Check(); err != nil {
		t.Fatal(err)
	}
	j, err := h.desk.Start(ctx, job.Caller(me()), intake.CommitJob, order, "")
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; ; cut++ {
		running, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- h.desk.Run(running) }()
		w := h.desk.Watch(job.Caller(me()))
		for got := 0; got < 2; got++ {
			<-w.C
			w.Take()
		}
		w.Close()
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		s, err := h.desk.Get(ctx, job.Caller(me()), j.ID)
		if err != nil {
			t.Fatal(err)
		}
		if s.State.Ended() {
			break
		}
		if cut > rows {
			t.Fatalf("it does not get on: %+v", s)
		}
		h.desk = job.New(h.db, []job.Kind{{Name: intake.CommitJob, Run: h.Commit}}, job.Options{})
	}
	now, err := h.Get(ctx, me(), i.ID)
	if err != nil || len(now.Intake.Commits) != 1 || now.Intake.Commits[0].Outcome.Created != rows {
		t.Fatalf("%+v, %v; want %d created", now.Intake.Commits, err, rows)
	}
	n := 0
	for cursor := ""; ; {
		p, err := h.hub.List(ctx, me(), cursor, 200)
		if err != nil {
			t.Fatal(err)
		}
		n += len(p.Items)
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if n != rows {
		t.Errorf("%d vehicles, want %d", n, rows)
	}
}

// The report says what became of each row, and is a list itself.
func TestTheReportImportsAgain(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), evening(t))
	if _, err := h.AcceptRepairs(ctx, me(), i.ID, nil); err != nil {
		t.Fatal(err)
	}
	header, rows, err := h.Report(ctx, me(), i.ID)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	_ = out.Write(header)
	n := 0
	for cells, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 2 && (!strings.Contains(strings.Join(cells, "|"), "mismatch|hard:model") || len(cells) != len(header)) {
			t.Errorf("the second row: %q", cells)
		}
		_ = out.Write(cells)
	}
	out.Flush()
	if n != 6 {
		t.Fatalf("%d rows, want 6", n)
	}
	again := h.list(me(), b.String())
	if got, want := h.statuses(again.ID), h.statuses(i.ID); got != want {
		t.Errorf("imported again: %s\nwant:           %s", got, want)
	}
	for _, c := range again.Files[0].Mapping.Columns {
		if strings.HasPrefix(c.Header, intake.ReportMark) && c.Target != mapping.Skip {
			t.Errorf("the report's column %q is read as %s", c.Header, c.Target)
		}
	}
	var x bytes.Buffer
	header, rows, err = h.Report(ctx, me(), i.ID)
	if err == nil {
		err = list.WriteXLSX(&x, "Report", header, rows)
	}
	if err != nil {
		t.Fatal(err)
	}
	sheet := h.list(me(), x.String())
	if got, want := h.statuses(sheet.ID), h.statuses(i.ID); got != want {
		t.Errorf("as XLSX: %s\nwant:    %s", got, want)
	}
}

func TestTheTrashOfLists(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), "VIN\n"+camry+"\n")
	if _, err := h.Remove(ctx, me(), i.ID, false); err != nil {
		t.Fatal(err)
	}
	count := func(trash bool) int {
		p, err := h.List(ctx, me(), trash, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Items)
	}
	if count(false) != 0 || count(true) != 1 {
		t.Fatalf("%d listed and %d in the trash, want it there", count(false), count(true))
	}
	if err := h.Forget(ctx, "home"); err != nil || count(true) != 1 {
		t.Fatalf("forgotten before its 30 days, %v", err)
	}
	if _, err := h.Remove(ctx, me(), i.ID, true); err != nil || count(false) != 1 {
		t.Errorf("not back, %v", err)
	}
	if _, err := h.Remove(ctx, me(), i.ID, false); err != nil {
		t.Fatal(err)
	}
	was := clock
	clock = clock.Add(31 * 24 * time.Hour)
	defer func() { clock = was }()
	if err := h.Forget(ctx, "home"); err != nil || count(true) != 0 {
		t.Errorf("kept for ever, %v", err)
	}
}

// A check that keeps nothing says the same of each row.
func TestStreamSaysTheSame(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	text := evening(t)
	i := h.list(me(), text)
	head := h.db.Head().Seq
	var got []intake.Row
	heads := 0
	err := h.Stream(ctx, me(), intake.Loose{Content: strings.NewReader(text), Size: int64(len(text))},
		func(list.Table, mapping.Mapping) error { heads++; return nil },
		func(rows []intake.Row) error { got = append(got, rows...); return nil })
	if err != nil || heads != 1 {
		t.Fatalf("%d heads, %v", heads, err)
	}
	want := h.look(me(), i.ID, intake.Look{}).Rows
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for n := range got {
		if got[n].Status != want[n].Status || got[n].N != want[n].N || got[n].VIN != want[n].VIN {
			t.Errorf("row %d: %s %s, want %s %s", n+1, got[n].VIN, got[n].Status, want[n].VIN, want[n].Status)
		}
	}
	if h.db.Head().Seq != head {
		t.Error("it wrote something")
	}
}

// A file in the watched folder becomes a list, once; what can't be read says
// why, and holds up nothing.
func TestTheWatchedFolder(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	long := clock.Add(-time.Hour)
	dir := fstest.MapFS{
		"tonight.csv":   {Data: []byte("VIN\n" + camry + "\n"), ModTime: long},
		"photo.csv":     {Data: []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), ModTime: long},
		"coming.csv":    {Data: []byte("VIN\n" + accord + "\n"), ModTime: clock.Add(-time.Second)},
		"~$tonight.csv": {Data: []byte("VIN\n"), ModTime: long},
		".hidden.csv":   {Data: []byte("VIN\n"), ModTime: long},
		"readme.md":     {Data: []byte("VIN\n"), ModTime: long},
		"sub/in.csv":    {Data: []byte("VIN\n"), ModTime: long},
	}
	names := func() string {
		t.Helper()
		if err := h.Watch(ctx, me(), dir); err != nil {
			t.Fatal(err)
		}
		p, err := h.List(ctx, me(), false, "", 50)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, d := range p.Items {
			out = append(out, d.Value.Name)
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	for range 2 {
		if got := names(); got != "tonight.csv" {
			t.Fatalf("lists: %q, want tonight.csv alone", got)
		}
	}
	all, err := h.Watched(ctx, me(), 10)
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v; want the list and the photo", all, err)
	}
	for _, w := range all {
		if (w.Name == "photo.csv") != (w.Problem != "") || (w.Intake == "") != (w.Problem != "") {
			t.Errorf("%+v", w)
		}
	}
	dir["coming.csv"].ModTime = long
	dir["tonight.csv"] = &fstest.MapFile{Data: []byte("VIN\n" + accord + "\n"), ModTime: clock.Add(-time.Minute)}
	if got := names(); got != "coming.csv tonight.csv tonight.csv" {
		t.Errorf("after one came and one changed: %q", got)
	}
}
