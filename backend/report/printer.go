package report

import (
	"bytes"
	"context"
	"io"
	"iter"
	"net"
	"net/url"
	"slices"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Vehicles reads the vehicles that are printed.
type Vehicles interface {
	History(ctx context.Context, c vehicle.Caller, id string) (vehicle.History, error)
}

// Lists reads the lists that are printed.
type Lists interface {
	Get(ctx context.Context, c vehicle.Caller, id string) (intake.Saved, error)
	Look(ctx context.Context, c vehicle.Caller, id string, l intake.Look, whole bool) (intake.View, error)
}

// Printer prints of what a caller may see. Its methods may be called from many
// goroutines.
type Printer struct {
	Vehicles Vehicles
	Lists    Lists
	Shelf    *Shelf

	// Find returns the vehicles that have one of the VINs, in their order.
	Find func(ctx context.Context, c vehicle.Caller, vins []string) ([]vehicle.Vehicle, error)

	// Head is what stands on pages that a caller prints; its paper is the one
	// that they prefer.
	Head func(context.Context, vehicle.Caller) (Head, error)

	// Address is a vehicle's record for others than this computer where the
	// hub serves them, "" where nothing listens.
	Address func(id string) string

	busy chan struct{} // held by who prints at once: a long list takes memory
}

// New returns a printer.
func New(p Printer) *Printer {
	p.busy = make(chan struct{}, 2)
	return &p
}

func (p *Printer) head(ctx context.Context, c vehicle.Caller, paper Paper) (Head, error) {
	h, err := p.Head(ctx, c)
	if err == nil && paper != "" {
		h.Paper = paper
		err = paper.Check()
	}
	return h, err
}

// begin waits for its turn to print.
func (p *Printer) begin(ctx context.Context) (end func(), err error) {
	select {
	case p.busy <- struct{}{}:
		return func() { <-p.busy }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Print prints an order at once. A vehicle that the caller does not see is
// an error.
func (p *Printer) Print(ctx context.Context, c vehicle.Caller, o Order) ([]byte, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	end, err := p.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	h, err := p.head(ctx, c, o.Paper)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = o.write(&b, h, p.subjects(ctx, c, o.IDs, nil))
	return b.Bytes(), err
}

// write writes what was ordered.
func (o *Order) write(w io.Writer, h Head, of iter.Seq2[Subject, error]) error {
	if o.What == OfStickers {
		return Stickers(w, h, of)
	}
	t, err := TemplateOf(o.Template)
	if err != nil {
		return err
	}
	return Labels(w, h, t, o.Code, o.Start, of)
}

// subjects reads vehicles one after another. each is called before each and
// may end it; where it is nil, a vehicle that is not there ends it too, and is
// passed over else.
func (p *Printer) subjects(ctx context.Context, c vehicle.Caller, ids []string, each func(at int) error) iter.Seq2[Subject, error] {
	return func(yield func(Subject, error) bool) {
		for at, id := range ids {
			if each != nil {
				if err := each(at); err != nil {
					yield(Subject{}, err)
					return
				}
			}
			h, err := p.Vehicles.History(ctx, c, id)
			if each != nil && fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				yield(Subject{}, err)
				return
			}
			s := SubjectOf(&h, p.Address(id))
			s.Local = loopback(s.Address)
			if !yield(s, nil) {
				return
			}
		}
	}
}

// loopback reports whether an address works on this computer only.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// Sheet prints the buy/pass sheet of a list: the rows that l wants.
func (p *Printer) Sheet(ctx context.Context, c vehicle.Caller, id string, l intake.Look, paper Paper) ([]byte, error) {
	return p.list(ctx, c, id, l, paper, func(w io.Writer, h Head, i *intake.Intake, v *intake.View) error { return Sheet(w, h, i, &l, v) })
}

// Discrepancies prints the report on a list for who made it.
func (p *Printer) Discrepancies(ctx context.Context, c vehicle.Caller, id string, paper Paper) ([]byte, error) {
	return p.list(ctx, c, id, intake.Look{}, paper, Discrepancies)
}

func (p *Printer) list(ctx context.Context, c vehicle.Caller, id string, l intake.Look, paper Paper,
	write func(io.Writer, Head, *intake.Intake, *intake.View) error) ([]byte, error) {
	end, err := p.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	h, err := p.head(ctx, c, paper)
	if err != nil {
		return nil, err
	}
	have, err := p.Lists.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	l.After, l.Limit = 0, intake.MaxRows
	v, err := p.Lists.Look(ctx, c, id, l, true)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = write(&b, h, &have.Intake, &v)
	return b.Bytes(), err
}

// lookUp is how many VINs are looked for at a time.
const lookUp = 200

// taken are the vehicles that came from a list, in its order.
func (p *Printer) taken(ctx context.Context, c vehicle.Caller, id string, step func() error) ([]string, error) {
	v, err := p.Lists.Look(ctx, c, id, intake.Look{Limit: intake.MaxRows}, true)
	if err != nil {
		return nil, err
	}
	var vins, out []string
	seen := map[string]bool{}
	for n := range v.Rows {
		if vin := v.Rows[n].VIN; vin != "" && !seen[vin] {
			seen[vin] = true
			vins = append(vins, vin)
		}
	}
	for some := range slices.Chunk(vins, lookUp) {
		if err := step(); err != nil {
			return nil, err
		}
		found, err := p.Find(ctx, c, some)
		if err != nil {
			return nil, err
		}
		for n := range found {
			if from := found[n].From; from != nil && from.Intake == id {
				out = append(out, found[n].ID)
			}
		}
	}
	return out, nil
}
