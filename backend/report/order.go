package report

import (
	"fmt"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Kinds of matter that is printed of vehicles.
const (
	OfStickers = "stickers"
	OfLabels   = "labels"
)

// AtOnce is how many stickers are printed while somebody waits; MostAtOnce is
// the same of labels, and MostOfJob what one job prints.
const (
	AtOnce     = 20
	MostAtOnce = 100
	MostOfJob  = 5000
)

// Order says what to print of which vehicles.
type Order struct {
	What   string   `json:"what"`
	IDs    []string `json:"ids,omitempty"`    // of the vehicles, in their order
	Intake string   `json:"intake,omitempty"` // instead of ids: those that came from this list
	Paper  Paper    `json:"paper,omitempty"`  // of stickers; "" is by the caller's currency

	Template string `json:"template,omitempty"` // of labels
	Code     Code   `json:"code,omitempty"`
	Start    int    `json:"start,omitempty"`
	Singles  bool   `json:"singles,omitempty"` // a ZIP with a file a sticker, too
}

// Check refuses what can't be printed, and fills what was left out.
func (o *Order) Check() error {
	switch o.What {
	case OfStickers:
		if o.Paper != "" {
			if err := o.Paper.Check(); err != nil {
				return err
			}
		}
	case OfLabels:
		t, err := TemplateOf(o.Template)
		if err != nil {
			return err
		}
		if o.Code == "" {
			o.Code = QR
		}
		if o.Start == 0 {
			o.Start = 1
		}
		if err := t.check(o.Code, o.Start); err != nil {
			return err
		}
	default:
		return fault.InvalidField("what", "is nothing that is printed", "use stickers or labels")
	}
	if len(o.IDs) > MostOfJob {
		return fault.New(fault.Limited, "%d vehicles are more than %d, which one job prints", len(o.IDs), MostOfJob).WithRemedy("print them in parts")
	}
	return nil
}

// Title names the order in the list of jobs.
func (o *Order) Title(n int) string { return fmt.Sprintf("Print %d %s", n, o.What) }
