package intake_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// A row is never lost for one cell that a vehicle can't hold: the cell is cut
// or left out, and said.
func TestACellThatAVehicleCantHoldNeverCostsTheRow(t *testing.T) {
	long := strings.Repeat("long ", 3000)
	heads := []string{"VIN", "Year", "Make", "Model", "Plate", "Stock", "Color", "Tags", "Notes", "Title", "Condition", "Seller", "Location", "Price", "Odometer", "Sale Date"}
	for n := range 60 {
		heads = append(heads, fmt.Sprintf("own %d", n))
	}
	for name, cells := range map[string][]string{
		"plate": {4: "ABC 123 (expired, see notes)"}, "stock": {5: long}, "color": {6: long}, "tag": {7: long}, "tags": {7: many(60)}, "notes": {8: long}, "title": {9: long},
		"condition": {10: long}, "seller": {11: long}, "place": {12: long}, "price": {13: "999999999999999"}, "year": {1: "3015"}, "year of five": {1: "20155"}, "make": {2: long},
		"odometer": {14: "99999999999"}, "old day": {14: "100 mi", 15: "01/02/0101"}, "day ahead": {14: "100 mi", 15: "01/02/2090"}, "NUL": {2: "Fo\x00rd", 8: "a\x00b"},
		"bytes": {8: "a\xffb\xfe"},
	} {
		row := make([]string, len(heads))
		copy(row, cells)
		row[0] = vinOf(t, "4T1BF1FK?FU226704")
		for n := 16; n < len(row); n++ {
			row[n] = "x"
		}
		if row[9] == "" {
			row[9], row[10], row[11] = "Clean", "4.0", "Bank"
		}
		h := open(t)
		i := h.list(me(), strings.Join(heads, "\t")+"\n"+strings.Join(row, "\t")+"\n")
		s := h.commit(me(), intake.CommitOrder{Intake: i.ID})
		var out struct{ Outcome intake.Outcome }
		if err := json.Unmarshal(s.Result, &out); err != nil {
			t.Fatal(err)
		}
		if out.Outcome.Created != 1 {
			t.Errorf("%s: %+v", name, out.Outcome)
		}
	}
}

func many(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("tag%d", i))
	}
	return strings.Join(out, ",")
}

// What is cut or left out is said before anything is taken in.
func TestWhatIsCutIsSaid(t *testing.T) {
	h := open(t)
	heads, cells := []string{"VIN", "Plate", "Title", "Location"}, []string{vinOf(t, "4T1BF1FK?FU226704"), strings.Repeat("P", 30), "Clean", "Manheim Denver"}
	for n := range 60 {
		heads, cells = append(heads, fmt.Sprintf("own %02d", n)), append(cells, fmt.Sprintf("cell %d", n))
	}
	i := h.list(me(), strings.Join(heads, ",")+"\n"+strings.Join(cells, ",")+"\n")
	r := h.look(me(), i.ID, intake.Look{}).Rows[0]
	var said []string
	for _, p := range r.Problems {
		said = append(said, p.Header)
	}
	if got, want := strings.Join(said, ", "), "Plate, own 58, own 59"; got != want {
		t.Errorf("said of %q, want %q: %+v", got, want, r.Problems)
	}
}

// Where the list says that a lot stands is none of the organisation's
// locations, by which it is settled who sees the vehicle.
func TestTheListsLocationMovesNoVehicleOutOfReach(t *testing.T) {
	h := open(t)
	denver := vehicle.Caller{Scope: store.Org("home").At("Denver", "Boulder"), Actor: actor.Actor{Kind: actor.User, ID: "u1", Name: "u1"}}
	v := vinOf(t, "4T1BF1FK?FU226704")
	i := h.list(denver, "VIN,Location,Price\n"+v+",Manheim Ohio,$100\n")
	order := intake.CommitOrder{Intake: i.ID}
	if err := order.Check(); err != nil {
		t.Fatal(err)
	}
	j, err := h.desk.Start(context.Background(), job.Caller(denver), intake.CommitJob, order, "")
	if err != nil {
		t.Fatal(err)
	}
	h.finish(me(), j.ID)
	p, err := h.hub.WithVIN(context.Background(), denver, v)
	if err != nil || len(p.Items) != 1 || p.Items[0].Value.Location != "Denver" || p.Items[0].Value.Fields["Location"] != "Manheim Ohio" {
		t.Errorf("%+v, %v", p.Items, err)
	}
}

// Lists are arrays on the wire, also where there is nothing to say.
func TestAnAnswerHoldsNoNullWhereAListIsPromised(t *testing.T) {
	h := open(t)
	i := h.list(me(), "VIN,Model\nWDDZZZ2120A000000,E 200\nWVWZZZ1KZ8W000001,Golf\n"+vinOf(t, "4T1BF1FK?FU226704")+",Camry\n4T1BF1FK,\n,\n")
	b, err := json.Marshal(h.look(me(), i.ID, intake.Look{}).Rows)
	if err != nil || strings.Contains(string(b), ":null") {
		t.Errorf("%s, %v", b, err)
	}
}

