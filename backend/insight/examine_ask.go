package insight

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/llm"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
)

// What earns the job of answering questions: so many answers in a hundred can
// be read, and of what they choose first so much matters.
const (
	askShare   = 80
	askLimitMS = 20_000
)

// notebook is a vehicle's notes, and which two of them matter most to a buyer.
type notebook struct {
	notes   []string
	matters [2]int // numbers from 1
}

// notebooks are made up. What matters is a danger or a great expense; all
// else is about keys, photos and parking.
func notebooks() []notebook {
	return []notebook{
		{[]string{"Photos taken on Friday.", "The brakes failed on the test drive.", "Parked in row 4.", "Two keys on file.", "Frame is bent behind the left front wheel.", "Washed and vacuumed."}, [2]int{2, 5}},
		{[]string{"The airbag lamp stays on and one airbag is missing.", "Floor mats ordered.", "Customer prefers a call after five.", "Radio presets were cleared.", "Engine knocks loudly under load."}, [2]int{1, 5}},
		{[]string{"Plate frame removed.", "Smells of air freshener.", "Transmission slips out of second gear.", "Fuel line leaks onto the exhaust.", "Manual is in the glove box.", "Tank is half full."}, [2]int{3, 4}},
		{[]string{"Was in a flood; water stood above the seats.", "Tire shine applied.", "Listing goes live on Monday.", "Odometer was rolled back according to the last owner.", "Sun shade in the trunk."}, [2]int{1, 4}},
		{[]string{"Second key is with the manager.", "Steering locks up at full turn.", "Clock is an hour off.", "Cup holder insert is missing.", "Coolant mixes with the oil, head gasket is gone."}, [2]int{2, 5}},
		{[]string{"Battery case cracked and hot after charging.", "Title is held by a bank, a lien is open.", "Air freshener changed.", "Detail booked for Tuesday.", "Wiper fluid filled up.", "Moved to the north yard."}, [2]int{1, 2}},
		{[]string{"Stereo sounds good.", "Dealer sticker removed.", "Wheel came off on the highway last month.", "Seat heater set to low.", "Rust went through the floor under the driver."}, [2]int{3, 5}},
		{[]string{"Tow hitch cover is in the trunk.", "Engine seized, will not turn over.", "Keys on hook 12.", "Polished last week.", "The seller could not show who owns it.", "Stock photo is fine."}, [2]int{2, 5}},
	}
}

// AskCheck is the built-in check for the job of answering questions about a
// vehicle's notes: the model says by number which matter most.
func AskCheck() route.Check {
	h := fnv.New64a()
	fmt.Fprintln(h, quoteOrders, notebooks())
	return route.Check{Capability: llm.Ask, Version: fmt.Sprintf("1 %016x", h.Sum64()), Run: examineAsking}
}

func examineAsking(ctx context.Context, e *route.Engine, progress func(done, total int)) (route.Report, error) {
	all := notebooks()
	read, first, right := 0, 0, 0
	var slowest int64
	for i, b := range all {
		start := time.Now()
		reply, err := e.Chatter.Chat(ctx, choice(b.notes), nil)
		if err != nil {
			return route.Report{}, err
		}
		slowest = max(slowest, ceilMS(time.Since(start)))
		progress(i+1, len(all))
		picked, err := numbersIn(reply.Text, len(b.notes))
		if fault.Is(err, fault.Unavailable) {
			continue
		}
		read++
		for _, n := range picked[:min(len(picked), len(b.matters))] {
			first++
			if slices.Contains(b.matters[:], n) {
				right++
			}
		}
	}
	r := route.Report{Figures: []route.Figure{
		figure("answers asked for", len(all), ""), figure("could be read", 100*read/len(all), "%"), figure("matters, of what came first", 100*right/max(1, first), "%"), figure("slowest answer", slowest, "ms"),
	}}
	switch {
	case 100*read < askShare*len(all):
		r.Reason = fmt.Sprintf("%d of %d answers could be read, wanted are %d in 100", read, len(all), askShare)
	case 100*right < askShare*first:
		r.Reason = fmt.Sprintf("of %d sentences that it put first %d matter, wanted are %d in 100", first, right, askShare)
	case slowest > askLimitMS:
		r.Reason = fmt.Sprintf("it is too slow here: %d ms for an answer", slowest)
	default:
		r.Earned, r.Reason = true, fmt.Sprintf("of %d sentences that it put first %d matter", first, right)
	}
	return r, nil
}