// A file that is taken off while its commit waits does not take others' rows
// with it.
func TestAFileTakenOffInTheMiddleOfACommit(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	text := func(from, rows int) string {
		var b strings.Builder
		b.WriteString("VIN,Price\n")
		for n := range rows {
			fmt.Fprintf(&b, "%s,$%d\n", vinOf(t, fmt.Sprintf("4T1BF1FK?FU%06d", from+n)), 1000+n)
		}
		return b.String()
	}
	i := h.list(me(), text(226704, 100), text(300000, 60))
	order := intake.CommitOrder{Intake: i.ID}
	if err := order.Check(); err != nil {
		t.Fatal(err)
	}
	j, err := h.desk.Start(ctx, job.Caller(me()), intake.CommitJob, order, "")
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- h.desk.Run(running) }()
	w := h.desk.Watch(job.Caller(me()))
	for under := false; !under; {
		<-w.C
		for _, s := range w.Take() {
			under = under || s.Count > 0
		}
	}
	w.Close()
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if _, err := h.TakeOff(ctx, me(), i.ID, 1); err != nil {
		t.Fatal(err)
	}
	h.desk = job.New(h.db, []job.Kind{{Name: intake.CommitJob, Run: h.Commit}}, job.Options{})
	h.finish(me(), j.ID)
	for n := range 60 {
		v := vinOf(t, fmt.Sprintf("4T1BF1FK?FU%06d", 300000+n))
		if p, err := h.hub.WithVIN(ctx, me(), v); err != nil || len(p.Items) != 1 {
			t.Fatalf("row %d of the second file: %d vehicles, %v", n+1, len(p.Items), err)
		}
	}
}

// Where more people look than there is room for, each has their turn, and an
// edit under somebody's eyes ends nobody's look.
func TestManyLookAtOnce(t *testing.T) {
	h := open(t)
	var b strings.Builder
	b.WriteString("VIN,Model\n")
	for n := range 1500 {
		fmt.Fprintf(&b, "%s,Camry\n", vinOf(t, fmt.Sprintf("4T1BF1FK?FU%06d", 226704+n)))
	}
	var wait sync.WaitGroup
	for n := range 12 {
		c := own(fmt.Sprintf("u%02d", n))
		id := h.list(c, b.String()).ID
		for range 2 {
			wait.Go(func() {
				v, err := h.Look(context.Background(), c, id, intake.Look{Limit: 1}, true)
				if err != nil || v.Checked != 1500 || !v.Done {
					t.Errorf("%d rows, %v", v.Checked, err)
				}
			})
		}
		wait.Go(func() {
			if _, err := h.Edit(context.Background(), c, id, []intake.Change{{Ref: intake.Ref{File: 1, Row: 7}, Decision: intake.Leave}}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// A correction never comes to stand in another car's row.
func TestAFileIsNotReadAnewUnderCorrections(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	i := h.list(me(), "VIN,Model\n"+vinOf(t, "4T1BF1FK?FU226704")+",Camry\n"+vinOf(t, "4T1BF1FK?FU226705")+",Camry\n")
	ch := []intake.Change{{Ref: intake.Ref{File: 1, Row: 1}, Decision: intake.Leave}}
	before, err := h.Edit(ctx, me(), i.ID, ch)
	if err != nil {
		t.Fatal(err)
	}
	other := intake.FileSettings{Reading: &list.Options{HeaderRow: -1}}
	if _, err := h.SetFile(ctx, me(), i.ID, 1, other); !fault.Is(err, fault.Conflict) {
		t.Errorf("read anew: %v", err)
	}
	if _, err := h.Edit(ctx, me(), i.ID, before); err != nil {
		t.Fatal(err)
	}
	if _, err := h.SetFile(ctx, me(), i.ID, 1, other); err != nil {
		t.Errorf("without corrections: %v", err)
	}
}

// What no country's VIN is written with does not come from abroad.
func TestLettersOfOtherScriptsAreNoForeignVIN(t *testing.T) {
	h := open(t)
	i := h.list(me(), "VIN,Model\n"+strings.Repeat("\U0001F600", 17)+",Camry\n"+strings.Repeat("\u0410", 17)+",Camry\n4T\u0661BF\u0661FK9FU226704,Camry\nWVWZZZ1KZ8W000001,Golf\n")
	if got := h.statuses(i.ID); strings.Count(got, "ready") != 1 || !strings.HasSuffix(got, " ready") {
		t.Errorf("%s; want the last alone to be ready", got)
	}
}

// Few rows may be long ones: a look holds so many bytes and no more.
func TestALookIsBoundByBytes(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	var b strings.Builder
	b.WriteString("VIN,Notes\n")
	for n := range 1_000 {
		fmt.Fprintf(&b, "%s,%s\n", vinOf(t, fmt.Sprintf("4T1BF1FK?FU%06d", n)), strings.Repeat("x", 55_000))
	}
	i := h.list(me(), b.String())
	if _, err := h.Look(ctx, me(), i.ID, intake.Look{}, true); !fault.Is(err, fault.Limited) {
		t.Errorf("a look at 55 MB: %v, want a refusal", err)
	}
}

// Somebody who reaches a group alone has lists, too.
func TestAListOfAGroup(t *testing.T) {
	h := open(t)
	c := vehicle.Caller{Scope: store.Org("home").Of("north"), Actor: own("gil").Actor}
	i := h.list(c, "VIN\n"+camry+"\n")
	if v := h.look(c, i.ID, intake.Look{}); len(v.Rows) != 1 {
		t.Errorf("its rows: %+v", v)
	}
	if _, err := h.Edit(context.Background(), c, i.ID, []intake.Change{{Ref: intake.Ref{File: 1, Row: 1}, Decision: intake.Leave}}); err != nil {
		t.Error(err)
	}
}
